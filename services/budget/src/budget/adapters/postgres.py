"""Envelopes and deductions in PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import asyncpg

from budget.adapters.agreement import PostgresAgreement
from budget.application.desk import DeductionDesk, Loaded, Ticket
from budget.domain.deductions import Deduction, DeductionId, DeductionReserved, DeductionState
from budget.domain.envelopes import EnvelopeGranted
from budget.wire.deductions import (
    Event,
    answer_from_bytes,
    answer_to_bytes,
    demand_from_wire,
    demand_to_wire,
    event_to_wire,
    reserved_to_bytes,
)
from dualcontrol.budget.v1 import budget_events_pb2 as events
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from kernel.clock import Clock
from kernel.errors import DomainError
from ledger.differences import Difference
from ledger.entries import TransferId
from ledger.group import settle
from ledger.statements import WRITE
from ledger.store import LedgerStore
from ledger.verification import verify
from servicekit.eventing.outbox import Outbox, insertion, type_on
from servicekit.eventing.topics import BUDGET_EVENTS
from servicekit.storage.database import Connection, Database
from servicekit.storage.unit_of_work import UnitOfWork
from statute.loader import PolicyBundle

if TYPE_CHECKING:
    from ledger.store import Connection as LedgerConnection

_RESERVED = type_on(BUDGET_EVENTS, events.DeductionReserved)
AFTER_DIGITS = ":"
"""Follows every digit: what begins with a code comes before the code with this behind it."""
_COLUMNS = "deduction_id, filing, state, region_code, year, amount_kgce, demand, answer, refusal"
_TYPES = ("text", "text", "text", "text", "integer", "bigint", "bytea", "bytea", "text")


def _unnested(first: int) -> str:
    """All columns of many deductions, the parameters numbered from `first`."""
    return f"SELECT * FROM unnest({', '.join(f'${first + n}::{kind}[]' for n, kind in enumerate(_TYPES))})"  # noqa: S608  # constants


_UNNESTED = _unnested(1)
_INSERT = f"INSERT INTO deduction ({_COLUMNS}) "
_LEDGER_PARAMETERS = 12
_WRITE = (
    f"WITH begun AS ({_INSERT}{_unnested(_LEDGER_PARAMETERS + 1)}), "
    f"told AS ({insertion(_LEDGER_PARAMETERS + len(_TYPES) + 1)}) {WRITE}"
)
"""A batch of the ledger, the deductions that begin with it, and what is told of them: all or none."""


def _deduction(row: asyncpg.Record) -> Deduction:
    asked = row["answer"] is not None
    return Deduction(
        id=DeductionId(row["deduction_id"]),
        filing=row["filing"],
        state=DeductionState(row["state"]),
        demand=demand_from_wire(pb.Deduction.FromString(row["demand"])) if asked else None,
        answer=answer_from_bytes(row["answer"], row["refusal"]) if asked else None,
    )


Answers = Mapping[DeductionId, bytes]
"""Answers as they are kept."""


def _answers(loaded: Loaded) -> Answers:
    """Each is written once, for the row and for the event: it never changes."""
    deductions = (*loaded.begun.values(), *loaded.changed.values())
    return {one.id: answer_to_bytes(one.answer) for one in deductions if one.answer is not None}


def _row(deduction: Deduction, kept: bytes | None) -> tuple[object, ...]:
    demand, answer = deduction.demand, deduction.answer
    return (
        deduction.id,
        deduction.filing,
        deduction.state.value,
        demand and demand.region,
        demand and demand.first.year,
        demand and demand.first.amount_kgce,
        demand and demand_to_wire(demand).SerializeToString(deterministic=True),
        kept,
        answer and answer.refusal and answer.refusal.value,
    )


def _columns(deductions: Iterable[Deduction], answers: Answers) -> list[list[object]]:
    rows = (_row(deduction, answers.get(deduction.id)) for deduction in deductions)
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in _TYPES]


class PostgresDeductions:
    """Every deduction id that was ever heard of; those who write hold the ledger's lock, or fail when overtaken."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, deduction: DeductionId) -> Deduction | None:
        return (await self.known([deduction])).get(deduction)

    async def known(self, ids: Sequence[DeductionId]) -> dict[DeductionId, Deduction]:
        rows = await self._connection.fetch(
            f"SELECT {_COLUMNS} FROM deduction WHERE deduction_id = ANY ($1::text[])",  # noqa: S608  # a constant
            ids,
        )
        return {DeductionId(row["deduction_id"]): _deduction(row) for row in rows}

    async def page(self, prefix: str, after: tuple[str, str], size: int) -> list[Deduction]:
        rows = await self._connection.fetch(
            f"SELECT {_COLUMNS} FROM deduction "  # noqa: S608  # a constant
            "WHERE answer IS NOT NULL AND refusal IS NULL "
            'AND region_code COLLATE "C" >= $1 AND region_code COLLATE "C" < $2 '
            'AND (region_code COLLATE "C", deduction_id) > ($3, $4) '
            'ORDER BY region_code COLLATE "C", deduction_id LIMIT $5',
            prefix,
            f"{prefix}{AFTER_DIGITS}",
            *after,
            size,
        )
        return [_deduction(row) for row in rows]

    async def add(self, deductions: Iterable[Deduction], answers: Answers) -> None:
        """Raises asyncpg.UniqueViolationError for an id that was heard of before."""
        columns = _columns(deductions, answers)
        await self._connection.execute(f"{_INSERT}{_UNNESTED}", *columns)

    async def change(self, deductions: Iterable[Deduction], answers: Answers) -> None:
        await self._connection.execute(
            "UPDATE deduction AS d SET state = n.state, region_code = n.region_code, year = n.year, "  # noqa: S608  # constants
            "amount_kgce = n.amount_kgce, demand = n.demand, answer = n.answer, refusal = n.refusal "
            f"FROM ({_UNNESTED}) AS n ({_COLUMNS}) WHERE d.deduction_id = n.deduction_id",
            *_columns(deductions, answers),
        )


