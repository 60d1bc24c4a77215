"""Statistics, derived envelopes, closings and trades in PostgreSQL."""

from collections.abc import Iterable
from datetime import date, datetime

import asyncpg

from budget.adapters import period_statements as sql
from budget.application.periods.ports import Scope
from budget.domain.periods.closing import Act, ActKind
from budget.domain.periods.events import Event
from budget.domain.periods.instruments import LEDGER_NAMES, Instrument, instrument_of
from budget.domain.periods.proposals import Proposal, ProposalState
from budget.domain.periods.statistics import MONTHS, Kind, Period, Series, Stage, Statistic
from budget.domain.periods.trades import Trade, TradeState
from budget.wire.period_events import event_to_wire
from budget.wire.periods import act_from_wire, act_to_wire, proposal_from_wire, proposal_to_wire
from budget.wire.trades import trade_from_wire, trade_to_wire
from dualcontrol.budget.v1 import periods_service_pb2 as pb
from kernel.quantities import Basis
from kernel.regions import RegionCode, code_prefix
from ledger.accounts import AccountId, Balances, account_of
from ledger.entries import TransferId
from ledger.store import AsOf, LedgerStore
from servicekit.eventing.topics import BUDGET_EVENTS
from servicekit.storage.database import Connection
from servicekit.storage.unit_of_work import UnitOfWork


def _prefix(scope: Scope) -> str:
    return code_prefix(scope.parent) if scope.parent is not None else ""


def _statistic(row: asyncpg.Record) -> Statistic:
    basis = Basis(row["basis"]) if row["basis"] is not None else None
    return Statistic(
        Series(RegionCode(row["region_code"]), Kind(row["kind"]), basis, row["price_year"]),
        Period(row["year"], row["quarter"], row["month"]),
        Stage(row["stage"]),
        row["value"],
        row["document"],
        row["version"],
        row["known_at"],
    )


class PostgresStatistics:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def versions(self, series: Series, period: Period) -> list[Statistic]:
        """Oldest first."""
        return [_statistic(row) for row in await self._connection.fetch(sql.VERSIONS, f"{series}/{period}")]

    async def months(self, series: Series, year: int, known_at: datetime) -> list[Statistic]:
        """The months of the year, each in the newest version known then."""
        figures = [f"{series}/{Period(year, month=month)}" for month in range(1, MONTHS + 1)]
        return [_statistic(row) for row in await self._connection.fetch(sql.NEWEST_OF, figures, known_at)]

    async def page(
        self, scope: Scope, kind: Kind | None, stage: Stage | None, *, after: str, size: int
    ) -> list[Statistic]:
        """Those that follow `after`, by figure, each in the newest version known then."""
        kinds, stages = kind and kind.value, stage and stage.value
        asked = (_prefix(scope), scope.year, scope.known_at, kinds, stages, after, size)
        return [_statistic(row) for row in await self._connection.fetch(sql.STATISTICS_PAGE, *asked)]

    async def add(self, statistic: Statistic) -> None:
        series, period = statistic.series, statistic.period
        await self._connection.execute(
            sql.ADD_STATISTIC,
            f"{series}/{period}",
            statistic.version,
            series.region,
            series.kind.value,
            series.basis and series.basis.value,
            series.price_year,
            period.year,
            period.quarter,
            period.month,
            statistic.stage.value,
            statistic.value,
            statistic.document,
            statistic.known_at,
        )


def _proposal(row: asyncpg.Record) -> Proposal:
    return proposal_from_wire(pb.EnvelopeProposal.FromString(row["content"]))


class PostgresProposals:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, proposal: str) -> Proposal | None:
        row = await self._connection.fetchrow(sql.PROPOSAL, proposal)
        return None if row is None else _proposal(row)

    async def adopted(self, account: AccountId) -> Proposal | None:
        """The one whose grant stands."""
        instrument = instrument_of(account)
        assert instrument is not None
        asked = (account.owner, int(account.period), instrument.value)
        row = await self._connection.fetchrow(sql.ADOPTED, *asked)
        return None if row is None else _proposal(row)

    async def standing(self, region: RegionCode) -> list[Proposal]:
        """All of the region whose grants stand, by year."""
        return [_proposal(row) for row in await self._connection.fetch(sql.STANDING, region)]

    async def page(self, scope: Scope, state: ProposalState | None, *, after: str, size: int) -> list[Proposal]:
        """Those that follow `after`, by id, as they were known then."""
        asked = (_prefix(scope), scope.year, scope.known_at, state and state.value, after, size)
        rows = await self._connection.fetch(sql.PROPOSALS_PAGE, *asked)
        return [known for row in rows if (known := _proposal(row).as_known(scope.known_at)) is not None]

    async def save(self, proposal: Proposal) -> None:
        asked = proposal.asked
        await self._connection.execute(
            sql.SAVE_PROPOSAL,
            proposal.id,
            asked.region,
            asked.year,
            asked.instrument.value,
            proposal.amount,
            proposal.state.value,
            proposal.proposed_at,
            proposal.adopted_at,
            proposal.replaced_at,
            proposal_to_wire(proposal).SerializeToString(deterministic=True),
        )


