"""Gives back what a withdrawn filing holds."""

from dataclasses import dataclass
from datetime import datetime

from capacity.application.ports import Work
from capacity.domain.replacement import FilingId, freed_lots, holds_of, release, withdrawn
from kernel.clock import legal_day


@dataclass(frozen=True, slots=True)
class WithdrawFiling:
    filing: FilingId
    revision: int


async def withdraw_filing(command: WithdrawFiling, work: Work, at: datetime) -> None:
    """Also remembers a filing never heard of: an acceptance that comes later than its withdrawal holds nothing."""
    known = await work.replacements.get_for_update(command.filing)
    if known is not None and known.revision >= command.revision:
        return
    book = await work.ledger.open((), holds_of(known))
    book.apply_linked(release(known, on=legal_day(at)))
    await work.ledger.save(book, at)
    gone = withdrawn(command.filing, command.revision, known)
    await work.replacements.save(gone)
    await work.plans.set_deadline(command.filing, None)
    await work.reevaluations.add_naming(
        freed_lots(known, gone), f"{command.filing}/{command.revision} withdrawn", besides=command.filing
    )
