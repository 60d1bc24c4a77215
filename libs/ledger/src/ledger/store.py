"""The ledger in PostgreSQL: loads a book, and writes what was done with it as one batch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from ledger import rows, statements
from ledger.accounts import AccountId, Balances, Standing, account_of
from ledger.book import Book
from ledger.entries import Entry, TransferId
from ledger.log import FIRST_DIGEST, Batch, Head, batch_after
from ledger.transfers import Transfer

if TYPE_CHECKING:
    import asyncpg
    from asyncpg.pool import PoolConnectionProxy

    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]

BALANCES_PAGE_MAX = 500
INSTANT = timedelta(microseconds=1)
"""The least by which one batch is known after the one before it: what the database tells apart."""

LATEST: Final = datetime.max.replace(tzinfo=UTC)
"""By when everything is known."""


def migrations() -> Path:
    """The folder of the ledger's SQL files, to be applied in the order of their names, each once."""
    return Path(__file__).with_name("migrations")


@dataclass(frozen=True, slots=True)
class AsOf:
    """Which balance is asked for: what is effective until the end of that day, as it was known at that instant."""

    effective_on: date
    known_at: datetime

    @classmethod
    def limited(cls, effective_on: date | None, known_at: datetime | None) -> Self | None:
        """None does not limit; None for the present, which neither limits."""
        if effective_on is None and known_at is None:
            return None
        return cls(effective_on or date.max, known_at or LATEST)


@dataclass(frozen=True, slots=True)
class Written:
    """Where the log ended when a book was loaded, and the numbers of the accounts known then."""

    head: Head
    numbers: Mapping[AccountId, int]
    accounts_opened: int


class LoadedBook(Book):
    """A book that knows where it came from."""

    def __init__(
        self, written: Written, accounts: Mapping[AccountId, Balances], transfers: Mapping[TransferId, Transfer]
    ) -> None:
        super().__init__(accounts, transfers)
        self.written = written

    def continued(self, written: Written) -> None:
        """Goes on after what was applied has been written: the accounts stay, the rest is in the database."""
        self.written = written
        self.entries = []
        self._transfers.clear()

    def learn(self, other: "LoadedBook") -> None:
        """Adds accounts and transfers that were loaded later; what is known already is newer."""
        for account, balances in other.accounts.items():
            self._accounts.setdefault(account, balances)
        self._transfers.update(other.transfers)
        self.written = replace(self.written, numbers={**self.written.numbers, **other.written.numbers})


