"""What the use cases of offsets and savings need."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from budget.domain.offsets.amounts import Sums
from budget.domain.offsets.claims import Claim
from budget.domain.offsets.deductibles import Offset, OffsetId, OffsetRecorded, OffsetRevoked, OffsetState
from budget.domain.offsets.evidence import CertificatesCancelled, CertificateUse, Evidence, User
from budget.domain.offsets.headings import Heading
from budget.domain.offsets.saving_holds import HoldId, SavingHold, SavingHoldChanged
from budget.domain.offsets.savings import SavingId, SavingRegistered, SavingSource, Statement
from budget.domain.offsets.situation import EarlierUse
from budget.domain.periods.statistics import Period, Series, Statistic
from kernel.regions import RegionCode
from ledger.accounts import AccountId, Balances, Standing
from ledger.entries import TransferId
from ledger.store import AsOf, LoadedBook
from servicekit.storage.transaction import Transaction

Event = OffsetRecorded | OffsetRevoked | CertificatesCancelled | SavingRegistered | SavingHoldChanged


@dataclass(frozen=True, slots=True)
class OffsetFilter:
    """None: any. `effective_on`: assessed by the end of that day; states are as they were at `known_at`."""

    parent: RegionCode | None = None
    year: int | None = None
    heading: Heading | None = None
    state: OffsetState | None = None
    effective_on: date | None = None
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CertificateFilter:
    """Empty or None: any."""

    series: str = ""
    used_by: str = ""
    effective_on: date | None = None
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SavingFilter:
    parent: RegionCode | None = None
    source: SavingSource | None = None
    known_at: datetime | None = None


class Offsets(Protocol):
    """Every claim that was answered, refused ones included."""

    async def lock(self) -> None:
        """Nobody else records, revokes, cancels, registers or reserves until the transaction ends."""

    async def get(self, offset: OffsetId) -> Offset | None: ...

    async def page(self, filter_: OffsetFilter, after: str, size: int) -> list[Offset]:
        """Those that follow `after`, by id."""

    async def sums(self, claim: Claim) -> Sums:
        """What stands of the claim's region, year, heading and basis."""

    async def across_provinces_kgce(self, claim: Claim, years: tuple[int, int]) -> Decimal:
        """What certificates of other provinces count in the whole province, both years included, on its basis."""

    async def add(self, offset: Offset) -> None: ...

    async def save_revocation(self, offset: Offset) -> None: ...


class Evidences(Protocol):
    """What was used up, for ever."""

    async def earlier_uses(self, evidence: Evidence) -> tuple[EarlierUse, ...]:
        """By whom any of it was used; a range is named for each use that it overlaps."""

    async def use(self, evidence: Evidence, user: User) -> None: ...

    async def page(self, filter_: CertificateFilter, after: tuple[str, int], size: int) -> list[CertificateUse]:
        """Those that follow `after`, by series and number."""


class Statistics(Protocol):
    """What was measured."""

    async def versions(self, series: Series, period: Period) -> list[Statistic]:
        """Oldest first."""


class Savings(Protocol):
    async def get(self, savings: Collection[SavingId]) -> Mapping[SavingId, tuple[Statement, datetime]]:
        """Those that are registered, each with the instant of it."""

    async def page(self, filter_: SavingFilter, after: str, size: int) -> list[tuple[Statement, datetime]]: ...

    async def add(self, statement: Statement, registered_at: datetime) -> None: ...

    async def hold(self, hold: HoldId) -> SavingHold | None: ...

    async def save_hold(self, hold: SavingHold) -> None: ...


class Ledger(Protocol):
    """The accounts."""

    async def open(self, accounts: Iterable[AccountId], transfers: Iterable[TransferId] = ()) -> LoadedBook: ...

    async def save(self, book: LoadedBook, known_at: datetime) -> None: ...

    async def balances(self, accounts: Iterable[AccountId]) -> dict[AccountId, Balances]: ...

    async def balances_as_of(self, accounts: Iterable[AccountId], as_of: AsOf) -> dict[AccountId, Standing]: ...


class Work(Transaction, Protocol):
    """One transaction."""

    @property
    def offsets(self) -> Offsets: ...

    @property
    def evidences(self) -> Evidences: ...

    @property
    def statistics(self) -> Statistics: ...

    @property
    def savings(self) -> Savings: ...

    @property
    def ledger(self) -> Ledger: ...

    async def announce(self, event: Event) -> None: ...
