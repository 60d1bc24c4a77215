"""What was measured: figures by period, in versions that are added and never changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final

from budget.domain.periods.refusals import StatisticStatusBackward
from kernel.quantities import Basis
from kernel.regions import RegionCode

MONTHS: Final = 12
MONTHS_OF_QUARTER: Final = 3
INSTANT: Final = timedelta(microseconds=1)
"""The least by which one version is known after the one before it: what the database tells apart."""


class Kind(Enum):
    ENERGY = "energy_kgce"
    CARBON = "carbon_kgco2"
    GDP = "gdp_cny"


class Stage(Enum):
    """How far a figure has come, in order."""

    PROVISIONAL = "provisional"
    FINAL = "final"
    REVISED = "revised"


@dataclass(frozen=True, slots=True)
class Period:
    """A month, a quarter or a whole year."""

    year: int
    quarter: int = 0
    month: int = 0

    def __post_init__(self) -> None:
        assert 0 <= self.month <= MONTHS
        assert 0 <= self.quarter <= MONTHS // MONTHS_OF_QUARTER
        assert not (self.month and self.quarter)

    @property
    def until(self) -> date:
        """The first day after it: only then it can have been measured."""
        last = self.month or self.quarter * MONTHS_OF_QUARTER or MONTHS
        return date(self.year, last + 1, 1) if last < MONTHS else date(self.year + 1, 1, 1)

    def __str__(self) -> str:
        if self.month:
            return f"{self.year}-{self.month:02}"
        return f"{self.year}Q{self.quarter}" if self.quarter else str(self.year)


@dataclass(frozen=True, slots=True)
class Series:
    """Figures that may be compared: of one region, kind and basis, at the prices of one year."""

    region: RegionCode
    kind: Kind
    basis: Basis | None = None
    price_year: int | None = None

    def __post_init__(self) -> None:
        assert (self.basis is not None) == (self.kind is Kind.ENERGY)
        assert (self.price_year is not None) == (self.kind is Kind.GDP)

    def __str__(self) -> str:
        detail = self.basis.value if self.basis else f"{self.price_year}" if self.price_year else ""
        return "/".join(part for part in (self.region, self.kind.value, detail) if part)


@dataclass(frozen=True, slots=True)
class Statistic:
    """One version of one figure. `period` says when it is true, `known_at` when it became known here.

    `value` is in the kind's smallest unit: kgce, kgCO2 or CNY. 0 is a measured zero; a figure not known has no version.
    """

    series: Series
    period: Period
    stage: Stage
    value: int
    document: str
    version: int
    known_at: datetime

    def __post_init__(self) -> None:
        assert self.value >= 0
        assert self.version >= 1

    @property
    def name(self) -> str:
        return f"{self.series}/{self.period} v{self.version}"

    def says_as(self, other: "Statistic") -> bool:
        return (self.stage, self.value, self.document) == (other.stage, other.value, other.document)


def next_version(stated: Statistic, versions: Sequence[Statistic]) -> Statistic:
    """`stated` as the next of `versions` (oldest first), or the newest of them when it says the same.

    Raises StatisticStatusBackward: a final figure is only corrected as revised, and a revision needs a final figure.
    """
    newest = versions[-1] if versions else None
    if newest is not None and newest.says_as(stated):
        return newest
    if not _may_follow(newest.stage if newest else None, stated.stage):
        known = newest.stage.value if newest else "unknown"
        raise StatisticStatusBackward(f"{stated.series}/{stated.period}", known, stated.stage.value)
    known_at = stated.known_at
    if newest is not None and known_at <= newest.known_at:
        known_at = newest.known_at + INSTANT  # a clock that was put back reorders nothing
    return replace(stated, version=len(versions) + 1, known_at=known_at)


def _may_follow(known: Stage | None, stated: Stage) -> bool:
    if stated is Stage.REVISED:
        return known in (Stage.FINAL, Stage.REVISED)
    return known in (None, Stage.PROVISIONAL)


def known_by(versions: Iterable[Statistic], instant: datetime) -> Statistic | None:
    """The newest version that was known then. None: there was none, which is not zero."""
    known = [version for version in versions if version.known_at <= instant]
    return max(known, key=lambda version: version.version, default=None)
