"""Regions and every level of them in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import asyncpg

from kernel.regions import RegionCode
from servicekit.storage.database import Connection
from targets.domain.levels import LevelBasis, LevelReading, RegionLevel, Scale, WarningLevel
from targets.domain.periods import Period
from targets.domain.regions import Region
from targets.domain.reports import ReportStatus

_COLUMNS: Final = (
    "region_code, number, scale, level, period_start, period_end, basis, status, evidence, bundle_hash, version, "
    "valid_from, known_time"
)
_NEWEST: Final = f"SELECT {_COLUMNS} FROM region_level JOIN level USING (region_code, number, scale) "  # noqa: S608  # a constant
_KNOWN: Final = f"SELECT {_COLUMNS} FROM level WHERE region_code = ANY ($1::text[]) "  # noqa: S608  # a constant


def _level(row: asyncpg.Record) -> RegionLevel:
    reading = LevelReading(
        scale=Scale(row["scale"]),
        level=WarningLevel(row["level"]),
        period=Period(row["period_start"], row["period_end"]),
        basis=LevelBasis(row["basis"]),
        evidence=row["evidence"],
        bundle_hash=row["bundle_hash"],
        status=ReportStatus(row["status"]),
    )
    return RegionLevel(
        RegionCode(row["region_code"]), reading, row["version"], row["valid_from"], row["known_time"], row["number"]
    )


class PostgresRegions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get_for_update(self, region: RegionCode) -> Region:
        await self._connection.execute(
            "INSERT INTO region (region_code, version, taken) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING", region
        )
        await self._connection.execute("SELECT 1 FROM region WHERE region_code = $1 FOR UPDATE", region)
        return (await self._load([region]))[0]

    async def get(self, region: RegionCode) -> Region | None:
        """The region, or None when no level of it was ever taken in."""
        found = await self._load([region])
        return found[0] if found else None

    async def page(self, after: str, size: int) -> list[Region]:
        """The regions that follow `after`, by code."""
        rows = await self._connection.fetch(
            "SELECT region_code FROM region WHERE region_code > $1 ORDER BY region_code LIMIT $2", after, size
        )
        return await self._load([row["region_code"] for row in rows])

    async def _load(self, codes: Sequence[str]) -> list[Region]:
        rows = await self._connection.fetch(f"{_NEWEST} WHERE region_code = ANY ($1::text[])", codes)
        regions = await self._connection.fetch(
            "SELECT region_code, version, taken FROM region WHERE region_code = ANY ($1::text[]) ORDER BY region_code",
            codes,
        )
        levels = [_level(row) for row in rows]
        return [
            Region(
                code=RegionCode(row["region_code"]),
                version=row["version"],
                taken=row["taken"],
                levels={level.reading.scale: level for level in levels if level.region == row["region_code"]},
            )
            for row in regions
        ]

    async def save(self, region: Region) -> None:
        """The region, and the level of its newest change; its levels are kept already."""
        await self._connection.execute(
            "UPDATE region SET version = $2, taken = $3 WHERE region_code = $1",
            region.code,
            region.version,
            region.taken,
        )
        for level in region.levels.values():
            if level.version == region.version and level.number == region.taken:
                await self._connection.execute(
                    "INSERT INTO region_level (region_code, scale, number) VALUES ($1, $2, $3) "
                    "ON CONFLICT (region_code, scale) DO UPDATE SET number = excluded.number",
                    region.code,
                    level.reading.scale.value,
                    level.number,
                )


class PostgresLevels:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, level: RegionLevel) -> None:
        reading = level.reading
        await self._connection.execute(
            f"INSERT INTO level ({_COLUMNS}) "  # noqa: S608  # a constant
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            level.region,
            level.number,
            reading.scale.value,
            reading.level.value,
            reading.period.first,
            reading.period.last,
            reading.basis.value,
            reading.status.value,
            reading.evidence,
            reading.bundle_hash,
            level.version,
            level.valid_from,
            level.known_at,
        )

    async def of(
        self, regions: Sequence[RegionCode], scale: Scale | None = None, *, known_at: datetime | None = None
    ) -> Sequence[RegionLevel]:
        rows = await self._connection.fetch(
            f"{_KNOWN} AND ($2::text IS NULL OR scale = $2) AND ($3::timestamptz IS NULL OR known_time <= $3) "
            "ORDER BY region_code, scale, number",
            regions,
            scale.value if scale is not None else None,
            known_at,
        )
        return [_level(row) for row in rows]
