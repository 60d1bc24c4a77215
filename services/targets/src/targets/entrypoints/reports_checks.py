"""The fields of reports and of published levels: checked all at once."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from dualcontrol.targets.v1 import targets_service_pb2 as pb
from kernel.clock import legal_day
from servicekit.rpc.checks import Violations
from statute.loader import PolicyBundle
from targets.application.report_indicator import ReportIndicator
from targets.application.take_level import RecordPublishedLevel
from targets.domain.indicators import Indicator, Kind, indicator_of
from targets.domain.levels import Scale
from targets.domain.periods import Period
from targets.domain.reports import Comparison, ReportStatus
from targets.entrypoints.targets_checks import (
    DOCUMENT_CHARACTERS_MAX,
    comparison,
    indicator,
    number,
    period,
    region_status,
    required_day,
    required_number,
    status_of_place,
)
from targets.wire import scale_from_wire, warning_level_from_wire
from targets.wire_targets import report_status_from_wire

FALL_PER_CENT_MAX: Final = 100
"""Nothing falls by more than all of itself."""
UNIT_CHARACTERS_MAX: Final = 20


def scale(violations: Violations, value: pb.Scale.ValueType, *, required: bool) -> Scale | None:
    violations.enum("scale", value, pb.Scale, required=required)
    return scale_from_wire(value) if value in pb.Scale.values() and value != pb.SCALE_UNSPECIFIED else None


def report(
    violations: Violations, request: pb.ReportIndicatorRequest, policy: PolicyBundle, now: datetime
) -> ReportIndicator:
    """Raises InvalidRequest."""
    today = legal_day(now)
    place = status_of_place(violations, request.name, policy)
    for_scale = scale(violations, request.scale, required=not request.indicator)
    span = period(violations, request, not_after=today)
    of = _indicator(violations, request, for_scale, day=span.last if span is not None else today, policy=policy)
    compared = comparison(violations, request.comparison, of)
    minimum = -FALL_PER_CENT_MAX if of is not None and of.kind is Kind.CHANGE else None
    actual = required_number(violations, request, "actual", minimum=minimum)
    schedule = number(violations, request, "schedule", minimum=minimum)
    status = _status(violations, request)
    document = violations.text("document", request.document, DOCUMENT_CHARACTERS_MAX)
    if of is not None:
        _of_a_level(violations, request, of, compared=compared, schedule=schedule)
        _unit(violations, request, of)
    if for_scale is not None and span is not None:
        _whole(violations, compared, span)
    violations.done()
    assert of is not None
    assert span is not None
    assert actual is not None
    return ReportIndicator(
        place,
        of,
        compared,
        span,
        actual,
        schedule,
        status,
        document,
        for_level=for_scale is not None,
    )


def published(violations: Violations, request: pb.RecordPublishedLevelRequest, now: datetime) -> RecordPublishedLevel:
    """Raises InvalidRequest."""
    today = legal_day(now)
    region = region_status(violations, request.name)
    of = scale(violations, request.scale, required=True)
    violations.enum("level", request.level, pb.WarningLevel, required=True)
    period_end = required_day(violations, request, "period_end", not_after=today)
    document = violations.text("document", request.document, DOCUMENT_CHARACTERS_MAX, required=True)
    published_on = _published_on(violations, request, period_end, today)
    violations.done()
    assert of is not None
    assert period_end is not None
    level = warning_level_from_wire(request.level)
    return RecordPublishedLevel(region, of, level, period_end, document, published_on)


def _published_on(
    violations: Violations, request: pb.RecordPublishedLevelRequest, period_end: date | None, today: date
) -> date | None:
    if not request.HasField("publish_date"):
        return None
    day = violations.day("publish_date", request.publish_date, not_after=today)
    if day is not None and period_end is not None and day < period_end:
        violations.add("publish_date", "BEFORE_PERIOD_END", "不得早于 period_end", "must not be before period_end")
    return day


def _indicator(
    violations: Violations, request: pb.ReportIndicatorRequest, of: Scale | None, *, day: date, policy: PolicyBundle
) -> Indicator | None:
    """The one that is named, or the first that feeds the scale."""
    if request.indicator:
        found = indicator(violations, request.indicator, day, policy)
        if found is not None and of is not None and found.scale is not of:
            violations.add("scale", "NOT_OF_INDICATOR", "该指标不用于此口径", "is not fed by the indicator")
        return found
    if of is None:
        return None
    found = indicator_of(of, day, policy)
    if found is None:
        violations.add("scale", "NO_INDICATOR", "当日没有指标用于此口径", "is fed by no indicator on the day")
    return found


def _status(violations: Violations, request: pb.ReportIndicatorRequest) -> ReportStatus:
    violations.enum("status", request.status, pb.ReportStatus)
    known = request.status in pb.ReportStatus.values() and request.status != pb.REPORT_STATUS_UNSPECIFIED
    return report_status_from_wire(request.status) if known else ReportStatus.FINAL


def _of_a_level(
    violations: Violations,
    request: pb.ReportIndicatorRequest,
    of: Indicator,
    *,
    compared: Comparison,
    schedule: Decimal | None,
) -> None:
    if of.scale is Scale.TOTAL and compared is Comparison.YEAR_BEFORE and schedule is not None and schedule <= 0:
        violations.add(
            "schedule",
            "TOO_SMALL",
            "能源消费总量的进度增量须大于 0, 否则无从计算超出比例; 请改为登记上级公布的等级",
            "must be more than 0 on the total scale: the excess has no ratio to it; record a published level instead",
        )
    if request.name.startswith("parks/") and request.scale:
        violations.add(
            "scale", "NO_LEVEL", "园区不评定预警等级, 请改填 indicator", "a park has no level; state the indicator"
        )


def _unit(violations: Violations, request: pb.ReportIndicatorRequest, of: Indicator) -> None:
    unit = violations.text("unit", request.unit, UNIT_CHARACTERS_MAX)
    if unit and unit != of.unit:
        violations.add("unit", "WRONG_UNIT", f"应为 {of.unit}", f"must be {of.unit}")


def _whole(violations: Violations, compared: Comparison, span: Period) -> None:
    """A level is for the year so far, over the year before."""
    if not span.begins_the_year:
        violations.add(
            "period_start", "NOT_YEAR_TO_DATE", "预警等级按年初至期末的累计数评定", "a level is for the year so far"
        )
    if compared is not Comparison.YEAR_BEFORE:
        violations.add(
            "comparison", "NOT_YEAR_BEFORE", "预警等级按同比评定", "a level is for the change over the year before"
        )