class PostgresActs:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, act: Act) -> None:
        content = act_to_wire(act).SerializeToString(deterministic=True)
        values = (act.id, act.kind.value, act.region, act.year, list(act.signers), act.at, content)
        await self._connection.execute(sql.ADD_ACT, *values)
        marks = ([str(one) for one in act.accounts], act.id, act.kind is ActKind.CLOSE, act.on, act.at)
        await self._connection.execute(sql.ADD_MARKS, *marks)
        old, new = [one.old for one in act.holds], [one.new for one in act.holds]
        await self._connection.execute(sql.ADD_CARRIED, old, new, act.id)

    async def page(self, scope: Scope, kind: ActKind | None, *, after: str, size: int) -> list[Act]:
        asked = (_prefix(scope), scope.year, scope.known_at, kind and kind.value, after, size)
        rows = await self._connection.fetch(sql.ACTS_PAGE, *asked)
        return [act_from_wire(pb.PeriodAct.FromString(row["content"])) for row in rows]

    async def carried_to(self, holds: Iterable[TransferId]) -> dict[TransferId, TransferId]:
        """Where each hold is now: itself, or the last of those that took its place."""
        rows = await self._connection.fetch(sql.CARRIED_TO, list(holds))
        return {TransferId(row["root"]): TransferId(row["hold"]) for row in rows}


def _trade(row: asyncpg.Record) -> Trade:
    return trade_from_wire(pb.Trade.FromString(row["content"]))


class PostgresTrades:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, trade: str) -> Trade | None:
        row = await self._connection.fetchrow(sql.TRADE, trade)
        return None if row is None else _trade(row)

    async def due(self, day: date, limit: int) -> list[Trade]:
        """Those that wait and can no longer be accepted on the day, the oldest first."""
        return [_trade(row) for row in await self._connection.fetch(sql.TRADES_DUE, day, limit)]

    async def page(self, scope: Scope, state: TradeState | None, *, after: str, size: int) -> list[Trade]:
        """Those that follow `after`, by id, as they were known then."""
        asked = (_prefix(scope), scope.year, scope.known_at, state and state.value, after, size)
        rows = await self._connection.fetch(sql.TRADES_PAGE, *asked)
        return [known for row in rows if (known := _trade(row).as_known(scope.known_at)) is not None]

    async def save(self, trade: Trade) -> None:
        terms = trade.terms
        await self._connection.execute(
            sql.SAVE_TRADE,
            trade.id,
            terms.seller,
            terms.buyer,
            terms.year,
            terms.amount_kgce,
            terms.expire_date,
            trade.state.value,
            trade.proposed_at,
            trade.decider,
            trade.decided_at,
            trade_to_wire(trade).SerializeToString(deterministic=True),
        )


class PostgresAccounts:
    """Questions to the ledger's tables that the ledger itself has no use for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of_period(self, region: RegionCode, year: int) -> dict[AccountId, Balances]:
        """The budgets of the region and of all below it."""
        suffixes = [f"/{LEDGER_NAMES[one]}/{year}" for one in Instrument]
        rows = await self._connection.fetch(sql.ACCOUNTS_OF_PERIOD, code_prefix(region), suffixes)
        return {
            account_of(row["id"]): Balances(row["granted"], row["held"], row["posted"], row["overdraft"], row["closed"])
            for row in rows
        }

    async def pending_holds(self, accounts: Iterable[AccountId], limit: int) -> list[TransferId]:
        """Holds with a leg on any of them that are not resolved, by id."""
        rows = await self._connection.fetch(sql.PENDING_HOLDS, [str(one) for one in accounts], limit)
        return [TransferId(row["transfer_id"]) for row in rows]

    async def closed_as_of(self, accounts: Iterable[AccountId], as_of: AsOf) -> set[AccountId]:
        names = [str(one) for one in accounts]
        rows = await self._connection.fetch(sql.CLOSED_AS_OF, names, as_of.effective_on, as_of.known_at)
        return {account_of(row["account_id"]) for row in rows}


class PeriodsWork(UnitOfWork):
    """One transaction on statistics, derived envelopes, periods and trades."""

    statistics: PostgresStatistics
    proposals: PostgresProposals
    acts: PostgresActs
    trades: PostgresTrades
    accounts: PostgresAccounts
    ledger: LedgerStore

    def _open(self) -> None:
        self.statistics = PostgresStatistics(self.connection)
        self.proposals = PostgresProposals(self.connection)
        self.acts = PostgresActs(self.connection)
        self.trades = PostgresTrades(self.connection)
        self.accounts = PostgresAccounts(self.connection)
        self.ledger = LedgerStore(self.connection)

    async def lock(self) -> None:
        """Nobody else changes a period until the transaction ends."""
        await self.connection.execute(sql.LOCK)

    async def announce(self, event: Event) -> None:
        key, message = event_to_wire(event)
        await self.outbox.append(BUDGET_EVENTS, key, message)
