"""A change is swept for in pages, each case once for each cause, whatever crashes, moves or comes meanwhile."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kernel.clock import Clock
from screening.application import sweep
from screening.application.ports import Heard
from screening.application.sweep import lapse_overrides, sweep_for_policy, sweep_page
from screening.domain.decision import CAUSES_MAX
from screening.domain.facts import FilingId, OverrideFact
from servicekit.storage.database import Database
from statute.finding import Disposition, Outcome
from statute.loader import PolicyBundle

if TYPE_CHECKING:
    from services.screening.tests.integration.conftest import Begin, Events, Stream

pytestmark = pytest.mark.integration

PREFECTURE = "630100"


class CrashedError(Exception):
    """In the middle of a page."""


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "PAGE_CASES", 2)


@pytest.fixture
async def five(stream: "Stream", made: "Events") -> list[str]:
    """Approved filings, in their order, without energy."""
    await stream.take(made.level(3))
    filings = [f"f-{number}" for number in range(1, 6)]
    for place, filing in enumerate(filings):
        for fact in made.facts(filing, day=date(2026, 2, 1 + place)):
            await stream.take(fact)
    return filings


async def screened(pool: Database) -> dict[int, list[str]]:
    """The filings that each sweep went through."""
    rows = await pool.fetch("SELECT sweep_id, filing_id FROM rescreened ORDER BY sweep_id, filing_id")
    return {row["sweep_id"]: [one["filing_id"] for one in rows if one["sweep_id"] == row["sweep_id"]] for row in rows}


async def decided(pool: Database) -> list[tuple[str, int]]:
    """Every decision in the order in which it was made."""
    rows = await pool.fetch("SELECT filing_id, number FROM decision ORDER BY xid, seq")
    return [(row["filing_id"], row["number"]) for row in rows]


async def causes(begin: "Begin", filing: str) -> list[str]:
    async with begin() as work:
        decision = await work.decisions.current(FilingId(filing))
    assert decision is not None
    return [f"{cause.kind} {cause.subject}" for cause in decision.causes]


async def dispositions(begin: "Begin") -> set[str]:
    async with begin() as work:
        return {one.content.disposition.value for one in await work.decisions.page("", 500)}


async def test_a_storm_that_comes_before_a_sweep_begins_is_one_sweep_and_every_cause_is_named(
    stream: "Stream", made: "Events", begin: "Begin", pool: Database, five: list[str]
) -> None:
    await stream.sweep()
    for version in range(2, 12):
        await stream.take(made.level(1 if version % 2 else 2, version))

    await stream.sweep()

    assert list((await screened(pool)).values())[1:] == [five]
    assert await decided(pool) == [*((filing, 1) for filing in five), *((filing, 2) for filing in five)]
    assert await causes(begin, "f-1") == [f"region region/630100@{version}" for version in range(2, 12)]


async def test_of_an_endless_storm_so_many_causes_are_named_and_all_are_counted(
    stream: "Stream", made: "Events", begin: "Begin", pool: Database, five: list[str]
) -> None:
    await stream.sweep()
    events = [made.voided(f"x-{number}-r1-1", f"x-{number}", (PREFECTURE,)) for number in range(50)]
    await stream.take(*events)
    await stream.take(*events, *[made.granted(PREFECTURE)] * 3)
    for version in range(2, CAUSES_MAX + 22):
        await stream.take(made.level(1, version))

    rows = await pool.fetch("SELECT scope, cause_count, cardinality(causes) AS named FROM sweep WHERE NOT done")
    await stream.sweep()

    assert sorted(tuple(row) for row in rows) == [
        ("freed", 100, 1), ("granted", 3, 1), ("within", CAUSES_MAX + 20, CAUSES_MAX)
    ]  # fmt: skip
    assert len(await causes(begin, "f-1")) == CAUSES_MAX


async def test_what_comes_after_a_sweep_began_is_another_one(
    stream: "Stream", made: "Events", pool: Database, begin: "Begin", five: list[str]
) -> None:
    await stream.sweep()
    await stream.take(made.level(1, 2))
    assert await stream.page()

    await stream.take(made.level(3, 3))
    await stream.sweep()

    assert list((await screened(pool)).values())[1:] == [five, five]
    assert await dispositions(begin) == {"approve"}


async def test_a_crash_between_or_within_pages_repeats_nothing_and_leaves_nothing_out(
    *,
    stream: "Stream",
    made: "Events",
    begin: "Begin",
    pool: Database,
    policy: PolicyBundle,
    clock: Clock,
    five: list[str],
) -> None:
    await stream.sweep()
    await stream.take(made.level(1, 2))

    async def crash() -> None:
        async with begin() as work:
            await sweep_page(work, policy, at=clock())
            raise CrashedError

    while True:
        with pytest.raises(CrashedError):
            await crash()
        if not await stream.page():
            break

    assert list((await screened(pool)).values())[-1] == five
    assert (await decided(pool))[5:] == [(filing, 2) for filing in five]


async def test_two_processes_do_not_go_through_one_sweep_at_once(
    *,
    stream: "Stream",
    made: "Events",
    begin: "Begin",
    pool: Database,
    policy: PolicyBundle,
    clock: Clock,
    five: list[str],
) -> None:
    await stream.sweep()
    await stream.take(made.level(1, 2))

    async with begin() as work:
        assert await sweep_page(work, policy, at=clock())
        assert not await stream.page()
        await work.commit()
    await asyncio.gather(stream.sweep(), stream.sweep(), stream.sweep())
    await stream.sweep()

    assert list((await screened(pool)).values())[-1] == five


async def test_a_case_that_moves_behind_the_place_that_was_reached_is_not_screened_twice_for_one_cause(
    stream: "Stream", made: "Events", pool: Database, begin: "Begin", five: list[str]
) -> None:
    await stream.sweep()
    await stream.take(made.level(1, 2))
    assert await stream.page()
    assert await stream.page()
    for fact in made.facts("f-1", revision=2, day=date(2026, 2, 28)):
        await stream.take(fact)

    await stream.sweep()

    assert list((await screened(pool)).values())[-1] == five
    assert await dispositions(begin) == {"restrict"}


async def test_who_adds_to_a_sweep_does_not_wait_for_its_pages_in_a_circle(
    stream: "Stream", made: "Events", begin: "Begin", pool: Database
) -> None:
    """The batch holds a filing's lock that the page waits for, and adds to what the page goes through."""
    await stream.take(made.level(3))
    await stream.sweep()
    for fact in made.facts("f-1", kgce=5_000):
        await stream.take(fact)
    await stream.take(made.refused("f-1-r1-1", "f-1", (PREFECTURE,)))
    await stream.take(made.voided("x-1-r1-1", "x-1", (PREFECTURE,)))

    async with begin() as work:
        await stream.handle(work, made.voided("f-1-r1-1", "f-1", (PREFECTURE,)))
        sweeping = asyncio.create_task(stream.sweep())
        async with asyncio.timeout(10):
            while not await pool.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"):
                await asyncio.sleep(0.01)
        await work.commit()
    await sweeping

    assert await pool.fetchval("SELECT count(*) FROM sweep WHERE NOT done") == 0