class LedgerStore:
    """Works on the caller's connection and never begins, commits or rolls back a transaction."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection

    async def open(self, accounts: Iterable[AccountId], transfers: Iterable[TransferId] = ()) -> LoadedBook:
        """As `load`, with the ledger locked until the caller's transaction ends: nobody can come between.

        The transaction is at READ COMMITTED. Lock what is your own before: the ledger is always locked last. Asked for
        nothing, it locks nothing and gives a book of no accounts, on which nothing can be held.
        """
        names, ids = list(accounts), list(transfers)
        if not names and not ids:
            return LoadedBook(Written(head_from(None), {}, 0), {}, {})
        await self.lock()
        return await self.load(names, ids)

    async def lock(self) -> None:
        """Nobody else writes until the caller's transaction ends. As `open`."""
        await self._connection.execute(statements.LOCK)

    async def load(self, accounts: Iterable[AccountId], transfers: Iterable[TransferId] = ()) -> LoadedBook:
        """Those of the accounts and transfers that exist, and all accounts that the transfers have legs on.

        Unlocked: `save` finds out when somebody else has written meanwhile.
        """
        # The head first: what is read after it may be newer than it, and then `save` refuses, never the other way.
        head = head_from(await self._connection.fetchrow(statements.HEAD))
        last_account = await self._connection.fetchval(statements.LAST_ACCOUNT)
        ids = list(transfers)
        entries = await self._connection.fetch(statements.LOAD_ENTRIES, ids) if ids else []
        touched = {no for row in entries for no in row["accounts"]}
        names = [str(account) for account in accounts]
        found = await self._connection.fetch(statements.LOAD_ACCOUNTS, names, list(touched)) if names or touched else []
        by_number = rows.account_names(found)
        written = Written(head, {account: no for no, account in by_number.items()}, last_account)
        return LoadedBook(
            written,
            {by_number[row["no"]]: rows.balances_from(row) for row in found},
            rows.transfers_from(entries, by_number),
        )

    async def save(self, book: LoadedBook, known_at: datetime) -> None:
        """Writes all that was applied to the book; nothing when nothing was.

        A book that was only loaded, not opened, may be out of date: raises asyncpg.SerializationError when another
        batch was written since, or asyncpg.UniqueViolationError when a transfer that was not loaded exists. Load again.
        """
        if book.entries:
            await self.write(book.written, book.entries, known_at)

    async def write(self, written: Written, entries: Sequence[Entry], known_at: datetime) -> Written:
        """Writes one batch; how the ledger stands then. Raises as `save`."""
        prepared = prepare(written, entries, known_at)
        await self.send(prepared)
        return prepared.written

    async def send(self, prepared: "Prepared") -> None:
        """Writes a batch that was prepared. Raises as `save`."""
        await self._connection.execute(statements.WRITE, *prepared.arguments)

    async def balances(self, accounts: Iterable[AccountId]) -> dict[AccountId, Balances]:
        """Those of the accounts that exist, as they stand now, unlocked."""
        ids = [str(account) for account in accounts]
        found = await self._connection.fetch(statements.LOAD_ACCOUNTS, ids, [])
        return {account_of(row["id"]): rows.balances_from(row) for row in found}

    async def balances_as_of(self, accounts: Iterable[AccountId], as_of: AsOf) -> dict[AccountId, Standing]:
        """Those of the accounts of which something was known then. What was learned later is not in it."""
        ids = [str(account) for account in accounts]
        found = await self._connection.fetch(statements.BALANCES_AS_OF, ids, as_of.effective_on, as_of.known_at)
        return {account_of(row["id"]): rows.standing_from(row) for row in found}

    async def list_balances(
        self,
        owner_prefix: str = "",
        *,
        after: AccountId | None = None,
        limit: int = BALANCES_PAGE_MAX,
        instrument: str = "",
        as_of: AsOf | None = None,
    ) -> dict[AccountId, Standing]:
        """One page, unlocked and in order of the account's text: owners that begin with the prefix, behind `after`.

        As they stand now they are Balances; with `as_of` those of which something was known then.
        """
        page = (owner_prefix, "" if after is None else str(after), min(limit, BALANCES_PAGE_MAX), instrument)
        if as_of is None:
            found = await self._connection.fetch(statements.LIST_ACCOUNTS, *page)
            return {account_of(row["id"]): rows.balances_from(row) for row in found}
        found = await self._connection.fetch(statements.LIST_AS_OF, *page, as_of.effective_on, as_of.known_at)
        return {account_of(row["id"]): rows.standing_from(row) for row in found}

    async def all_balances(self) -> dict[AccountId, Balances]:
        """Every account, as it stands now, unlocked."""
        found = await self._connection.fetch(statements.ALL_ACCOUNTS)
        return {account_of(row["id"]): rows.balances_from(row) for row in found}

    async def last_batch(self) -> int:
        """The number of the last batch; 0 before the first."""
        number: int = await self._connection.fetchval(statements.LAST_BATCH)
        return number

    async def transfers(self, ids: Iterable[TransferId]) -> dict[TransferId, Transfer]:
        """Those of the transfers that exist, unlocked."""
        entries = await self._connection.fetch(statements.LOAD_ENTRIES, list(ids))
        touched = list({no for row in entries for no in row["accounts"]})
        found = await self._connection.fetch(statements.LOAD_ACCOUNTS, [], touched)
        return rows.transfers_from(entries, rows.account_names(found))

    async def due(self, day: date, limit: int, prefixes: Iterable[str] = ("",)) -> list[TransferId]:
        """Pending holds that expire on that day or did before, the oldest first: ids that begin with a prefix."""
        found = await self._connection.fetch(statements.DUE, day, limit, list(prefixes))
        return [TransferId(row["transfer_id"]) for row in found]

    async def standing_closures(self, prefix: str) -> list[TransferId]:
        """Closures whose id begins with the prefix, as far as nothing has closed or reopened their account since."""
        found = await self._connection.fetch(statements.STANDING_CLOSURES, prefix)
        return [TransferId(row["transfer_id"]) for row in found]

    async def batches(self, after: int, limit: int) -> list[Batch]:
        """The log behind batch number `after`, in order."""
        found = await self._connection.fetch(statements.BATCHES, after, limit)
        return [Batch(row["no"], row["known_at"], row["text"], row["digest"]) for row in found]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch that is ready to be written, and how the ledger stands once it is."""

    written: Written
    arguments: Sequence[Any]


def prepare(written: Written, entries: Sequence[Entry], known_at: datetime) -> Prepared:
    """The batch that follows what was written."""
    opened = _opened(written, entries)
    numbers = {**written.numbers, **opened} if opened else written.numbers
    batch = batch_after(written.head, _later(written.head, known_at), entries, opened=opened, numbers=numbers)
    after = Written(batch.head, numbers, written.accounts_opened + len(opened))
    return Prepared(after, rows.write_arguments(batch, entries, numbers))


def head_from(row: rows.Row | None) -> Head:
    return Head(0, None, FIRST_DIGEST) if row is None else Head(row["no"], row["known_at"], row["digest"])


def _later(head: Head, known_at: datetime) -> datetime:
    """A clock that stood still or was put back does not reorder the log."""
    return known_at if head.known_at is None or known_at > head.known_at else head.known_at + INSTANT


def _opened(written: Written, entries: Sequence[Entry]) -> dict[AccountId, int]:
    new = dict.fromkeys(leg.account for entry in entries for leg in entry.legs if leg.account not in written.numbers)
    return {account: written.accounts_opened + place for place, account in enumerate(new, start=1)}
