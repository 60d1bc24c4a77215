"""Follows what becomes of a filing: an open draft never outlives the decision that it rests on."""

from review.application.ports import Work
from review.domain.opinions.decided import Decided
from review.domain.review import FilingId


async def follow_decision(filing: FilingId, decision: Decided, work: Work) -> None:
    """An older decision that comes late changes nothing."""
    if await work.opinions.note_decision(filing, decision):
        await _reconcile(filing, work)


async def follow_withdrawal(filing: FilingId, work: Work) -> None:
    if await work.opinions.note_withdrawal(filing):
        await _reconcile(filing, work)


async def _reconcile(filing: FilingId, work: Work) -> None:
    docket = await work.opinions.get_for_update(filing)
    turn = None if docket is None else docket.reconciled()
    if turn is not None:
        await work.opinions.save(turn)
