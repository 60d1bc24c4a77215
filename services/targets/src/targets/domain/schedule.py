"""What the pace of a target requires by the end of a period: exact, rounded once at the end, and never invented."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from kernel.pace import PER_CENT, Pace, ratio
from statute.finding import Citation
from statute.loader import PolicyBundle
from targets.domain.indicators import Indicator, Kind
from targets.domain.periods import MONTHS_OF_YEAR, months_elapsed
from targets.domain.reports import Comparison, Requirement
from targets.domain.targets import PACE_METHOD, Target

WITHIN_YEAR: Final = "target.pace.within_year"
PLACES: Final = "target.pace.places"
WHOLE_YEAR: Final = "whole_year"

TARGET: Final = "target"
BASE_VALUE: Final = "base_value"
PERIOD_END: Final = "period_end"


@dataclass(frozen=True, slots=True)
class Schedule:
    """`under`: what the target, its pace and the rounding rest on."""

    required: Decimal
    target: Target
    pace: Pace
    within_year: str
    comparison: Comparison
    period_end: date
    under: tuple[Citation, ...]

    @property
    def requirement(self) -> Requirement:
        return Requirement(self.required, self.pace.value, self.within_year, self.target.version)


@dataclass(frozen=True, slots=True)
class Gap:
    """Why nothing is known: `missing` is `target`, `base_value`, `period_end` (no month ends there), or a parameter."""

    missing: str


def schedule_of(
    indicator: Indicator, targets: Iterable[Target], period_end: date, comparison: Comparison, *, policy: PolicyBundle
) -> Schedule | Gap:
    """By the target that counts at the end of the period: a change by its pace, all else in a straight line."""
    target = target_at(targets, indicator.id, period_end, comparison)
    if target is None:
        return Gap(TARGET)
    month = months_elapsed(period_end)
    if month is None:
        return Gap(PERIOD_END)
    pace = target.pace if indicator.kind is Kind.CHANGE else Pace.LINEAR
    within_year, places = policy.on(WITHIN_YEAR, period_end), policy.on(PLACES, period_end)
    if pace is None or within_year is None or places is None:
        return Gap(PACE_METHOD if pace is None else WITHIN_YEAR if within_year is None else PLACES)
    course = _Course(target, pace, whole_year=within_year.word == WHOLE_YEAR)
    required = _REQUIRED[indicator.kind](course, _months(target, period_end.year, month), comparison)
    if required is None:
        return Gap(BASE_VALUE)
    under = tuple(dict.fromkeys((*target.under, within_year.citation, places.citation)))
    rounded = _rounded(required, int(places.number))
    return Schedule(rounded, target, pace, within_year.word, comparison, period_end, under)


def target_at(targets: Iterable[Target], indicator: str, day: date, comparison: Comparison) -> Target | None:
    """Whose years hold the day: the shortest such years, and the longest for what is measured from the base year."""
    held = [t for t in targets if t.indicator == indicator and day in t.years and t.effective_from <= day]
    if comparison is Comparison.BASE_YEAR and held:
        longest = max(target.years.count for target in held)
        held = [target for target in held if target.years.count == longest]
    return max(held, key=lambda target: target.rank, default=None)


@dataclass(frozen=True, slots=True)
class _Course:
    """The way from the base year to the target. Months count from the end of the base year."""

    target: Target
    pace: Pace
    whole_year: bool

    @property
    def years(self) -> int:
        return self.target.years.last - self.target.base_year

    def along(self, at_year: Callable[[int], Fraction], months: int) -> Fraction:
        """Between two years' ends in a straight line, or as at the end of the year that has begun."""
        years, left = divmod(max(months, 0), MONTHS_OF_YEAR)
        if not left:
            return at_year(years)
        if self.whole_year:
            return at_year(years + 1)
        return at_year(years) + (at_year(years + 1) - at_year(years)) * left / MONTHS_OF_YEAR

    def intensity(self, months: int) -> Fraction:
        """Against the base year's."""
        return self.along(self._intensity_at, months)

    def share(self, months: int) -> Fraction:
        """Of the whole way."""
        return self.along(lambda year: Fraction(year, self.years), months)

    def _intensity_at(self, year: int) -> Fraction:
        if year == 0:
            return Fraction(1)
        return ratio(self.target.value, year=year, years=self.years, pace=self.pace)


def _months(target: Target, year: int, month: int) -> int:
    return (year - target.base_year - 1) * MONTHS_OF_YEAR + month


def _change(course: _Course, months: int, comparison: Comparison) -> Fraction:
    """Over the base year; or over the same months of the year before, which in the first year is the base year."""
    reached = course.intensity(months)
    if comparison is Comparison.YEAR_BEFORE:
        reached /= course.intensity(months - MONTHS_OF_YEAR)
    return (reached - 1) * PER_CENT


def _increment(course: _Course, months: int, comparison: Comparison) -> Fraction:
    """Since the base year; or of the year so far."""
    reached = course.share(months)
    if comparison is Comparison.YEAR_BEFORE:
        reached -= course.share((months - 1) // MONTHS_OF_YEAR * MONTHS_OF_YEAR)
    return reached * Fraction(course.target.value)


def _level(course: _Course, months: int, _comparison: Comparison) -> Fraction | None:
    """Before the last year's end only from where it began."""
    value, base = course.target.value, course.target.base_value
    if months == course.years * MONTHS_OF_YEAR:
        return Fraction(value)
    if base is None:
        return None
    return Fraction(base) + (Fraction(value) - Fraction(base)) * course.share(months)


_REQUIRED: Final[dict[Kind, Callable[[_Course, int, Comparison], Fraction | None]]] = {
    Kind.CHANGE: _change,
    Kind.INCREMENT: _increment,
    Kind.SHARE: _level,
    Kind.AMOUNT: _level,
}


def _rounded(exact: Fraction, places: int) -> Decimal:
    """Half up, away from zero."""
    scaled = abs(exact) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if exact >= 0 else -whole).scaleb(-places)
