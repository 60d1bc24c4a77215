"""Reserves savings for one filing, and makes that final or gives it back."""

from datetime import datetime

from budget.application.offsets.ports import Work
from budget.domain.offsets.saving_holds import Asked, HoldId, HoldState, SavingHold, SavingHoldChanged, legs, reserve
from budget.domain.offsets.savings import Saving
from kernel.clock import legal_day
from kernel.errors import NotFound
from ledger.entries import note_of
from ledger.operations import Hold, Post, Void
from statute.loader import PolicyBundle


async def reserve_saving(id_: HoldId, asked: Asked, work: Work, policy: PolicyBundle, *, now: datetime) -> SavingHold:
    """All or none. Raises NotFound, SavingUnfit, InsufficientSaving, ReplacementTooSmall."""
    # What was saved elsewhere may replace it too: which of it may is for the rules to say.
    await work.acting_on(asked.region, asked.filing)
    await work.offsets.lock()
    known = await work.savings.get(asked.shares.keys())
    for saving in asked.shares:
        if saving not in known:
            raise NotFound(f"savings/{saving}")
    book = await work.ledger.open([statement.account for statement, _ in known.values()])
    savings = {
        id_: Saving(statement, book.balances(statement.account), registered_at)
        for id_, (statement, registered_at) in known.items()
    }
    hold = reserve(id_, asked, savings, policy)
    book.apply(Hold(hold.transfer, legs(hold, savings), legal_day(now), note=note_of(asked.filing)))
    await work.ledger.save(book, now)
    await work.savings.save_hold(hold)
    await work.announce(SavingHoldChanged(hold))
    return hold


async def resolve_saving(id_: HoldId, state: HoldState, work: Work, now: datetime) -> SavingHold:
    """To POSTED or VOIDED; again it changes nothing. Raises NotFound, and SavingHoldClosed when it is the other."""
    await work.offsets.lock()
    known = await work.savings.hold(id_)
    if known is None:
        raise NotFound(f"savingHolds/{id_}")
    await work.acting_on(known.asked.region, known.asked.filing)
    resolved = known.resolved(state)
    if resolved.state is known.state:
        return known
    book = await work.ledger.open((), [known.transfer])
    operation = Post if state is HoldState.POSTED else Void
    book.apply(operation(known.transfer, legal_day(now)))
    await work.ledger.save(book, now)
    await work.savings.save_hold(resolved)
    await work.announce(SavingHoldChanged(resolved))
    return resolved
