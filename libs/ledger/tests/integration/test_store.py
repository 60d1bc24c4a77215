"""The ledger in a real PostgreSQL: batches, locks, what is refused, and what was known when."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import asyncpg
import pytest
from libs.ledger.tests.support.ledgers import (
    COUNTY,
    DAY,
    LEVELS,
    PREFECTURE,
    PROVINCE,
    apply,
    grant,
    hold,
    verified,
)

from ledger.accounts import AccountId, Balances, Standing
from ledger.entries import TransferId
from ledger.operations import AllowOverdraft, Close, Expire, Grant, Hold, Post, Reverse, Spend
from ledger.refusals import InsufficientBalance
from ledger.store import AsOf, LedgerStore
from ledger.transfers import TransferState
from ledger.verification import verify

if TYPE_CHECKING:
    from ledger.store import Connection

pytestmark = pytest.mark.integration

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)


def at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


async def test_a_hold_lives_through_to_its_posting(connection: "Connection") -> None:
    await apply(connection, at(0), grant())
    await apply(connection, at(1), hold("h", 400))

    await apply(connection, at(2), Post(TransferId("h"), DAY, {COUNTY: 400, PREFECTURE: 399}))

    store = LedgerStore(connection)
    assert await store.balances(LEVELS) == {
        COUNTY: Balances(1000, 0, 400),
        PREFECTURE: Balances(1000, 0, 399),
        PROVINCE: Balances(1000),
    }
    (transfer,) = (await store.transfers([TransferId("h"), TransferId("unknown")])).values()
    assert (transfer.state, transfer.release is not None) == (TransferState.POSTED, True)
    assert await verified(connection) is None


async def test_a_book_has_the_accounts_that_its_transfers_touch(connection: "Connection") -> None:
    await apply(connection, at(0), grant())
    await apply(connection, at(1), hold("h", 400, COUNTY, PROVINCE))

    book = await LedgerStore(connection).load([], [TransferId("h")])

    assert book.accounts == {COUNTY: Balances(1000, 400), PROVINCE: Balances(1000, 400)}
    assert list(book.transfers) == [TransferId("h")]


async def test_every_kind_of_entry_is_read_back_as_it_was_made(connection: "Connection") -> None:
    made = await apply(
        connection,
        at(0),
        Grant(TransferId("g"), {COUNTY: 100}, DAY, "国发〔2025〕31号, {a,b} 'x' \\N null"),
        Hold(TransferId("h"), {COUNTY: 10}, DAY, date(2026, 9, 1), "note"),
        Spend(TransferId("s"), {COUNTY: 5}, DAY),
        Reverse(TransferId("s"), DAY, ("甲, 乙", '{"丙"}'), "wrong"),
        AllowOverdraft(TransferId("o"), COUNTY, 3, DAY, "policy"),
        Close(TransferId("c"), COUNTY, DAY, "audit"),
        Expire(TransferId("h"), date(2026, 9, 1)),
    )

    found = await LedgerStore(connection).transfers([entry.transfer for entry in made])

    parts = [part for t in found.values() for part in (t.first, t.resolution, t.release, t.reversal) if part]
    assert sorted(parts, key=repr) == sorted(made, key=repr)
    assert (await LedgerStore(connection).balances([COUNTY]))[COUNTY] == Balances(100, overdraft=3, closed=True)
    assert await verified(connection) is None


async def test_nothing_is_written_when_nothing_was_done(connection: "Connection") -> None:
    await apply(connection, at(0), grant())

    assert await apply(connection, at(1), grant()) == ()

    assert await LedgerStore(connection).last_batch() == 1


async def test_a_book_that_was_outpaced_is_not_written(ledger: str, connection: "Connection") -> None:
    await apply(connection, at(0), grant())
    store = LedgerStore(connection)
    slow = await store.load(LEVELS)
    slow.apply(hold("slow", 600))
    await apply(connection, at(1), hold("fast", 600))

    with pytest.raises(asyncpg.SerializationError):
        await store.save(slow, at(2))

    again = await store.load(LEVELS)
    with pytest.raises(InsufficientBalance):
        again.apply(hold("slow", 600))
    assert await verified(connection) is None


async def test_an_id_that_was_not_looked_for_is_not_used_twice(connection: "Connection") -> None:
    await apply(connection, at(0), grant())
    await apply(connection, at(1), hold("h", 400))
    store = LedgerStore(connection)
    book = await store.load(LEVELS)
    book.apply(hold("h", 400))

    with pytest.raises(asyncpg.UniqueViolationError):
        await store.save(book, at(2))

    assert (await store.balances([COUNTY]))[COUNTY] == Balances(1000, 400)
    assert await store.last_batch() == 2
    assert await verified(connection) is None


async def test_an_account_is_opened_once_by_two_who_did_not_know_of_each_other(connection: "Connection") -> None:
    store = LedgerStore(connection)
    first, second = await store.load([COUNTY]), await store.load([COUNTY])
    first.apply(grant(10, COUNTY, id_="first"))
    second.apply(grant(20, COUNTY, id_="second"))
    await store.save(first, at(0))

    with pytest.raises((asyncpg.SerializationError, asyncpg.UniqueViolationError)):
        await store.save(second, at(1))

    assert await store.balances([COUNTY]) == {COUNTY: Balances(10)}


async def test_who_opens_a_book_is_not_overtaken(ledger: str, connection: "Connection") -> None:
    await apply(connection, at(0), grant())
    other = await asyncpg.connect(ledger)
    store = LedgerStore(connection)

    async with connection.transaction():
        book = await store.open(LEVELS)
        waiting = asyncio.create_task(apply(other, at(1), hold("later", 600)))
        await until_blocked(connection, other)
        book.apply(hold("first", 600))
        await store.save(book, at(2))
    with pytest.raises(InsufficientBalance):
        await waiting

    await other.close()
    assert (await store.balances([COUNTY]))[COUNTY].held == 600


async def until_blocked(connection: "Connection", other: "Connection") -> None:
    blocked = "SELECT cardinality(pg_blocking_pids($1)) > 0"
    async with asyncio.timeout(10):
        while not await connection.fetchval(blocked, other.get_server_pid()):
            await asyncio.sleep(0.01)


async def test_what_the_caller_rolls_back_was_never_there(connection: "Connection") -> None:
    await apply(connection, at(0), grant())
    store = LedgerStore(connection)
    transaction = connection.transaction()
    await transaction.start()
    book = await store.open(LEVELS)
    book.apply(hold("h", 600))
    await store.save(book, at(1))

    await transaction.rollback()

    assert (await store.balances([COUNTY]))[COUNTY] == Balances(1000)
    assert await store.last_batch() == 1
    assert await verified(connection) is None


async def test_a_clock_that_is_put_back_does_not_reorder_the_log(connection: "Connection") -> None:
    for n, seconds in enumerate((10, 10, 5, 11)):
        await apply(connection, at(seconds), grant(1, COUNTY, id_=f"g{n}"))

    known = [batch.known_at for batch in await LedgerStore(connection).batches(0, 10)]

    assert known == [at(10), at(10) + timedelta(microseconds=1), at(10) + timedelta(microseconds=2), at(11)]
    assert await verified(connection) is None


async def test_what_is_due_comes_oldest_first_and_only_while_pending(connection: "Connection") -> None:
    holds = [Hold(TransferId(f"h{n}"), {COUNTY: 1}, DAY, DAY + timedelta(days=n % 4)) for n in range(8)]
    await apply(connection, at(0), grant(), *holds, Hold(TransferId("never"), {COUNTY: 1}, DAY))
    await apply(connection, at(1), Post(TransferId("h1"), DAY))
    store = LedgerStore(connection)

    assert await store.due(DAY - timedelta(days=1), 10) == []
    assert await store.due(DAY + timedelta(days=1), 10) == ["h0", "h4", "h5"]
    assert await store.due(DAY + timedelta(days=9), 2) == ["h0", "h4"]


async def test_accounts_are_listed_below_an_owner_page_by_page(connection: "Connection") -> None:
    carbon = AccountId("630121", "carbon_kgco2", "2026")
    await apply(connection, at(0), grant(7, *LEVELS, carbon))
    await apply(connection, at(1), hold("h", 3, COUNTY))
    store = LedgerStore(connection)

    first = await store.list_balances("6301", limit=2)
    second = await store.list_balances("6301", after=list(first)[-1], limit=2)
    energy = await store.list_balances(instrument="energy_kgce")
    then = await store.list_balances("6301", as_of=AsOf(DAY, at(0)))

    assert [*first, *second] == [PREFECTURE, carbon, COUNTY]
    assert list(energy) == [PROVINCE, PREFECTURE, COUNTY]
    assert then == {PREFECTURE: Standing(7), carbon: Standing(7), COUNTY: Standing(7)}
    assert await store.list_balances("6301", after=COUNTY) == {}


async def test_the_balance_of_every_day_as_known_at_every_instant_is_the_sum_of_what_was_known(
    connection: "Connection",
) -> None:
    days = [DAY + timedelta(days=n) for n in (5, 0, 9, 3, 5, 1, 7, 0)]
    written: list[tuple[date, datetime, int]] = []
    await apply(connection, at(0), grant(1000, COUNTY, on=days[0] - timedelta(days=30)))
    for n, day in enumerate(days, start=1):
        other = days[-n]
        await apply(connection, at(n), hold(f"a{n}", n, COUNTY, on=day), hold(f"b{n}", 10 * n, COUNTY, on=other))
        written += [(day, at(n), n), (other, at(n), 10 * n)]
    store = LedgerStore(connection)

    for offset in range(-1, 12):
        for n in range(len(days) + 1):
            day = DAY + timedelta(days=offset)
            found = await store.balances_as_of([COUNTY, PROVINCE], AsOf(day, at(n)))
            held = sum(amount for on, known, amount in written if on <= day and known <= at(n))
            assert found == {COUNTY: Standing(1000, held)}, (day, n)
    assert await store.balances_as_of([COUNTY], AsOf(DAY, at(-1))) == {}


@pytest.mark.parametrize(
    "change", ["held = 1001", "granted = -1", "posted = -1", "overdraft = -1", "granted = 1000000000000000001"]
)
async def test_the_schema_itself_refuses_an_impossible_balance(connection: "Connection", change: str) -> None:
    await apply(connection, at(0), grant())

    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(f"UPDATE ledger_account SET {change}")


@pytest.mark.parametrize("change", ["no = 9 WHERE no = 1", "id = 'a/b/' WHERE no = 1"])
async def test_an_account_keeps_its_number_and_its_id(connection: "Connection", change: str) -> None:
    await apply(connection, at(0), grant())

    with pytest.raises(asyncpg.RestrictViolationError):
        await connection.execute(f"UPDATE ledger_account SET {change}")


async def test_verification_wants_one_instant(connection: "Connection") -> None:
    async with connection.transaction():
        with pytest.raises(RuntimeError, match="REPEATABLE READ"):
            await verify(connection)