class PostgresRecords:
    """What the desk keeps: deductions, and events on their way out."""

    def __init__(self, source: str) -> None:
        self._source = source

    async def load(self, connection: "LedgerConnection", ids: Sequence[DeductionId]) -> dict[DeductionId, Deduction]:
        return await PostgresDeductions(connection).known(ids)  # type: ignore[arg-type]

    async def save(self, connection: "LedgerConnection", loaded: Loaded) -> None:
        deductions, answers = PostgresDeductions(connection), _answers(loaded)  # type: ignore[arg-type]
        if loaded.begun:
            await deductions.add(loaded.begun.values(), answers)
        if loaded.changed:
            await deductions.change(loaded.changed.values(), answers)
        await self._told(connection, loaded, answers).flush()

    @property
    def statement(self) -> str:
        return _WRITE

    def begun(self, loaded: Loaded) -> Sequence[object]:
        assert not loaded.changed
        answers = _answers(loaded)
        columns = _columns(loaded.begun.values(), answers)
        return (*columns, *self._told(None, loaded, answers).arguments())

    def _told(self, connection: "LedgerConnection | None", loaded: Loaded, answers: Answers) -> Outbox:
        outbox = Outbox(connection, self._source)  # type: ignore[arg-type]  # without one it is not flushed
        for event, trace in loaded.events:
            if isinstance(event, DeductionReserved):
                key, kind = event.deduction.filing, _RESERVED
                value = reserved_to_bytes(event, answers[event.deduction.id])
            else:
                key, message = event_to_wire(event)
                kind, value = type_on(BUDGET_EVENTS, message), message.SerializeToString(deterministic=True)
            outbox.append_written(BUDGET_EVENTS, key, kind, value, trace=trace)
        return outbox


class PostgresGrants:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, transfer: TransferId, granted: EnvelopeGranted) -> None:
        await self._connection.execute(
            "INSERT INTO envelope_grant (transfer_id, region_code, year, amount_kgce, amount_kgco2, document) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            transfer,
            granted.account.region,
            granted.account.year,
            granted.amount_kgce,
            granted.amount_kgco2,
            granted.document,
        )


class BudgetWork(UnitOfWork):
    """One transaction on envelopes and deductions. Commands on deductions are decided together when it is committed."""

    deductions: PostgresDeductions
    agreement: PostgresAgreement
    grants: PostgresGrants
    ledger: LedgerStore

    def __init__(self, database: Database, source: str, policy: PolicyBundle, clock: Clock) -> None:
        super().__init__(database, source)
        self._clock = clock
        self._desk = DeductionDesk(PostgresRecords(source), policy, clock)
        self._tickets: list[Ticket] = []

    def _open(self) -> None:
        self.deductions = PostgresDeductions(self.connection)
        self.agreement = PostgresAgreement(self.connection)
        self.grants = PostgresGrants(self.connection)
        self.ledger = LedgerStore(self.connection)
        self._tickets = []

    def submit(self, ticket: Ticket) -> None:
        self._tickets.append(ticket)

    async def commit(self) -> None:
        """Raises the first refusal of a command, and then nothing is done."""
        if self._tickets:
            for answer in await settle(self._desk, self.connection, self._tickets, self._clock()):
                if isinstance(answer, DomainError):
                    raise answer
        await super().commit()

    async def announce(self, event: Event) -> None:
        key, message = event_to_wire(event)
        await self.outbox.append(BUDGET_EVENTS, key, message)

    async def on_one_snapshot(self) -> None:
        """From now on the transaction only reads, and sees what was there. Must be the first thing it does."""
        await self.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    async def verify_ledger(self) -> Difference | None:
        """What the second book finds on one snapshot. Must be the first thing this transaction does."""
        await self.on_one_snapshot()
        return await verify(self.connection)

    @property
    def now(self) -> datetime:
        return self._clock()
