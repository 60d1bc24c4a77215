"""What the use cases need."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from capacity.domain.lots import Lot, LotId, LotRegistered, LotStanding
from capacity.domain.replacement import FilingId, Replacement, ReplacementEvaluated
from ledger.accounts import AccountId
from ledger.book import Book, Change
from ledger.transfers import Entry, TransferId
from ledger.verification import Difference
from servicekit.storage.transaction import Transaction


class Lots(Protocol):
    """The register of lots."""

    async def add(self, lot: Lot) -> None:
        """Raises LotExists."""

    async def get(self, lots: Iterable[LotId]) -> Mapping[LotId, Lot]:
        """Those of the lots that are registered."""

    async def page(self, after: str, size: int) -> list[LotStanding]:
        """The lots that follow `after`, by id."""

    async def standing(self, lot: LotId) -> LotStanding | None: ...


class Replacements(Protocol):
    """The newest evaluation of each filing."""

    async def get_for_update(self, filing: FilingId) -> Replacement | None:
        """The filing; it is locked until the transaction ends, also when nothing is known of it yet."""

    async def get(self, filing: FilingId) -> Replacement | None: ...

    async def save(self, replacement: Replacement) -> None: ...


class Ledger(Protocol):
    """The lots' accounts."""

    async def book_for(
        self,
        accounts: Iterable[AccountId],
        transfers: Iterable[TransferId] = (),
        *,
        opening: Collection[AccountId] = (),
    ) -> Book:
        """The accounts, and those that the transfers have legs on, locked until the transaction ends."""

    async def save(self, before: Book, after: Book, entries: Sequence[Entry]) -> None: ...

    async def grant(self, transfer: TransferId, account: AccountId, amount: int, *, effective_on: date) -> Change: ...


class Work(Transaction, Protocol):
    """One transaction."""

    @property
    def lots(self) -> Lots: ...

    @property
    def replacements(self) -> Replacements: ...

    @property
    def ledger(self) -> Ledger: ...

    async def announce(self, event: LotRegistered | ReplacementEvaluated) -> None: ...

    async def verify_lots(self) -> Difference | None:
        """The first record of the ledger that does not agree with the others. Must be the transaction's first act."""
