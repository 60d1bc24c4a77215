"""Lets the plan of one filing lapse once its time is over."""

from datetime import datetime

from capacity.application.ports import Work
from capacity.application.resolve_hold import offer_freed
from capacity.domain.lapsing import lapsed, next_due
from capacity.domain.replacement import FilingId, holds_of
from kernel.clock import legal_day
from statute.loader import PolicyBundle


async def lapse_plan(filing: FilingId, work: Work, policy: PolicyBundle, at: datetime) -> bool:
    """Whether it lapsed. Looks anew at its deadline, which may have moved with the steps or the law on file."""
    known = await work.replacements.get_for_update(filing)
    if known is None:
        return False
    due = next_due(known, await work.plans.get(filing), policy)
    found = lapsed(known, due, on=legal_day(at))
    if found is None:
        await work.plans.set_deadline(filing, due)
        return False
    (freed, operations), event = found
    book = await work.ledger.open((), holds_of(known))
    book.apply_linked(operations)
    await work.ledger.save(book, at)
    await work.replacements.save(freed)
    await work.plans.set_deadline(filing, None)
    await work.announce(event)
    await offer_freed(known, freed, work)
    return True
