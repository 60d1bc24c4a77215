"""Withdraws a filing for good."""

from dataclasses import dataclass
from datetime import datetime

from filing.application.ports import Work
from filing.domain.filing import Filing, FilingId
from kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class WithdrawFiling:
    filing: FilingId
    reason: str


async def withdraw_filing(command: WithdrawFiling, work: Work, at: datetime) -> Filing:
    filing = await work.filings.newest_for_update(command.filing)
    if filing is None:
        raise NotFound(f"filings/{command.filing}")
    await work.acting_on(filing.dossier.region, command.filing)
    gone, withdrawn = filing.withdraw(command.reason, at=at)
    await work.filings.add(gone)
    await work.announce(withdrawn)
    return gone
