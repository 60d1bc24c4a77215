"""How far a product's capacity is used in a region (产能利用率): exact rates, their mean, and the warning level."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

from kernel.regions import RegionCode
from kernel.text import Text
from statute.finding import Citation
from statute.loader import PolicyBundle

MEAN_YEARS: Final = "capacity.clinker.import_limit.years"
MEAN_METHOD: Final = "capacity.clinker.import_limit.mean"
PLACES: Final = "capacity.utilisation.places"
WARNING: Final = "capacity.overcapacity_warning.utilisation"
MEAN_OF_RATES: Final = "mean_of_yearly_rates"
YEARS_READ_MAX: Final = 10


@dataclass(frozen=True, slots=True)
class Sector:
    """One product in one region."""

    product_id: str
    region: RegionCode

    @property
    def key(self) -> str:
        return f"{self.product_id}:{self.region}"


@dataclass(frozen=True, slots=True)
class YearFigure:
    """A year as one record states it, in whole tonnes. A later record of the year has a higher version."""

    sector: Sector
    year: int
    capacity: int
    output: int
    document: str
    known_at: datetime
    version: int = 1

    def __post_init__(self) -> None:
        assert self.capacity > 0
        assert self.output >= 0
        assert self.version >= 1

    @property
    def rate(self) -> Fraction:
        return Fraction(self.output, self.capacity)


@dataclass(frozen=True, slots=True)
class UtilisationRecorded:
    """A year's capacity and output was recorded."""

    figure: YearFigure


class OvercapacityLevel(Enum):
    UNKNOWN = "unknown"
    NONE = "none"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Mean:
    """Over the years before that of a day. `rate` is None while one is missing or the law sets no number of years."""

    years: tuple[int, ...]
    missing: tuple[int, ...]
    rate: Fraction | None
    under: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Utilisation:
    """What is known of a sector on a day, the newest year first."""

    figures: tuple[YearFigure, ...]
    mean: Mean
    level: OvercapacityLevel
    because: Text
    under: tuple[Citation, ...]


def rounded(rate: Fraction, places: int) -> Decimal:
    """Half to even (GB/T 8170), without a detour through a rounded quotient."""
    return Decimal(round(rate * 10**places)).scaleb(-places)


def places_on(day: date, policy: PolicyBundle) -> int:
    version = policy.on(PLACES, day)
    assert version is not None, f"no places of a rate on {day}"
    return int(version.number)


def newest(records: Iterable[YearFigure]) -> dict[int, YearFigure]:
    """By year, the record with the highest version."""
    found: dict[int, YearFigure] = {}
    for one in records:
        if one.year not in found or found[one.year].version < one.version:
            found[one.year] = one
    return found


def mean_before(figures: Mapping[int, YearFigure], day: date, policy: PolicyBundle) -> Mean:
    """The mean of the calendar years before the day's, as many as the law of the day names."""
    number, method = policy.on(MEAN_YEARS, day), policy.on(MEAN_METHOD, day)
    if number is None or method is None:
        return Mean((), (), None, ())
    assert method.word == MEAN_OF_RATES
    years = tuple(range(day.year - int(number.number), day.year))
    missing = tuple(year for year in years if year not in figures)
    rate = None if missing else sum((figures[year].rate for year in years), Fraction(0)) / len(years)
    return Mean(years, missing, rate, (number.citation, method.citation))


def look_at(records: Sequence[YearFigure], day: date, policy: PolicyBundle) -> Utilisation:
    by_year = {year: one for year, one in newest(records).items() if year <= day.year}
    shown = tuple(by_year[year] for year in sorted(by_year, reverse=True))[:YEARS_READ_MAX]
    mean = mean_before(by_year, day, policy)
    level, because, under = _warned(mean, day, policy)
    return Utilisation(shown, mean, level, because, (*mean.under, *under))


def _warned(mean: Mean, day: date, policy: PolicyBundle) -> tuple[OvercapacityLevel, Text, tuple[Citation, ...]]:
    line = policy.at(day).noted(WARNING)
    under = () if line is None else (line.citation,)
    if line is None or line.value is None:
        because = Text(
            zh="产能过剩预警的界线未载明, 不作预警判断",
            en="The line of the overcapacity warning is not on file: no level is given.",
        )
        return OvercapacityLevel.UNKNOWN, because, under
    if mean.rate is None:
        because = Text(
            zh="缺少年度数据 ({years}), 不作预警判断",
            en="Figures of years are missing ({years}): no level is given.",
            years=", ".join(map(str, mean.missing)),
        )
        return OvercapacityLevel.UNKNOWN, because, under
    below = mean.rate < Fraction(line.number)
    values = {"rate": rounded(mean.rate, places_on(day, policy)), "line": line.number}
    if below:
        because = Text("平均产能利用率 {rate} 低于 {line}", "The mean rate {rate} is below {line}.", **values)
        return OvercapacityLevel.WARNING, because, under
    because = Text("平均产能利用率 {rate} 不低于 {line}", "The mean rate {rate} is not below {line}.", **values)
    return OvercapacityLevel.NONE, because, under
