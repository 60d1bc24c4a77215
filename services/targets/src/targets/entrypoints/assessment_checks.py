"""Field checks of AssessmentService and PublishingService: everything that is wrong with a request, at once."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Final

from dualcontrol.targets.v1 import assessment_service_pb2 as pb
from dualcontrol.targets.v1 import publishing_service_pb2 as published
from kernel.clock import legal_day
from kernel.regions import RegionCode, region_code
from kernel.text import Text
from servicekit.rpc.checks import REQUIRED, YEAR_MAX, YEAR_MIN, Violations
from statute.loader import PolicyBundle
from targets.application.assessment.assess_region import AssessRegion, year_end
from targets.domain.assessment.energy import measures_points_max
from targets.domain.assessment.progress import MEASURED_BY
from targets.domain.publishing.barometer_table import Asked
from targets.wire_assessment import stated_from_wire

DOCUMENT_CHARACTERS_MAX: Final = 500
INDICATORS_ENTRIES_MAX: Final = 50
POINTS_DECIMALS_DIGITS: Final = 4

_PLAN = re.compile(r"([0-9]{4})-([0-9]{4})", re.ASCII)
_PLAN_FORM = Text(" 2021-2025 的形式", "like 2021-2025")
_REGION_FORM = Text("六位行政区划代码", "a GB/T 2260 code of six digits")

Yearly = pb.GetAnnualReportRequest | published.ExportAnnualReportRequest
Known = pb.AssessRegionRequest | Yearly | published.ExportBarometerRequest


def region(violations: Violations, field: str, code: str) -> RegionCode:
    """An empty code when it is wrong."""
    if not code:
        violations.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
    return violations.parsed(field, code, region_code, _REGION_FORM) or RegionCode("")


def year(violations: Violations, field: str, asked: int) -> int:
    if not YEAR_MIN <= asked <= YEAR_MAX:
        violations.add(
            field,
            "OUT_OF_RANGE",
            f"年份应在 {YEAR_MIN} 至 {YEAR_MAX} 之间",
            f"must lie in the years {YEAR_MIN} to {YEAR_MAX}",
        )
    return asked


def known_at(violations: Violations, request: Known, now: datetime) -> datetime:
    return violations.stated_instant(request, "as_of_time", not_after=now) or now


def of_year(violations: Violations, request: Yearly, now: datetime) -> tuple[RegionCode, int, datetime]:
    """Raises InvalidRequest with all that is wrong."""
    place = region(violations, "region_code", request.region_code)
    asked = year(violations, "year", request.year)
    known = known_at(violations, request, now)
    violations.done()
    return place, asked, known


def barometer(violations: Violations, request: published.ExportBarometerRequest, now: datetime) -> Asked:
    """Raises InvalidRequest with all that is wrong."""
    code = request.parent_region_code
    parent = region(violations, "parent_region_code", code) if code else None
    violations.enum("format", request.format, published.FileFormat, required=True)
    if not request.HasField("period_end"):
        violations.add("period_end", "REQUIRED", REQUIRED.zh, REQUIRED.en)
        end = None
    else:
        end = violations.day("period_end", request.period_end, not_after=legal_day(now))
    known = known_at(violations, request, now)
    violations.done()
    assert end is not None
    return Asked(parent, end, known)


def assessed(
    violations: Violations, request: pb.AssessRegionRequest, now: datetime, policy: PolicyBundle
) -> AssessRegion:
    """Raises InvalidRequest with all that is wrong."""
    place = region(violations, "region_code", request.region_code)
    asked = _year_asked(violations, request)
    known = known_at(violations, request, now)
    _stated(violations, request, policy)
    if request.HasField("notice_date"):
        violations.day("notice_date", request.notice_date, not_after=legal_day(now))
    points = None
    if request.HasField("measures_points"):
        points = violations.decimal(
            "measures_points", request.measures_points, minimum=0, places_max=POINTS_DECIMALS_DIGITS
        )
        most = measures_points_max(policy.at(year_end(asked))) if not violations.any else None
        if most is not None and points is not None and points > most:
            violations.add("measures_points", "TOO_LARGE", f"不得大于 {most}", f"must be at most {most}")
        violations.text("measures_document", request.measures_document, DOCUMENT_CHARACTERS_MAX, required=True)
    violations.done()
    return AssessRegion(place, asked, known, replace(stated_from_wire(request), measures_points=points))


def _year_asked(violations: Violations, request: pb.AssessRegionRequest) -> int:
    if request.WhichOneof("period") == "plan_period":
        match = _PLAN.fullmatch(request.plan_period)
        if match is None or int(match[1]) > int(match[2]):
            violations.add("plan_period", "MALFORMED", f"格式应为{_PLAN_FORM.zh}", f"must be {_PLAN_FORM.en}")
            return YEAR_MIN
        return year(violations, "plan_period", int(match[2]))
    return year(violations, "year", request.year)


def _stated(violations: Violations, request: pb.AssessRegionRequest, policy: PolicyBundle) -> None:
    violations.count("indicators", len(request.indicators), INDICATORS_ENTRIES_MAX)
    seen: set[str] = set()
    for index, one in enumerate(request.indicators[:INDICATORS_ENTRIES_MAX]):
        part = violations.within(f"indicators[{index}]")
        if MEASURED_BY + one.indicator not in policy.parameters:
            part.add(
                "indicator",
                "UNKNOWN_VALUE",
                "不是由考核人说明的指标",
                "is no indicator that is stated: what regions report is read from their reports",
            )
        elif one.indicator in seen:
            part.add("indicator", "REPEATED", "指标重复", "is there twice")
        seen.add(one.indicator)
        part.text("document", one.document, DOCUMENT_CHARACTERS_MAX, required=True)
    if request.HasField("truth"):
        violations.text("truth.document", request.truth.document, DOCUMENT_CHARACTERS_MAX, required=True)
