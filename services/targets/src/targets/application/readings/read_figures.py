"""Reads regional figures, each beside its coverage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from kernel.regions import RegionCode
from statute.loader import PolicyBundle
from targets.application.readings.ports import ReadingsWork
from targets.domain.readings.coverage import Coverage
from targets.domain.readings.figures import (
    CoveredFigure,
    CoveredTotal,
    Days,
    Figure,
    FigurePeriod,
    figures_of,
    period_of,
    totals_of,
)
from targets.domain.readings.meters import DAY

ALL_CARRIERS = ""
Place: TypeAlias = tuple[str, str, str]
"""Where a figure stands in the list: first day, energy, unit of measure."""


@dataclass(frozen=True, slots=True)
class FigureQuery:
    region: RegionCode
    days: Days
    period: FigurePeriod
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FigurePage:
    figures: tuple[CoveredFigure, ...]
    totals: tuple[CoveredTotal, ...]


def place_of(figure: Figure) -> Place:
    return figure.days.first.isoformat(), figure.carrier, figure.unit


async def list_figures(
    query: FigureQuery, work: ReadingsWork, policy: PolicyBundle, *, after: Place | None, size: int
) -> FigurePage:
    """Those that follow `after`, and the totals of their periods."""
    tallies = await work.figures.tallies(query.region, query.days, query.known_at)
    figures = figures_of(tallies, query.period, policy)
    page = [figure for figure in figures if after is None or place_of(figure) > after][:size]
    shown = list(dict.fromkeys(figure.days for figure in page))
    covered = await work.figures.coverage(query.region, shown, query.known_at) if shown else {}
    return FigurePage(
        tuple(CoveredFigure(one, covered.get((one.days.first, one.carrier), Coverage())) for one in page),
        tuple(
            CoveredTotal(total, covered.get((total.days.first, ALL_CARRIERS), Coverage()))
            for total in totals_of(figure for figure in figures if figure.days in shown)
        ),
    )


async def list_coverage(
    region: RegionCode, days: Days, work: ReadingsWork, *, size: int
) -> Sequence[tuple[Days, Coverage]]:
    """The first `size` days on which a meter of the region is registered."""
    asked, found = [], []
    day = days.first
    while day < days.until:
        asked.append(period_of(day, FigurePeriod.DAY))
        day += DAY
    covered = await work.figures.coverage(region, asked, None)
    found = [(one, covered[one.first, ALL_CARRIERS]) for one in asked if (one.first, ALL_CARRIERS) in covered]
    return found[:size]
