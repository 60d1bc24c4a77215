"""What screening does with the events of the budget."""

from datetime import UTC, datetime

from dualcontrol.budget.v1 import budget_events_pb2 as budget
from dualcontrol.budget.v1 import offsets_events_pb2 as offsets
from dualcontrol.budget.v1 import periods_events_pb2 as periods
from screening.entrypoints.stream import subscriptions
from servicekit.eventing.outbox import TYPE_PREFIX
from servicekit.eventing.topics import BUDGET_EVENTS
from statute.loader import load_bundle
from testkit.event_types import types_of

DECIDING = ("reserved", "refused", "voided", "expired")


def test_every_event_of_the_budget_is_taken_or_ignored_by_name() -> None:
    all_of_them = subscriptions(load_bundle("qinghai"), lambda: datetime(2026, 3, 1, tzinfo=UTC))
    (subscription,) = [one for one in all_of_them if one.topic == BUDGET_EVENTS]

    assert subscription.routes.keys() == {f"{TYPE_PREFIX}.budget.deduction-{what}.v1" for what in DECIDING}
    assert subscription.ignored | subscription.routes.keys() == types_of(BUDGET_EVENTS, budget, offsets, periods)
    assert not subscription.ignored & subscription.routes.keys()
