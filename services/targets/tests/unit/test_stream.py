"""What targets does with the events of the budget."""

from dualcontrol.budget.v1 import budget_events_pb2 as budget
from dualcontrol.budget.v1 import offsets_events_pb2 as offsets
from dualcontrol.budget.v1 import periods_events_pb2 as periods
from servicekit.eventing.outbox import TYPE_PREFIX
from servicekit.eventing.topics import BUDGET_EVENTS
from targets.entrypoints.stream import subscriptions
from testkit.event_types import types_of

# `Freed` and `Shortage` are parts of events.
PARTS = {f"{TYPE_PREFIX}.budget.{part}.v1" for part in ("freed", "shortage")}
RELEASING = ("deduction-voided.v1", "deduction-expired.v1", "deduction-reversed.v1")


def test_every_event_of_the_budget_is_taken_or_ignored_by_name() -> None:
    (subscription,) = subscriptions()

    told = types_of(BUDGET_EVENTS, budget, offsets, periods) - PARTS
    assert subscription.ignored | subscription.routes.keys() == told
    assert not subscription.ignored & subscription.routes.keys()


def test_what_ends_a_promise_and_what_keeps_it() -> None:
    (subscription,) = subscriptions()

    ending = {f"{TYPE_PREFIX}.budget.{name}" for name in RELEASING}
    assert subscription.routes.keys() == ending | {f"{TYPE_PREFIX}.budget.deduction-reserved.v1"}
    assert f"{TYPE_PREFIX}.budget.deduction-posted.v1" in subscription.ignored
