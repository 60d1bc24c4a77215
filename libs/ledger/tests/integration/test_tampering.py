"""Whoever changes one row behind the ledger's back is found, and what he changed is named."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import asyncpg
import pytest
from libs.ledger.tests.support.ledgers import COUNTY, DAY, LEVELS, apply, grant, hold, verified

from kernel.errors import DomainError
from ledger.differences import (
    BalanceDiffers,
    BatchDiffers,
    Difference,
    EntryDiffers,
    LogShortened,
    PastBalanceDiffers,
)
from ledger.entries import TransferId
from ledger.operations import AllowOverdraft, Close, Expire, Hold, Operation, Post, Reopen, Reverse, Spend, Void
from ledger.second_book import SecondBook
from ledger.store import LedgerStore
from ledger.verification import follow, verify

if TYPE_CHECKING:
    from ledger.store import Connection

pytestmark = pytest.mark.integration

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
PLACES = 2
"""Random rows that each change is tried on."""
Row = asyncpg.Record


async def random_ledger(connection: "Connection", chance: random.Random) -> None:
    """Every step, over several days, some of them in the past."""
    await apply(connection, NOON, grant(100_000))
    holds = [f"h{n}" for n in range(15)]
    for n, name in enumerate(holds, start=1):
        day = DAY + timedelta(days=chance.randrange(5))
        first = Hold(TransferId(name), dict.fromkeys(LEVELS[: 1 + n % 3], n), day, day, "依据")
        earlier = TransferId(chance.choice(holds[:n]))
        endings: list[Operation] = [Post(earlier, day), Post(earlier, day, {COUNTY: 1}), Void(earlier, day)]
        others: list[Operation] = [
            Reverse(earlier, day, ("甲", "乙"), "x"),
            Spend(TransferId(f"s{n}"), {COUNTY: n}, day),
        ]
        asked = [first, chance.choice([*endings, Expire(earlier, day)]), chance.choice(others)]
        for operation in asked:
            try:
                await apply(connection, NOON + timedelta(seconds=n), operation)
            except DomainError:
                continue
    await apply(connection, NOON, AllowOverdraft(TransferId("o"), COUNTY, 9, DAY, "policy"))
    await apply(connection, NOON, Close(TransferId("c"), COUNTY, DAY, "x"), Reopen(TransferId("r"), COUNTY, DAY, "x"))


class Tamper(NamedTuple):
    """`change` is SQL about one row of `table`, `t`; `named` tells whether a difference names that row."""

    table: str
    change: str
    named: Callable[[Difference, Row], bool]
    where: str = "true"
    found_by_follow: bool = True


def names_entry(difference: Difference, row: Row) -> bool:
    if not isinstance(difference, EntryDiffers):
        return False
    named = {(e.transfer, e.stage) for e in (difference.recorded, difference.logged) if e}
    return bool({(row["transfer_id"], row["stage"]), ("zz", row["stage"])} & named)


def names_a_reversal(difference: Difference, row: Row) -> bool:
    entry = difference.recorded if isinstance(difference, EntryDiffers) else None
    return entry is not None and (entry.transfer, entry.stage) == (row["transfer_id"], 3)


def names_account(difference: Difference, row: Row) -> bool:
    return isinstance(difference, BalanceDiffers) and str(difference.account) in {row["id"], STRANGER}


def names_balance(difference: Difference, row: Row) -> bool:
    return isinstance(difference, PastBalanceDiffers) and str(difference.account) == row["name"]


def names_the_day_and_batch(difference: Difference, row: Row) -> bool:
    return (
        isinstance(difference, PastBalanceDiffers)
        and str(difference.account) == row["name"]
        and (difference.effective_on, difference.batch) == (row["effective_on"], row["batch"])
    )


def names_no_account(difference: Difference, _row: Row) -> bool:
    return isinstance(difference, PastBalanceDiffers) and difference.account.owner == "unknown-999"


def names_batch(difference: Difference, row: Row) -> bool:
    return isinstance(difference, BatchDiffers | EntryDiffers) and difference.batch == row["no"]


def names_an_entry_of_the_batch(difference: Difference, row: Row) -> bool:
    return isinstance(difference, EntryDiffers) and difference.batch == row["no"]


def names_the_last_batch(difference: Difference, _row: Row) -> bool:
    return isinstance(difference, BatchDiffers | EntryDiffers)


CONTENT = "accounts, amounts, effective_on, expires_on, signers, note"
UNREVERSED = (
    "step = 'spend' AND NOT EXISTS (SELECT FROM ledger_entry AS r WHERE r.transfer_id = t.transfer_id AND stage = 3)"
)
STRANGER = "999999/energy_kgce/2026"
OTHER_AMOUNT = r"convert_to(regexp_replace(convert_from(text, 'UTF8'), '(\d+)(\}\t\d{4}-)', '\19\2'), 'UTF8')"
OTHER_NAME = "convert_to(replace(convert_from(text, 'UTF8'), '630', '639'), 'UTF8')"
LAST_LINE_GONE = r"convert_to(regexp_replace(convert_from(text, 'UTF8'), '\n[^\n]+$', ''), 'UTF8')"
LINE_MORE = r"text || convert_to(E'\nzz\t0\tgrant\t{1}\t{5}\t2026-03-01\t\t\t', 'UTF8')"
LATER_BATCHES = "no < (SELECT max(no) FROM ledger_batch)"
SEVERAL_ENTRIES = "(SELECT count(*) FROM ledger_entry AS e WHERE e.batch = t.no) > 1"

TAMPERS = [
    *(Tamper("ledger_entry", f"UPDATE t SET {change}", names_entry) for change in (
        "transfer_id = transfer_id || 'x'", "batch = batch + 1", "batch = batch + 1000",
        "accounts[1] = accounts[1] % 3 + 1", "accounts[1] = 999", "amounts[1] = amounts[1] + 1", "amounts[1] = NULL",
        "effective_on = effective_on + 1", "expires_on = coalesce(expires_on, effective_on) + 1", "note = note || 'x'",
        "signers = signers[1:1] || 'x'::text",
    )),
    *(Tamper("ledger_entry", f"UPDATE t SET {change}", names_entry, where) for change, where in (
        ("step = CASE step WHEN 'hold' THEN 'spend' ELSE 'hold' END", "stage = 0"),
        ("step = CASE step WHEN 'void' THEN 'post' ELSE 'void' END", "stage = 1"),
        ("stage = 2, step = 'release'", "step = 'void'"),
        ("step = 'reverse_grant'", "step = 'reverse_post'"),
    )),
    Tamper("ledger_entry", "DELETE FROM t", names_entry),
    *(Tamper("ledger_entry", f"INSERT INTO t SELECT 'zz', stage, step, {batch}, {CONTENT} FROM t", names_entry,
             found_by_follow=False) for batch in ("batch", "batch + 1", "1000")),
    Tamper("ledger_entry", "INSERT INTO t SELECT transfer_id, 3, 'reverse_post', batch, accounts, amounts, "
           "effective_on, NULL, '{甲,乙}', '' FROM t", names_a_reversal, UNREVERSED),

    *(Tamper("ledger_account", change, names_account) for change in (
        *(f"UPDATE t SET {column} = {column} + 1" for column in ("granted", "held", "posted", "overdraft")),
        "UPDATE t SET no = no + 100", "UPDATE t SET closed = NOT closed", f"UPDATE t SET id = '{STRANGER}'",
        "DELETE FROM t", f"INSERT INTO t SELECT no + 100, '{STRANGER}', 0, 0, 0, 0, false FROM t",
    )),

    *(Tamper("ledger_balance", change, names_the_day_and_batch) for change in (
        *(f"UPDATE t SET {column} = {column} + 1" for column in ("granted", "held", "posted", "overdraft")),
        "UPDATE t SET account = 999", "UPDATE t SET effective_on = effective_on + 100",
        "UPDATE t SET batch = batch + 1000", "DELETE FROM t",
    )),
    *(Tamper("ledger_balance", f"INSERT INTO t SELECT account, {day}, {batch}, granted, held, posted, overdraft FROM t",
             names_balance, found_by_follow=False)
      for day, batch in (("effective_on", "1000"), ("effective_on + 100", "batch"), ("effective_on - 100", "batch"))),
    Tamper("ledger_balance", "INSERT INTO t SELECT 999, effective_on, batch, granted, held, posted, overdraft FROM t",
           names_no_account, found_by_follow=False),

    *(Tamper("ledger_day", change, names_balance, found_by_follow=False) for change in (
        "UPDATE t SET effective_on = effective_on + 100", "UPDATE t SET since_batch = since_batch + 1", "DELETE FROM t",
        "INSERT INTO t SELECT account, effective_on + 100, since_batch FROM t",
    )),
    Tamper("ledger_day", "UPDATE t SET account = 999", names_balance, found_by_follow=False),
    Tamper("ledger_day", "INSERT INTO t SELECT 999, effective_on, since_batch FROM t", names_no_account,
           found_by_follow=False),

    *(Tamper("ledger_batch", f"UPDATE t SET {change}", names_batch) for change in (
        "no = no + 1000", "known_at = known_at + interval '1 hour'", r"text = '\xff'::bytea",
        f"text = {LAST_LINE_GONE}", "digest = sha256(digest)",
    )),
    Tamper("ledger_batch", f"UPDATE t SET text = {OTHER_NAME}", names_batch, "no = 1"),
    Tamper("ledger_batch", f"UPDATE t SET text = {OTHER_AMOUNT}", names_an_entry_of_the_batch),
    Tamper("ledger_batch", f"UPDATE t SET text = {LINE_MORE}", names_an_entry_of_the_batch),
    Tamper("ledger_batch", f"UPDATE t SET text = {LAST_LINE_GONE}", names_an_entry_of_the_batch, SEVERAL_ENTRIES),
    Tamper("ledger_batch", "DELETE FROM t", names_an_entry_of_the_batch, LATER_BATCHES),
    Tamper("ledger_batch", "DELETE FROM t", names_an_entry_of_the_batch, f"NOT {LATER_BATCHES}", found_by_follow=False),
    Tamper("ledger_batch", "INSERT INTO t SELECT no + 1000, known_at + interval '9 hours', text, digest FROM t",
           names_the_last_batch, found_by_follow=False),
]  # fmt: skip
COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = $1"
TABLES = ("ledger_entry", "ledger_account", "ledger_balance", "ledger_day", "ledger_batch")


@pytest.mark.parametrize("table", TABLES)
async def test_a_row_that_was_changed_deleted_or_inserted_is_found_and_named(
    connection: "Connection", superuser: "Connection", table: str
) -> None:
    seed = random.SystemRandom().randrange(10**9)
    chance = random.Random(seed)
    await random_ledger(connection, chance)
    assert await verified(connection) is None

    for tamper in (one for one in TAMPERS if one.table == table):
        rows = await rows_of(superuser, tamper)
        for row in chance.sample(rows, min(PLACES, len(rows))):
            difference, followed = await found(superuser, tamper, row)
            case = f"seed {seed}: {tamper.change} at {row}"
            assert difference is not None, case
            assert tamper.named(difference, row), f"{case} led to {difference.text().en}"
            assert not tamper.found_by_follow or followed == difference, f"{case}: followed {followed}"


@pytest.mark.parametrize("table", TABLES)
async def test_every_column_is_tampered_with(connection: "Connection", table: str) -> None:
    columns = [row["column_name"] for row in await connection.fetch(COLUMNS, table)]
    changed = " ".join(one.change for one in TAMPERS if one.table == table and one.change.startswith("UPDATE"))

    assert columns
    assert [column for column in columns if f" {column} = " not in changed and f" {column}[1] = " not in changed] == []


async def rows_of(superuser: "Connection", tamper: Tamper) -> list[Row]:
    account = "(SELECT id FROM ledger_account AS a WHERE a.no = t.account)"
    name = account if tamper.table in ("ledger_balance", "ledger_day") else "''"
    return await superuser.fetch(f"SELECT t.*, t.ctid, {name} AS name FROM {tamper.table} AS t WHERE {tamper.where}")


async def found(superuser: "Connection", tamper: Tamper, row: Row) -> tuple[Difference | None, Difference | None]:
    """What `verify` finds, and what one finds who had read the log until just before the row."""
    read = SecondBook()
    batches = [row[name] - 1 for name in ("batch", "no") if name in row.keys() and tamper.table != "ledger_account"]  # noqa: SIM118
    for batch in await LedgerStore(superuser).batches(0, *batches[:1] or [1000]):
        assert read.numbered(batch) is None
        read.enter(batch)
    transaction = superuser.transaction(isolation="repeatable_read")
    await transaction.start()
    try:
        change = tamper.change.replace(" t ", f" {tamper.table} ").replace(" FROM t", f" FROM {tamper.table}")
        await superuser.execute(f"{change} WHERE ctid = $1", row["ctid"])
        return await verify(superuser), await follow(superuser, read)
    finally:
        await transaction.rollback()


async def test_a_log_that_was_cut_at_its_end_is_noticed_by_who_had_read_it(
    connection: "Connection", superuser: "Connection"
) -> None:
    await apply(connection, NOON, grant())
    await apply(connection, NOON, hold("h", 1))
    book = SecondBook()
    async with connection.transaction(isolation="repeatable_read"):
        assert await follow(connection, book) is None
    await superuser.execute("DELETE FROM ledger_batch WHERE no = 2")

    async with connection.transaction(isolation="repeatable_read"):
        assert await follow(connection, book) == LogShortened(2, 1)


async def test_who_follows_reads_only_what_is_new(connection: "Connection") -> None:
    book = SecondBook()
    for n in range(3):
        await apply(connection, NOON, grant(1, COUNTY, id_=f"g{n}"))
        async with connection.transaction(isolation="repeatable_read"):
            assert await follow(connection, book) is None
        assert (book.head.number, book.entries_read) == (n + 1, n + 1)


KEPT = ("ledger_batch", "ledger_balance", "ledger_day", "ledger_entry")
CHANGES = [
    "UPDATE ledger_batch SET no = no",
    "UPDATE ledger_balance SET held = held",
    "UPDATE ledger_day SET since_batch = 1",
    "UPDATE ledger_entry SET note = note",
    *(f"DELETE FROM {table}" for table in (*KEPT, "ledger_account")),
    *(f"TRUNCATE {table} CASCADE" for table in (*KEPT, "ledger_account")),
]


@pytest.mark.parametrize("change", CHANGES)
async def test_the_role_that_writes_may_not_change_what_is_written(connection: "Connection", change: str) -> None:
    await apply(connection, NOON, grant())

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(change)

    assert await verified(connection) is None


@pytest.mark.parametrize("change", [one for one in CHANGES if "ledger_account" not in one])
async def test_a_superuser_is_stopped_by_the_trigger(
    connection: "Connection", superuser: "Connection", change: str
) -> None:
    await apply(connection, NOON, grant())
    await superuser.execute("SET session_replication_role = origin")

    with pytest.raises(asyncpg.RestrictViolationError):
        await superuser.execute(change)

    assert await verified(connection) is None
