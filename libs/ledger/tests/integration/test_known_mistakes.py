"""Mistakes that registries of this kind have made, one test each."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import asyncpg
import pytest
from libs.ledger.tests.support.ledgers import (
    COUNTY,
    DAY,
    LEVELS,
    PROVINCE,
    amended,
    grant,
    group_of,
    hold,
    standing,
    verified,
)

from kernel.clock import CHINA_STANDARD_TIME, legal_day
from ledger.accounts import Balances, Standing
from ledger.entries import TransferId
from ledger.operations import Grant, Operation, Post, Reverse
from ledger.refusals import AlreadyVoided, InsufficientBalance
from ledger.store import AsOf, LedgerStore

if TYPE_CHECKING:
    from libs.ledger.tests.support.ledgers import Pool

    from ledger.store import Connection

pytestmark = pytest.mark.integration

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)


async def ask(pool: "Pool", *linked: Operation, at: datetime = NOON) -> None:
    await group_of(pool, lambda: at).submit(linked)


async def test_an_obligation_is_deducted_after_an_amendment_too(pool: "Pool", connection: "Connection") -> None:
    await ask(pool, grant())
    await ask(pool, hold("first", 100))

    await ask(pool, *amended("first", hold("second", 150)))
    await ask(pool, Post(TransferId("second"), DAY))

    assert await standing(connection) == dict.fromkeys(LEVELS, (1000, 0, 150))
    assert await verified(connection) is None


async def test_an_amended_quantity_is_held_and_cannot_be_spent_elsewhere(
    pool: "Pool", connection: "Connection"
) -> None:
    await ask(pool, grant(100))
    await ask(pool, hold("ours", 60))
    await ask(pool, *amended("ours", hold("ours amended", 90)))

    with pytest.raises(InsufficientBalance):
        await ask(pool, hold("theirs", 11))
    await ask(pool, hold("theirs", 10))
    with pytest.raises(InsufficientBalance):
        await ask(pool, *amended("ours amended", hold("ours amended again", 91)))

    assert await standing(connection) == dict.fromkeys(LEVELS, (100, 100, 0)), "a refused amendment loses nothing"
    assert await verified(connection) is None


async def test_a_second_amendment_replaces_the_first_and_not_the_original(
    pool: "Pool", connection: "Connection"
) -> None:
    await ask(pool, grant())
    await ask(pool, hold("original", 100))
    await ask(pool, *amended("original", hold("first", 150)))

    with pytest.raises(AlreadyVoided):
        await ask(pool, *amended("original", hold("second", 120)))
    await ask(pool, *amended("first", hold("second", 120)))

    assert await standing(connection) == dict.fromkeys(LEVELS, (1000, 120, 0))
    assert await verified(connection) is None


async def test_rounding_does_not_drift_over_a_thousand_postings(pool: "Pool", connection: "Connection") -> None:
    whole = 10**17 + 1
    await ask(pool, grant(whole))
    thirds = [whole // 3_000 + n % 2 for n in range(1_000)]
    group = group_of(pool)
    await asyncio.gather(*(group.submit([hold(f"h{n}", third)]) for n, third in enumerate(thirds)))
    used = [third - third // 3 for third in thirds]

    await asyncio.gather(
        *(
            group.submit([Post(TransferId(f"h{n}"), DAY, dict.fromkeys(LEVELS, amount))])
            for n, amount in enumerate(used)
        )
    )

    assert await standing(connection) == dict.fromkeys(LEVELS, (whole, 0, sum(used)))
    assert (await LedgerStore(connection).balances([COUNTY]))[COUNTY].available == whole - sum(used)
    assert await verified(connection) is None


async def test_the_balance_at_a_date_does_not_show_what_became_known_later(
    pool: "Pool", connection: "Connection"
) -> None:
    end_of_march, april, may = date(2026, 3, 31), datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
    await ask(pool, grant(), at=NOON)
    await ask(pool, hold("in time", 100, on=date(2026, 3, 15)), at=NOON)
    await ask(pool, hold("entered late", 30, on=date(2026, 3, 20)), at=april + timedelta(days=9))
    await ask(pool, hold("effective later", 7, on=date(2026, 4, 1)), at=april + timedelta(days=9))

    store = LedgerStore(connection)
    reported = (await store.balances_as_of([COUNTY], AsOf(end_of_march, april)))[COUNTY]
    restated = (await store.balances_as_of([COUNTY], AsOf(end_of_march, may)))[COUNTY]

    assert reported == Standing(1000, held=100)
    assert restated == Standing(1000, held=130)


async def test_an_amendment_that_turns_the_sign_does_not_keep_the_old_credit(
    pool: "Pool", connection: "Connection"
) -> None:
    await ask(pool, grant(100))
    await ask(pool, Grant(TransferId("trade"), {COUNTY: 50, PROVINCE: -50}, DAY, "bought"))

    turned = Grant(TransferId("turned"), {COUNTY: -50, PROVINCE: 50}, DAY, "sold")
    await ask(pool, Reverse(TransferId("trade"), DAY, ("甲", "乙"), "wrong way"), turned)

    found = await LedgerStore(connection).balances([COUNTY, PROVINCE])
    assert found == {COUNTY: Balances(50), PROVINCE: Balances(150)}
    assert await verified(connection) is None


async def test_an_amendment_that_changes_nothing_costs_nothing(pool: "Pool", connection: "Connection") -> None:
    await ask(pool, grant(100))
    await ask(pool, hold("first", 100))

    await ask(pool, *amended("first", hold("second", 100)))
    await ask(pool, *amended("first", hold("second", 100)))

    assert await standing(connection) == dict.fromkeys(LEVELS, (100, 100, 0))
    assert await verified(connection) is None


async def test_a_double_submit_makes_one_hold(pool: "Pool", connection: "Connection") -> None:
    await ask(pool, grant())
    groups = [group_of(pool) for _ in range(4)]

    made = await asyncio.gather(*(groups[n % 4].submit([hold("h", 60)]) for n in range(16)))

    assert sorted(map(len, made)) == [0] * 15 + [1]
    assert await standing(connection) == dict.fromkeys(LEVELS, (1000, 60, 0))
    assert await verified(connection) is None


async def test_a_correction_does_not_go_below_zero(pool: "Pool", connection: "Connection") -> None:
    await ask(pool, grant(100))
    await ask(pool, hold("h", 80))
    corrections: Sequence[Operation] = (
        grant(-21, id_="less"),
        Reverse(TransferId("grant"), DAY, ("甲", "乙"), "wrong envelope"),
    )

    for correction in corrections:
        with pytest.raises(InsufficientBalance) as refusal:
            await ask(pool, correction)
        assert refusal.value.available == 20

    await ask(pool, grant(-20, id_="less"))
    assert await standing(connection) == dict.fromkeys(LEVELS, (80, 80, 0))
    assert await verified(connection) is None


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati"])
async def test_an_effective_date_is_not_moved_by_a_time_zone(ledger: str, zone: str) -> None:
    # Half past midnight in China is still the day before in UTC.
    instant = datetime(2026, 2, 28, 16, 30, tzinfo=UTC)
    local = instant.astimezone(timezone(timedelta(hours=-8)))
    async with asyncpg.create_pool(ledger, min_size=1, max_size=2, server_settings={"TimeZone": zone}) as pool:
        for at, operation in (
            (instant, grant(on=legal_day(instant))),
            (instant.astimezone(CHINA_STANDARD_TIME) + timedelta(seconds=1), hold("h", 5, on=legal_day(local))),
        ):
            await ask(pool, operation, at=at)
        async with pool.acquire() as connection:
            store = LedgerStore(connection)
            (transfer,) = (await store.transfers([TransferId("h")])).values()
            known = instant + timedelta(seconds=1)

            assert transfer.first.effective_on == date(2026, 3, 1)
            assert await store.balances_as_of([COUNTY], AsOf(date(2026, 2, 28), known)) == {}
            assert await store.balances_as_of([COUNTY], AsOf(date(2026, 3, 1), known)) == {COUNTY: Standing(1000, 5)}
            assert await verified(connection) is None
