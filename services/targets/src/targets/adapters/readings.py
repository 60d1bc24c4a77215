"""Key energy users, their readings and the regional figures in PostgreSQL."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import asyncpg

from kernel.regions import RegionCode, code_prefix
from servicekit.eventing.topics import TARGETS_READINGS
from servicekit.storage.database import Connection
from servicekit.storage.unit_of_work import UnitOfWork
from targets.adapters import readings_sql as sql
from targets.adapters.postgres import TargetsWork
from targets.application.readings.ports import Difference, Rebuilt
from targets.domain.readings.coverage import Coverage
from targets.domain.readings.figures import Days, DayTally
from targets.domain.readings.meters import CreditCode, EnergyUnit, Meter, Span
from targets.domain.readings.tallies import Cell, Key, MeterDay, Quality, Reading, Tally, absorb
from targets.wire_readings import reading_to_wire

REBUILD_SECONDS_MAX: Final = 600
"""A year of hourly readings takes minutes to sort."""


def _columns(rows: Collection[Sequence[Any]], count: int) -> list[list[Any]]:
    """For `unnest`: a list a column."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(count)]


class PostgresUnits:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get_for_update(self, code: CreditCode) -> EnergyUnit:
        await self._connection.execute(
            "INSERT INTO energy_unit (unit_code, display_name, region_code, version) VALUES ($1, '', '', 0) "
            "ON CONFLICT DO NOTHING",
            code,
        )
        await self._connection.execute("SELECT 1 FROM energy_unit WHERE unit_code = $1 FOR UPDATE", code)
        return (await self._load([code]))[code]

    async def find(self, codes: Iterable[CreditCode]) -> Mapping[CreditCode, EnergyUnit]:
        """Those that are registered."""
        return await self._load(list(codes))

    async def _load(self, codes: Sequence[CreditCode]) -> Mapping[CreditCode, EnergyUnit]:
        units = await self._connection.fetch(sql.UNITS, codes)
        meters: dict[str, dict[str, Meter]] = {row["unit_code"]: {} for row in units}
        for row in await self._connection.fetch(sql.METERS, codes):
            meters[row["unit_code"]][row["meter"]] = Meter(
                row["meter"], row["carrier"], Span(row["span"]), row["first_day"], row["until_day"]
            )
        return {
            row["unit_code"]: EnergyUnit(
                CreditCode(row["unit_code"]),
                row["display_name"],
                RegionCode(row["region_code"]),
                meters[row["unit_code"]],
                row["version"],
            )
            for row in units
        }

    async def save(self, unit: EnergyUnit) -> None:
        await self._connection.execute(sql.SAVE_UNIT, unit.code, unit.name, unit.region, unit.version)
        rows = [(m.id, m.carrier, m.span.value, m.first, m.until) for m in unit.meters.values()]
        await self._connection.execute(sql.SAVE_METERS, unit.code, *_columns(rows, 5))


def _reading(row: asyncpg.Record) -> Reading:
    return Reading(
        Key(CreditCode(row["unit_code"]), row["meter"], row["start_time"]),
        Span(row["span"]),
        row["version"],
        row["carrier"],
        RegionCode(row["region_code"]),
        row["amount"],
        row["unit"],
        Quality(row["quality"]),
        row["known_time"],
    )


def _row(one: Reading) -> tuple[object, ...]:
    """In the order of the log's columns."""
    place = (one.day, one.region, one.carrier, one.amount, one.unit)
    return (*one.key, one.span.value, one.version, *place, one.quality.value, one.known_at)


