"""The queue for budget: who is asked for again, who bars those behind, and that nobody is forgotten in it."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pytest

from dualcontrol.budget.v1.budget_commands_pb2 import ReserveDeduction
from kernel.clock import Clock
from screening.domain.case import Case
from screening.domain.facts import FilingId
from servicekit.storage.database import Database

if TYPE_CHECKING:
    from services.screening.tests.integration.conftest import Begin, Events, Stream

pytestmark = pytest.mark.integration

COUNTY, PREFECTURE, PROVINCE = "630104", "630100", "630000"
START: Final = datetime.fromisoformat("2026-03-02T04:00:00+00:00")
FIRST, LATER, LAST = date(2026, 2, 1), date(2026, 2, 2), date(2026, 2, 3)


@pytest.fixture
def clock() -> Clock:
    passed = iter(range(10**9))
    return lambda: START + timedelta(seconds=next(passed))


class Queue:
    """One prefecture's filings, and the budget's answers given by hand."""

    def __init__(self, stream: "Stream", made: "Events", begin: "Begin", pool: Database) -> None:
        self.stream, self.made, self.begin, self.pool = stream, made, begin, pool
        self.small = 0

    async def file(self, filing: str, day: date) -> None:
        for fact in self.made.facts(filing, kgce=5_000, region=COUNTY, day=day):
            await self.stream.take(fact)

    async def asked(self) -> list[str]:
        return [one.deduction for one in await self.stream.sent() if isinstance(one, ReserveDeduction)]

    async def refuse(self, filing: str, *short: str, fits: bool = True) -> None:
        """What it asked for last."""
        last = [one for one in await self.asked() if one.startswith(f"{filing}-r")][-1]
        await self.stream.take(self.made.refused(last, filing, short, fits=fits))

    async def serve(self, filing: str) -> None:
        last = [one for one in await self.asked() if one.startswith(f"{filing}-r")][-1]
        await self.stream.take(self.made.reserved(last, filing))

    async def free(self, *regions: str) -> None:
        """Somebody who has nothing to do with it gives back."""
        await self.stream.take(self.made.voided("elsewhere-r1-1", "elsewhere", regions))
        await self.stream.sweep()

    async def overtake(self, times: int) -> None:
        """Small ones that were filed later are served in the intervals between its refusals."""
        for _ in range(times):
            self.small += 1
            await self.file(f"small-{self.small}", LATER)
            await self.serve(f"small-{self.small}")
            await self.free(PREFECTURE)
            await self.refuse("large", PREFECTURE)

    async def barring(self) -> None:
        """`large` was overtaken so often that it bars whoever stands behind it."""
        await self.stream.take(self.made.level(3))
        await self.file("large", FIRST)
        await self.refuse("large", PREFECTURE)
        await self.overtake(3)

    async def case(self, filing: str) -> Case:
        async with self.begin() as work:
            record = await work.cases.get(FilingId(filing))
        assert record is not None
        return record.case

    async def decided(self, filing: str) -> tuple[str, str]:
        """The disposition, and the rule of the first finding."""
        async with self.begin() as work:
            decision = await work.decisions.current(FilingId(filing))
        assert decision is not None
        return decision.content.disposition.value, decision.content.findings[0].rule

    async def bars(self) -> list[str]:
        rows = await self.pool.fetch("SELECT DISTINCT filing_id FROM waiting WHERE bars ORDER BY 1")
        return [row["filing_id"] for row in rows]


@pytest.fixture
def queue(stream: "Stream", made: "Events", begin: "Begin", pool: Database) -> Queue:
    return Queue(stream, made, begin, pool)


async def test_who_was_refused_is_asked_for_again_when_budget_is_free_in_the_published_order(queue: Queue) -> None:
    await queue.stream.take(queue.made.level(3))
    for filing, day in [("c-1", FIRST), ("a-1", LAST), ("b-1", FIRST)]:
        await queue.file(filing, day)
        await queue.refuse(filing, PREFECTURE)

    await queue.free(PREFECTURE)

    assert (await queue.asked())[3:] == ["b-1-r1-2", "c-1-r1-2", "a-1-r1-2"]


async def test_budget_that_is_free_elsewhere_asks_for_nobody(queue: Queue) -> None:
    await queue.stream.take(queue.made.level(3))
    await queue.file("large", FIRST)
    await queue.refuse("large", PREFECTURE)

    await queue.free("630200", COUNTY)

    assert await queue.asked() == ["large-r1-1"]


@pytest.mark.parametrize(("times", "bars"), [(2, []), (3, ["large"])])
async def test_smaller_ones_may_overtake_a_project_so_often_and_no_more(
    queue: Queue, times: int, bars: Sequence[str]
) -> None:
    await queue.stream.take(queue.made.level(3))
    await queue.file("large", FIRST)
    await queue.refuse("large", PREFECTURE)

    await queue.overtake(times)

    assert (await queue.case("large")).turn.overtaken == times
    assert await queue.bars() == bars


async def test_refusals_alone_bar_nobody(queue: Queue) -> None:
    await queue.stream.take(queue.made.level(3))
    await queue.file("large", FIRST)
    for _ in range(5):
        await queue.refuse("large", PREFECTURE)
        await queue.free(PREFECTURE)

    assert (await queue.case("large")).turn.refusals == 5
    assert await queue.bars() == []


async def test_nobody_behind_one_that_bars_others_is_asked_for_until_it_is_served(queue: Queue) -> None:
    await queue.barring()

    await queue.file("behind", LAST)
    await queue.file("before", date(2026, 1, 31))

    assert await queue.decided("behind") == ("defer", "screening.queue")
    asked = await queue.asked()
    assert ("behind-r1-1" in asked, "before-r1-1" in asked) == (False, True)

    await queue.free(PREFECTURE)
    assert "behind-r1-1" not in await queue.asked()

    await queue.serve("large")
    await queue.stream.sweep()

    assert "behind-r1-1" in await queue.asked()
    assert await queue.bars() == []
    await queue.serve("behind")
    assert (await queue.decided("behind"))[0] == "approve"


async def test_who_waits_behind_is_told_so_once(queue: Queue) -> None:
    await queue.barring()
    await queue.file("behind", LAST)

    for _ in range(3):
        await queue.stream.take(queue.made.granted(PREFECTURE))
        await queue.stream.sweep()
        await queue.refuse("large", PREFECTURE)

    assert await queue.pool.fetchval("SELECT max(number) FROM decision WHERE filing_id = 'behind'") == 1


@pytest.mark.parametrize("leaves", ["withdrawn", "level", "revised", "returned"])
async def test_whoever_bars_others_and_leaves_lets_them_be_asked_for(queue: Queue, leaves: str) -> None:
    await queue.barring()
    await queue.file("behind", LAST)
    assert "behind-r1-1" not in await queue.asked()

    if leaves == "withdrawn":
        await queue.stream.take(queue.made.withdrawn("large"))
    elif leaves == "revised":
        # All of it in one go: it has another place now.
        for fact in queue.made.facts("large", 2, 6_000, COUNTY, date(2026, 3, 1))[1:]:
            await queue.stream.take(fact)
        await queue.stream.take(queue.made.accepted("large", 2, COUNTY, date(2026, 3, 1)))
    elif leaves == "returned":
        await queue.stream.take(queue.made.accepted("large", 2, COUNTY, FIRST))
    else:
        for version, level in ((2, 1), (3, 3)):
            await queue.stream.take(queue.made.level(level, version))
            await queue.stream.sweep()
    await queue.stream.sweep()

    assert any(one.startswith("behind-r1-") for one in await queue.asked())
    assert (await queue.case("behind")).queue is None


async def test_who_bars_at_another_budget_from_now_on_lets_those_behind_at_this_one_be_asked_for(queue: Queue) -> None:
    await queue.barring()
    await queue.file("behind", LAST)
    await queue.free(PREFECTURE)

    await queue.refuse("large", PROVINCE)
    await queue.stream.sweep()

    behind = await queue.case("behind")
    assert behind.queue is not None
    assert (behind.queue.region, behind.waits_on) == (PROVINCE, (PROVINCE,))


async def test_who_waits_behind_another_at_one_budget_and_was_refused_by_a_second_is_not_forgotten(
    queue: Queue,
) -> None:
    await queue.barring()
    await queue.file("behind", date(2026, 1, 31))
    await queue.refuse("behind", PROVINCE, fits=False)
    await queue.stream.take(queue.made.accepted("behind", 2, COUNTY, LAST))
    for fact in queue.made.facts("behind", 2, 5_000, COUNTY, LAST)[1:]:
        await queue.stream.take(fact)
    assert (await queue.case("behind")).waits_on == (PREFECTURE,)

    await queue.free(PREFECTURE)
    await queue.serve("large")
    await queue.stream.sweep()

    assert "behind-r2-2" in await queue.asked()


async def test_one_that_asks_for_more_than_was_granted_is_asked_for_when_more_is_granted_and_not_before(
    queue: Queue,
) -> None:
    await queue.stream.take(queue.made.level(3))
    await queue.file("large", FIRST)
    await queue.refuse("large", PREFECTURE, fits=False)

    await queue.free(PREFECTURE)
    assert await queue.asked() == ["large-r1-1"]

    await queue.stream.take(queue.made.granted(PREFECTURE))
    await queue.stream.sweep()
    assert await queue.asked() == ["large-r1-1", "large-r1-2"]


async def test_one_that_did_not_fit_and_waits_behind_another_when_more_is_granted_is_asked_for_after_it(
    queue: Queue,
) -> None:
    """What was granted may cover it now: it is its turn once the one before it is served."""
    await queue.stream.take(queue.made.level(3))
    await queue.file("large", FIRST)
    await queue.refuse("large", PREFECTURE)
    await queue.file("behind", LAST)
    await queue.refuse("behind", PROVINCE, fits=False)
    await queue.overtake(3)
    await queue.stream.take(queue.made.granted(PROVINCE))
    await queue.stream.sweep()
    assert (await queue.case("behind")).waits_on == (PROVINCE, PREFECTURE)

    await queue.free(PREFECTURE)
    await queue.serve("large")
    await queue.stream.sweep()

    assert (await queue.asked())[-1] == "behind-r1-2"


async def test_a_refusal_that_budget_overtook_on_its_way_is_asked_again(queue: Queue) -> None:
    await queue.stream.take(queue.made.level(3))
    await queue.file("large", FIRST)
    await queue.free(PREFECTURE)

    await queue.refuse("large", PREFECTURE)
    await queue.stream.sweep()

    assert await queue.asked() == ["large-r1-1", "large-r1-2"]


async def test_a_refusal_of_what_was_asked_after_the_budget_was_free_is_not_asked_again(queue: Queue) -> None:
    await queue.stream.take(queue.made.level(3))
    await queue.free(PREFECTURE)
    await queue.file("large", FIRST)

    await queue.refuse("large", PREFECTURE)
    await queue.stream.sweep()

    assert await queue.asked() == ["large-r1-1"]


async def waits_for_a_lock(pool: Database) -> None:
    async with asyncio.timeout(10):
        while not await pool.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            await asyncio.sleep(0.01)


async def test_a_refusal_that_is_just_being_taken_in_is_not_overlooked_by_the_sweep_for_what_became_free(
    queue: Queue,
) -> None:
    """It looked before, and is committed after: the sweep does not begin meanwhile."""
    await queue.stream.take(queue.made.level(3))
    await queue.file("large", FIRST)

    async with queue.begin() as work:
        await queue.stream.handle(work, queue.made.refused("large-r1-1", "large", (PREFECTURE,)))
        await work._settle(work._heard, work)
        work._heard = []
        await queue.stream.take(queue.made.voided("elsewhere-r1-1", "elsewhere", (PREFECTURE,)))
        sweeping = asyncio.create_task(queue.stream.sweep())
        await waits_for_a_lock(queue.pool)
        await work.commit()
    await sweeping

    assert await queue.asked() == ["large-r1-1", "large-r1-2"]
