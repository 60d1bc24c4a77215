"""Events of the budget: translate in, call."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from google.protobuf.message import Message

from dualcontrol.budget.v1 import budget_events_pb2 as budget
from dualcontrol.budget.v1 import offsets_events_pb2 as offsets
from dualcontrol.budget.v1 import periods_events_pb2 as periods
from servicekit.eventing.consumer import Subscription
from servicekit.eventing.topics import BUDGET_EVENTS
from targets.application.count_promise import count_promise, release_promise
from targets.application.ports import Work
from targets.wire import promise_from_wire

Released = budget.DeductionVoided | budget.DeductionExpired | budget.DeductionReversed


async def take_reserved(message: budget.DeductionReserved, work: Work) -> None:
    """Raises ValueError for a malformed deduction."""
    await count_promise(promise_from_wire(message.deduction), work)


async def take_released(message: Released, work: Work) -> None:
    """What was given back, lapsed or was reversed is promised no more. Raises ValueError for a malformed deduction."""
    await release_promise(promise_from_wire(message.deduction), work)


HANDLERS: Final[Mapping[type[Message], Callable[..., Awaitable[None]]]] = {
    budget.DeductionReserved: take_reserved,
    budget.DeductionVoided: take_released,
    budget.DeductionExpired: take_released,
    budget.DeductionReversed: take_released,
}
IGNORED: Final[tuple[type[Message], ...]] = (
    budget.DeductionRefused,
    # The promise is kept: it counts on as it did.
    budget.DeductionPosted,
    budget.EnvelopeGranted,
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
)


def subscriptions() -> tuple[Subscription[Work], ...]:
    return (Subscription.of(BUDGET_EVENTS, HANDLERS, IGNORED),)
