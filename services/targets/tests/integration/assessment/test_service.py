"""AssessmentService and PublishingService over real gRPC and a real PostgreSQL."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal
from grpc import StatusCode
from python_calamine import CalamineWorkbook

from dualcontrol.targets.v1 import assessment_service_pb2 as pb
from dualcontrol.targets.v1 import publishing_service_pb2 as published
from dualcontrol.targets.v1.targets_service_pb2 import SCALE_INTENSITY, WARNING_LEVEL_TWO
from testkit.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dualcontrol.targets.v1.assessment_service_pb2_grpc import AssessmentServiceAsyncStub
    from dualcontrol.targets.v1.publishing_service_pb2_grpc import PublishingServiceAsyncStub

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
H1 = Date(year=2025, month=6, day=30)


def days_ago(days: int) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(NOW - timedelta(days=days))
    return made


def assess(**changed: Any) -> pb.AssessRegionRequest:
    given: dict[str, Any] = {"region_code": "630100"}
    if "plan_period" not in changed:
        given["year"] = 2025
    points = {"measures_points": Decimal(value="58"), "measures_document": "试验用评分"}
    return pb.AssessRegionRequest(**(given | points | changed))


@pytest.mark.usefixtures("known")
async def test_a_region_is_graded_by_what_was_known_at_the_time(assessments: "AssessmentServiceAsyncStub") -> None:
    before = await assessments.AssessRegion(assess(as_of_time=days_ago(15)))
    then = await assessments.AssessRegion(assess(as_of_time=days_ago(7), plan_period="2021-2025"))
    now = await assessments.AssessRegion(assess())

    assert [answer.grade for answer in (before, then, now)] == [
        pb.ASSESSMENT_GRADE_UNKNOWN,
        pb.ASSESSMENT_GRADE_EXCEEDED,
        pb.ASSESSMENT_GRADE_MISSED,
    ]
    assert list(before.missing) == ["energy_intensity.actual"]
    assert (then.points.value, then.grade_text.zh, then.basis_unverified) == ("98", "超额完成", True)
    assert (then.year, then.method, now.score[0].points.value) == (2025, pb.ASSESSMENT_METHOD_ENERGY, "0")
    assert now.findings[0].parts[0].rule == "assessment.indicator"


async def test_stated_indicators_and_the_day_of_the_notice_go_into_the_dual_carbon_grade(
    assessments: "AssessmentServiceAsyncStub",
) -> None:
    names = ("transport_transition", "building_transition", "carbon_market_control")
    answer = await assessments.AssessRegion(
        pb.AssessRegionRequest(
            region_code="630100",
            year=2026,
            indicators=[pb.StatedIndicator(indicator=name, met=False, document="试验") for name in names],
            truth=pb.StatedTruth(falsified=False, document="试验"),
            notice_date=Date(year=2026, month=2, day=27),
        )
    )

    assert answer.grade == pb.ASSESSMENT_GRADE_UNQUALIFIED
    assert (answer.method, answer.report_by_date) == (
        pb.ASSESSMENT_METHOD_DUAL_CARBON,
        # 30 working days on: Saturday 28 February is worked, and 4 to 6 April are off.
        Date(year=2026, month=4, day=10),
    )
    assert not answer.report_by_provisional


@pytest.mark.usefixtures("known")
async def test_the_yearly_report_shows_every_indicator_and_the_newest_level(
    assessments: "AssessmentServiceAsyncStub",
) -> None:
    asked = pb.GetAnnualReportRequest(region_code="630100", year=2025)
    report = (await assessments.GetAnnualReport(asked)).report

    by_id = {one.indicator: one for one in report.indicators}
    intensity = by_id["energy_intensity"]
    assert (intensity.target.value, intensity.required.value, intensity.actual.value) == ("-12.5", "-12.5", "-12")
    assert (intensity.figure_state, intensity.target_document) == ("revised", "试验用分解文件")
    assert not by_id["forest_cover"].HasField("actual")
    assert [(one.scale, one.level, one.period_end) for one in report.levels] == [
        (SCALE_INTENSITY, WARNING_LEVEL_TWO, H1)
    ]
    assert [citation.parameter for citation in report.under] == ["target.qinghai.reports_per_year"]


@pytest.mark.usefixtures("known")
async def test_the_barometer_is_exported_as_it_was_known_and_the_same_again(
    publisher: "PublishingServiceAsyncStub",
) -> None:
    asked = published.ExportBarometerRequest(
        period_end=H1, format=published.FILE_FORMAT_XLSX, parent_region_code="630000", as_of_time=days_ago(1)
    )
    first, again = [(await publisher.ExportBarometer(asked)).file for _ in range(2)]
    asked.as_of_time.CopyFrom(days_ago(10))
    earlier = (await publisher.ExportBarometer(asked)).file

    assert first == again
    assert first.file_name == "barometer-630000-2025-06-30.xlsx"
    assert "二级预警 (橙)" in cells(first.content)
    assert "二级预警 (橙)" not in cells(earlier.content)


@pytest.mark.usefixtures("known")
async def test_the_barometer_is_a_page_too_and_the_yearly_report_a_sheet(
    publisher: "PublishingServiceAsyncStub",
) -> None:
    page = await publisher.ExportBarometer(
        published.ExportBarometerRequest(period_end=H1, format=published.FILE_FORMAT_PDF)
    )
    sheet = await publisher.ExportAnnualReport(published.ExportAnnualReportRequest(region_code="630100", year=2025))

    assert (page.file.content[:5], page.file.content_type) == (b"%PDF-", "application/pdf")
    assert "试验用分解文件; " in "".join(str(cell) for cell in cells(sheet.file.content))
    assert sheet.file.file_name == "annual-report-630100-2025.xlsx"


def cells(content: bytes) -> "Sequence[object]":
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"region_code": "63"}, ["region_code"]),
        ({"year": 0}, ["year"]),
        ({"plan_period": "2025-2021"}, ["plan_period"]),
        ({"plan_period": "十四五"}, ["plan_period"]),
        ({"measures_points": Decimal(value="60.01")}, ["measures_points"]),
        ({"measures_points": Decimal(value="-1")}, ["measures_points"]),
        ({"measures_document": ""}, ["measures_document"]),
        ({"as_of_time": days_ago(-1)}, ["as_of_time"]),
        ({"notice_date": Date(year=2026, month=3, day=2)}, ["notice_date"]),
        ({"truth": pb.StatedTruth(falsified=True)}, ["truth.document"]),
        (
            {"indicators": [pb.StatedIndicator(indicator="energy_intensity", met=True, document="试验")]},
            ["indicators[0].indicator"],
        ),
        (
            {"indicators": [pb.StatedIndicator(indicator="transport_transition", met=True)] * 2},
            ["indicators[0].document", "indicators[1].indicator", "indicators[1].document"],
        ),
    ],
)
async def test_every_wrong_field_is_named(
    changed: dict[str, Any], fields: list[str], assessments: "AssessmentServiceAsyncStub"
) -> None:
    refused = await refusal(assessments.AssessRegion(assess(**changed)))

    assert (refused.code, refused.fields) == (StatusCode.INVALID_ARGUMENT, fields)


async def test_a_file_is_asked_for_whole(publisher: "PublishingServiceAsyncStub") -> None:
    barometer = await refusal(publisher.ExportBarometer(published.ExportBarometerRequest()))
    report = await refusal(publisher.ExportAnnualReport(published.ExportAnnualReportRequest()))

    assert barometer.fields == ["format", "period_end"]
    assert report.fields == ["region_code", "year"]
