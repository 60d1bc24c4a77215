"""What was reported of a place, as it was known at a time."""

from collections.abc import Sequence
from datetime import datetime

from targets.application.ports import Work
from targets.domain.periods import Period
from targets.domain.places import Place
from targets.domain.reports import Report, Series, standing


async def reports_of(
    place: Place, work: Work, *, indicator: str | None = None, known_at: datetime | None = None
) -> Sequence[tuple[Report, bool]]:
    """By indicator and version, each with whether it is the one that counts of its period."""
    known = await work.reports.of([place], indicator, known_at=known_at)
    stands = set(standing(known))
    return [(report, report in stands) for report in known]


async def report_at(series: Series, period: Period, work: Work, *, known_at: datetime | None = None) -> Report | None:
    """The report that counts; None when there is none."""
    known = await work.reports.of([series.place], series.indicator, known_at=known_at)
    return next((one for one in standing(known) if (one.series, one.period) == (series, period)), None)
