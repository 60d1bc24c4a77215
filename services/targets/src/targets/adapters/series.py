"""Reports of indicators and the targets handed down in PostgreSQL: rows are added, and never changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg

from kernel.pace import Pace
from servicekit.storage.database import Connection
from targets.domain.periods import Period, Years
from targets.domain.places import Place
from targets.domain.reports import Comparison, Report, ReportStatus, Requirement, Series
from targets.domain.targets import Target

_REPORT: Final = (
    "place, indicator, version, comparison, period_start, period_end, actual, unit, required, method, within_year, "
    "target_version, status, document, known_time"
)
_TARGET: Final = (
    "place, indicator, version, first_year, last_year, value, base_year, base_value, pace, weight, document, "
    "effective_from, known_time"
)


class _Rows:
    """One table of numbered rows of places."""

    table: str
    columns: str

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def next_version(self, place: Place, indicator: str) -> int:
        await self._connection.execute("INSERT INTO place (place) VALUES ($1) ON CONFLICT DO NOTHING", place)
        await self._connection.execute("SELECT 1 FROM place WHERE place = $1 FOR UPDATE", place)
        newest: int = await self._connection.fetchval(
            f"SELECT coalesce(max(version), 0) FROM {self.table} WHERE place = $1 AND indicator = $2",  # noqa: S608  # constants
            place,
            indicator,
        )
        return newest + 1

    async def _add(self, *values: Any) -> None:
        marks = ", ".join(f"${number}" for number in range(1, len(values) + 1))
        await self._connection.execute(f"INSERT INTO {self.table} ({self.columns}) VALUES ({marks})", *values)  # noqa: S608  # constants

    async def _of(
        self, places: Sequence[Place], indicator: str | None, known_at: datetime | None
    ) -> Sequence[asyncpg.Record]:
        return await self._connection.fetch(
            f"SELECT {self.columns} FROM {self.table} WHERE place = ANY ($1::text[]) "  # noqa: S608  # constants
            "AND ($2::text IS NULL OR indicator = $2) AND ($3::timestamptz IS NULL OR known_time <= $3) "
            "ORDER BY place, indicator, version",
            places,
            indicator,
            known_at,
        )


class PostgresReports(_Rows):
    table = "report"
    columns = _REPORT

    async def add(self, report: Report) -> None:
        required = report.requirement
        await self._add(
            report.series.place,
            report.series.indicator,
            report.version,
            report.series.comparison.value,
            report.period.first,
            report.period.last,
            report.actual,
            report.unit,
            required.value if required is not None else None,
            required.method if required is not None else "",
            required.within_year if required is not None else "",
            required.target_version if required is not None else None,
            report.status.value,
            report.document,
            report.known_at,
        )

    async def of(
        self, places: Sequence[Place], indicator: str | None = None, *, known_at: datetime | None = None
    ) -> Sequence[Report]:
        return [_report(row) for row in await self._of(places, indicator, known_at)]


class PostgresTargets(_Rows):
    table = "target"
    columns = _TARGET

    async def add(self, target: Target) -> None:
        assert target.pace is not None
        await self._add(
            target.place,
            target.indicator,
            target.version,
            target.years.first,
            target.years.last,
            target.value,
            target.base_year,
            target.base_value,
            target.pace.value,
            target.weight,
            target.document,
            target.effective_from,
            target.known_at,
        )

    async def of(
        self, places: Sequence[Place], indicator: str | None = None, *, known_at: datetime | None = None
    ) -> Sequence[Target]:
        return [_target(row) for row in await self._of(places, indicator, known_at)]


def _report(row: asyncpg.Record) -> Report:
    required = row["required"]
    return Report(
        Series(Place(row["place"]), row["indicator"], Comparison(row["comparison"])),
        Period(row["period_start"], row["period_end"]),
        row["actual"],
        row["unit"],
        None if required is None else Requirement(required, row["method"], row["within_year"], row["target_version"]),
        ReportStatus(row["status"]),
        row["document"],
        row["version"],
        row["known_time"],
    )


def _target(row: asyncpg.Record) -> Target:
    return Target(
        Place(row["place"]),
        row["indicator"],
        Years(row["first_year"], row["last_year"]),
        row["value"],
        row["base_year"],
        Pace(row["pace"]),
        row["document"],
        row["effective_from"],
        row["version"],
        row["known_time"],
        row["base_value"],
        row["weight"],
    )
