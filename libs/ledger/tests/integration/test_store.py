"""The ledger in a real PostgreSQL: locks, repetition, refusal of change, and verification."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from urllib.parse import urlsplit

import asyncpg
import pytest

from ledger.accounts import AccountId, Balances
from ledger.book import Book, Change, place_hold
from ledger.refusals import AlreadyPosted, InsufficientBalance, TransferExistsDifferent, UnknownAccount, UnknownTransfer
from ledger.store import LedgerStore, migrations
from ledger.transfers import Entry, Step, TransferId, TransferState
from ledger.verification import BalanceDiffers, Difference, EntryDiffers, EntryMissing, EntryOverdraws
from testkit.stack import Stack

pytestmark = pytest.mark.integration

COUNTY = AccountId("630121", "energy_calorific_kgce", "2026")
PREFECTURE = AccountId("630100", "energy_calorific_kgce", "2026")
PROVINCE = AccountId("630000", "energy_calorific_kgce", "2026")
LEVELS = (COUNTY, PREFECTURE, PROVINCE)
DAY = date(2026, 3, 1)
CONNECTIONS = 8

Connection = asyncpg.Connection
Work = Callable[[LedgerStore], Awaitable[Change]]


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture
async def ledger(database: str) -> str:
    async with connected(database) as connection:
        for file in sorted(migrations().glob("*.sql")):
            await connection.execute(file.read_text(encoding="utf-8"))
    return database


@pytest.fixture
async def connection(ledger: str) -> AsyncIterator[Connection]:
    async with connected(ledger) as opened:
        yield opened


async def within(connection: Connection, work: Work) -> Change:
    async with connection.transaction():
        return await work(LedgerStore(connection))


async def grant_each_level(connection: Connection, **amounts: int) -> None:
    for account, amount in zip(LEVELS, amounts.values(), strict=True):
        await within(
            connection,
            lambda store, a=account, n=amount: store.grant(TransferId(f"grant {a}"), a, n, effective_on=DAY),  # type: ignore[misc]
        )


async def hold(connection: Connection, transfer: str, amount: int, *accounts: AccountId) -> Change:
    return await within(
        connection,
        lambda store: store.hold(TransferId(transfer), dict.fromkeys(accounts, amount), effective_on=DAY),
    )


async def verified(connection: Connection) -> Difference | None:
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        return await LedgerStore(connection).verify()


async def balances_of(connection: Connection, *accounts: AccountId) -> list[Balances]:
    found = await LedgerStore(connection).balances(accounts)
    return [found[account] for account in accounts]


async def test_a_hold_lives_through_to_its_posting(connection: Connection) -> None:
    await grant_each_level(connection, county=1000, prefecture=2000, province=3000)
    await hold(connection, "h", 400, *LEVELS)

    book, entries = await within(connection, lambda store: store.post(TransferId("h"), effective_on=DAY))

    assert await balances_of(connection, *LEVELS) == [
        Balances(-1000, 600, 0, 400),
        Balances(-2000, 1600, 0, 400),
        Balances(-3000, 2600, 0, 400),
    ]
    assert await LedgerStore(connection).transfers([TransferId("h")]) == {
        TransferId("h"): book.transfers[TransferId("h")]
    }
    assert [entry.step for entry in entries] == [Step.POST] * 3
    assert await verified(connection) is None


@pytest.mark.parametrize("resolution", ["void", "expire"])
async def test_a_hold_given_back_is_available_again(connection: Connection, resolution: str) -> None:
    await grant_each_level(connection, county=1000, prefecture=2000, province=3000)
    await hold(connection, "h", 400, *LEVELS)

    await within(connection, lambda store: getattr(store, resolution)(TransferId("h"), effective_on=DAY))
    _, again = await within(connection, lambda store: getattr(store, resolution)(TransferId("h"), effective_on=DAY))

    assert await balances_of(connection, COUNTY) == [Balances(-1000, 1000)]
    assert again == ()
    assert await verified(connection) is None


async def test_a_reduced_grant_is_kept(connection: Connection) -> None:
    await grant_each_level(connection, county=1000, prefecture=2000, province=3000)

    await within(connection, lambda store: store.reduce_grant(TransferId("less"), COUNTY, 300, effective_on=DAY))

    assert await balances_of(connection, COUNTY) == [Balances(-700, 700)]
    assert await verified(connection) is None


async def test_linked_legs_are_taken_all_or_none_when_one_level_is_short(connection: Connection) -> None:
    await grant_each_level(connection, county=1000, prefecture=399, province=3000)

    with pytest.raises(InsufficientBalance) as refusal:
        await hold(connection, "h", 400, *LEVELS)

    assert refusal.value.account == PREFECTURE
    assert [b.held for b in await balances_of(connection, *LEVELS)] == [0, 0, 0]
    assert await LedgerStore(connection).transfers([TransferId("h")]) == {}
    assert await verified(connection) is None


async def test_what_does_not_exist_is_refused_by_name(connection: Connection) -> None:
    with pytest.raises(UnknownAccount):
        await hold(connection, "h", 1, COUNTY)
    with pytest.raises(UnknownTransfer):
        await within(connection, lambda store: store.post(TransferId("h"), effective_on=DAY))
    assert await LedgerStore(connection).balances([COUNTY]) == {}


async def test_concurrent_holds_never_overdraw_one_account(ledger: str, connection: Connection) -> None:
    await grant_each_level(connection, county=100, prefecture=1000, province=1000)

    async def take(worker: int) -> int:
        taken = 0
        async with connected(ledger) as own:
            for n in range(10):
                try:
                    # Half ask for the levels from below, half from above: the store, not the caller, keeps the order.
                    await hold(own, f"h{worker}-{n}", 7, *(LEVELS if worker % 2 else reversed(LEVELS)))
                except InsufficientBalance:
                    continue
                taken += 1
        return taken

    taken = sum(await asyncio.gather(*(take(worker) for worker in range(CONNECTIONS))))

    assert taken == 14
    assert [b.held for b in await balances_of(connection, *LEVELS)] == [98, 98, 98]
    assert await verified(connection) is None


async def test_accounts_are_locked_in_the_order_of_their_texts_however_they_are_stored(
    ledger: str, connection: Connection
) -> None:
    # Granted, and so stored, from the county up; in the order of the texts the province comes first.
    await grant_each_level(connection, county=1000, prefecture=2000, province=3000)
    lock = "SELECT id FROM ledger_account WHERE id = $1 FOR UPDATE SKIP LOCKED"

    async with connected(ledger) as other:
        async with connection.transaction():
            await connection.execute(lock, str(PROVINCE))
            waiting = asyncio.create_task(hold(other, "h", 400, *LEVELS))
            await until_blocked(connection, other)
            county_is_free = await connection.fetchval(lock, str(COUNTY)) == str(COUNTY)
        await waiting

    assert county_is_free
    assert [b.held for b in await balances_of(connection, *LEVELS)] == [400, 400, 400]


async def until_blocked(connection: Connection, other: Connection) -> None:
    blocked = "SELECT cardinality(pg_blocking_pids($1)) > 0"
    async with asyncio.timeout(10):
        while not await connection.fetchval(blocked, other.get_server_pid()):
            await asyncio.sleep(0.01)


async def test_a_retry_after_a_lost_answer_makes_one_hold(ledger: str, connection: Connection) -> None:
    await grant_each_level(connection, county=1000, prefecture=2000, province=3000)
    async with connected(ledger) as lost:
        first, _ = await hold(lost, "h", 400, *LEVELS)

    again, entries = await hold(connection, "h", 400, *LEVELS)

    assert again.transfers == first.transfers
    assert entries == ()
    assert [b.held for b in await balances_of(connection, *LEVELS)] == [400, 400, 400]


async def test_one_request_sent_by_all_at_once_is_done_once(ledger: str, connection: Connection) -> None:
    async def ask(_: int) -> tuple[Entry, ...]:
        async with connected(ledger) as own:
            await within(own, lambda store: store.grant(TransferId("g"), COUNTY, 1000, effective_on=DAY))
            return (await hold(own, "h", 400, COUNTY))[1]

    made = await asyncio.gather(*(ask(n) for n in range(CONNECTIONS)))

    assert sorted(len(entries) for entries in made) == [0] * (CONNECTIONS - 1) + [1]
    assert await balances_of(connection, COUNTY) == [Balances(-1000, 600, 400)]
    assert await verified(connection) is None


async def test_one_hold_resolved_in_two_ways_at_once_is_resolved_once(ledger: str, connection: Connection) -> None:
    await grant_each_level(connection, county=1000, prefecture=2000, province=3000)
    await hold(connection, "h", 400, *LEVELS)

    async def resolve(n: int) -> object:
        async with connected(ledger) as own:
            name = ("post", "void", "expire")[n % 3]
            return await within(own, lambda store: getattr(store, name)(TransferId("h"), effective_on=DAY))

    answers = await asyncio.gather(*(resolve(n) for n in range(6)), return_exceptions=True)

    assert sum(isinstance(answer, tuple) and answer[1] != () for answer in answers) == 1
    assert sum(isinstance(answer, Exception) for answer in answers) == 4
    assert await verified(connection) is None


async def test_an_id_taken_meanwhile_by_another_body_is_refused(ledger: str, connection: Connection) -> None:
    async def open_account(account: AccountId) -> object:
        async with connected(ledger) as own:
            return await within(own, lambda store: store.grant(TransferId("g"), account, 1000, effective_on=DAY))

    answers = await asyncio.gather(*map(open_account, LEVELS), return_exceptions=True)

    assert sum(isinstance(answer, TransferExistsDifferent) for answer in answers) == 2
    assert len(await LedgerStore(connection).list_balances()) == 1
    assert await verified(connection) is None


async def test_one_transaction_carries_hundreds_of_holds_and_their_resolutions(connection: Connection) -> None:
    await grant_each_level(connection, county=250, prefecture=1000, province=1000)
    refused, entries = 0, list[Entry]()

    async with connection.transaction():
        store = LedgerStore(connection)
        ids = [TransferId(f"h{n}") for n in range(300)]
        before = after = await store.book_for(LEVELS, ids)
        for transfer in ids:
            try:
                after, made = place_hold(after, transfer, dict.fromkeys(LEVELS, 1), effective_on=DAY)
            except InsufficientBalance:
                refused += 1
            else:
                entries += made
        await store.save(before, after, entries)

    assert refused == 50
    assert await balances_of(connection, COUNTY) == [Balances(-250, 0, 250)]
    assert await connection.fetchval("SELECT count(*) FROM ledger_entry") == 3 + 750
    assert await connection.fetchval("SELECT count(DISTINCT known_at) FROM ledger_entry WHERE step = 'hold'") == 1
    assert await verified(connection) is None


async def test_accounts_are_listed_below_an_owner_page_by_page(connection: Connection) -> None:
    await grant_each_level(connection, county=1, prefecture=2, province=3)
    store = LedgerStore(connection)

    first = await store.list_balances("6301", limit=1)
    second = await store.list_balances("6301", after=next(iter(first)), limit=1)

    assert [*first, *second] == [PREFECTURE, COUNTY]
    assert list(await store.list_balances()) == [PROVINCE, PREFECTURE, COUNTY]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entry SET amount = 1",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry CASCADE",
        "UPDATE ledger_transfer_leg SET amount = 1",
        "DELETE FROM ledger_transfer_leg",
        "TRUNCATE ledger_transfer_leg CASCADE",
        "DELETE FROM ledger_transfer",
        "TRUNCATE ledger_transfer CASCADE",
        "UPDATE ledger_transfer SET state = 'pending', resolved_on = NULL WHERE id = 'h'",
        "UPDATE ledger_transfer SET state = 'voided' WHERE id = 'h'",
        "UPDATE ledger_transfer SET effective_on = '2020-01-01' WHERE id = 'h'",
    ],
)
async def test_what_is_written_is_never_changed(connection: Connection, change: str) -> None:
    await grant_each_level(connection, county=1000, prefecture=2000, province=3000)
    await hold(connection, "h", 400, *LEVELS)
    await within(connection, lambda store: store.post(TransferId("h"), effective_on=DAY))

    with pytest.raises(asyncpg.RestrictViolationError):
        await connection.execute(change)

    assert await verified(connection) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_account SET available = -1, source = source + available + 1",
        "UPDATE ledger_account SET available = available + 1",
        "UPDATE ledger_account SET source = 1, available = -held - posted - 1",
    ],
)
async def test_the_schema_itself_refuses_an_impossible_balance(connection: Connection, change: str) -> None:
    await grant_each_level(connection, county=1000, prefecture=2000, province=3000)

    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(change)


Tamper = Callable[[str], Awaitable[object]]


@pytest.fixture
async def tamper(postgres_server: Stack, ledger: str) -> AsyncIterator[Tamper]:
    """Changes rows as a superuser who switches the triggers and the foreign keys off."""
    superuser = await asyncpg.connect(postgres_server.postgres_admin_dsn, database=urlsplit(ledger).path.lstrip("/"))
    await superuser.execute("SET session_replication_role = replica")
    yield superuser.execute
    await superuser.close()


@pytest.mark.parametrize(
    ("change", "expected", "seq"),
    [
        ("UPDATE ledger_entry SET amount = 399 WHERE seq = 5", EntryDiffers, 5),
        ("UPDATE ledger_entry SET effective_on = '2026-03-02' WHERE seq IN (5, 6)", EntryDiffers, 5),
        ("UPDATE ledger_entry SET account_id = '630200/energy_calorific_kgce/2026' WHERE seq = 5", EntryDiffers, 5),
        (
            "UPDATE ledger_transfer_leg SET amount = 399 WHERE transfer_id = 'h' AND account_id ^@ '630100'",
            EntryDiffers,
            5,
        ),
        ("DELETE FROM ledger_transfer WHERE id = 'h'", EntryDiffers, 4),
        ("UPDATE ledger_transfer SET state = 'voided' WHERE id = 'h'", EntryDiffers, 7),
        ("DELETE FROM ledger_entry WHERE seq = 5", EntryOverdraws, 8),
        ("DELETE FROM ledger_entry WHERE seq IN (5, 8)", EntryMissing, None),
        ("DELETE FROM ledger_entry WHERE seq = 9", EntryMissing, None),
        (
            "UPDATE ledger_account SET posted = 399, available = available + 1 WHERE id ^@ '630121'",
            BalanceDiffers,
            None,
        ),
        ("DELETE FROM ledger_account WHERE id ^@ '630121'", BalanceDiffers, None),
    ],
)
async def test_tampering_with_one_row_is_found_and_named(
    connection: Connection, tamper: Tamper, change: str, expected: type[Difference], seq: int | None
) -> None:
    # Entries 1 to 3 grant from the county up, 4 to 6 hold and 7 to 9 post in the order of the accounts' texts.
    await grant_each_level(connection, county=1000, prefecture=2000, province=3000)
    await hold(connection, "h", 400, *LEVELS)
    await within(connection, lambda store: store.post(TransferId("h"), effective_on=DAY))
    assert await verified(connection) is None

    await tamper(change)
    difference = await verified(connection)

    assert isinstance(difference, expected)
    assert getattr(difference, "seq", None) == seq


async def test_verification_wants_one_instant(connection: Connection) -> None:
    async with connection.transaction():
        with pytest.raises(RuntimeError, match="REPEATABLE READ"):
            await LedgerStore(connection).verify()


async def test_a_transfer_whose_body_was_changed_is_not_used(connection: Connection, tamper: Tamper) -> None:
    await grant_each_level(connection, county=1000, prefecture=2000, province=3000)
    await hold(connection, "h", 400, COUNTY)
    await tamper("UPDATE ledger_transfer_leg SET amount = 1 WHERE transfer_id = 'h'")

    with pytest.raises(AssertionError, match="was changed in the database"):
        await within(connection, lambda store: store.post(TransferId("h"), effective_on=DAY))


async def test_posting_again_on_another_day_is_refused(connection: Connection) -> None:
    await grant_each_level(connection, county=1000, prefecture=2000, province=3000)
    await hold(connection, "h", 400, COUNTY)
    book, _ = await within(connection, lambda store: store.post(TransferId("h"), effective_on=DAY))

    with pytest.raises(AlreadyPosted):
        await within(connection, lambda store: store.post(TransferId("h"), effective_on=date(2026, 3, 2)))

    assert isinstance(book, Book)
    assert book.transfers[TransferId("h")].state is TransferState.POSTED
