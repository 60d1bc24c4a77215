"""Reports of indicators: provisional, final, revised; every one is kept, the highest status of a period stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from targets.domain.periods import Period
from targets.domain.places import Place


class ReportStatus(Enum):
    """Of one period a later status replaces an earlier; an earlier one that comes late is kept and replaces nothing."""

    PROVISIONAL = "provisional"
    FINAL = "final"
    REVISED = "revised"

    @property
    def rank(self) -> int:
        return _ORDER.index(self)


_ORDER = tuple(ReportStatus)


class Comparison(Enum):
    """What a change or an increment is measured against."""

    YEAR_BEFORE = "year_before"
    """The same period of the year before: what the barometer looks at."""
    BASE_YEAR = "base_year"
    """The base year of the target: what has been reached of it so far."""
    NONE = "none"
    """A share or an amount is not compared."""


@dataclass(frozen=True, slots=True)
class Series:
    """Reports that are told of the same thing."""

    place: Place
    indicator: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Requirement:
    """What the schedule asks by the end of the period, in the indicator's unit, and where it is from.

    Stated with the report: then `method` is empty and `target_version` None. Computed: with the pace of the target;
    version 0 is the law's own.
    """

    value: Decimal
    method: str = ""
    within_year: str = ""
    target_version: int | None = None

    @property
    def stated(self) -> bool:
        return self.target_version is None


@dataclass(frozen=True, slots=True)
class Report:
    """`version` counts what was reported of the place and the indicator; `known_at` is when it was taken in."""

    series: Series
    period: Period
    actual: Decimal
    unit: str
    requirement: Requirement | None
    status: ReportStatus
    document: str
    version: int
    known_at: datetime

    @property
    def rank(self) -> tuple[int, int]:
        """Of two of one status the later one taken stands."""
        return self.status.rank, self.version


def standing(reports: Iterable[Report]) -> tuple[Report, ...]:
    """The report that counts of each series and period, in the order of the periods. `reports` come in any order."""
    best: dict[tuple[Series, Period], Report] = {}
    for report in reports:
        key = report.series, report.period
        if key not in best or best[key].rank < report.rank:
            best[key] = report
    return tuple(sorted(best.values(), key=_place_in_time))


def _place_in_time(report: Report) -> tuple[str, str, str, Period]:
    series = report.series
    return series.place, series.indicator, series.comparison.value, report.period