NEWER = {
    "words": lambda policy: replace(policy, bundle_hash="newer"),
    "stricter": lambda policy: replace(
        policy, bundle_hash="newer", outcomes={**policy.outcomes, Disposition.RESTRICT: Outcome.BLOCK}
    ),
}


class Process:
    """One that runs under a policy bundle of its own."""

    def __init__(self, begin: "Begin", policy: PolicyBundle, clock: Clock) -> None:
        self.begin, self.policy, self.clock = begin, policy, clock

    async def start(self) -> None:
        async with self.begin() as work:
            await sweep_for_policy(work, self.policy, at=self.clock())
            await work.commit()

    async def sweep(self) -> int:
        pages = 0
        while await self._do(sweep_page):
            pages += 1
        return pages

    async def lapse(self, days: int) -> int:
        async with self.begin() as work:
            count = await lapse_overrides(work, self.policy, at=self.clock() + timedelta(days=days))
            await work.commit()
        return count

    async def _do(self, act: Callable[..., Any]) -> bool:
        async with self.begin() as work:
            found: bool = await act(work, self.policy, at=self.clock())
            await work.commit()
        return found


@pytest.fixture
def process(begin: "Begin", clock: Clock) -> Callable[[PolicyBundle], Process]:
    return lambda policy: Process(begin, policy, clock)


