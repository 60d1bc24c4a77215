"""A region's change screens every case below it anew, and no case is overlooked or decided on a stale level."""

import asyncio
from datetime import date
from typing import TYPE_CHECKING

import pytest

from screening.application import sweep
from screening.domain.facts import FilingId
from servicekit.storage.database import Database

if TYPE_CHECKING:
    from services.screening.tests.integration.conftest import Begin, Events, Stream

pytestmark = pytest.mark.integration


async def dispositions(begin: "Begin") -> dict[str, str]:
    async with begin() as work:
        page = await work.decisions.page("", 500)
    return {decision.filing: decision.content.disposition.value for decision in page}


async def filed(stream: "Stream", made: "Events", filing: str, region: str) -> None:
    for fact in (made.accepted(filing, region=region), made.reviewed(filing, kgce=0), made.replaced(filing)):
        await stream.take(fact)


async def test_a_prefecture_that_turns_red_restricts_its_own_cases_only(
    stream: "Stream", made: "Events", begin: "Begin"
) -> None:
    await stream.take(made.level(3), made.level(3, region="630200"))
    for filing, region in [("county", "630104"), ("prefecture", "630100"), ("neighbour", "630202")]:
        await filed(stream, made, filing, region)

    await stream.take(made.level(1, version=2))
    await stream.sweep()
    assert await dispositions(begin) == {"county": "restrict", "prefecture": "restrict", "neighbour": "approve"}

    await stream.take(made.level(3, version=3))
    await stream.sweep()
    assert await dispositions(begin) == {"county": "approve", "prefecture": "approve", "neighbour": "approve"}


async def test_a_province_matters_only_where_the_prefecture_is_unknown(
    stream: "Stream", made: "Events", begin: "Begin", pool: Database
) -> None:
    await stream.take(made.level(3))
    await filed(stream, made, "known", "630104")
    await filed(stream, made, "unknown", "630202")

    await stream.take(made.level(3, region="630000"))
    await stream.sweep()
    assert await dispositions(begin) == {"known": "approve", "unknown": "approve"}

    await stream.take(made.level(2, version=2, region="630000"))
    await stream.sweep()
    assert await dispositions(begin) == {"known": "approve", "unknown": "manual"}
    assert await pool.fetchval("SELECT max(number) FROM decision WHERE filing_id = 'known'") == 1


async def test_an_older_level_changes_nothing(stream: "Stream", made: "Events", begin: "Begin") -> None:
    await stream.take(made.level(1, version=2))
    await filed(stream, made, "f-1", "630104")

    await stream.take(made.level(3, version=1))
    await stream.take(made.level(3, version=2))
    await stream.sweep()

    assert await dispositions(begin) == {"f-1": "restrict"}


async def test_all_pages_of_a_region_are_screened_in_the_published_order(
    stream: "Stream", made: "Events", begin: "Begin", pool: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "PAGE_CASES", 2)
    await stream.take(made.level(3))
    for number in (3, 1, 5, 2, 4):
        for fact in made.facts(f"f-{number}", day=date(2026, 2, 20 - number // 3)):
            await stream.take(fact)

    await stream.take(made.level(1, version=2))
    await stream.sweep()

    assert set((await dispositions(begin)).values()) == {"restrict"}
    rows = await pool.fetch("SELECT filing_id FROM decision WHERE number = 2 ORDER BY seq")
    assert [row["filing_id"] for row in rows] == ["f-3", "f-4", "f-5", "f-1", "f-2"]


async def waits_for_a_lock(pool: Database) -> None:
    async with asyncio.timeout(10):
        while not await pool.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            await asyncio.sleep(0.01)


async def test_a_case_that_is_being_decided_is_not_overlooked_by_a_change_of_its_region(
    stream: "Stream", made: "Events", begin: "Begin", pool: Database
) -> None:
    await stream.take(made.level(3))
    await stream.take(made.accepted())
    await stream.take(made.reviewed(kgce=0))

    async with begin() as work:
        await stream.handle(work, made.replaced())
        change = asyncio.create_task(stream.take(made.level(1, version=2)))
        await waits_for_a_lock(pool)
        await work.commit()
    await change
    await stream.sweep()

    assert await dispositions(begin) == {"f-1": "restrict"}


async def test_a_case_is_decided_on_the_level_that_is_just_being_replaced_with_the_new_one(
    stream: "Stream", made: "Events", begin: "Begin", pool: Database
) -> None:
    await stream.take(made.level(3))
    await stream.take(made.accepted())
    await stream.take(made.reviewed(kgce=0))

    async with begin() as work:
        await stream.handle(work, made.level(1, version=2))
        last = asyncio.create_task(stream.take(made.replaced()))
        await waits_for_a_lock(pool)
        await work.commit()
    await last

    assert await dispositions(begin) == {"f-1": "restrict"}


async def test_batches_that_name_the_same_filings_in_different_orders_do_not_wait_in_a_circle(
    stream: "Stream", made: "Events", begin: "Begin", pool: Database
) -> None:
    await stream.take(made.level(3))
    filings = [f"f-{number}" for number in range(1, 6)]

    async with begin() as work:
        await stream.handle(work, *(made.accepted(filing) for filing in filings))
        others = [
            asyncio.create_task(stream.take(*(made.reviewed(filing, kgce=0) for filing in reversed(filings)))),
            asyncio.create_task(stream.take(*(made.replaced(filing) for filing in [*filings[2:], *filings[:2]]))),
        ]
        await waits_for_a_lock(pool)
        await work.commit()
    await asyncio.gather(*others)

    assert await dispositions(begin) == dict.fromkeys(filings, "approve")
    async with begin() as work:
        assert await work.cases.get(FilingId("f-1")) is not None
