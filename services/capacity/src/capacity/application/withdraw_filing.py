"""Gives back what a withdrawn filing holds."""

from dataclasses import dataclass
from datetime import date

from capacity.application.ports import Work
from capacity.domain.replacement import FilingId, holds_of, release, withdrawn


@dataclass(frozen=True, slots=True)
class WithdrawFiling:
    filing: FilingId
    revision: int


async def withdraw_filing(command: WithdrawFiling, work: Work, on: date) -> None:
    """Also remembers a filing never heard of: an acceptance that comes later than its withdrawal holds nothing."""
    known = await work.replacements.get_for_update(command.filing)
    if known is not None and known.revision >= command.revision:
        return
    book = await work.ledger.book_for((), holds_of(known))
    free, released = release(known, book, on=on)
    await work.ledger.save(book, free, released)
    await work.replacements.save(withdrawn(command.filing, command.revision, known))
