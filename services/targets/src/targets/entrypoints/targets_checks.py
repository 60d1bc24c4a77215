"""The fields of requests on places, indicators and targets: checked all at once."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from google.protobuf.message import Message
from google.type.decimal_pb2 import Decimal as ProtoDecimal

from dualcontrol.targets.v1 import targets_service_pb2 as pb
from kernel.clock import legal_day
from kernel.pace import PER_CENT, Pace
from kernel.regions import RegionCode
from kernel.text import Text
from servicekit.rpc.checks import REQUIRED, YEAR_MAX, YEAR_MIN, Violations
from statute.loader import PolicyBundle
from targets.application.set_target import UNNUMBERED, SetTarget
from targets.domain.indicators import Indicator, Kind, indicator_ids, indicators_on
from targets.domain.periods import Period, Years, year_to
from targets.domain.places import NATIONAL, Place, is_known
from targets.domain.reports import Comparison
from targets.domain.targets import PACE_METHOD, Target
from targets.wire_targets import NATION, comparison_from_wire, pace_from_wire

DOCUMENT_CHARACTERS_MAX: Final = 500
_REGION: Final = re.compile(r"regions/([1-9][0-9]{5})", re.ASCII)
_PLACE: Final = re.compile(r"regions/([1-9][0-9]{5})|parks/([a-z][a-z0-9_]{0,49})", re.ASCII)
_STATUS: Final = re.compile(rf"(?:{_PLACE.pattern})/status", re.ASCII)
_REGION_STATUS: Final = re.compile(rf"{_REGION.pattern}/status", re.ASCII)
_REGION_FORM: Final = Text(" regions/{六位行政区划代码}", "regions/{GB/T 2260 code of six digits}")
_PLACE_FORM: Final = Text(
    " regions/{六位行政区划代码} 或 parks/{园区}", "regions/{GB/T 2260 code of six digits} or parks/{park}"
)
_NO_INDICATOR: Final = Text("不是当日的目标指标, 见 ListIndicators", "is no indicator of the day; see ListIndicators")
_STATUS_FORM: Final = Text(" regions/{六位行政区划代码}/status", "regions/{GB/T 2260 code of six digits}/status")


def region_status(violations: Violations, name: str) -> RegionCode:
    checked = violations.matching("name", name, _REGION_STATUS, _STATUS_FORM)
    return RegionCode(checked.removeprefix("regions/").removesuffix("/status"))


def region(violations: Violations, parent: str) -> Place:
    return Place(violations.matching("parent", parent, _REGION, _REGION_FORM).removeprefix("regions/"))


def status_of_place(violations: Violations, name: str, policy: PolicyBundle) -> Place:
    checked = violations.matching("name", name, _STATUS, _STATUS_FORM)
    return _known(violations, "name", checked.removesuffix("/status"), policy)


def place(violations: Violations, parent: str, policy: PolicyBundle, *, nation: bool = False) -> Place:
    if nation and parent == NATION:
        return Place(NATIONAL)
    return _known(violations, "parent", violations.matching("parent", parent, _PLACE, _PLACE_FORM), policy)


def _known(violations: Violations, field: str, name: str, policy: PolicyBundle) -> Place:
    found = Place(name.partition("/")[2])
    if found and not is_known(found, policy):
        violations.add(field, "UNKNOWN_VALUE", f"没有园区 {found}", f"names the unknown park {found}")
    return found


def indicator(violations: Violations, id_: str, day: date, policy: PolicyBundle) -> Indicator | None:
    """Of the table of the day."""
    if not id_:
        violations.add("indicator", "REQUIRED", REQUIRED.zh, REQUIRED.en)
        return None
    found = indicators_on(day, policy).get(id_)
    if found is None:
        violations.add("indicator", "UNKNOWN_VALUE", _NO_INDICATOR.zh, _NO_INDICATOR.en)
    return found


def named(violations: Violations, id_: str, policy: PolicyBundle) -> None:
    """An indicator of any day, or none."""
    if id_ and id_ not in indicator_ids(policy):
        violations.add("indicator", "UNKNOWN_VALUE", _NO_INDICATOR.zh, _NO_INDICATOR.en)


def comparison(violations: Violations, value: pb.ReportComparison.ValueType, of: Indicator | None) -> Comparison:
    """Of a change or an increment over the year before by default; all else is not compared."""
    violations.enum("comparison", value, pb.ReportComparison)
    if of is None or value not in pb.ReportComparison.values():
        return Comparison.NONE
    if not of.kind.compares:
        if value:
            violations.add(
                "comparison",
                "NOT_COMPARED",
                "该指标不作比较, 请勿填写",
                "is of no meaning for this indicator; leave it out",
            )
        return Comparison.NONE
    return comparison_from_wire(value) if value else Comparison.YEAR_BEFORE


def period(violations: Violations, request: Any, *, not_after: date | None = None) -> Period | None:
    """Without a first day: the year so far."""
    last = required_day(violations, request, "period_end", not_after=not_after)
    first = violations.stated_day(request, "period_start")
    if last is None or (first is None and request.HasField("period_start")):
        return None
    if first is not None and first > last:
        violations.add("period_start", "AFTER_END", "不得晚于 period_end", "must not be after period_end")
        return None
    return year_to(last) if first is None else Period(first, last)


def required_day(violations: Violations, request: Any, field: str, *, not_after: date | None = None) -> date | None:
    if not request.HasField(field):
        violations.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
        return None
    return violations.day(field, getattr(request, field), not_after=not_after)


def years(violations: Violations, request: Any) -> Years | None:
    wrong = False
    for field in ("first_year", "last_year"):
        year = getattr(request, field)
        if not YEAR_MIN <= year <= YEAR_MAX:
            wrong = True
            violations.add(
                field, "OUT_OF_RANGE", f"年份应在 {YEAR_MIN} 至 {YEAR_MAX} 之间",
                f"must lie in the years {YEAR_MIN} to {YEAR_MAX}",
            )  # fmt: skip
    if wrong:
        return None
    if request.first_year > request.last_year:
        violations.add("last_year", "BEFORE_FIRST", "不得早于 first_year", "must not be before first_year")
        return None
    return Years(request.first_year, request.last_year)


def number(violations: Violations, request: Message, field: str, *, minimum: int | None = None) -> Decimal | None:
    """None when it is not stated, or wrong."""
    holder: ProtoDecimal = getattr(request, field)
    return violations.decimal(field, holder, minimum=minimum) if request.HasField(field) else None


def required_number(
    violations: Violations, request: Message, field: str, *, minimum: int | None = None
) -> Decimal | None:
    if not request.HasField(field):
        violations.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
    return number(violations, request, field, minimum=minimum)


def target(violations: Violations, request: pb.SetTargetRequest, policy: PolicyBundle, now: datetime) -> SetTarget:
    """Raises InvalidRequest."""
    where = place(violations, request.parent, policy)
    span = years(violations, request)
    of = indicator(violations, request.indicator, span.last_day if span is not None else legal_day(now), policy)
    value = required_number(violations, request, "value")
    if value is not None and of is not None and of.kind is Kind.CHANGE and value <= -PER_CENT:
        violations.add("value", "TOO_SMALL", "降幅须小于 100%", "falls by all of itself, or more")
    base_value, weight = number(violations, request, "base_value"), _weight(violations, request)
    base_year = _base_year(violations, request, span)
    pace = _pace(violations, request, of, span, policy=policy)
    document = violations.text("document", request.document, DOCUMENT_CHARACTERS_MAX, required=True)
    effective_from = _effective_from(violations, request, span)
    violations.done()
    assert span is not None
    assert of is not None
    assert value is not None
    assert pace is not None
    return SetTarget(
        Target(
            where,
            of.id,
            span,
            value,
            base_year,
            pace,
            document,
            effective_from,
            UNNUMBERED,
            now,
            base_value,
            weight,
        )
    )


def _weight(violations: Violations, request: pb.SetTargetRequest) -> Decimal | None:
    weight = number(violations, request, "weight")
    if weight is not None and not 0 < weight <= 1:
        violations.add("weight", "OUT_OF_RANGE", "应大于 0 且不超过 1", "must be more than 0 and at most 1")
    return weight


def _base_year(violations: Violations, request: pb.SetTargetRequest, span: Years | None) -> int:
    if span is None:
        return 0
    base_year = request.base_year or span.first - 1
    if not YEAR_MIN <= base_year < span.first:
        violations.add("base_year", "OUT_OF_RANGE", "应早于 first_year", "must be before first_year")
    return base_year


def _pace(
    violations: Violations,
    request: pb.SetTargetRequest,
    of: Indicator | None,
    span: Years | None,
    *,
    policy: PolicyBundle,
) -> Pace | None:
    """As stated, or as the policy says at the end of the years; only a change compounds."""
    before = violations.so_far
    violations.enum("pace", request.pace, pb.TargetPace)
    if violations.so_far > before or of is None or span is None:
        return None
    if of.kind is not Kind.CHANGE:
        if request.pace == pb.TARGET_PACE_COMPOUNDING:
            violations.add("pace", "NOT_A_CHANGE", "只有变化率可按复合率分解", "compounds only for a change")
        return Pace.LINEAR
    if request.pace:
        return pace_from_wire(request.pace)
    by_policy = policy.on(PACE_METHOD, span.last_day)
    if by_policy is None:
        violations.add(
            "pace", "REQUIRED", "该时期没有默认进度方法, 请填写", "is required: the policy has no default then"
        )
        return None
    return Pace(by_policy.word)


def _effective_from(violations: Violations, request: pb.SetTargetRequest, span: Years | None) -> date:
    stated = violations.stated_day(request, "effective_date")
    if span is None:
        return date.min
    if stated is not None and stated not in span:
        violations.add("effective_date", "OUT_OF_RANGE", "应在目标年份之内", "must lie in the years of the target")
    return stated or span.first_day
