"""Events of the budget: translate in, call."""

from dualcontrol.budget.v1 import budget_events_pb2 as budget
from servicekit.eventing.consumer import Route, Subscription
from servicekit.eventing.outbox import event_type
from servicekit.eventing.topics import BUDGET_EVENTS
from targets.application.count_promise import count_promise, release_promise
from targets.application.ports import Work
from targets.wire import promise_from_wire


async def take_reserved(message: budget.DeductionReserved, work: Work) -> None:
    """Raises ValueError for a malformed deduction."""
    await count_promise(promise_from_wire(message.deduction), work)


async def take_voided(message: budget.DeductionVoided, work: Work) -> None:
    """Raises ValueError for a malformed deduction."""
    await release_promise(promise_from_wire(message.deduction), work)


def subscriptions() -> tuple[Subscription[Work], ...]:
    routes = {
        event_type("budget", budget.DeductionReserved): Route(budget.DeductionReserved, take_reserved),
        event_type("budget", budget.DeductionVoided): Route(budget.DeductionVoided, take_voided),
    }
    ignored = frozenset(event_type("budget", message) for message in (budget.DeductionRefused, budget.EnvelopeGranted))
    return (Subscription(BUDGET_EVENTS, routes, ignored),)
