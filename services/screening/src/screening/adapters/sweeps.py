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

# A case that came to another place meanwhile is not screened twice.
_ONCE: Final = "NOT EXISTS (SELECT 1 FROM rescreened AS r WHERE r.sweep_id = $5 AND r.filing_id = c.filing_id)"
_PAGES: Final = {
    Scope.WITHIN: "SELECT application_date, filing_id FROM screening_case AS c "  # noqa: S608  # constants
    f"WHERE region_code ^@ ANY ($1::text[]) AND (application_date, filing_id) > ($2, $3) AND {_ONCE} "
    "ORDER BY application_date, filing_id LIMIT $4",
    # Behind one that bars others nobody is asked for: they are visited when it is served or leaves.
    Scope.FREED: "SELECT DISTINCT c.application_date, c.filing_id FROM waiting AS c "  # noqa: S608  # constants
    f"WHERE c.fits AND c.region_code = ANY ($1::text[]) AND (c.application_date, c.filing_id) > ($2, $3) AND {_ONCE} "
    "AND NOT EXISTS (SELECT 1 FROM waiting AS b WHERE b.bars AND b.region_code = c.region_code "
    "AND (b.application_date, b.filing_id) < (c.application_date, c.filing_id)) "
    "ORDER BY c.application_date, c.filing_id LIMIT $4",
    Scope.GRANTED: "SELECT DISTINCT application_date, filing_id FROM waiting AS c "  # noqa: S608  # constants
    f"WHERE region_code = ANY ($1::text[]) AND (application_date, filing_id) > ($2, $3) AND {_ONCE} "
    "ORDER BY application_date, filing_id LIMIT $4",
    Scope.ALL: "SELECT application_date, filing_id FROM screening_case AS c "  # noqa: S608  # constants
    f"WHERE $1::text[] IS NOT NULL AND (application_date, filing_id) > ($2, $3) AND {_ONCE} "
    "ORDER BY application_date, filing_id LIMIT $4",
}


class PostgresSweeps:
    def __init__(self, connection: Connection, locks: Locks) -> None:
        self._connection = connection
        self._locks = locks
        # Rows are locked last, and all in one order: many transactions add to the same sweeps.
        self._added: dict[tuple[str, str, str], list[Sweep]] = {}
        self._at: datetime | None = None

    async def add(self, sweep: Sweep, at: datetime) -> None:
        key = sweep.scope.value, " ".join(sweep.regions), sweep.policy
        self._added.setdefault(key, []).append(sweep)
        self._at = at

    async def flush(self) -> None:
        """Writes what was added: it joins sweeps of the same scope that have not begun yet."""
        for key, sweeps in sorted(self._added.items()):
            causes = [f"{cause.kind} {cause.subject}" for sweep in sweeps for cause in sweep.causes]
            distinct = list(dict.fromkeys(causes))[:CAUSES_MAX]
            statement = _ADD_POLICY if sweeps[0].policy else _ADD
            await self._connection.execute(statement, *key, distinct, len(causes), self._at)
        self._added = {}

    async def current(self, bundle_hash: str) -> Sweep | None:
        """A sweep for a newer bundle than the caller's is left to those who have it."""
        if not await self._locks.sweep():
            return None
        row = await self._connection.fetchrow(_CURRENT, bundle_hash)
        return None if row is None else _sweep(row)

    async def begin(self, sweep: Sweep) -> None:
        await self._locks.own_waiting()
        await self._connection.execute("UPDATE sweep SET begun = true WHERE id = $1", sweep.id)

    async def page(self, sweep: Sweep, size: int) -> list[Place]:
        # No region changes from here on: what a page decides on is what stands when it is committed.
        await self._locks.share_regions()
        after = sweep.position or FIRST
        regions = [code_prefix(code) for code in sweep.regions] if sweep.scope is Scope.WITHIN else list(sweep.regions)
        rows = await self._connection.fetch(
            _PAGES[sweep.scope], regions, after.application_date, after.filing, size, sweep.id
        )
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


_CURRENT: Final = (
    "SELECT * FROM sweep AS s WHERE NOT done AND (policy IN ('', $1) "
    "OR EXISTS (SELECT 1 FROM sweep AS n WHERE n.policy <> '' AND n.id > s.id)) ORDER BY id LIMIT 1"
)
_ADD_POLICY: Final = (
    "INSERT INTO sweep (scope, regions, policy, causes, cause_count, added_time) SELECT $1, $2, $3, $4, $5, $6 "
    "WHERE $3 IS DISTINCT FROM (SELECT policy FROM sweep WHERE policy <> '' ORDER BY id DESC LIMIT 1) "
    "ON CONFLICT DO NOTHING"
)
_ADD: Final = (
    "INSERT INTO sweep (scope, regions, policy, causes, cause_count, added_time) "  # noqa: S608  # a constant
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (scope, regions, policy) WHERE NOT begun DO UPDATE SET "
    "cause_count = sweep.cause_count + excluded.cause_count, causes = sweep.causes || ARRAY("
    "SELECT cause FROM unnest(excluded.causes) WITH ORDINALITY AS e (cause, place) WHERE cause <> ALL (sweep.causes) "
    f"ORDER BY place LIMIT greatest(0, {CAUSES_MAX} - cardinality(sweep.causes)))"
)


def _sweep(row: asyncpg.Record) -> Sweep:
    causes = [cause.partition(" ") for cause in row["causes"]]
    position = None if row["after_date"] is None else Place(row["after_date"], FilingId(row["after_filing"]))
    return Sweep(
        scope=Scope(row["scope"]),
        regions=tuple(RegionCode(code) for code in row["regions"].split()),
        causes=tuple(Cause(kind, subject) for kind, _, subject in causes),
        id=row["id"],
        position=position,
        begun=row["begun"],
        policy=row["policy"],
    )
