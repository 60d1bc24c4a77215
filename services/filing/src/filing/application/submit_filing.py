"""Files a project."""

from dataclasses import dataclass
from datetime import datetime

from dossier.model import Dossier
from filing.application.ports import Work
from filing.domain.filing import Filing, FilingId, file
from filing.domain.intake import intake_findings
from kernel.clock import legal_day
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class SubmitFiling:
    filing: FilingId
    dossier: Dossier


async def submit_filing(command: SubmitFiling, work: Work, policy: PolicyBundle, at: datetime) -> Filing:
    findings = intake_findings(command.dossier, policy, command.dossier.application_date or legal_day(at))
    filing, accepted = file(command.filing, command.dossier, findings, policy.bundle_hash, at=at)
    await work.filings.add(filing)
    await work.announce(accepted)
    return filing
