"""What targets does with the events of the budget."""

from dualcontrol.budget.v1 import budget_events_pb2 as budget
from dualcontrol.budget.v1 import offsets_events_pb2 as offsets
from dualcontrol.budget.v1 import periods_events_pb2 as periods
from servicekit.eventing.outbox import TYPE_PREFIX
from targets.entrypoints.stream import subscriptions

RELEASING = ("deduction-voided.v1", "deduction-expired.v1", "deduction-reversed.v1")


def test_every_event_of_the_budget_is_taken_or_ignored_by_name() -> None:
    told = {name for file in (budget, offsets, periods) for name in file.DESCRIPTOR.message_types_by_name}

    (subscription,) = subscriptions()

    known = {route.message.DESCRIPTOR.name for route in subscription.routes.values()}
    assert len(subscription.ignored) + len(subscription.routes) == len(told)
    assert known <= told
    assert not subscription.ignored & subscription.routes.keys()


def test_what_ends_a_promise_and_what_keeps_it() -> None:
    (subscription,) = subscriptions()

    ending = {f"{TYPE_PREFIX}.budget.{name}" for name in RELEASING}
    assert subscription.routes.keys() == ending | {f"{TYPE_PREFIX}.budget.deduction-reserved.v1"}
    assert f"{TYPE_PREFIX}.budget.deduction-posted.v1" in subscription.ignored
