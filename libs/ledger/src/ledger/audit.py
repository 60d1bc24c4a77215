"""What follows when the second book differs: accounts are closed, and a person reopens them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final, Protocol

from ledger.accounts import AccountId, Balances
from ledger.differences import Difference, accounts_in
from ledger.entries import TransferId, note_of
from ledger.operations import Close, Reopen
from ledger.store import LoadedBook

PREFIX: Final = "audit/"
"""Closures under these ids come from the second book; a period is closed under others."""

PERSON_CHARACTERS_MAX: Final = 100
REASON_CHARACTERS_MAX: Final = 350
"""Who reopens and why: together they fit into a note."""


class Audited(Protocol):
    """What is needed of the ledger's store."""

    async def lock(self) -> None: ...

    async def load(self, accounts: Iterable[AccountId], transfers: Iterable[TransferId] = ()) -> LoadedBook: ...

    async def all_balances(self) -> dict[AccountId, Balances]: ...

    async def standing_closures(self, prefix: str) -> list[TransferId]: ...

    async def save(self, book: LoadedBook, known_at: datetime) -> None: ...


async def close_doubted(store: Audited, difference: Difference, on: date, known_at: datetime) -> tuple[AccountId, ...]:
    """The accounts that were closed for the difference; none when all that it casts doubt on are closed already."""
    await store.lock()
    book = await store.load(await store.all_balances())
    closing = closures(difference, book.accounts, book.written.head.number, on)
    book.apply_linked(closing)
    await store.save(book, known_at)
    return tuple(closure.account for closure in closing)


async def reopen_doubted(
    store: Audited, person: str, reason: str, on: date, *, known_at: datetime
) -> tuple[AccountId, ...]:
    """The accounts that the second book had closed, open again. The caller has seen that it agrees now."""
    await store.lock()
    opening = reopenings(await store.standing_closures(PREFIX), person, reason, on)
    accounts = tuple(one.account for one in opening)
    book = await store.load(accounts)
    book.apply_linked(opening)
    await store.save(book, known_at)
    return accounts


def closures(difference: Difference, accounts: Mapping[AccountId, Balances], batch: int, on: date) -> tuple[Close, ...]:
    """Closes the accounts that the difference casts doubt on; all of them when the log itself does not hold.

    One that is closed already stays as it is. `batch` is the last one written: the same difference closes once.
    """
    named = accounts_in(difference) & accounts.keys() or accounts.keys()
    note = note_of(difference.text().en)
    return tuple(
        Close(TransferId(f"{PREFIX}{batch}/{account}"), account, on, note)
        for account in sorted(named, key=str)
        if not accounts[account].closed
    )


def reopenings(closed_by: Iterable[TransferId], person: str, reason: str, on: date) -> tuple[Reopen, ...]:
    """One for every closure that came from the second book and still stands."""
    note = note_of(f"{person}: {reason}")
    return tuple(Reopen(TransferId(f"{id_}/reopened"), account_of_closure(id_), on, note) for id_ in sorted(closed_by))


def account_of_closure(id_: TransferId) -> AccountId:
    return AccountId.parse(id_.removeprefix(PREFIX).partition("/")[2])