@pytest.mark.parametrize(("edition", "again"), [("words", False), ("stricter", True)])
async def test_a_new_policy_opens_only_decisions_that_say_something_else_under_it(
    *,
    process: Callable[[PolicyBundle], Process],
    policy: PolicyBundle,
    pool: Database,
    begin: "Begin",
    stream: "Stream",
    made: "Events",
    five: list[str],
    edition: str,
    again: bool,
) -> None:
    await stream.take(made.level(1, 2))
    await stream.sweep()
    before = await decided(pool)
    newer = process(NEWER[edition](policy))

    for _ in range(2):
        await newer.start()
        await newer.sweep()

    assert (await decided(pool))[len(before) :] == ([(filing, 3) for filing in five] if again else [])
    assert list((await screened(pool)).values())[-1] == five
    if again:
        assert await causes(begin, "f-1") == ["policy newer"]
        assert await pool.fetchval("SELECT count(*) FROM screening_case WHERE outcome = 'block'") == 5


async def test_a_process_with_an_older_policy_leaves_the_newer_ones_sweep_alone_and_goes_on_with_others(
    *,
    process: Callable[[PolicyBundle], Process],
    policy: PolicyBundle,
    stream: "Stream",
    made: "Events",
    pool: Database,
    five: list[str],
) -> None:
    old, new = process(policy), process(NEWER["stricter"](policy))
    await old.start()
    await old.sweep()
    await stream.take(made.level(1, 2))
    await new.start()

    await old.sweep()
    assert await pool.fetchval("SELECT count(*) FROM sweep WHERE NOT done AND policy = 'newer'") == 1
    assert await pool.fetchval("SELECT count(*) FROM screening_case WHERE disposition = 'restrict'") == 5

    await new.sweep()
    assert await pool.fetchval("SELECT count(*) FROM screening_case WHERE outcome = 'block'") == 5


async def test_a_policy_that_is_put_back_is_swept_for_again_and_one_that_was_overtaken_is_not(
    *,
    process: Callable[[PolicyBundle], Process],
    policy: PolicyBundle,
    stream: "Stream",
    made: "Events",
    pool: Database,
    five: list[str],
) -> None:
    old, new = process(policy), process(NEWER["stricter"](policy))
    await old.start()
    await stream.take(made.level(1, 2))
    await old.sweep()
    await new.start()
    await new.sweep()
    third = process(replace(policy, bundle_hash="third"))
    await third.start()

    await old.start()
    await old.sweep()

    assert await pool.fetchval("SELECT count(*) FROM screening_case WHERE outcome = 'defer'") == 5
    assert await pool.fetchval("SELECT count(*) FROM sweep WHERE NOT done") == 0
    overtaken = await pool.fetchval("SELECT id FROM sweep WHERE policy = 'third'")
    assert overtaken not in await screened(pool)


async def test_an_override_that_ends_by_itself_is_screened_for_once(
    *,
    process: Callable[[PolicyBundle], Process],
    policy: PolicyBundle,
    stream: "Stream",
    made: "Events",
    begin: "Begin",
    pool: Database,
    five: list[str],
) -> None:
    await stream.take(made.level(1, 2))
    await stream.sweep()
    override = OverrideFact(
        "1", 1, 1, ("region.intensity_level",), date(2026, 3, 5), ("甲(虚构)", "乙(虚构)"), "因", "文号"
    )
    async with begin() as work:
        work.hear(Heard(FilingId("f-1"), override))
        work.hear(Heard(FilingId("f-1"), replace(override, id="2", rules=("x.y",), until=date(2026, 3, 9))))
        await work.commit()
    assert await pool.fetchval("SELECT disposition FROM screening_case WHERE filing_id = 'f-1'") == "approve"
    one = process(policy)

    assert [await one.lapse(days) for days in (2, 3, 3, 6, 7, 8)] == [0, 1, 0, 0, 1, 0]

    assert await pool.fetchval("SELECT disposition FROM screening_case WHERE filing_id = 'f-1'") == "restrict"
    assert (await causes(begin, "f-1"))[0].startswith("override lapsed by 2026-03-")
