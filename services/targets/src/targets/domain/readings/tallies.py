"""What readings add up to: a higher version replaces a lower one, in whatever order they come."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Final, NamedTuple

from energy.units import WIDE
from kernel.clock import legal_day
from kernel.regions import RegionCode
from targets.domain.readings.meters import CreditCode, Span
from targets.domain.readings.refusals import ReadingChanged


class Quality(Enum):
    MEASURED = "measured"
    ESTIMATED = "estimated"
    CORRECTED = "corrected"


class Key(NamedTuple):
    """What one reading is of: a meter, from an instant on."""

    unit_code: CreditCode
    meter: str
    start: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """What went through one meter in one period, in the physical unit `unit`."""

    key: Key
    span: Span
    version: int
    carrier: str
    region: RegionCode
    amount: Decimal
    unit: str
    quality: Quality
    known_at: datetime

    def __post_init__(self) -> None:
        assert self.version > 0
        assert self.amount >= 0

    @property
    def day(self) -> date:
        return legal_day(self.key.start)

    @property
    def cell(self) -> "Cell":
        return Cell(self.region, self.carrier, self.day, self.unit)

    @property
    def meter_day(self) -> "MeterDay":
        return MeterDay(self.key.unit_code, self.key.meter, self.day)

    def says_the_same(self, other: "Reading") -> bool:
        return (self.amount, self.unit, self.quality) == (other.amount, other.unit, other.quality)


class Cell(NamedTuple):
    """What is added up: one energy in one unit of measure, in one region on one day."""

    region: RegionCode
    carrier: str
    day: date
    unit: str


class MeterDay(NamedTuple):
    unit_code: CreditCode
    meter: str
    day: date


class Tally(NamedTuple):
    """Of readings in their newest version. A difference of two may be negative."""

    amount: Decimal
    readings: int
    estimated: int
    corrected: int

    def plus(self, other: "Tally") -> "Tally":
        return Tally(
            WIDE.add(self.amount, other.amount),
            self.readings + other.readings,
            self.estimated + other.estimated,
            self.corrected + other.corrected,
        )

    def negative(self) -> "Tally":
        return Tally(WIDE.minus(self.amount), -self.readings, -self.estimated, -self.corrected)


EMPTY: Final = Tally(Decimal(0), 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Absorbed:
    """`fresh` is for the log; the others are what it changes in the sums, and in the counts of a meter's day."""

    fresh: tuple[Reading, ...]
    cells: Mapping[Cell, Tally]
    meter_days: Mapping[MeterDay, int]


def sift(incoming: Iterable[Reading], logged: Iterable[Reading]) -> tuple[Reading, ...]:
    """Those not known before, each once. `logged`: every version known of their keys. Raises ReadingChanged."""
    known = {(reading.key, reading.version): reading for reading in logged}
    fresh = []
    for reading in incoming:
        identity = reading.key, reading.version
        before = known.get(identity)
        if before is None:
            known[identity] = reading
            fresh.append(reading)
        elif not reading.says_the_same(before):
            unit_code, meter, start = reading.key
            raise ReadingChanged(unit_code, meter, start.isoformat(), reading.version)
    return tuple(fresh)


def absorb(incoming: Iterable[Reading], logged: Sequence[Reading]) -> Absorbed:
    """What readings add to a log that has `logged` of their keys, all of it. Raises ReadingChanged."""
    fresh = sift(incoming, logged)
    old, new = newest(logged), newest((*logged, *fresh))
    cells: dict[Cell, Tally] = defaultdict(lambda: EMPTY)
    meter_days: Counter[MeterDay] = Counter()
    for key, now in new.items():
        before = old.get(key)
        if now is before:
            continue
        _count(now, cells, meter_days)
        if before is not None:
            cells[before.cell] = cells[before.cell].plus(_single(before).negative())
            meter_days[before.meter_day] -= 1
    return Absorbed(
        fresh,
        {cell: change for cell, change in cells.items() if change != EMPTY},
        {meter_day: change for meter_day, change in meter_days.items() if change},
    )


def rebuilt(log: Iterable[Reading]) -> tuple[Mapping[Cell, Tally], Mapping[MeterDay, int]]:
    """The sums of a whole log, from nothing else."""
    cells: dict[Cell, Tally] = defaultdict(lambda: EMPTY)
    meter_days: Counter[MeterDay] = Counter()
    for reading in newest(log).values():
        _count(reading, cells, meter_days)
    return cells, meter_days


def newest(readings: Iterable[Reading]) -> Mapping[Key, Reading]:
    """Each in its highest version."""
    found: dict[Key, Reading] = {}
    for reading in readings:
        known = found.get(reading.key)
        if known is None or known.version < reading.version:
            found[reading.key] = reading
    return found


def applied(
    cells: Mapping[Cell, Tally], meter_days: Mapping[MeterDay, int], change: Absorbed
) -> tuple[Mapping[Cell, Tally], Mapping[MeterDay, int]]:
    """The sums after a change. What has no reading left is gone, which is not the same as zero."""
    summed, counted = dict(cells), Counter(meter_days)
    for cell, tally in change.cells.items():
        summed[cell] = summed.get(cell, EMPTY).plus(tally)
    for meter_day, count in change.meter_days.items():
        counted[meter_day] += count
    left = {cell: tally for cell, tally in summed.items() if tally.readings}
    return left, {meter_day: count for meter_day, count in counted.items() if count}


def _count(reading: Reading, cells: dict[Cell, Tally], meter_days: Counter[MeterDay]) -> None:
    cells[reading.cell] = cells[reading.cell].plus(_single(reading))
    meter_days[reading.meter_day] += 1


def _single(reading: Reading) -> Tally:
    quality = reading.quality
    return Tally(reading.amount, 1, int(quality is Quality.ESTIMATED), int(quality is Quality.CORRECTED))
