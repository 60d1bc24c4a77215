"""Compares the ledger's tables with a second book that is kept from the log alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ledger import rows, statements
from ledger.accounts import AccountId
from ledger.differences import (
    Account,
    BalanceDiffers,
    Difference,
    EntryDiffers,
    LogShortened,
    PastBalanceDiffers,
)
from ledger.entries import Entry
from ledger.log import Batch, entries_of, opened_by
from ledger.second_book import PastBalance, SecondBook
from ledger.store import LedgerStore

if TYPE_CHECKING:
    from ledger.store import Connection

BATCHES_AT_ONCE = 50


async def verify(connection: "Connection", book: SecondBook | None = None) -> Difference | None:
    """Recomputes everything from the first batch on; the first difference, or None when all agrees.

    A new `book` may be given, to `follow` with it from there on.
    Raises RuntimeError below REPEATABLE READ: log, entries and balances must be of one instant.
    """
    book = SecondBook() if book is None else book
    # An entry that is too much is named before the balances that it changed.
    return await _read_on(connection, book) or await _surplus(connection, book) or await _accounts(connection, book)


async def follow(connection: "Connection", book: SecondBook) -> Difference | None:
    """Reads on from where the book stands, and compares every account with it. As `verify`, of what is new."""
    return await _read_on(connection, book) or await _accounts(connection, book)


async def _read_on(connection: "Connection", book: SecondBook) -> Difference | None:
    if await connection.fetchval(statements.ISOLATION) not in {"repeatable read", "serializable"}:
        raise RuntimeError("verifying needs a transaction at REPEATABLE READ or above")
    store = LedgerStore(connection)
    last = await connection.fetchval(statements.LAST_BATCH)
    if last < book.head.number:
        return LogShortened(book.head.number, last)
    while batches := await store.batches(book.head.number, BATCHES_AT_ONCE):
        for batch in batches:
            if (difference := await _entered(connection, book, batch)) is not None:
                return difference
    return None


async def _entered(connection: "Connection", book: SecondBook, batch: Batch) -> Difference | None:
    broken = book.numbered(batch)
    if broken is not None:
        return await _broken(connection, book, batch) or broken
    if (difference := await _entries(connection, book, batch)) is not None:
        return difference
    difference, past = book.enter(batch)
    return difference or await _past(connection, book, past)


async def _broken(connection: "Connection", book: SecondBook, batch: Batch) -> Difference | None:
    """What the tables still say of the batch, and of one that is gone before it, tells which entry it was."""
    between = await connection.fetch(statements.ENTRIES_BETWEEN, book.head.number, batch.number)
    missing = next((row for row in between if row["batch"] < batch.number), None)
    if missing is not None:
        return EntryDiffers(missing["batch"], _recorded(missing, book), None)
    try:
        names = {**book.names, **opened_by(batch.text)}
        difference = await _entries(connection, replace(book, names=names), batch)
    except (ValueError, KeyError):
        return None  # the text is no batch any more: that is said of the batch
    if difference is not None:
        return difference
    logged = {(entry.transfer, entry.stage) for entry in entries_of(batch.text, names)}
    surplus = next((row for row in between if (row["transfer_id"], row["stage"]) not in logged), None)
    return None if surplus is None else EntryDiffers(batch.number, _recorded(surplus, book), None)


async def _entries(connection: "Connection", book: SecondBook, batch: Batch) -> Difference | None:
    """Every entry of the batch's text beside its record."""
    logged = list(entries_of(batch.text, book.names))
    ids = list({entry.transfer for entry in logged})
    found = await connection.fetch(statements.ENTRIES_OF, ids)
    recorded = {(row["transfer_id"], row["stage"]): row for row in found}
    for entry in logged:
        row = recorded.pop((entry.transfer, entry.stage), None)
        recorded_entry = None if row is None else _recorded(row, book)
        if row is None or row["batch"] != batch.number or recorded_entry != entry:
            return EntryDiffers(batch.number, recorded_entry, entry)
    surplus = next((row for row in recorded.values() if row["batch"] == batch.number), None)
    return None if surplus is None else EntryDiffers(batch.number, _recorded(surplus, book), None)


async def _past(connection: "Connection", book: SecondBook, past: Sequence[PastBalance]) -> Difference | None:
    found = await connection.fetch(
        statements.PAST_BALANCES,
        [book.numbers[one.account] for one in past],
        [one.effective_on for one in past],
        [one.batch for one in past],
    )
    recorded = {(book.names[row["account"]], row["effective_on"]): rows.standing_from(row) for row in found}
    for one in past:
        stands = recorded.get((one.account, one.effective_on))
        if stands != one.standing:
            return PastBalanceDiffers(one.account, one.effective_on, one.batch, stands, one.standing)
    return None


async def _accounts(connection: "Connection", book: SecondBook) -> Difference | None:
    recomputed = book.balances()
    recorded = {}
    for row in await connection.fetch(statements.ALL_ACCOUNTS):
        account = AccountId.parse(row["id"])
        if account in recomputed and book.names.get(row["no"]) != account:
            return BalanceDiffers(account, None, recomputed[account])  # its number is another one's
        recorded[account] = row
    for account in sorted(recorded.keys() | recomputed.keys(), key=str):
        stands = _stands(recorded.get(account))
        expected = recomputed.get(account)
        if stands != expected:
            return BalanceDiffers(account, stands, expected)
    return None


def _stands(row: rows.Row | None) -> Account | None:
    return None if row is None else Account(rows.standing_from(row), closed=row["closed"])


async def _surplus(connection: "Connection", book: SecondBook) -> Difference | None:
    """Records that no batch made: looked for only when there are more than the log gives."""
    if await connection.fetchval(statements.COUNT_ENTRIES) != book.entries_read:
        row = await connection.fetchrow(statements.SURPLUS_ENTRY)
        if row is not None:
            return EntryDiffers(row["batch"], _recorded(row, book), None)
    if await connection.fetchval(statements.COUNT_BALANCES) != book.balances_read:
        row = await connection.fetchrow(statements.SURPLUS_BALANCE)
        if row is not None:
            return _surplus_balance(row, book)
    return await _days(connection, book)


def _recorded(row: rows.Row, book: SecondBook) -> Entry:
    return rows.entry_from(row, {no: _name(no, book) for no in row["accounts"]})


def _name(no: int, book: SecondBook) -> AccountId:
    """A number that the log never gave is called by itself."""
    return book.names.get(no) or AccountId(f"unknown-{no}", "unknown")


def _surplus_balance(row: rows.Row, book: SecondBook) -> Difference:
    account = _name(row["account"], book)
    return PastBalanceDiffers(account, row["effective_on"], row["batch"], rows.standing_from(row), None)


async def _days(connection: "Connection", book: SecondBook) -> Difference | None:
    found = await connection.fetch(statements.DAYS)
    recorded = {(_name(row["account"], book), row["effective_on"], row["since_batch"]) for row in found}
    strange: list[tuple[AccountId, date, int]] = sorted(recorded ^ book.days())
    return PastBalanceDiffers(*strange[0], None, None) if strange else None
