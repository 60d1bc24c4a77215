"""Regions, reports and promises in PostgreSQL."""

from collections.abc import Sequence

import asyncpg

from kernel.regions import RegionCode, code_prefix
from servicekit.eventing.topics import TARGETS_EVENTS
from servicekit.storage.database import Connection
from servicekit.storage.unit_of_work import UnitOfWork
from targets.domain.promises import Promise
from targets.domain.regions import (
    LevelBasis,
    Reading,
    Region,
    RegionLevel,
    RegionLevelChanged,
    Report,
    Scale,
    WarningLevel,
)
from targets.wire import event_to_wire

_READING = "region_code, scale, level, period_end, basis, evidence, bundle_hash"


def _level(row: asyncpg.Record) -> RegionLevel:
    reading = Reading(
        scale=Scale(row["scale"]),
        level=WarningLevel(row["level"]),
        period_end=row["period_end"],
        basis=LevelBasis(row["basis"]),
        evidence=row["evidence"],
        bundle_hash=row["bundle_hash"],
    )
    return RegionLevel(RegionCode(row["region_code"]), reading, row["version"])


def _columns(region: RegionCode, reading: Reading) -> tuple[object, ...]:
    return (
        region,
        reading.scale.value,
        reading.level.value,
        reading.period_end,
        reading.basis.value,
        reading.evidence,
        reading.bundle_hash,
    )


class PostgresRegions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get_for_update(self, region: RegionCode) -> Region:
        await self._connection.execute(
            "INSERT INTO region (region_code, version) VALUES ($1, 0) ON CONFLICT DO NOTHING", region
        )
        await self._connection.execute("SELECT 1 FROM region WHERE region_code = $1 FOR UPDATE", region)
        return (await self._load([region]))[0]

    async def get(self, region: RegionCode) -> Region | None:
        """The region, or None when nothing was ever reported of it."""
        found = await self._load([region])
        return found[0] if found else None

    async def page(self, after: str, size: int) -> list[Region]:
        """The regions that follow `after`, by code."""
        rows = await self._connection.fetch(
            "SELECT region_code FROM region WHERE region_code > $1 ORDER BY region_code LIMIT $2", after, size
        )
        return await self._load([row["region_code"] for row in rows])

    async def _load(self, codes: Sequence[str]) -> list[Region]:
        rows = await self._connection.fetch(
            f"SELECT {_READING}, version FROM region_level WHERE region_code = ANY ($1::text[])",  # noqa: S608  # a constant
            codes,
        )
        regions = await self._connection.fetch(
            "SELECT region_code, version FROM region WHERE region_code = ANY ($1::text[]) ORDER BY region_code", codes
        )
        levels = [_level(row) for row in rows]
        return [
            Region(
                code=RegionCode(row["region_code"]),
                version=row["version"],
                levels={level.reading.scale: level for level in levels if level.region == row["region_code"]},
            )
            for row in regions
        ]

    async def save(self, region: Region) -> None:
        """The region and the levels of its present version; the others are as they were."""
        await self._connection.execute(
            "UPDATE region SET version = $2 WHERE region_code = $1", region.code, region.version
        )
        for level in region.levels.values():
            if level.version == region.version:
                await self._connection.execute(
                    f"INSERT INTO region_level ({_READING}, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "  # noqa: S608  # a constant
                    "ON CONFLICT (region_code, scale) DO UPDATE SET level = excluded.level, "
                    "period_end = excluded.period_end, basis = excluded.basis, evidence = excluded.evidence, "
                    "bundle_hash = excluded.bundle_hash, version = excluded.version",
                    *_columns(region.code, level.reading),
                    level.version,
                )


class PostgresReports:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, report: Report) -> None:
        actual, schedule = report.figures or (None, None)
        await self._connection.execute(
            f"INSERT INTO report ({_READING}, actual, schedule, report_time) "  # noqa: S608  # a constant
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            *_columns(report.region, report.reading),
            actual,
            schedule,
            report.at,
        )


class PostgresPromises:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, promise: Promise) -> None:
        await self._record(promise, "DO NOTHING", released=False)

    async def release(self, promise: Promise) -> None:
        await self._record(promise, "(deduction_id) DO UPDATE SET released = true", released=True)

    async def _record(self, promise: Promise, otherwise: str, *, released: bool) -> None:
        await self._connection.execute(
            "INSERT INTO promise (deduction_id, region_code, year, amount_kgce, released) "  # noqa: S608  # constants
            f"VALUES ($1, $2, $3, $4, $5) ON CONFLICT {otherwise}",
            promise.deduction,
            promise.region,
            promise.year,
            promise.amount_kgce,
            released,
        )

    async def promised_kgce(self, regions: Sequence[RegionCode]) -> dict[RegionCode, int]:
        """For each region what counts in it and below it: a sum over the promises, never a number kept apart."""
        rows = await self._connection.fetch(
            "SELECT r.code, (SELECT coalesce(sum(p.amount_kgce), 0)::bigint FROM promise AS p "
            "WHERE NOT p.released AND p.region_code ^@ r.prefix) AS kgce "
            "FROM unnest($1::text[], $2::text[]) AS r (code, prefix)",
            regions,
            [code_prefix(region) for region in regions],
        )
        return {row["code"]: row["kgce"] for row in rows}


class TargetsWork(UnitOfWork):
    """One transaction on regions, reports and promises."""

    regions: PostgresRegions
    reports: PostgresReports
    promises: PostgresPromises

    def _open(self) -> None:
        self.regions = PostgresRegions(self.connection)
        self.reports = PostgresReports(self.connection)
        self.promises = PostgresPromises(self.connection)

    async def announce(self, event: RegionLevelChanged) -> None:
        await self.outbox.append(TARGETS_EVENTS, event.region.code, event_to_wire(event))
