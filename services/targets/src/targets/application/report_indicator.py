"""Takes in a report of an indicator, with what its target required of it; the level of its scale follows."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kernel.regions import RegionCode
from kernel.text import Text
from statute.loader import PolicyBundle
from targets.application.ports import Work
from targets.application.read_reports import report_at
from targets.application.take_level import take_level
from targets.domain.barometer import Figures, LevelNotDerivable, derive
from targets.domain.indicators import Indicator
from targets.domain.levels import LevelReading, RegionLevel, Scale
from targets.domain.periods import Period
from targets.domain.places import Place, region_of
from targets.domain.refusals import ScheduleNotKnown
from targets.domain.reports import Comparison, Report, ReportStatus, Requirement, Series
from targets.domain.schedule import Gap, schedule_of
from targets.domain.targets import known_targets


@dataclass(frozen=True, slots=True)
class ReportIndicator:
    """`schedule` is None where it follows from the target. `for_level`: the report is for its scale, or for nothing."""

    place: Place
    indicator: Indicator
    comparison: Comparison
    period: Period
    actual: Decimal
    schedule: Decimal | None
    status: ReportStatus
    document: str
    for_level: bool


@dataclass(frozen=True, slots=True)
class Reported:
    """`stands`: it counts of its period. `level` is None where none follows, and `no_level` says why."""

    report: Report
    stands: bool
    level: RegionLevel | None = None
    no_level: Text | None = None


async def report_indicator(command: ReportIndicator, work: Work, policy: PolicyBundle, at: datetime) -> Reported:
    """Raises LevelNotDerivable and ScheduleNotKnown where the report is for a level, and then keeps nothing."""
    version = await work.reports.next_version(command.place, command.indicator.id)
    required = await _requirement(command, work, policy)
    report = _report(command, required, version, at)
    region, reading, no_level = _reading(command, report, required, policy)
    await work.reports.add(report)
    stands = await report_at(report.series, report.period, work) == report
    if region is None or reading is None:
        return Reported(report, stands, no_level=no_level)
    return Reported(report, stands, await take_level(region, reading, work, at))


async def _requirement(command: ReportIndicator, work: Work, policy: PolicyBundle) -> Requirement | Gap:
    if command.schedule is not None:
        return Requirement(command.schedule)
    handed_down = await work.targets.of([command.place], command.indicator.id)
    targets = known_targets(command.place, handed_down, policy)
    found = schedule_of(command.indicator, targets, command.period.last, command.comparison, policy=policy)
    return found if isinstance(found, Gap) else found.requirement


def _report(command: ReportIndicator, required: Requirement | Gap, version: int, at: datetime) -> Report:
    return Report(
        Series(command.place, command.indicator.id, command.comparison),
        command.period,
        command.actual,
        command.indicator.unit,
        None if isinstance(required, Gap) else required,
        command.status,
        command.document,
        version,
        at,
    )


def _reading(
    command: ReportIndicator, report: Report, required: Requirement | Gap, policy: PolicyBundle
) -> tuple[RegionCode | None, LevelReading | None, Text | None]:
    region, scale = region_of(command.place), command.indicator.scale
    if region is None or scale is None or report.series.comparison is not Comparison.YEAR_BEFORE:
        return None, None, Text("该报告不产生预警等级", "no level follows from such a report")
    if not report.period.begins_the_year:
        return None, None, Text("仅年初至期末的累计数产生预警等级", "a level follows from the year so far alone")
    try:
        return region, derive(_figures(scale, report, required), policy), None
    except (LevelNotDerivable, ScheduleNotKnown) as refusal:
        if command.for_level:
            raise
        return None, None, refusal.text()


def _figures(scale: Scale, report: Report, required: Requirement | Gap) -> Figures:
    if isinstance(required, Gap):
        raise ScheduleNotKnown(report.series.place, report.series.indicator, report.period.last, required.missing)
    return Figures(scale, report.period, report.actual, required.value, report.status, pace_words(required))


def pace_words(requirement: Requirement) -> Text | None:
    """How it was come to; None where it was stated."""
    if requirement.stated:
        return None
    target = Text("法定目标", "the law's target") if not requirement.target_version else None
    return Text(
        "{target}, {method}, {within_year}",
        "{target}, {method}, {within_year}",
        target=target or Text("目标第 {v} 版", "target version {v}", v=requirement.target_version),
        method=_METHODS.get(requirement.method, requirement.method),
        within_year=_WITHIN_YEAR.get(requirement.within_year, requirement.within_year),
    )


_METHODS = {"compounding": Text("复合", "compounding"), "linear": Text("线性", "linear")}
_WITHIN_YEAR = {"pro_rata": Text("年内按月", "by months"), "whole_year": Text("按全年", "by the whole year")}
