"""Events of filing, review, capacity, budget and targets: translate in, call."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

from google.protobuf.message import Message

from dualcontrol.budget.v1 import budget_events_pb2 as budget
from dualcontrol.budget.v1 import offsets_events_pb2 as offsets
from dualcontrol.budget.v1 import periods_events_pb2 as periods
from dualcontrol.capacity.v1 import capacity_events_pb2 as capacity
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.review.v1 import opinion_events_pb2 as opinions
from dualcontrol.review.v1 import review_events_pb2 as review
from dualcontrol.targets.v1 import targets_events_pb2 as targets
from kernel.clock import Clock
from kernel.regions import region_code
from screening.application.ports import Heard, Work
from screening.application.screen import take_freed, take_region
from screening.domain.facts import Fact, FilingId
from screening.domain.sweeps import Scope
from screening.wire import facts as wire
from servicekit.eventing.consumer import Subscription
from servicekit.eventing.topics import BUDGET_EVENTS, CAPACITY_EVENTS, FILING_EVENTS, REVIEW_EVENTS, TARGETS_EVENTS

FILING_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{2,62}", re.ASCII)

Read = Callable[[Any], tuple[str, Fact]]
"""The filing's id and the fact in a message. Raises ValueError for malformed content."""
Handle = Callable[[Any, Work], Awaitable[None]]


def accepted(message: filing.FilingAccepted) -> tuple[str, Fact]:
    return message.filing, wire.filing_from_wire(message)


def withdrawn(message: filing.FilingWithdrawn) -> tuple[str, Fact]:
    return message.filing, wire.withdrawal_from_wire(message)


def reviewed(message: review.ReviewEvaluated) -> tuple[str, Fact]:
    return message.filing, wire.review_from_wire(message.review)


def opined(message: opinions.OpinionIssued | opinions.OpinionLapsed | opinions.OpinionRevoked) -> tuple[str, Fact]:
    return message.filing, wire.opinion_from_wire(message.opinion)


def replaced(message: capacity.ReplacementEvaluated) -> tuple[str, Fact]:
    return message.filing, wire.replacement_from_wire(message.replacement)


def reserved(message: budget.DeductionReserved) -> tuple[str, Fact]:
    return message.deduction.filing, wire.reserved_from_wire(message)


def refused(message: budget.DeductionRefused) -> tuple[str, Fact]:
    return message.filing, wire.refused_from_wire(message)


def posted(message: budget.DeductionPosted) -> tuple[str, Fact]:
    return message.deduction.filing, wire.posted_from_wire(message)


def given_back(
    message: budget.DeductionVoided | budget.DeductionExpired | budget.DeductionReversed,
) -> tuple[str, Fact]:
    """For a decision it is one how it ended: the energy is not held."""
    return message.deduction.filing, wire.voided_from_wire(message)


def saved(message: offsets.SavingReserved | offsets.SavingPosted | offsets.SavingVoided) -> tuple[str, Fact]:
    return message.hold.filing, wire.saving_from_wire(message.hold)


ROUTES: Final[Mapping[str, Mapping[type[Message], Read]]] = {
    FILING_EVENTS: {filing.FilingAccepted: accepted, filing.FilingWithdrawn: withdrawn},
    REVIEW_EVENTS: {
        review.ReviewEvaluated: reviewed,
        opinions.OpinionIssued: opined,
        opinions.OpinionLapsed: opined,
        opinions.OpinionRevoked: opined,
    },
    CAPACITY_EVENTS: {capacity.ReplacementEvaluated: replaced},
    BUDGET_EVENTS: {
        budget.DeductionReserved: reserved,
        budget.DeductionRefused: refused,
        budget.DeductionPosted: posted,
        budget.DeductionVoided: given_back,
        budget.DeductionExpired: given_back,
        budget.DeductionReversed: given_back,
        offsets.SavingReserved: saved,
        offsets.SavingPosted: saved,
        offsets.SavingVoided: saved,
    },
}
"""What each message tells of a filing."""

