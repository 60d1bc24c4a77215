"""Regional figures: the sums in physical units, and in standard coal by the factors in force on each day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from energy.carriers import Carrier, carrier_in
from energy.units import WIDE, times
from kernel.quantities import UnitMismatch
from statute.finding import Citation
from statute.loader import PolicyBundle
from targets.domain.readings.coverage import Coverage
from targets.domain.readings.meters import DAY
from targets.domain.readings.tallies import EMPTY, Tally


class FigurePeriod(Enum):
    DAY = "day"
    MONTH = "month"


class Days(NamedTuple):
    """Half-open."""

    first: date
    until: date


class DayTally(NamedTuple):
    """One energy of one day in one unit of measure, over a region and all below it."""

    carrier: str
    day: date
    unit: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Figure:
    """`kgce_*` are exact; None where the law has no factor for one of the days: that is not zero."""

    carrier: str
    days: Days
    unit: str
    tally: Tally
    kgce_calorific: Decimal | None
    kgce_equivalent: Decimal | None
    under: tuple[Citation, ...]

    @property
    def basis_unverified(self) -> bool:
        return any(not citation.verified for citation in self.under)


@dataclass(frozen=True, slots=True)
class Total:
    """The energies of one period together. Those of the two lists are in no sum on their basis."""

    days: Days
    kgce_calorific: Decimal
    kgce_equivalent: Decimal
    unknown_calorific: tuple[str, ...]
    unknown_equivalent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoveredFigure:
    figure: Figure
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class CoveredTotal:
    total: Total
    coverage: Coverage


def period_of(day: date, period: FigurePeriod) -> Days:
    if period is FigurePeriod.DAY:
        return Days(day, day + DAY)
    first = day.replace(day=1)
    december = first.month == 12
    return Days(first, first.replace(year=first.year + december, month=1 if december else first.month + 1))


def figures_of(tallies: Iterable[DayTally], period: FigurePeriod, policy: PolicyBundle) -> list[Figure]:
    """By period, energy and unit of measure. An energy is told in its own unit, where the law knows it."""
    told: dict[tuple[Days, str, str], list[_Told]] = defaultdict(list)
    for one in tallies:
        made = _told(one, policy)
        told[period_of(one.day, period), one.carrier, made.unit].append(made)
    return [_figure(days, carrier, unit, told[days, carrier, unit]) for days, carrier, unit in sorted(told)]


def totals_of(figures: Iterable[Figure]) -> list[Total]:
    """By period."""
    of: dict[Days, list[Figure]] = defaultdict(list)
    for figure in figures:
        of[figure.days].append(figure)
    return [_total(days, of[days]) for days in sorted(of)]


class _Told(NamedTuple):
    unit: str
    tally: Tally
    kgce_calorific: Decimal | None
    kgce_equivalent: Decimal | None
    under: tuple[Citation, ...]


def _told(one: DayTally, policy: PolicyBundle) -> _Told:
    carrier = carrier_in(policy.at(one.day), one.carrier)
    factor = _times(one.unit, carrier)
    if carrier is None or factor is None:
        return _Told(one.unit, one.tally, None, None, ())
    amount = WIDE.multiply(one.tally.amount, factor)
    calorific, equivalent = carrier.calorific, carrier.equivalent
    return _Told(
        carrier.unit,
        one.tally._replace(amount=amount),
        None if calorific is None else WIDE.multiply(amount, calorific.kgce),
        None if equivalent is None else WIDE.multiply(amount, equivalent.kgce),
        tuple(dict.fromkeys(made.citation for made in (calorific, equivalent) if made is not None)),
    )


def _times(unit: str, carrier: Carrier | None) -> Decimal | None:
    if carrier is None:
        return None
    try:
        return times(unit, carrier.unit)
    except UnitMismatch:
        return None


def _figure(days: Days, carrier: str, unit: str, told: Sequence[_Told]) -> Figure:
    tally = EMPTY
    for one in told:
        tally = tally.plus(one.tally)
    return Figure(
        carrier,
        days,
        unit,
        tally,
        _sum([one.kgce_calorific for one in told]),
        _sum([one.kgce_equivalent for one in told]),
        tuple(dict.fromkeys(citation for one in told for citation in one.under)),
    )


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """None as soon as one of them is not known."""
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total = WIDE.add(total, amount)
    return total


def _total(days: Days, figures: Sequence[Figure]) -> Total:
    calorific: Mapping[str, list[Decimal | None]] = defaultdict(list)
    equivalent: Mapping[str, list[Decimal | None]] = defaultdict(list)
    for figure in figures:
        calorific[figure.carrier].append(figure.kgce_calorific)
        equivalent[figure.carrier].append(figure.kgce_equivalent)
    return Total(days, _known(calorific), _known(equivalent), _unknown(calorific), _unknown(equivalent))


def _known(by_carrier: Mapping[str, Sequence[Decimal | None]]) -> Decimal:
    found = _sum([amount for amounts in by_carrier.values() for amount in amounts if amount is not None])
    assert found is not None
    return found


def _unknown(by_carrier: Mapping[str, Sequence[Decimal | None]]) -> tuple[str, ...]:
    return tuple(sorted(carrier for carrier, amounts in by_carrier.items() if None in amounts))