class PostgresReadings:
    """The log. What a transaction takes is written when it commits, in a few statements for all of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._taken: list[Reading] = []

    async def known_for_update(self, keys: Collection[Key]) -> Sequence[Reading]:
        """All versions of the keys that are logged or on their way; nobody else changes them meanwhile."""
        await self._lock({key.unit_code for key in keys})
        return [_reading(row) for row in await self._connection.fetch(sql.KNOWN, *_columns(keys, 3))]

    async def send(self, readings: Sequence[Reading]) -> None:
        """Keeps them until the stream brings them."""
        if readings:
            await self._connection.execute(sql.SEND, *_columns([_row(one) for one in readings], 12))

    def take(self, reading: Reading) -> None:
        self._taken.append(reading)

    async def flush(self) -> None:
        """Raises ReadingChanged."""
        taken, self._taken = self._taken, []
        if not taken:
            return
        await self._connection.execute(sql.LOCK_SHARED)
        await self._lock({one.key.unit_code for one in taken})
        keys = {one.key for one in taken}
        logged = [_reading(row) for row in await self._connection.fetch(sql.LOGGED, *_columns(keys, 3))]
        absorbed = absorb(taken, logged)
        await self._log(absorbed.fresh)
        await self._connection.execute(sql.ARRIVED, *_columns([(*one.key, one.version) for one in taken], 4))
        await self._add_figures(absorbed.cells)
        await self._add_meter_days(absorbed.meter_days)

    async def _lock(self, units: Collection[CreditCode]) -> None:
        await self._connection.execute(sql.LOCK_UNITS, sorted(units))

    async def _log(self, fresh: Sequence[Reading]) -> None:
        rows = [_row(one) for one in fresh]
        if rows:
            await self._connection.execute(sql.LOG, *_columns(rows, 12))

    async def _add_figures(self, cells: Mapping[Cell, Tally]) -> None:
        if not cells:
            return
        places, changes = _columns(list(cells), 4), _columns(list(cells.values()), 4)
        await self._connection.execute(sql.OPEN_FIGURES, *places)
        await self._connection.execute(sql.ADD_FIGURES, *places, *changes)
        await self._connection.execute(sql.DROP_EMPTY_FIGURES, *places)

    async def _add_meter_days(self, meter_days: Mapping[MeterDay, int]) -> None:
        rows = [(*meter_day, change) for meter_day, change in meter_days.items()]
        if rows:
            await self._connection.execute(sql.ADD_METER_DAYS, *_columns(rows, 4))


class PostgresFigures:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def tallies(self, region: RegionCode, days: Days, known_at: datetime | None) -> Sequence[DayTally]:
        """By what was known then; None: now. From the log for a time past, else from the figures kept."""
        asked = (days.first, days.until, code_prefix(region))
        if known_at is None:
            rows = await self._connection.fetch(sql.TALLIES, *asked)
        else:
            rows = await self._connection.fetch(sql.TALLIES_AS_OF, *asked, known_at)
        return [
            DayTally(
                row["carrier"],
                row["day"],
                row["unit"],
                Tally(row["amount"], row["readings"], row["estimated"], row["corrected"]),
            )
            for row in rows
        ]

    async def coverage(
        self, region: RegionCode, periods: Sequence[Days], known_at: datetime | None
    ) -> Mapping[tuple[date, str], Coverage]:
        """By the period's first day and the energy, and by the first day and "" for all of them."""
        firsts, untils = _columns(periods, 2)
        rows = await self._connection.fetch(
            sql.COVERAGE if known_at is None else sql.COVERAGE_AS_OF,
            min(firsts),
            max(untils),
            code_prefix(region),
            known_at,
            firsts,
            untils,
        )
        return {
            (row["period"], row["carrier"]): Coverage(row["registered"], row["reported"], row["expected"], row["known"])
            for row in rows
        }

    async def rebuild(self, days: Days, *, replace: bool, shown_max: int) -> Rebuilt:
        """From the readings alone, while nothing else is counted."""
        await self._connection.execute(sql.LOCK_ALONE, timeout=REBUILD_SECONDS_MAX)
        await self._connection.execute(sql.COMPUTE_NEWEST, *days, timeout=REBUILD_SECONDS_MAX)
        for statement in (sql.COMPUTE_FIGURES, sql.COMPUTE_METER_DAYS):
            await self._connection.execute(statement, timeout=REBUILD_SECONDS_MAX)
        computed = await self._connection.fetchrow(sql.COMPUTED, *days)
        assert computed is not None
        shown = await self._connection.fetch(sql.DIFFERENCES, *days, shown_max)
        made = Rebuilt(
            figures=computed["figures"],
            readings=computed["readings"],
            on_their_way=computed["on_their_way"],
            differing=await self._connection.fetchval(sql.DIFFERING, *days),
            meter_days_differing=await self._connection.fetchval(sql.METER_DAYS_DIFFERING, *days),
            differences=tuple(Difference(**dict(row)) for row in shown),
            replaced=replace,
        )
        if replace:
            await self._replace(days)
        return made

    async def _replace(self, days: Days) -> None:
        await self._connection.execute(sql.CLEAR_FIGURES, *days)
        await self._connection.execute(sql.PUT_FIGURES, timeout=REBUILD_SECONDS_MAX)
        await self._connection.execute(sql.CLEAR_METER_DAYS, *days)
        await self._connection.execute(sql.PUT_METER_DAYS, timeout=REBUILD_SECONDS_MAX)


class ReadingsWork(UnitOfWork):
    """One transaction on units, readings and regional figures."""

    units: PostgresUnits
    readings: PostgresReadings
    figures: PostgresFigures

    def _open(self) -> None:
        super()._open()
        self.units = PostgresUnits(self.connection)
        self.readings = PostgresReadings(self.connection)
        self.figures = PostgresFigures(self.connection)

    async def send(self, readings: Sequence[Reading]) -> None:
        await self.readings.send(readings)
        for reading in readings:
            await self.outbox.append(TARGETS_READINGS, reading.key.unit_code, reading_to_wire(reading))

    async def commit(self) -> None:
        await self.readings.flush()
        await super().commit()


class StreamWork(ReadingsWork, TargetsWork):
    """One transaction on all that the service's events touch."""
