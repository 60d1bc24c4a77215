"""Yearly capacity and output in PostgreSQL: every record of a year is kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from capacity.domain.utilisation import Sector, YearFigure
from servicekit.storage.database import Connection


class PostgresUtilisations:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read: dict[Sector, Sequence[YearFigure]] = {}
        """Once a transaction: all that a batch evaluates is held against the same figures."""

    async def add(self, figure: YearFigure) -> YearFigure:
        """Waits while another transaction records the same sector."""
        sector = figure.sector
        self._read.pop(sector, None)
        await self._connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('utilisation ' || $1, 0))", sector.key
        )
        version: int = await self._connection.fetchval(
            "INSERT INTO utilisation "
            "(product_id, region_code, year, version, capacity_t, output_t, document, known_at) "
            "SELECT $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, $6, $7 FROM utilisation "
            "WHERE product_id = $1 AND region_code = $2 AND year = $3 RETURNING version",
            sector.product_id,
            sector.region,
            figure.year,
            figure.capacity,
            figure.output,
            figure.document,
            figure.known_at,
        )
        return replace(figure, version=version)

    async def of(self, sector: Sector, known_at: datetime | None = None) -> Sequence[YearFigure]:
        if known_at is not None:
            return await self._of(sector, known_at)
        if sector not in self._read:
            self._read[sector] = await self._of(sector, None)
        return self._read[sector]

    async def _of(self, sector: Sector, known_at: datetime | None) -> list[YearFigure]:
        rows = await self._connection.fetch(
            "SELECT DISTINCT ON (year) year, version, capacity_t, output_t, document, known_at FROM utilisation "
            "WHERE product_id = $1 AND region_code = $2 AND ($3::timestamptz IS NULL OR known_at <= $3) "
            "ORDER BY year DESC, version DESC",
            sector.product_id,
            sector.region,
            known_at,
        )
        return [
            YearFigure(
                sector,
                row["year"],
                row["capacity_t"],
                row["output_t"],
                row["document"],
                row["known_at"],
                row["version"],
            )
            for row in rows
        ]
