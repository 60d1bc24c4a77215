"""Between indicators, targets, schedules and reports and their messages."""

from typing import Final

from dualcontrol.targets.v1 import targets_service_pb2 as pb
from kernel.pace import Pace
from servicekit.wire import citation_to_wire, date_to_wire, decimal_to_wire, instant_to_wire, text_to_wire
from targets.application.report_indicator import Reported
from targets.domain.indicators import Indicator
from targets.domain.places import NATIONAL, Place, region_of
from targets.domain.reports import Comparison, Report, ReportStatus
from targets.domain.schedule import Schedule
from targets.domain.targets import Target
from targets.wire import level_to_wire, scale_to_wire, status_name

NATION: Final = "nation"


def place_name(place: Place) -> str:
    """The resource of a place."""
    if place == NATIONAL:
        return NATION
    return f"regions/{place}" if region_of(place) is not None else f"parks/{place}"


def pace_from_wire(value: pb.TargetPace.ValueType) -> Pace:
    """Raises KeyError for a value that was not checked before."""
    return Pace[pb.TargetPace.Name(value).removeprefix("TARGET_PACE_")]


def report_status_from_wire(value: pb.ReportStatus.ValueType) -> ReportStatus:
    """Raises KeyError for a value that was not checked before."""
    return ReportStatus[pb.ReportStatus.Name(value).removeprefix("REPORT_STATUS_")]


def comparison_from_wire(value: pb.ReportComparison.ValueType) -> Comparison:
    """Raises KeyError for a value that was not checked before."""
    return Comparison[pb.ReportComparison.Name(value).removeprefix("REPORT_COMPARISON_")]


def comparison_to_wire(comparison: Comparison) -> pb.ReportComparison.ValueType:
    if comparison is Comparison.NONE:
        return pb.REPORT_COMPARISON_UNSPECIFIED
    return pb.ReportComparison.Value(f"REPORT_COMPARISON_{comparison.name}")


def pace_to_wire(pace: Pace | None) -> pb.TargetPace.ValueType:
    return pb.TargetPace.Value(f"TARGET_PACE_{pace.name}") if pace is not None else pb.TARGET_PACE_UNSPECIFIED


def indicator_to_wire(indicator: Indicator) -> pb.Indicator:
    return pb.Indicator(
        name=f"indicators/{indicator.id}",
        title=text_to_wire(indicator.title),
        kind=pb.IndicatorKind.Value(f"INDICATOR_KIND_{indicator.kind.name}"),
        aim=pb.IndicatorAim.Value(f"INDICATOR_AIM_{indicator.aim.name}"),
        scale=scale_to_wire(indicator.scale) if indicator.scale is not None else pb.SCALE_UNSPECIFIED,
        unit=indicator.unit,
    )


def target_to_wire(target: Target) -> pb.Target:
    years = target.years
    number = "law" if target.is_law else str(target.version)
    return pb.Target(
        name=f"{place_name(target.place)}/targets/{target.indicator}-{years.first}-{years.last}-{number}",
        indicator=target.indicator,
        first_year=years.first,
        last_year=years.last,
        value=decimal_to_wire(target.value),
        base_year=target.base_year,
        base_value=decimal_to_wire(target.base_value) if target.base_value is not None else None,
        pace=pace_to_wire(target.pace),
        weight=decimal_to_wire(target.weight) if target.weight is not None else None,
        document=target.document,
        effective_date=date_to_wire(target.effective_from),
        version=target.version,
        known_time=instant_to_wire(target.known_at) if target.known_at is not None else None,
        under=[citation_to_wire(citation) for citation in target.under],
    )


def schedule_to_wire(schedule: Schedule) -> pb.Schedule:
    return pb.Schedule(
        indicator=schedule.target.indicator,
        period_end=date_to_wire(schedule.period_end),
        comparison=comparison_to_wire(schedule.comparison),
        required=decimal_to_wire(schedule.required),
        pace=pace_to_wire(schedule.pace),
        within_year=schedule.within_year,
        target=target_to_wire(schedule.target),
        under=[citation_to_wire(citation) for citation in schedule.under],
    )


def report_to_wire(report: Report, *, stands: bool) -> pb.IndicatorReport:
    series, required = report.series, report.requirement
    computed = required is not None and not required.stated
    return pb.IndicatorReport(
        name=f"{place_name(series.place)}/reports/{series.indicator}-{report.version}",
        indicator=series.indicator,
        comparison=comparison_to_wire(series.comparison),
        period_start=date_to_wire(report.period.first),
        period_end=date_to_wire(report.period.last),
        actual=decimal_to_wire(report.actual),
        unit=report.unit,
        schedule=decimal_to_wire(required.value) if required is not None else None,
        schedule_pace=pace_to_wire(Pace(required.method) if required is not None and computed else None),
        schedule_within_year=required.within_year if required is not None else "",
        target_version=required.target_version if required is not None else None,
        status=status_name(report.status),
        document=report.document,
        version=report.version,
        known_time=instant_to_wire(report.known_at),
        stands=stands,
    )


def reported_to_wire(reported: Reported) -> pb.ReportIndicatorResponse:
    return pb.ReportIndicatorResponse(
        level=level_to_wire(reported.level) if reported.level is not None else None,
        report=report_to_wire(reported.report, stands=reported.stands),
        no_level=text_to_wire(reported.no_level) if reported.no_level is not None else None,
    )
