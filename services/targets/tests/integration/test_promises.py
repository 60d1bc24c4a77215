"""The budget's events, on a real unit of work: each deduction counts once, in its region and in all above it."""

from collections.abc import Callable, Mapping

import pytest
from google.protobuf.message import Message

from dualcontrol.budget.v1 import budget_events_pb2 as budget
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from kernel.regions import RegionCode
from servicekit.eventing.outbox import event_type
from servicekit.eventing.topics import BUDGET_EVENTS
from targets.adapters.postgres import TargetsWork
from targets.entrypoints.stream import subscriptions

pytestmark = pytest.mark.integration

LEVELS = [RegionCode(code) for code in ("630121", "630100", "630000", "630200")]


def deduction(amount: int = 400, *, name: str = "deductions/d1", region: str = "630121") -> pb.Deduction:
    return pb.Deduction(name=name, filing="f-1", region_code=region, year=2026, amount_kgce_calorific=amount)


RESERVED = budget.DeductionReserved(deduction=deduction())
VOIDED = budget.DeductionVoided(deduction=deduction())
EXPIRED = budget.DeductionExpired(deduction=deduction())
REVERSED = budget.DeductionReversed(deduction=deduction(), signers=["甲", "乙"], reason="误扣")
POSTED = budget.DeductionPosted(deduction=deduction(), document="批复")


class Events:
    """Takes events as the consumer does: one transaction, its commit included."""

    def __init__(self, begin: Callable[[], TargetsWork]) -> None:
        self._begin = begin
        self.by_year: Mapping[int, int] = {}
        (self._subscription,) = subscriptions()

    async def take(self, *messages: Message) -> list[int]:
        """What is promised afterwards in the county, its prefecture, the province, and a prefecture beside it."""
        assert self._subscription.topic == BUDGET_EVENTS
        async with self._begin() as work:
            for message in messages:
                kind = event_type("budget", message)
                if kind not in self._subscription.ignored:
                    await self._subscription.routes[kind].handle(message, work)
            promised = await work.promises.promised(LEVELS)
            await work.commit()
        self.by_year = promised[LEVELS[0]].by_year
        return [promised[level].total for level in LEVELS]


@pytest.fixture
def events(begin: Callable[[], TargetsWork]) -> Events:
    return Events(begin)


async def test_a_reservation_counts_in_its_region_and_in_all_above_it(events: Events) -> None:
    in_prefecture = budget.DeductionReserved(deduction=deduction(100, name="deductions/d2", region="630100"))

    assert await events.take(RESERVED, in_prefecture) == [400, 500, 500, 0]


async def test_a_reservation_told_twice_counts_once(events: Events) -> None:
    await events.take(RESERVED)

    assert await events.take(RESERVED, RESERVED) == [400, 400, 400, 0]


@pytest.mark.parametrize("released", [VOIDED, EXPIRED, REVERSED], ids=["voided", "expired", "reversed"])
async def test_what_is_given_back_counts_no_more_however_often_it_is_told(events: Events, released: Message) -> None:
    await events.take(RESERVED)

    assert await events.take(released, released, RESERVED) == [0, 0, 0, 0]


async def test_what_is_posted_counts_on_until_it_is_reversed(events: Events) -> None:
    assert await events.take(RESERVED, POSTED) == [400, 400, 400, 0]
    assert await events.take(REVERSED) == [0, 0, 0, 0]


async def test_a_void_that_overtakes_its_reservation_wins(events: Events) -> None:
    assert await events.take(VOIDED, RESERVED) == [0, 0, 0, 0]


PHASED = deduction()
PHASED.later_phases.add(year=2027, amount_kgce_calorific=100)
PHASED.later_phases.add(year=2030, amount_kgce_calorific=50)


async def test_each_phase_counts_in_its_own_year(events: Events) -> None:
    assert await events.take(budget.DeductionReserved(deduction=PHASED)) == [550, 550, 550, 0]
    assert events.by_year == {2026: 400, 2027: 100, 2030: 50}


async def test_every_phase_is_released_with_its_deduction(events: Events) -> None:
    await events.take(budget.DeductionReserved(deduction=PHASED))

    assert await events.take(VOIDED) == [0, 0, 0, 0]
    assert await events.take(budget.DeductionReserved(deduction=PHASED)) == [0, 0, 0, 0]


async def test_a_phase_that_is_told_after_the_void_counts_no_more(events: Events) -> None:
    assert await events.take(VOIDED, budget.DeductionReserved(deduction=PHASED)) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "malformed",
    [
        pb.Deduction(),
        deduction(name="d1"),
        deduction(name="deductions/"),
        deduction(region="63"),
        deduction(0),
    ],
)
async def test_a_malformed_event_becomes_a_dead_letter(events: Events, malformed: pb.Deduction) -> None:
    with pytest.raises(ValueError, match=r"deduction|code|amount"):
        await events.take(budget.DeductionReserved(deduction=malformed))
