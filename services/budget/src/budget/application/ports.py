"""What the use cases need."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Protocol

from budget.domain.deductions import (
    Deduction,
    DeductionId,
    DeductionRefused,
    DeductionReserved,
    DeductionVoided,
)
from budget.domain.envelopes import EnvelopeGranted
from ledger.accounts import AccountId, Balances
from ledger.book import Book, Change
from ledger.transfers import Entry, TransferId
from ledger.verification import Difference
from servicekit.storage.transaction import Transaction

Event = EnvelopeGranted | DeductionReserved | DeductionRefused | DeductionVoided


class Deductions(Protocol):
    """Every deduction id that was ever heard of, refused and overtaken ones included."""

    async def get_for_update(self, deduction: DeductionId) -> Deduction | None:
        """The deduction; its id is locked until the transaction ends, also when it is not known yet."""

    async def get(self, deduction: DeductionId) -> Deduction | None: ...

    async def page(self, after: str, size: int) -> list[Deduction]:
        """Those that took energy and follow `after`, by id."""

    async def save(self, deduction: Deduction) -> None: ...


class Grants(Protocol):
    """The documents that granted envelopes, for ever."""

    async def add(self, transfer: TransferId, granted: EnvelopeGranted) -> None: ...


class Ledger(Protocol):
    """The accounts."""

    async def book_for(
        self,
        accounts: Iterable[AccountId],
        transfers: Iterable[TransferId] = (),
        *,
        opening: Collection[AccountId] = (),
    ) -> Book:
        """Those of the accounts that exist, locked until the transaction ends in one order everywhere."""

    async def save(self, before: Book, after: Book, entries: Sequence[Entry]) -> None: ...

    async def grant(self, transfer: TransferId, account: AccountId, amount: int, *, effective_on: date) -> Change: ...

    async def balances(self, accounts: Iterable[AccountId]) -> dict[AccountId, Balances]:
        """Those of the accounts that exist, unlocked."""

    async def list_balances(
        self, owner_prefix: str = "", *, after: AccountId | None = None, limit: int = ...
    ) -> dict[AccountId, Balances]:
        """One page in the order of the accounts' text: owners that begin with the prefix, behind `after`."""

    async def void(self, hold: TransferId, *, effective_on: date) -> Change: ...


class Work(Transaction, Protocol):
    """One transaction."""

    @property
    def deductions(self) -> Deductions: ...

    @property
    def grants(self) -> Grants: ...

    @property
    def ledger(self) -> Ledger: ...

    async def announce(self, event: Event) -> None: ...

    async def verify_ledger(self) -> Difference | None:
        """The first record that does not agree, on one snapshot. Must be the first thing the transaction does."""
