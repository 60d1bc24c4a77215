"""Files a project."""

from dataclasses import dataclass
from datetime import datetime

from dossier.model import Dossier
from filing.application.ports import Work
from filing.domain.filing import Accepted, Filing, FilingId, file
from filing.domain.intake import intake_findings
from kernel.clock import legal_day
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class SubmitFiling:
    filing: FilingId
    dossier: Dossier


def filed(command: SubmitFiling, policy: PolicyBundle, at: datetime) -> tuple[Filing, Accepted]:
    """What the filing would be, and what would be said of it, if nobody has its id or its project code."""
    findings = intake_findings(command.dossier, policy, command.dossier.application_date or legal_day(at))
    return file(command.filing, command.dossier, findings, policy.bundle_hash, at=at)


async def submit_filing(command: SubmitFiling, work: Work, policy: PolicyBundle, at: datetime) -> Filing:
    """Raises FilingExists, and Denied when the caller files nothing there."""
    # Who has its id or its project code may be elsewhere.
    await work.acting_on(command.dossier.region, command.filing)
    filing, accepted = filed(command, policy, at)
    await work.filings.add(filing)
    await work.announce(accepted)
    return filing
