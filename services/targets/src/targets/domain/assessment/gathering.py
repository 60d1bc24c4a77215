"""How far a region is at the end of a year, from its targets and reports as they were known."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from statute.loader import PolicyBundle
from targets.domain.assessment.progress import Progress
from targets.domain.indicators import Indicator, indicators_on
from targets.domain.periods import year_to
from targets.domain.places import Place
from targets.domain.reports import Comparison, Report, Series, standing
from targets.domain.schedule import Schedule, schedule_of, target_at
from targets.domain.targets import Target


def progress_at(
    place: Place, day: date, *, targets: Sequence[Target], reports: Iterable[Report], policy: PolicyBundle
) -> Mapping[str, Progress]:
    """Every indicator, by id in the table's order. `day` is the last of the year; only whole years count.

    A change counts from the base year of its target: that is what has been reached of it.
    """
    stood = {(report.series, report.period): report for report in standing(reports)}
    return {
        indicator.id: _progress(
            indicator, day, targets, policy, report=stood.get((_series(place, indicator), year_to(day)))
        )
        for indicator in indicators_on(day, policy).values()
    }


def _series(place: Place, indicator: Indicator) -> Series:
    return Series(place, indicator.id, _comparison(indicator))


def _comparison(indicator: Indicator) -> Comparison:
    return Comparison.BASE_YEAR if indicator.kind.compares else Comparison.NONE


def _progress(
    indicator: Indicator, day: date, targets: Sequence[Target], policy: PolicyBundle, *, report: Report | None
) -> Progress:
    comparison = _comparison(indicator)
    target = target_at(targets, indicator.id, day, comparison)
    schedule = schedule_of(indicator, targets, day, comparison, policy=policy)
    planned = schedule if isinstance(schedule, Schedule) else None
    stated = None if report is None or report.requirement is None else report.requirement.value
    return Progress(
        indicator.id,
        indicator.title,
        indicator.unit,
        indicator.aim,
        target=None if target is None else target.value,
        target_document="" if target is None else target.document,
        required=planned.required if planned is not None else stated,
        actual=None if report is None else report.actual,
        pace=planned.pace.value if planned is not None else "",
        status="" if report is None else report.status.value,
        document="" if report is None else report.document,
        under=(indicator.citation, *(planned.under if planned is not None else ())),
    )
