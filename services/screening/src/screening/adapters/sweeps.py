"""Sweeps in PostgreSQL."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import asyncpg

from kernel.regions import RegionCode, code_prefix
from screening.adapters.locks import Locks
from screening.domain.decision import CAUSES_MAX, Cause
from screening.domain.facts import FilingId
from screening.domain.queue import Place
from screening.domain.sweeps import Scope, Sweep
from servicekit.storage.database import Connection

FIRST: Final = Place(date.min, FilingId(""))
"""Before every case."""

_PAGES: Final = {
    Scope.WITHIN: "SELECT application_date, filing_id FROM screening_case "
    "WHERE region_code ^@ ANY ($1::text[]) AND (application_date, filing_id) > ($2, $3) "
    "ORDER BY application_date, filing_id LIMIT $4",
    # Behind one that bars others nobody is asked for: they are visited when it is served or leaves.
    Scope.WAITING: "SELECT DISTINCT w.application_date, w.filing_id FROM waiting AS w "
    "WHERE w.region_code = ANY ($1::text[]) AND (w.application_date, w.filing_id) > ($2, $3) AND NOT EXISTS "
    "(SELECT 1 FROM waiting AS b WHERE b.bars AND b.region_code = w.region_code "
    "AND (b.application_date, b.filing_id) < (w.application_date, w.filing_id)) "
    "ORDER BY w.application_date, w.filing_id LIMIT $4",
    Scope.ALL: "SELECT application_date, filing_id FROM screening_case "
    "WHERE $1::text[] IS NOT NULL AND (application_date, filing_id) > ($2, $3) "
    "ORDER BY application_date, filing_id LIMIT $4",
}


class PostgresSweeps:
    def __init__(self, connection: Connection, locks: Locks) -> None:
        self._connection = connection
        self._locks = locks

    async def add(self, sweep: Sweep, at: datetime) -> None:
        """Joins one of the same scope that has not begun yet. Of a policy there is one for ever."""
        await self._connection.execute(_ADD_POLICY if sweep.policy else _ADD, *_written(sweep), at)

    async def current(self) -> Sweep | None:
        if not await self._locks.sweep():
            return None
        # No region changes from here on: what a page decides on is what stands when it is committed.
        await self._locks.share_regions()
        row = await self._connection.fetchrow(
            "UPDATE sweep SET begun = true "
            "WHERE id = (SELECT id FROM sweep WHERE NOT done ORDER BY id LIMIT 1) RETURNING *"
        )
        return None if row is None else _sweep(row)

    async def page(self, sweep: Sweep, size: int) -> list[Place]:
        after = sweep.position or FIRST
        regions = [code_prefix(code) for code in sweep.regions] if sweep.scope is Scope.WITHIN else list(sweep.regions)
        rows = await self._connection.fetch(_PAGES[sweep.scope], regions, after.application_date, after.filing, size)
        return [Place(row["application_date"], FilingId(row["filing_id"])) for row in rows]

    async def advance(self, sweep: Sweep, screened: Sequence[Place], at: datetime, *, done: bool) -> None:
        await self._connection.execute(
            "INSERT INTO rescreened (sweep_id, filing_id) SELECT $1, filing FROM unnest($2::text[]) AS p (filing)",
            sweep.id,
            [place.filing for place in screened],
        )
        last = screened[-1] if screened else sweep.position
        await self._connection.execute(
            "UPDATE sweep SET after_date = $2, after_filing = $3, done = $4, done_time = $5 WHERE id = $1",
            sweep.id,
            None if last is None else last.application_date,
            None if last is None else last.filing,
            done,
            at if done else None,
        )


_ADD_POLICY: Final = (
    "INSERT INTO sweep (scope, regions, policy, causes, cause_count, added_time) VALUES ($1, $2, $3, $4, $5, $6) "
    "ON CONFLICT DO NOTHING"
)
_ADD: Final = (
    "INSERT INTO sweep (scope, regions, policy, causes, cause_count, added_time) "  # noqa: S608  # a constant
    "VALUES ($1, $2, $3, $4, $5, $6) "
    "ON CONFLICT (scope, regions, policy) WHERE NOT begun DO UPDATE SET cause_count = sweep.cause_count + 1, "
    f"causes = CASE WHEN sweep.cause_count < {CAUSES_MAX} AND NOT sweep.causes @> excluded.causes "
    "THEN sweep.causes || excluded.causes ELSE sweep.causes END"
)


def _written(sweep: Sweep) -> tuple[object, ...]:
    causes = [f"{cause.kind} {cause.subject}" for cause in sweep.causes]
    return sweep.scope.value, " ".join(sweep.regions), sweep.policy, causes, len(causes)


def _sweep(row: asyncpg.Record) -> Sweep:
    causes = [cause.partition(" ") for cause in row["causes"]]
    position = None if row["after_date"] is None else Place(row["after_date"], FilingId(row["after_filing"]))
    return Sweep(
        scope=Scope(row["scope"]),
        regions=tuple(RegionCode(code) for code in row["regions"].split()),
        causes=tuple(Cause(kind, subject) for kind, _, subject in causes),
        id=row["id"],
        position=position,
        policy=row["policy"],
    )
