"""Reserves energy for one filing at every level, or says why not; the same id is answered once."""

from datetime import date

from budget.application.ports import Work
from budget.domain.deductions import Asked, Deduction
from budget.domain.reservation import legs, reserve
from statute.loader import PolicyBundle


async def reserve_deduction(asked: Asked, work: Work, policy: PolicyBundle, on: date) -> Deduction:
    """The deduction with its answer; a refusal is an answer too. Raises DeductionExistsDifferent."""
    known = await work.deductions.get_for_update(asked.deduction)
    if known is not None:
        answered, event = known.ask(asked, policy.bundle_hash)
        if event is not None:
            await work.deductions.save(answered)
            await work.announce(event)
        return answered
    book = await work.ledger.book_for(legs(asked.demand))
    decided = reserve(asked, book, policy, on=on)
    await work.ledger.save(book, decided.book, decided.entries)
    await work.deductions.save(decided.deduction)
    await work.announce(decided.event)
    return decided.deduction