FREEING: Final[Mapping[type[Message], Scope]] = {
    budget.DeductionPosted: Scope.FREED,
    budget.DeductionVoided: Scope.FREED,
    budget.DeductionExpired: Scope.FREED,
    budget.DeductionReversed: Scope.FREED,
    periods.TradeEnded: Scope.FREED,
    budget.EnvelopeGranted: Scope.GRANTED,
    budget.LedgerReopened: Scope.GRANTED,
    periods.EnvelopeAdopted: Scope.GRANTED,
    periods.EnvelopeRevised: Scope.GRANTED,
    periods.PeriodClosed: Scope.GRANTED,
    periods.PeriodReopened: Scope.GRANTED,
    periods.TradeAccepted: Scope.GRANTED,
}
"""What may let a region's budget take more than before, and whom it may help; each says of which accounts."""

IGNORED: Final[Mapping[str, tuple[type[Message], ...]]] = {
    CAPACITY_EVENTS: (
        # What a lot or a plan means for a filing comes as the filing's next evaluation.
        capacity.LotRegistered,
        capacity.LotEvidenceRecorded,
        capacity.PlanStepRecorded,
        capacity.ReplacementPosted,
        capacity.ReplacementVoided,
        capacity.ReplacementLapsed,
        capacity.ReplacementReversed,
        capacity.UtilisationRecorded,
        capacity.LotsDiffered,
        capacity.LotsReopened,
    ),
    BUDGET_EVENTS: (
        budget.LedgerDiffered,
        offsets.OffsetRecorded,
        offsets.OffsetRefused,
        offsets.OffsetRevoked,
        offsets.CertificatesCancelled,
        # A saving counts for a project once it is held for it.
        offsets.SavingRegistered,
        periods.StatisticRecorded,
        periods.EnvelopeProposed,
        periods.TradeProposed,
    ),
}


def filing_id(text: str) -> FilingId:
    """Raises ValueError for what is no filing's id."""
    if not FILING_ID.fullmatch(text):
        raise ValueError(f"{text[:80]!r} is not the id of a filing")
    return FilingId(text)


async def take_message(message: Message, work: Work, *, read: Read | None, clock: Clock) -> None:
    """Raises ValueError for malformed content."""
    if read is not None:
        named, fact = read(message)
        work.hear(Heard(filing_id(named), fact))
    scope = FREEING.get(type(message))
    if scope is not None:
        regions = sorted({region_code(one.region_code) for one in message.freed})  # type: ignore[attr-defined]  # all have it
        if regions:
            await take_freed(regions, scope, _subject(message), work, at=clock())


def _subject(message: Message) -> str:
    """What became free, in a word and a name."""
    places = sorted({f"{one.region_code}/{one.year}/{one.instrument}" for one in message.freed})  # type: ignore[attr-defined]
    return f"{message.DESCRIPTOR.name} {', '.join(places)}"


async def take_region_message(message: targets.RegionLevelChanged, work: Work, *, clock: Clock) -> None:
    """Raises ValueError for malformed content."""
    await take_region(wire.region_from_wire(message), work, at=clock())


def subscriptions(clock: Clock) -> tuple[Subscription[Work], ...]:
    # The facts of one filing come from several topics at nearly the same time: it is looked at once for all of them.
    filings = [
        Subscription.of(topic, _handlers(topic, clock), IGNORED.get(topic, ()), together=True) for topic in ROUTES
    ]
    regions: Mapping[type[Message], Handle] = {targets.RegionLevelChanged: partial(take_region_message, clock=clock)}
    return (*filings, Subscription.of(TARGETS_EVENTS, regions))


def _handlers(topic: str, clock: Clock) -> dict[type[Message], Handle]:
    reads = ROUTES[topic]
    freeing = FREEING if topic == BUDGET_EVENTS else ()
    taken = dict.fromkeys((*reads, *freeing))
    return {message: partial(take_message, read=reads.get(message), clock=clock) for message in taken}
