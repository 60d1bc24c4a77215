"""The steps of plans and their deadlines in PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter

import asyncpg

from capacity.adapters.replacements import PostgresReplacements
from capacity.domain.deadlines import Due
from capacity.domain.lapsing import LapsingPlan
from capacity.domain.plan import Plan, PlanStep, PlanStepKind
from capacity.domain.replacement import FilingId
from servicekit.storage.database import Connection


def _step(row: asyncpg.Record) -> PlanStep:
    return PlanStep(PlanStepKind(row["kind"]), row["effective_on"], row["document"], row["known_at"])


class PostgresPlans:
    def __init__(self, connection: Connection, replacements: PostgresReplacements) -> None:
        """All that is kept of a plan refers to its filing's row among the replacements."""
        self._connection = connection
        self._replacements = replacements

    async def get(self, filing: FilingId) -> Plan:
        if self._replacements.is_fresh(filing):
            return Plan(())
        return (await self.of([filing])).get(filing, Plan(()))

    async def of(self, filings: Collection[FilingId]) -> dict[FilingId, Plan]:
        rows = await self._connection.fetch(
            "SELECT filing_id, kind, effective_on, document, known_at FROM plan_step "
            "WHERE filing_id = ANY ($1::text[]) ORDER BY filing_id, seq",
            list(filings),
        )
        return {
            FilingId(filing): Plan(tuple(_step(row) for row in steps))
            for filing, steps in groupby(rows, key=itemgetter("filing_id"))
        }

    async def add_step(self, filing: FilingId, place: int, step: PlanStep) -> None:
        await self._replacements.flush()
        await self._connection.execute(
            "INSERT INTO plan_step (filing_id, seq, kind, effective_on, document, known_at) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            filing,
            place,
            step.kind.value,
            step.effective_on,
            step.document,
            step.known_at,
        )

    async def set_deadline(self, filing: FilingId, due: Due | None) -> None:
        if due is None and self._replacements.is_fresh(filing):
            return
        await self._replacements.flush()
        if due is None:
            await self._connection.execute("DELETE FROM plan_deadline WHERE filing_id = $1", filing)
            return
        await self._connection.execute(
            "INSERT INTO plan_deadline (filing_id, lapses_on, provisional) VALUES ($1, $2, $3) "
            "ON CONFLICT (filing_id) DO UPDATE SET lapses_on = excluded.lapses_on, provisional = excluded.provisional",
            filing,
            due.lapses_on,
            due.provisional,
        )

    async def lapsing(self, by: date, after: tuple[date, str], size: int) -> Sequence[LapsingPlan]:
        rows = await self._connection.fetch(
            "SELECT filing_id, lapses_on, provisional FROM plan_deadline "
            "WHERE lapses_on <= $1 AND (lapses_on, filing_id) > ($2, $3) ORDER BY lapses_on, filing_id LIMIT $4",
            by,
            *after,
            size,
        )
        return [LapsingPlan(FilingId(row["filing_id"]), row["lapses_on"], row["provisional"]) for row in rows]

    async def to_lapse(self, by: date, size: int) -> Sequence[FilingId]:
        rows = await self._connection.fetch(
            "SELECT d.filing_id FROM plan_deadline AS d JOIN replacement AS r USING (filing_id) "
            "WHERE d.lapses_on <= $1 AND NOT d.provisional AND coalesce(r.hold_state, 'held') = 'held' "
            "ORDER BY d.lapses_on, d.filing_id LIMIT $2",
            by,
            size,
        )
        return [FilingId(row["filing_id"]) for row in rows]

    async def provisional(self, after: FilingId | None, size: int) -> Sequence[FilingId]:
        rows = await self._connection.fetch(
            "SELECT filing_id FROM plan_deadline WHERE provisional AND filing_id > $1 ORDER BY filing_id LIMIT $2",
            after or "",
            size,
        )
        return [FilingId(row["filing_id"]) for row in rows]
