"""Replaces a filing's dossier by a new revision."""

from dataclasses import dataclass
from datetime import datetime

from dossier.model import Dossier
from filing.application.ports import Work
from filing.domain.filing import Filing, FilingId
from filing.domain.intake import intake_findings
from kernel.clock import legal_day
from kernel.errors import NotFound
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class AmendFiling:
    filing: FilingId
    base_revision: int
    dossier: Dossier


async def amend_filing(command: AmendFiling, work: Work, policy: PolicyBundle, at: datetime) -> Filing:
    filing = await work.filings.newest_for_update(command.filing)
    if filing is None:
        raise NotFound(f"filings/{command.filing}")
    await work.acting_on(filing.dossier.region, command.filing)
    findings = intake_findings(command.dossier, policy, command.dossier.application_date or legal_day(at))
    amended, accepted = filing.amend(command.base_revision, command.dossier, findings, policy.bundle_hash, at=at)
    await work.filings.add(amended)
    await work.announce(accepted)
    return amended
