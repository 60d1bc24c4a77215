"""The ledger in PostgreSQL: loads a book under lock, saves what became of it, and verifies itself."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger import book as decide
from ledger import rows, statements
from ledger.accounts import AccountId, Balances
from ledger.book import Book, Change
from ledger.refusals import TransferExistsDifferent
from ledger.transfers import Entry, Transfer, TransferId
from ledger.verification import Difference, SecondBook

if TYPE_CHECKING:
    import asyncpg
    from asyncpg.pool import PoolConnectionProxy

    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]

BALANCES_PAGE_MAX = 500
VERIFY_FETCH_ENTRIES = 2_000


def migrations() -> Path:
    """The folder of the ledger's SQL files, to be applied in the order of their names, each once."""
    return Path(__file__).with_name("migrations")


class LedgerStore:
    """Works inside the caller's transaction and never begins, commits or rolls back one.

    Writing needs READ COMMITTED, so that what is read after a wait for a lock is what the other has committed.
    Load all that one transaction touches by one `book_for`: that is the one fixed order that keeps it from deadlocks.
    """

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection

    async def book_for(
        self,
        accounts: Iterable[AccountId],
        transfers: Iterable[TransferId] = (),
        *,
        opening: Collection[AccountId] = (),
    ) -> Book:
        """The accounts, locked until the transaction ends, and the transfers with all accounts they have legs on.

        Name in `opening` the accounts that a grant may have to open.
        """
        named, ids = list(transfers), {str(account) for account in (*accounts, *opening)}
        if opening:
            await self._connection.execute(statements.LOCK_OPENING, [str(account) for account in opening])
        locked = rows.accounts_from(await self._connection.fetch(statements.LOCK_ACCOUNTS, sorted(ids), named))
        found = rows.transfers_from(await self._connection.fetch(statements.LOAD_TRANSFERS, named))
        # One that appeared after its legs were looked for is left out, as it would have been a moment earlier.
        return Book(locked, {id_: t for id_, t in found.items() if all(leg.account in locked for leg in t.legs)})

    async def save(self, before: Book, after: Book, entries: Sequence[Entry]) -> None:
        """Writes all that changed between two books, and the entries that changed it, in a few bulk statements.

        `before` came from `book_for` in this transaction. Raises TransferExistsDifferent when an id was taken meanwhile
        by another body; the transaction must then be rolled back.
        """
        if not entries:
            return
        await self._save_accounts(before, after)
        changed = [t for id_, t in after.transfers.items() if before.transfers.get(id_) != t]
        await self._add_transfers([t for t in changed if t.id not in before.transfers])
        await self._write(
            statements.RESOLVE_TRANSFERS, [rows.resolution_row(t) for t in changed if t.id in before.transfers]
        )
        await self._write(statements.INSERT_ENTRIES, [rows.entry_row(entry) for entry in entries])

    async def grant(self, transfer: TransferId, account: AccountId, amount: int, *, effective_on: date) -> Change:
        """`ledger.book.grant`, loaded and saved. Made by an earlier call: no entries."""
        made = partial(decide.grant, transfer=transfer, account=account, amount=amount, effective_on=effective_on)
        return await self._decided(await self.book_for((), [transfer], opening=[account]), made)

    async def reduce_grant(
        self, transfer: TransferId, account: AccountId, amount: int, *, effective_on: date
    ) -> Change:
        """`ledger.book.reduce_grant`, loaded and saved. Made by an earlier call: no entries."""
        made = partial(
            decide.reduce_grant, transfer=transfer, account=account, amount=amount, effective_on=effective_on
        )
        return await self._decided(await self.book_for([account], [transfer]), made)

    async def hold(self, transfer: TransferId, legs: Mapping[AccountId, int], *, effective_on: date) -> Change:
        """`ledger.book.place_hold`, loaded and saved. Made by an earlier call: no entries."""
        made = partial(decide.place_hold, transfer=transfer, legs=legs, effective_on=effective_on)
        return await self._decided(await self.book_for(legs, [transfer]), made)

    async def post(self, hold: TransferId, *, effective_on: date) -> Change:
        """`ledger.book.post`, loaded and saved. Made by an earlier call: no entries."""
        return await self._decided(
            await self.book_for((), [hold]), partial(decide.post, hold=hold, effective_on=effective_on)
        )

    async def void(self, hold: TransferId, *, effective_on: date) -> Change:
        """`ledger.book.void`, loaded and saved. Made by an earlier call: no entries."""
        return await self._decided(
            await self.book_for((), [hold]), partial(decide.void, hold=hold, effective_on=effective_on)
        )

    async def expire(self, hold: TransferId, *, effective_on: date) -> Change:
        """`ledger.book.expire`, loaded and saved. Made by an earlier call: no entries."""
        return await self._decided(
            await self.book_for((), [hold]), partial(decide.expire, hold=hold, effective_on=effective_on)
        )

    async def balances(self, accounts: Iterable[AccountId]) -> dict[AccountId, Balances]:
        """Those of the accounts that exist, unlocked."""
        ids = [str(account) for account in accounts]
        return rows.accounts_from(await self._connection.fetch(statements.LOAD_BALANCES, ids))

    async def list_balances(
        self, owner_prefix: str = "", *, after: AccountId | None = None, limit: int = BALANCES_PAGE_MAX
    ) -> dict[AccountId, Balances]:
        """One page, unlocked and in order of the account's text: owners that begin with the prefix, behind `after`."""
        page = (owner_prefix, "" if after is None else str(after), min(limit, BALANCES_PAGE_MAX))
        return rows.accounts_from(await self._connection.fetch(statements.LIST_BALANCES, *page))

    async def transfers(self, ids: Iterable[TransferId]) -> dict[TransferId, Transfer]:
        """Those of the transfers that exist, unlocked."""
        return rows.transfers_from(await self._connection.fetch(statements.LOAD_TRANSFERS, list(ids)))

    async def verify(self) -> Difference | None:
        """The first record that does not agree with the others, by an independent recomputation; None when all agree.

        Raises RuntimeError below REPEATABLE READ: entries and balances must be of one instant.
        """
        if await self._connection.fetchval(statements.ISOLATION) not in {"repeatable read", "serializable"}:
            raise RuntimeError("verify needs a transaction at REPEATABLE READ or above")
        second = SecondBook()
        async for row in self._connection.cursor(statements.READ_ENTRIES, prefetch=VERIFY_FETCH_ENTRIES):
            if (difference := second.enter(rows.recorded_entry_from(row))) is not None:
                return difference
        if (missing := await self._connection.fetchrow(statements.FIND_MISSING_ENTRY)) is not None:
            return rows.missing_from(missing)
        return second.compare(rows.accounts_from(await self._connection.fetch(statements.ALL_BALANCES)))

    async def _decided(self, before: Book, decision: Callable[[Book], Change]) -> Change:
        after, entries = decision(before)
        await self.save(before, after, entries)
        return after, entries

    async def _save_accounts(self, before: Book, after: Book) -> None:
        changed = [(a, b) for a, b in after.accounts.items() if before.accounts.get(a) != b]
        opened = [rows.account_row(a, b) for a, b in changed if a not in before.accounts]
        await self._write(statements.OPEN_ACCOUNTS, opened)
        moved = [rows.account_row(a, b) for a, b in changed if a in before.accounts]
        await self._write(statements.UPDATE_ACCOUNTS, moved)

    async def _add_transfers(self, added: Sequence[Transfer]) -> None:
        if not added:
            return
        taken = await self._connection.fetch(
            statements.INSERT_TRANSFERS, *rows.columns(rows.transfer_row(t) for t in added)
        )
        free = {row["id"] for row in taken}
        for transfer in added:
            if transfer.id not in free:
                raise TransferExistsDifferent(transfer.id)
        await self._write(statements.INSERT_LEGS, [leg for t in added for leg in rows.leg_rows(t)])

    async def _write(self, statement: str, written: Sequence[tuple[Any, ...]]) -> None:
        if written:
            await self._connection.execute(statement, *rows.columns(written))
