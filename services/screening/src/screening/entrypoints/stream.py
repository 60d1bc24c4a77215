"""Events of filing, review, capacity, budget and targets: translate in, call."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from google.protobuf.message import Message

from dualcontrol.budget.v1 import budget_events_pb2 as budget
from dualcontrol.budget.v1 import offsets_events_pb2 as offsets
from dualcontrol.budget.v1 import periods_events_pb2 as periods
from dualcontrol.capacity.v1 import capacity_events_pb2 as capacity
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.review.v1 import review_events_pb2 as review
from dualcontrol.targets.v1 import targets_events_pb2 as targets
from kernel.clock import Clock
from screening import wire
from screening.application.ports import Work
from screening.application.screen import take_fact, take_region
from screening.domain.facts import Fact, FilingId
from servicekit.eventing.consumer import Subscription
from servicekit.eventing.topics import BUDGET_EVENTS, CAPACITY_EVENTS, FILING_EVENTS, REVIEW_EVENTS, TARGETS_EVENTS
from statute.loader import PolicyBundle

FILING_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{2,62}", re.ASCII)

Read = Callable[[Any], tuple[str, Fact]]
"""The filing's id and the fact in a message. Raises ValueError for malformed content."""


def accepted(message: filing.FilingAccepted) -> tuple[str, Fact]:
    return message.filing, wire.filing_from_wire(message)


def withdrawn(message: filing.FilingWithdrawn) -> tuple[str, Fact]:
    return message.filing, wire.withdrawal_from_wire(message)


def reviewed(message: review.ReviewEvaluated) -> tuple[str, Fact]:
    return message.filing, wire.review_from_wire(message.review)


def replaced(message: capacity.ReplacementEvaluated) -> tuple[str, Fact]:
    return message.filing, wire.replacement_from_wire(message.replacement)


def reserved(message: budget.DeductionReserved) -> tuple[str, Fact]:
    return message.deduction.filing, wire.reserved_from_wire(message)


def refused(message: budget.DeductionRefused) -> tuple[str, Fact]:
    return message.filing, wire.refused_from_wire(message)


def given_back(message: budget.DeductionVoided | budget.DeductionExpired) -> tuple[str, Fact]:
    """For a decision it is one whether a reservation was given back or has lapsed: the energy is not held."""
    return message.deduction.filing, wire.voided_from_wire(message)


ROUTES: Final[dict[str, dict[type[Message], Read]]] = {
    FILING_EVENTS: {filing.FilingAccepted: accepted, filing.FilingWithdrawn: withdrawn},
    REVIEW_EVENTS: {review.ReviewEvaluated: reviewed},
    CAPACITY_EVENTS: {capacity.ReplacementEvaluated: replaced},
    BUDGET_EVENTS: {
        budget.DeductionReserved: reserved,
        budget.DeductionRefused: refused,
        budget.DeductionVoided: given_back,
        budget.DeductionExpired: given_back,
    },
}
IGNORED: Final[dict[str, tuple[type[Message], ...]]] = {
    CAPACITY_EVENTS: (
        capacity.LotRegistered,
        capacity.LotEvidenceRecorded,
        capacity.PlanStepRecorded,
        capacity.ReplacementPosted,
        capacity.ReplacementVoided,
        capacity.ReplacementLapsed,
        capacity.UtilisationRecorded,
        capacity.LotsDiffered,
        capacity.LotsReopened,
    ),
    BUDGET_EVENTS: (
        budget.EnvelopeGranted,
        # A project that is approved for good is decided no more.
        budget.DeductionPosted,
        budget.DeductionReversed,
        budget.LedgerDiffered,
        budget.LedgerReopened,
        offsets.OffsetRecorded,
        offsets.OffsetRefused,
        offsets.OffsetRevoked,
        offsets.CertificatesCancelled,
        offsets.SavingRegistered,
        offsets.SavingReserved,
        offsets.SavingPosted,
        offsets.SavingVoided,
        periods.StatisticRecorded,
        periods.EnvelopeProposed,
        periods.EnvelopeAdopted,
        periods.EnvelopeRevised,
        periods.PeriodClosed,
        periods.PeriodReopened,
        periods.TradeProposed,
        periods.TradeAccepted,
        periods.TradeEnded,
    ),
}


async def take_message(message: Message, work: Work, *, read: Read, policy: PolicyBundle, clock: Clock) -> None:
    """Raises ValueError for malformed content."""
    filing_id, fact = read(message)
    if not FILING_ID.fullmatch(filing_id):
        raise ValueError(f"{filing_id[:80]!r} is not the id of a filing")
    await take_fact(FilingId(filing_id), fact, work, policy, at=clock())


async def take_region_message(
    message: targets.RegionLevelChanged, work: Work, *, policy: PolicyBundle, clock: Clock
) -> None:
    """Raises ValueError for malformed content."""
    await take_region(wire.region_from_wire(message), work, policy, at=clock())


def subscriptions(policy: PolicyBundle, clock: Clock) -> tuple[Subscription[Work], ...]:
    filings = [
        Subscription.of(
            topic,
            {made: partial(take_message, read=read, policy=policy, clock=clock) for made, read in reads.items()},
            IGNORED.get(topic, ()),
        )
        for topic, reads in ROUTES.items()
    ]
    regions = Subscription.of(
        TARGETS_EVENTS, {targets.RegionLevelChanged: partial(take_region_message, policy=policy, clock=clock)}
    )
    return (*filings, regions)
