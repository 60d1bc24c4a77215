"""What the use cases of periods need."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from budget.domain.periods.closing import Act, ActKind
from budget.domain.periods.events import Event
from budget.domain.periods.proposals import Proposal, ProposalState
from budget.domain.periods.statistics import Kind, Period, Series, Stage, Statistic
from budget.domain.periods.trades import Trade, TradeState
from kernel.regions import RegionCode
from ledger.accounts import AccountId, Balances, Standing
from ledger.entries import TransferId
from ledger.store import LATEST, AsOf, LoadedBook
from ledger.transfers import Transfer
from servicekit.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Scope:
    """Which records are asked for. None: any. What they say is as it was known at `known_at`."""

    parent: RegionCode | None = None
    year: int | None = None
    known_at: datetime = LATEST


class Statistics(Protocol):
    """Every version of every figure, for ever."""

    async def versions(self, series: Series, period: Period) -> list[Statistic]:
        """Oldest first."""

    async def months(self, series: Series, year: int, known_at: datetime) -> list[Statistic]:
        """The months of the year, each in the newest version known then."""

    async def page(
        self, scope: Scope, kind: Kind | None, stage: Stage | None, *, after: str, size: int
    ) -> list[Statistic]:
        """Those that follow `after`, by figure, each in the newest version known then."""

    async def add(self, statistic: Statistic) -> None: ...


class Proposals(Protocol):
    async def get(self, proposal: str) -> Proposal | None: ...

    async def adopted(self, account: AccountId) -> Proposal | None:
        """The one whose grant stands."""

    async def standing(self, region: RegionCode) -> list[Proposal]:
        """All of the region whose grants stand, by year."""

    async def page(self, scope: Scope, state: ProposalState | None, *, after: str, size: int) -> list[Proposal]:
        """Those that follow `after`, by id, as they were known then."""

    async def save(self, proposal: Proposal) -> None: ...


class Acts(Protocol):
    """What closed and reopened periods, and the holds that moved with them."""

    async def add(self, act: Act) -> None: ...

    async def page(self, scope: Scope, kind: ActKind | None, *, after: str, size: int) -> list[Act]: ...

    async def carried_to(self, holds: Iterable[TransferId]) -> dict[TransferId, TransferId]:
        """Where each hold is now: itself, or the last of those that took its place.

        Whoever posts or voids a hold asks this first.
        """


class Trades(Protocol):
    async def get(self, trade: str) -> Trade | None: ...

    async def due(self, day: date, limit: int) -> list[Trade]:
        """Those that wait and can no longer be accepted on the day, the oldest first."""

    async def page(self, scope: Scope, state: TradeState | None, *, after: str, size: int) -> list[Trade]:
        """Those that follow `after`, by id, as they were known then."""

    async def save(self, trade: Trade) -> None: ...


class Ledger(Protocol):
    """The accounts."""

    async def lock(self) -> None:
        """Nobody else writes until the transaction ends."""

    async def open(self, accounts: Iterable[AccountId], transfers: Iterable[TransferId] = ()) -> LoadedBook: ...

    async def save(self, book: LoadedBook, known_at: datetime) -> None: ...

    async def transfers(self, ids: Iterable[TransferId]) -> dict[TransferId, Transfer]: ...

    async def balances(self, accounts: Iterable[AccountId]) -> dict[AccountId, Balances]: ...

    async def balances_as_of(self, accounts: Iterable[AccountId], as_of: AsOf) -> dict[AccountId, Standing]: ...


class Accounts(Protocol):
    """What the ledger is asked beyond its own questions."""

    async def of_period(self, region: RegionCode, year: int) -> dict[AccountId, Balances]:
        """The budgets of the region and of all below it."""

    async def pending_holds(self, accounts: Iterable[AccountId], limit: int) -> list[TransferId]:
        """Holds with a leg on any of them that are not resolved, by id."""

    async def closed_as_of(self, accounts: Iterable[AccountId], as_of: AsOf) -> set[AccountId]: ...


class Work(Transaction, Protocol):
    """One transaction."""

    @property
    def statistics(self) -> Statistics: ...

    @property
    def proposals(self) -> Proposals: ...

    @property
    def acts(self) -> Acts: ...

    @property
    def trades(self) -> Trades: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def ledger(self) -> Ledger: ...

    async def lock(self) -> None:
        """Nobody else changes a period until the transaction ends. Before the ledger, which is always locked last."""

    async def announce(self, event: Event) -> None: ...
