"""Cases that wait, in PostgreSQL: for a region, in the published order; for a fact, the longest first."""

from datetime import UTC, date, datetime
from typing import Final

import asyncpg

from kernel.regions import RegionCode, code_prefix
from screening.adapters.decisions import read_decision
from screening.application.waiting.ports import Entry, Since
from screening.domain.facts import FilingId
from screening.domain.queue import Place
from servicekit.storage.database import Connection

_QUEUED: Final = "c.disposition IN ('defer', 'restrict') AND NOT c.settled AND "
_LEVELS: Final = {4: "c.prefecture = $1", 6: "c.region_code = $1"}
"""By the digits of a code that are told; an index in the queue's order leads there."""
_FIRST: Final = Place(date.min, FilingId(""))
_LONGEST: Final = Since(datetime.min.replace(tzinfo=UTC), FilingId(""))


class PostgresQueue:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def page(self, region: RegionCode, after: Place | None, size: int) -> list[Entry]:
        start, code = after or _FIRST, code_prefix(region)
        rows = await self._connection.fetch(
            "SELECT c.filing_id, c.application_date, c.region_code, c.refusals, d.decision, d.attempt, "  # noqa: S608  # constants
            "ARRAY(SELECT w.region_code FROM waiting AS w WHERE w.filing_id = c.filing_id ORDER BY 1) AS waits_on, "
            "EXISTS (SELECT FROM waiting AS w WHERE w.filing_id = c.filing_id AND w.bars) AS bars "
            "FROM screening_case AS c JOIN decision AS d ON (d.filing_id, d.number) = (c.filing_id, c.decision_number) "
            f"WHERE {_queued_in(code)} AND (c.application_date, c.filing_id) > ($2, $3) "
            "ORDER BY c.application_date, c.filing_id LIMIT $4",
            code,
            start.application_date,
            start.filing,
            size,
        )
        return [_entry(row) for row in rows]

    async def ahead(self, region: RegionCode, place: Place) -> int:
        code = code_prefix(region)
        count: int = await self._connection.fetchval(
            f"SELECT count(*) FROM screening_case AS c WHERE {_queued_in(code)} "  # noqa: S608  # constants
            "AND (c.application_date, c.filing_id) < ($2, $3)",
            code,
            place.application_date,
            place.filing,
        )
        return count


def _queued_in(code: str) -> str:
    """The condition on the case `c`, with the beginning of a code as the first value."""
    return _QUEUED + _LEVELS.get(len(code), "c.region_code ^@ $1")


def _entry(row: asyncpg.Record) -> Entry:
    return Entry(
        place=Place(row["application_date"], FilingId(row["filing_id"])),
        region=RegionCode(row["region_code"]),
        decision=read_decision(row),
        waits_on=tuple(RegionCode(code) for code in row["waits_on"]),
        refusals=row["refusals"],
        bars=row["bars"],
    )


class PostgresStuck:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def count(self, before: datetime) -> int:
        count: int = await self._connection.fetchval(
            "SELECT count(*) FROM screening_case WHERE waiting_for <> '' AND waiting_since <= $1", before
        )
        return count

    async def page(self, before: datetime, after: Since | None, size: int) -> list[tuple[Since, tuple[str, ...]]]:
        start = after or _LONGEST
        rows = await self._connection.fetch(
            "SELECT filing_id, waiting_since, waiting_for FROM screening_case WHERE waiting_for <> '' "
            "AND waiting_since <= $1 AND (waiting_since, filing_id) > ($2, $3) "
            "ORDER BY waiting_since, filing_id LIMIT $4",
            before,
            start.at,
            start.filing,
            size,
        )
        return [
            (Since(row["waiting_since"], FilingId(row["filing_id"])), tuple(row["waiting_for"].split())) for row in rows
        ]
