"""Envelopes and deductions in PostgreSQL."""

import asyncpg

from budget.domain.deductions import (
    Deduction,
    DeductionId,
    DeductionRefused,
    DeductionReserved,
    DeductionState,
    DeductionVoided,
    Demand,
)
from budget.domain.envelopes import EnvelopeGranted
from budget.wire import answer_from_bytes, answer_to_bytes, event_to_wire
from kernel.regions import RegionCode
from ledger.store import LedgerStore
from ledger.transfers import TransferId
from ledger.verification import Difference
from servicekit.eventing.topics import BUDGET_EVENTS
from servicekit.storage.database import Connection
from servicekit.storage.unit_of_work import UnitOfWork

_COLUMNS = "deduction_id, filing, state, region_code, year, amount_kgce, answer, refusal"


def _deduction(row: asyncpg.Record) -> Deduction:
    asked = row["answer"] is not None
    return Deduction(
        id=DeductionId(row["deduction_id"]),
        filing=row["filing"],
        state=DeductionState(row["state"]),
        demand=Demand(RegionCode(row["region_code"]), row["year"], row["amount_kgce"]) if asked else None,
        answer=answer_from_bytes(row["answer"], row["refusal"]) if asked else None,
    )


class PostgresDeductions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get_for_update(self, deduction: DeductionId) -> Deduction | None:
        """Also locks an id that has no row yet, so that two who bring it first come one after the other."""
        await self._connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('deduction ' || $1, 0))", deduction
        )
        return await self.get(deduction)

    async def get(self, deduction: DeductionId) -> Deduction | None:
        row = await self._connection.fetchrow(
            f"SELECT {_COLUMNS} FROM deduction WHERE deduction_id = $1",  # noqa: S608  # a constant
            deduction,
        )
        return None if row is None else _deduction(row)

    async def page(self, after: str, size: int) -> list[Deduction]:
        """Those that took energy and follow `after`, by id."""
        rows = await self._connection.fetch(
            f"SELECT {_COLUMNS} FROM deduction "  # noqa: S608  # a constant
            "WHERE answer IS NOT NULL AND refusal IS NULL AND deduction_id > $1 ORDER BY deduction_id LIMIT $2",
            after,
            size,
        )
        return [_deduction(row) for row in rows]

    async def save(self, deduction: Deduction) -> None:
        demand, answer = deduction.demand, deduction.answer
        await self._connection.execute(
            f"INSERT INTO deduction ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "  # noqa: S608  # a constant
            "ON CONFLICT (deduction_id) DO UPDATE SET state = excluded.state, region_code = excluded.region_code, "
            "year = excluded.year, amount_kgce = excluded.amount_kgce, answer = excluded.answer, "
            "refusal = excluded.refusal",
            deduction.id,
            deduction.filing,
            deduction.state.value,
            demand and demand.region,
            demand and demand.year,
            demand and demand.amount_kgce,
            answer and answer_to_bytes(answer),
            answer and answer.refusal and answer.refusal.value,
        )


class PostgresGrants:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, transfer: TransferId, granted: EnvelopeGranted) -> None:
        await self._connection.execute(
            "INSERT INTO envelope_grant (transfer_id, region_code, year, amount_kgce, document) "
            "VALUES ($1, $2, $3, $4, $5)",
            transfer,
            granted.account.region,
            granted.account.year,
            granted.amount_kgce,
            granted.document,
        )


class BudgetWork(UnitOfWork):
    """One transaction on envelopes and deductions."""

    deductions: PostgresDeductions
    grants: PostgresGrants
    ledger: LedgerStore

    def _open(self) -> None:
        self.deductions = PostgresDeductions(self.connection)
        self.grants = PostgresGrants(self.connection)
        self.ledger = LedgerStore(self.connection)

    async def announce(self, event: EnvelopeGranted | DeductionReserved | DeductionRefused | DeductionVoided) -> None:
        key, message = event_to_wire(event)
        await self.outbox.append(BUDGET_EVENTS, key, message)

    async def verify_ledger(self) -> Difference | None:
        """What the ledger finds on one snapshot of itself. Must be the first thing this transaction does."""
        await self.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return await self.ledger.verify()
