"""What the use cases need."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

from budget.application.desk import Ticket
from budget.domain.audit import LedgerDiffered, LedgerReopened
from budget.domain.deductions import Deduction, DeductionEvent, DeductionId
from budget.domain.envelopes import EnvelopeGranted
from ledger.accounts import AccountId, Balances, Standing
from ledger.audit import Audited
from ledger.differences import Difference
from ledger.entries import TransferId
from ledger.store import AsOf, LoadedBook
from ledger.transfers import Transfer
from servicekit.storage.transaction import Transaction

Event = EnvelopeGranted | DeductionEvent | LedgerDiffered | LedgerReopened


class Deductions(Protocol):
    """Every deduction id that was ever heard of, refused and overtaken ones included."""

    async def get(self, deduction: DeductionId) -> Deduction | None: ...

    async def page(self, prefix: str, after: tuple[str, str], size: int) -> list[Deduction]:
        """Those that took energy in regions whose code begins with `prefix` and follow `after`, by region, then id."""


class Agreement(Protocol):
    """Deductions beside their holds in the ledger, as one snapshot shows them."""

    async def closed_years(self) -> Sequence[int]:
        """A closing of them may have carried a hold on."""

    async def with_holds(
        self, after: str, size: int, closed_years: Sequence[int]
    ) -> Sequence[tuple[Deduction, Sequence[Transfer]]]:
        """Those that follow `after`, by id, without findings, each with its holds from the first to the newest."""

    async def holds_alone(self, limit: int) -> Sequence[str]:
        """Deductions that holds are named after, and that nobody has heard of."""

    async def live_together(self, limit: int) -> Sequence[tuple[str, Sequence[str]]]:
        """Filings with more than one deduction that is held or posted, with those."""


class Grants(Protocol):
    """The documents that granted envelopes, for ever."""

    async def add(self, transfer: TransferId, granted: EnvelopeGranted) -> None: ...


class Ledger(Audited, Protocol):
    """The accounts."""

    async def open(self, accounts: Iterable[AccountId], transfers: Iterable[TransferId] = ()) -> LoadedBook:
        """Those of the accounts and transfers that exist, with the ledger locked until the transaction ends."""

    async def balances(self, accounts: Iterable[AccountId]) -> dict[AccountId, Balances]:
        """Those of the accounts that exist, unlocked."""

    async def list_balances(
        self,
        owner_prefix: str = "",
        *,
        after: AccountId | None = None,
        limit: int = ...,
        instrument: str = "",
        as_of: AsOf | None = None,
    ) -> dict[AccountId, Standing]:
        """One page in the order of the accounts' text: owners that begin with the prefix, behind `after`."""

    async def due(self, day: date, limit: int, prefixes: Iterable[str] = ...) -> list[TransferId]:
        """Pending holds that expire on that day or did before: ids that begin with one of the prefixes."""


class Work(Transaction, Protocol):
    """One transaction."""

    @property
    def deductions(self) -> Deductions: ...

    @property
    def grants(self) -> Grants: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def now(self) -> datetime: ...

    def submit(self, ticket: Ticket) -> None:
        """Decided with all others of the transaction when it is committed, in their order."""

    async def announce(self, event: Event) -> None: ...

    @property
    def agreement(self) -> Agreement: ...

    async def on_one_snapshot(self) -> None:
        """From now on the transaction only reads, and sees what was there. Must be the first thing it does."""

    async def verify_ledger(self) -> Difference | None:
        """The first record that does not agree, on one snapshot. Must be the first thing the transaction does."""
