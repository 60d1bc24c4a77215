"""Entries in PostgreSQL."""

from collections.abc import Sequence
from typing import Final

import asyncpg

from kernel.regions import RegionCode, code_prefix
from servicekit.storage.database import Connection
from targets.domain.entries import Entry, EntryKind, EntryState

_SAVE: Final = (
    "INSERT INTO entry (region_code, number, kind, stated, author, enter_time, state, settled_by, settle_time, reason) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (region_code, number) DO UPDATE "
    "SET state = excluded.state, settled_by = excluded.settled_by, settle_time = excluded.settle_time, "
    "reason = excluded.reason"
)
_PAGE: Final = (
    "SELECT * FROM entry WHERE region_code ^@ $1 AND ($2::text IS NULL OR state = $2) "
    "AND ($3::text IS NULL OR region_code > $3 OR (region_code = $3 AND number < $4)) "
    "ORDER BY region_code, number DESC LIMIT $5"
)


class PostgresEntries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def lock(self, region: RegionCode) -> None:
        await self._connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('entry ' || $1, 0))", region)

    async def numbered(self, region: RegionCode) -> int:
        last: int = await self._connection.fetchval(
            "SELECT coalesce(max(number), 0) FROM entry WHERE region_code = $1", region
        )
        return last

    async def pending(self, region: RegionCode) -> int:
        count: int = await self._connection.fetchval(
            "SELECT count(*) FROM entry WHERE region_code = $1 AND state = 'pending'", region
        )
        return count

    async def get_for_update(self, region: RegionCode, number: int) -> Entry | None:
        row = await self._connection.fetchrow(
            "SELECT * FROM entry WHERE region_code = $1 AND number = $2 FOR UPDATE", region, number
        )
        return None if row is None else _entry(row)

    async def get(self, region: RegionCode, number: int) -> Entry | None:
        row = await self._connection.fetchrow(
            "SELECT * FROM entry WHERE region_code = $1 AND number = $2", region, number
        )
        return None if row is None else _entry(row)

    async def save(self, entry: Entry) -> None:
        await self._connection.execute(
            _SAVE,
            entry.region,
            entry.number,
            entry.kind.value,
            entry.stated,
            entry.author,
            entry.entered_at,
            entry.state.value,
            entry.settled_by,
            entry.settled_at,
            entry.reason,
        )

    async def page(
        self, region: RegionCode, state: EntryState | None, before: tuple[str, int] | None, size: int
    ) -> Sequence[Entry]:
        rows = await self._connection.fetch(
            _PAGE,
            code_prefix(region),
            None if state is None else state.value,
            None if before is None else before[0],
            0 if before is None else before[1],
            size,
        )
        return [_entry(row) for row in rows]


def _entry(row: asyncpg.Record) -> Entry:
    return Entry(
        region=RegionCode(row["region_code"]),
        number=row["number"],
        kind=EntryKind(row["kind"]),
        stated=row["stated"],
        author=row["author"],
        entered_at=row["enter_time"],
        state=EntryState(row["state"]),
        settled_by=row["settled_by"],
        settled_at=row["settle_time"],
        reason=row["reason"],
    )
