"""What screening does with the events of the other services."""

from datetime import UTC, datetime
from types import ModuleType

import pytest
from google.protobuf.message import Message

from dualcontrol.budget.v1 import budget_events_pb2 as budget
from dualcontrol.budget.v1 import offsets_events_pb2 as offsets
from dualcontrol.budget.v1 import periods_events_pb2 as periods
from dualcontrol.capacity.v1 import capacity_events_pb2 as capacity
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.review.v1 import opinion_events_pb2 as opinions
from dualcontrol.review.v1 import review_events_pb2 as review
from screening.domain.sweeps import Scope
from screening.entrypoints.stream import FREEING, filing_id, subscriptions
from servicekit.eventing.consumer import Subscription
from servicekit.eventing.outbox import TYPE_PREFIX
from servicekit.eventing.topics import BUDGET_EVENTS, CAPACITY_EVENTS, FILING_EVENTS, REVIEW_EVENTS
from testkit.event_types import types_of

# `Freed`, `Shortage` and the like are parts of events.
PARTS = {f"{TYPE_PREFIX}.budget.{part}.v1" for part in ("freed", "shortage")}
DECIDING = ("reserved", "refused", "voided", "expired", "posted", "reversed")


def subscription(topic: str) -> Subscription:  # type: ignore[type-arg]  # whatever the work
    (found,) = [one for one in subscriptions(lambda: datetime(2026, 3, 1, tzinfo=UTC)) if one.topic == topic]
    return found


@pytest.mark.parametrize(
    ("topic", "contracts"),
    [
        (FILING_EVENTS, (filing,)),
        (REVIEW_EVENTS, (review, opinions)),
        (CAPACITY_EVENTS, (capacity,)),
        (BUDGET_EVENTS, (budget, offsets, periods)),
    ],
)
def test_every_event_is_taken_or_ignored_by_name(topic: str, contracts: tuple[ModuleType, ...]) -> None:
    subscribed = subscription(topic)

    assert subscribed.ignored | subscribed.routes.keys() == types_of(topic, *contracts) - PARTS
    assert not subscribed.ignored & subscribed.routes.keys()


def test_whatever_became_of_a_deduction_or_of_savings_is_taken() -> None:
    taken = subscription(BUDGET_EVENTS).routes.keys()

    assert {f"{TYPE_PREFIX}.budget.deduction-{what}.v1" for what in DECIDING} <= taken
    assert {f"{TYPE_PREFIX}.budget.saving-{what}.v1" for what in ("reserved", "posted", "voided")} <= taken


def test_all_that_says_which_budget_became_free_leads_to_a_sweep() -> None:
    says = {
        made
        for contracts in (budget, offsets, periods)
        for name, descriptor in contracts.DESCRIPTOR.message_types_by_name.items()
        if "freed" in descriptor.fields_by_name
        for made in (getattr(contracts, name),)
    }

    assert FREEING.keys() == says


@pytest.mark.parametrize(
    ("message", "scope"),
    [
        (budget.DeductionVoided, Scope.FREED),
        (budget.DeductionReversed, Scope.FREED),
        # Then one that asked for more than was granted may fit as well.
        (budget.EnvelopeGranted, Scope.GRANTED),
        (periods.PeriodReopened, Scope.GRANTED),
    ],
)
def test_more_of_a_grant_helps_others_than_what_is_given_back_does(message: type[Message], scope: Scope) -> None:
    assert FREEING[message] is scope


@pytest.mark.parametrize("text", ["", "x", "ab", "Upper-1", "a" * 64, "f\x00-1", "-f-1"])
def test_what_is_no_filings_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not the id of a filing"):
        filing_id(text)
