"""`level`, `target`, `indicator`, `reading`, `assess` and `annual-report` against a server of this test."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

from client.commands.running import Exit
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.targets.v1 import assessment_service_pb2 as assessment
from dualcontrol.targets.v1 import readings_service_pb2 as readings
from dualcontrol.targets.v1 import targets_service_pb2 as pb

if TYPE_CHECKING:
    from libs.client.tests.integration.conftest import Served

pytestmark = pytest.mark.integration

NOON = Timestamp(seconds=1_772_424_000)
"""2026-03-02 12:00 in China."""
BEGIN, END = Date(year=2026, month=1, day=1), Date(year=2026, month=6, day=30)
UNTIL = Date(year=2026, month=7, day=1)
MIDNIGHT = Timestamp(seconds=1_772_294_400)
"""2026-03-01 00:00 in China."""

LEVEL = pb.RegionLevel(
    region_code="630100",
    scale=pb.SCALE_CARBON,
    level=pb.WARNING_LEVEL_TWO,
    period_start=BEGIN,
    period_end=END,
    basis=pb.LEVEL_BASIS_DERIVED,
    evidence="降幅不足 | it fell too little",
    report_status=pb.REPORT_STATUS_REVISED,
    known_time=NOON,
)
STATUS = pb.RegionStatus(
    name="regions/630100/status",
    levels=[LEVEL],
    promised_kgce_calorific=2_500,
    promised=[pb.PromisedEnergy(year=2026, amount_kgce_calorific=1_500)],
)
RECORD = pb.LevelRecord(level=LEVEL, stands=True, valid_from=UNTIL)
REPLACED = pb.LevelRecord(level=LEVEL)
TARGET = pb.Target(
    name="regions/630100/targets/energy_intensity-1",
    indicator="energy_intensity",
    first_year=2026,
    last_year=2030,
    value=Decimal(value="-12"),
    base_year=2025,
    pace=pb.TARGET_PACE_COMPOUNDING,
    version=1,
    document="某文件",
)
REPORT = pb.IndicatorReport(
    name="regions/630100/reports/energy_intensity-2",
    indicator="energy_intensity",
    comparison=pb.REPORT_COMPARISON_YEAR_BEFORE,
    period_start=BEGIN,
    period_end=END,
    actual=Decimal(value="-0.2"),
    unit="%",
    status=pb.REPORT_STATUS_PROVISIONAL,
    document="某快报",
    known_time=NOON,
)
FINDING = common.Finding(
    rule="targets.breakdown", title=common.Text(zh="分解合计", en="the sum"), verdict=common.VERDICT_UNKNOWN
)
COVERAGE = readings.Coverage(meters_registered=3, meters_reported=2, readings_expected=72, readings_known=48)
FIGURES = readings.ListRegionalFiguresResponse(
    figures=[
        readings.RegionalFigure(
            carrier="black_liquor", start_date=BEGIN, end_date=UNTIL, amount=Decimal(value="12"), unit="t",
            coverage=COVERAGE, readings_estimated=4,
        )
    ],
    totals=[readings.RegionalTotal(start_date=BEGIN, end_date=UNTIL, unknown_calorific=["black_liquor"],
                                   kgce_equivalent=Decimal(value="7.5"), coverage=COVERAGE)],
    next_page_token="next",
)  # fmt: skip
REBUILT = readings.RebuildReadingsResponse(
    figures_count=9,
    readings_count=90,
    differences_count=1,
    differences=[
        readings.FigureDifference(region_code="630100", carrier="electricity", day=BEGIN, unit="kWh",
                                  computed=Decimal(value="3"))
    ],
)  # fmt: skip
ASSESSED = assessment.AssessRegionResponse(
    region_code="630000",
    year=2025,
    method=assessment.ASSESSMENT_METHOD_ENERGY,
    grade=assessment.ASSESSMENT_GRADE_UNKNOWN,
    grade_text=common.Text(zh="等级未知", en="the grade is not known"),
    score=[assessment.ScorePart(title=common.Text(zh="目标完成", en="targets"), points_max=Decimal(value="40"))],
    findings=[FINDING],
    missing=["measures_points"],
    basis_unverified=True,
    report_by_date=END,
    report_by_provisional=True,
    known_time=NOON,
)
ANNUAL = assessment.AnnualReport(
    region_code="630000",
    year=2025,
    indicators=[
        assessment.IndicatorProgress(
            indicator="energy_intensity", title=common.Text(zh="能耗强度", en="intensity"),
            target=Decimal(value="-12.5"),
            figure_state="provisional", verdict=common.VERDICT_UNKNOWN, basis_unverified=True,
        )
    ],
    levels=[assessment.ReportedLevel(scale=pb.SCALE_TOTAL, level=pb.WARNING_LEVEL_ONE, period_end=END,
                                     evidence=common.Text(zh="某文件", en="a document"))],
    promised_kgce_calorific=2_500,
    known_time=NOON,
)  # fmt: skip


@pytest.fixture
def targets(served: "Served") -> "Served":
    served.answers = {
        "GetRegionStatus": pb.GetRegionStatusResponse(status=STATUS),
        "ListLevelHistory": [
            pb.ListLevelHistoryResponse(records=[RECORD], next_page_token="next"),
            pb.ListLevelHistoryResponse(records=[REPLACED]),
        ],
        "GetLevelAsOf": pb.GetLevelAsOfResponse(record=RECORD),
        "ReportIndicator": pb.ReportIndicatorResponse(report=REPORT, level=LEVEL),
        "SetTarget": pb.SetTargetResponse(target=TARGET),
        "ListTargets": pb.ListTargetsResponse(targets=[TARGET]),
        "GetSchedule": pb.GetScheduleResponse(
            schedule=pb.Schedule(
                indicator="energy_intensity", period_end=END, required=Decimal(value="-1.3"), within_year="pro_rata",
                pace=pb.TARGET_PACE_LINEAR, target=TARGET, under=[common.Citation(value="3", unit="places")],
            )
        ),
        "CheckBreakdown": pb.CheckBreakdownResponse(finding=FINDING),
        "ListIndicators": pb.ListIndicatorsResponse(
            indicators=[
                pb.Indicator(
                    name="indicators/energy_intensity", title=common.Text(zh="能耗强度", en="intensity"), unit="%",
                    kind=pb.INDICATOR_KIND_CHANGE, aim=pb.INDICATOR_AIM_FALL, scale=pb.SCALE_INTENSITY,
                )
            ]
        ),
        "ListReports": pb.ListReportsResponse(reports=[REPORT]),
        "GetIndicator": pb.GetIndicatorResponse(report=REPORT),
        "RegisterEnergyUnit": readings.RegisterEnergyUnitResponse(
            unit=readings.EnergyUnit(meters=[readings.Meter(), readings.Meter()], version=2)
        ),
        "RecordReadings": readings.RecordReadingsResponse(accepted_count=1, known_count=1),
        "ListRegionalFigures": [FIGURES, readings.ListRegionalFiguresResponse(totals=FIGURES.totals)],
        "ListCoverage": readings.ListCoverageResponse(days=[readings.DayCoverage(day=BEGIN, coverage=COVERAGE)]),
        "RebuildReadings": REBUILT,
        "AssessRegion": ASSESSED,
        "GetAnnualReport": assessment.GetAnnualReportResponse(report=ANNUAL),
    }  # fmt: skip
    return served


OF_INTENSITY = ("--indicator", "energy_intensity", "--period-end", "2026-06-30")
SPAN = ("--from", "2026-01-01", "--until", "2026-07-01")
YEARS = ("--first-year", "2026", "--last-year", "2030")


@pytest.mark.parametrize(
    ("arguments", "language", "shown"),
    [
        (("level", "show", "630100"), "zh", ("碳排放强度", "二级 (橙)", "修订", "降幅不足", "2.5 (2026: 1.5)")),
        (("level", "show", "630100"), "en", ("carbon", "2 (orange)", "revised", "it fell too little", "derived here")),
        (("level", "history", "630100"), "zh", ("2026-07-01 … 至今", "已被取代", "未曾生效", "2026-03-02 12:00:00")),
        (("level", "history", "630100"), "en", ("2026-07-01 … until now", "replaced", "on no day")),
        (("level", "at", "630100", "--scale", "carbon"), "en", ("2026-01-01 … 2026-06-30",)),
        (("target", "list", "630100"), "zh", ("630100", "2026-2030", "-12", "复合", "某文件")),
        (
            ("target", "schedule", "630100", *OF_INTENSITY),
            "zh",
            ("应达 -1.3", "线性, 按月均摊", "630100 2026-2030: -12"),
        ),
        (("target", "check", "630000", "--indicator", "a", *YEARS), "zh", ("? 不明", "分解合计")),
        (("indicator", "list"), "zh", ("能耗强度", "变化率", "下降")),
        (("indicator", "list"), "en", ("energy_intensity", "change", "falls")),
        (
            ("indicator", "reports", "630100"),
            "zh",
            ("630100 energy_intensity-2", "比上年同期", "初步核算", "未知", "已被取代"),
        ),
        (("indicator", "show", "630100", *OF_INTENSITY), "en", ("over the year before", "provisional", "not known")),
        (("reading", "figures", "630100", *SPAN), "zh", ("black_liquor", "未知", "2/3", "48/72", "4/0", "7.5")),
        (("reading", "coverage", "630100", *SPAN), "en", ("2026-01-01", "readings owed", "72")),
        (
            ("assess", "630000", "--year", "2025"),
            "zh",
            ("等级未知 · 依据未核验", "缺少: measures_points", "2026-06-30 (暂定)"),
        ),
        (("assess", "630000", "--year", "2025"), "en", ("the grade is not known", "not known  40", "(provisional)")),
        (
            ("annual-report", "630000", "--year", "2025"),
            "zh",
            ("-12.5", "未知", "初步核算", "? 不明", "一级 (红)", "2.5"),
        ),
    ],
)
def test_a_command_shows_what_the_service_answers(
    arguments: tuple[str, ...], language: str, shown: tuple[str, ...], targets: "Served"
) -> None:
    result = targets.run(*arguments, language=language)

    assert result.exit_code == Exit.DONE, result.output
    assert [words for words in shown if words not in result.output] == []


KNOWN = ("--known", "2026-03-02T04:00:00Z")


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (("level", "history", "630100", "--scale", "total", "--replaced", *KNOWN), pb.ListLevelHistoryRequest(
            name="regions/630100/status", scale=pb.SCALE_TOTAL, as_of_time=NOON, show_replaced=True, page_size=100
        )),
        (("level", "at", "630100", "--scale", "intensity", "--on", "2026-06-30", *KNOWN), pb.GetLevelAsOfRequest(
            name="regions/630100/status", scale=pb.SCALE_INTENSITY, on_date=END, as_of_time=NOON
        )),
        (("target", "list", "parks/some", "--indicator", "a", "--replaced", *KNOWN), pb.ListTargetsRequest(
            parent="parks/some", indicator="a", as_of_time=NOON, show_replaced=True, page_size=100
        )),
        (("target", "list", "nation"), pb.ListTargetsRequest(parent="nation", page_size=100)),
        (("target", "schedule", "630100", *OF_INTENSITY, "--comparison", "base_year"), pb.GetScheduleRequest(
            parent="regions/630100", indicator="energy_intensity", period_end=END,
            comparison=pb.REPORT_COMPARISON_BASE_YEAR,
        )),
        (("target", "check", "630000", "--indicator", "a", *YEARS), pb.CheckBreakdownRequest(
            parent="regions/630000", indicator="a", first_year=2026, last_year=2030
        )),
        (("indicator", "list", "--on", "2026-06-30"), pb.ListIndicatorsRequest(on_date=END, page_size=100)),
        (("indicator", "show", "630100", *OF_INTENSITY, "--period-start", "2026-01-01"), pb.GetIndicatorRequest(
            parent="regions/630100", indicator="energy_intensity", period_end=END, period_start=BEGIN
        )),
        (("reading", "figures", "630100", *SPAN, "--by", "day", *KNOWN), readings.ListRegionalFiguresRequest(
            region_code="630100", period=readings.FIGURE_PERIOD_DAY, from_date=BEGIN, until_date=UNTIL,
            as_of_time=NOON, page_size=100,
        )),
        (("assess", "630000", "--plan", "2021-2025", *KNOWN), assessment.AssessRegionRequest(
            region_code="630000", plan_period="2021-2025", as_of_time=NOON
        )),
        (("annual-report", "630000", "--year", "2025"), assessment.GetAnnualReportRequest(
            region_code="630000", year=2025
        )),
    ],
)  # fmt: skip
def test_a_command_asks_for_what_was_said(arguments: tuple[str, ...], asked: Message, targets: "Served") -> None:
    result = targets.run(*arguments)

    assert result.exit_code == Exit.DONE, result.output
    assert targets.asked[0] == asked


def test_a_total_that_stands_on_two_pages_is_shown_once(targets: "Served") -> None:
    result = targets.run("reading", "figures", "630100", *SPAN, "--json")

    assert len(targets.asked) == 2
    assert len(json.loads(result.stdout)["totals"]) == 1


FILES = {
    ("level", "report"): "name: regions/630100/status\nscale: SCALE_INTENSITY\nactual: {value: '-0.2'}",
    ("target", "set"): "parent: regions/630100\nindicator: energy_intensity\nvalue: {value: '-12'}\ndocument: 某文件",
    ("reading", "register"): "credit_code: 91632801MA7T0X1K6P\nregion_code: '630100'\nmeters: [{meter: main}]",
}


@pytest.mark.parametrize("command", FILES)
def test_a_file_is_sent_with_a_stable_request_id(command: tuple[str, str], tmp_path: Path, targets: "Served") -> None:
    (tmp_path / "file.yaml").write_text(FILES[command], "utf-8")

    results = [targets.run(*command, str(tmp_path / "file.yaml")) for _ in range(2)]

    assert [result.exit_code for result in results] == [Exit.DONE, Exit.DONE], results[0].output
    assert "已登记" in results[0].output
    first, second = targets.asked
    assert first == second
    assert len(first.request_id) == 36  # type: ignore[attr-defined]


def test_a_report_that_gives_no_level_says_why(tmp_path: Path, targets: "Served") -> None:
    no_level = common.Text(zh="不产生预警等级", en="no level follows")
    targets.answers["ReportIndicator"] = pb.ReportIndicatorResponse(report=REPORT, no_level=no_level)
    (tmp_path / "file.yaml").write_text(FILES["level", "report"], "utf-8")

    assert "no level follows" in targets.run("level", "report", str(tmp_path / "file.yaml"), language="en").output


HEAD = "credit_code,meter,start_time,end_time,amount,unit,quality,version\n"
ROW = "91632801MA7T0X1K6P,main,2026-03-01 00:00,2026-03-01T16:00:00+00:00,12.5,kWh,measured,{}\n"


def test_readings_are_sent_a_thousand_at_once_and_again_under_the_same_ids(tmp_path: Path, targets: "Served") -> None:
    (tmp_path / "a.csv").write_text("\ufeff" + HEAD + "".join(ROW.format(n + 1) for n in range(1_001)), "utf-8")

    result = targets.run("reading", "send", str(tmp_path / "a.csv"))
    targets.run("reading", "send", str(tmp_path / "a.csv"))

    assert result.exit_code == Exit.DONE, result.output
    asked: list[Any] = sorted(targets.asked, key=lambda one: len(one.readings))
    assert [len(one.readings) for one in asked] == [1, 1, 1_000, 1_000]
    assert asked[0] == asked[1]
    assert len({one.request_id for one in asked}) == 2
    (last,) = asked[0].readings
    assert (last.start_time, last.amount.value, last.version) == (MIDNIGHT, "12.5", 1_001)
    assert last.end_time.seconds - last.start_time.seconds == 24 * 60 * 60


def test_while_a_line_is_wrong_no_reading_is_sent(tmp_path: Path, targets: "Served") -> None:
    (tmp_path / "a.csv").write_text(HEAD + ROW.format(1) + ROW.format(0), "utf-8")

    result = targets.run("reading", "send", str(tmp_path / "a.csv"), language="en")

    assert result.exit_code == Exit.USAGE
    assert "line 3, version: must be a whole number from 1" in result.output
    assert targets.asked == []


@pytest.mark.parametrize(
    ("changed", "code"), [({}, Exit.REFUSED), ({"replaced": True}, Exit.DONE), ({"differences_count": 0}, Exit.DONE)]
)
def test_figures_that_differ_end_with_a_code_of_their_own_until_they_are_replaced(
    changed: dict[str, Any], code: Exit, targets: "Served"
) -> None:
    for name, value in changed.items():
        answer = readings.RebuildReadingsResponse()
        answer.CopyFrom(REBUILT)
        setattr(answer, name, value)
        targets.answers["RebuildReadings"] = answer

    results = [targets.run("reading", "rebuild", *SPAN) for _ in range(2)]

    first, second = targets.asked
    assert [result.exit_code for result in results] == [code, code]
    assert "electricity" in results[0].output
    assert first.request_id != second.request_id  # type: ignore[attr-defined]


def test_what_whoever_assesses_states_comes_from_a_file(tmp_path: Path, targets: "Served") -> None:
    stated = "measures_points: {value: '38'}\ntruth: {falsified: false, document: 某文件}\nregion_code: '110000'"
    (tmp_path / "stated.yaml").write_text(stated, "utf-8")

    targets.run("assess", "630000", "--year", "2025", "--stated", str(tmp_path / "stated.yaml"))

    (asked,) = targets.asked
    assert isinstance(asked, assessment.AssessRegionRequest)
    assert (asked.region_code, asked.year, asked.measures_points.value) == ("630000", 2025, "38")
    assert asked.HasField("truth")


@pytest.mark.parametrize("options", [(), ("--year", "2025", "--plan", "2021-2025")])
def test_an_assessment_is_of_a_year_or_of_a_plan(options: tuple[str, ...], targets: "Served") -> None:
    assert targets.run("assess", "630000", *options).exit_code == Exit.USAGE
    assert targets.asked == []


def test_a_day_without_a_level_is_not_found(targets: "Served") -> None:
    status = Status(code=grpc.StatusCode.NOT_FOUND.value[0])
    status.details.add().Pack(ErrorInfo(reason="NOT_FOUND"))
    targets.answers["GetLevelAsOf"] = status

    assert targets.run("level", "at", "630100", "--scale", "carbon").exit_code == Exit.NOT_FOUND
