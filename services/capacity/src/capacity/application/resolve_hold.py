"""Posts, voids or reverses what a filing holds. Called by a person's request, and by an opinion's event alike."""

from collections.abc import Callable
from datetime import datetime

from capacity.application.ports import Event, Work
from capacity.domain.lapsing import next_due
from capacity.domain.replacement import (
    Change,
    FilingId,
    Replacement,
    ReplacementPosted,
    ReplacementReversed,
    ReplacementVoided,
    freed_lots,
    holds_of,
    post,
    reverse,
    void,
)
from kernel.clock import legal_day
from kernel.errors import NotFound
from statute.loader import PolicyBundle


async def post_replacement(
    filing: FilingId, document: str, work: Work, *, policy: PolicyBundle, at: datetime
) -> Replacement:
    """Uses what is held for good. Raises NotFound, NoLiveHold."""

    def decide(known: Replacement) -> tuple[Change, Event]:
        return post(known, on=legal_day(at), note=document), ReplacementPosted(filing, known.holds, document)

    return await _resolve(filing, decide, work, policy=policy, at=at)


async def void_replacement(
    filing: FilingId, reason: str, work: Work, *, policy: PolicyBundle, at: datetime
) -> Replacement:
    """Gives back what is held. Raises NotFound, NoLiveHold."""

    def decide(known: Replacement) -> tuple[Change, Event]:
        return void(known, on=legal_day(at), note=reason), ReplacementVoided(filing, known.holds, reason)

    return await _resolve(filing, decide, work, policy=policy, at=at)


async def reverse_replacement(
    filing: FilingId, reason: str, signers: tuple[str, ...], work: Work, *, policy: PolicyBundle, at: datetime
) -> Replacement:
    """Gives back what was used, with the signatures of two persons. Raises NotFound, NoLiveHold."""

    def decide(known: Replacement) -> tuple[Change, Event]:
        change = reverse(known, on=legal_day(at), signers=signers, note=reason)
        return change, ReplacementReversed(filing, known.holds, reason, signers)

    return await _resolve(filing, decide, work, policy=policy, at=at)


async def _resolve(
    filing: FilingId,
    decide: Callable[[Replacement], tuple[Change, Event]],
    work: Work,
    *,
    policy: PolicyBundle,
    at: datetime,
) -> Replacement:
    known = await work.replacements.get_for_update(filing)
    if known is None:
        raise NotFound(f"filings/{filing}/replacement")
    # What is given back is offered to all who name it, wherever they are.
    await work.acting_on(await work.replacements.region_of(filing), filing)
    (resolved, operations), event = decide(known)
    if not operations:
        return known
    book = await work.ledger.open((), holds_of(known))
    book.apply_linked(operations)
    await work.ledger.save(book, at)
    await work.replacements.save(resolved)
    await work.plans.set_deadline(filing, next_due(resolved, await work.plans.get(filing), policy))
    await work.announce(event)
    await offer_freed(known, resolved, work)
    return resolved


async def offer_freed(known: Replacement, freed: Replacement, work: Work) -> None:
    """What was given back is offered to the others that name it, and the filing itself is told that it has it no more.

    The ledger is locked.
    """
    lots = freed_lots(known, freed)
    if lots:
        cause = f"{freed.hold} {freed.hold_state.value}"
        await work.reevaluations.add(freed.filing, cause)
        await work.reevaluations.add_naming(lots, cause, besides=freed.filing)
