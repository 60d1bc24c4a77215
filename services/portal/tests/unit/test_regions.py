"""地区 and 缓批队列: what is shown, that what is missing is said, and that a part that is away leaves the others."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import grpc
import httpx
import pytest
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as WireDecimal

from client.errors import ServiceError
from dualcontrol.budget.v1 import periods_service_pb2 as periods
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from dualcontrol.targets.v1 import assessment_service_pb2 as assessment
from dualcontrol.targets.v1 import publishing_service_pb2 as publishing
from dualcontrol.targets.v1 import targets_service_pb2 as targets
from kernel.text import Text
from portal.application.regions import newest
from portal.entrypoints.cookies import LANGUAGE

TARGETS = "/dualcontrol.targets.v1.TargetsService/"
STATUSES = TARGETS + "ListRegionStatuses"
EXPORT = "/dualcontrol.targets.v1.PublishingService/ExportBarometer"
QUEUE = "/dualcontrol.screening.v1.ScreeningService/ListQueue"
YEAR = "/dualcontrol.targets.v1.AssessmentService/GetAnnualReport"
PERIOD = "/dualcontrol.budget.v1.PeriodsService/GetPeriod"
FORECAST = "/dualcontrol.budget.v1.PeriodsService/ForecastYearEnd"
PROPOSALS = "/dualcontrol.budget.v1.PeriodsService/ListEnvelopeProposals"
SCRIPT = "<script>alert(1)</script>'\"&{{7*7}}"
DECEMBER = Date(year=2025, month=12, day=31)
NOTHING = ServiceError(Text("没有", "There is none."), grpc.StatusCode.NOT_FOUND)


def a_level(code: str = "632800", **stated: Any) -> targets.RegionLevel:
    said: dict[str, Any] = {
        "region_code": code,
        "scale": targets.SCALE_TOTAL,
        "level": targets.WARNING_LEVEL_ONE,
        "period_end": DECEMBER,
        "valid_from": Date(year=2026, month=1, day=20),
        "basis": targets.LEVEL_BASIS_PUBLISHED,
        "evidence": "青发改〔2026〕1号(虚构)",
    }
    return targets.RegionLevel(**{**said, **stated})


def a_status(code: str = "632800", **stated: Any) -> targets.RegionStatus:
    return targets.RegionStatus(name=f"regions/{code}/status", levels=[a_level(code, **stated)])


def statuses(*shown: targets.RegionStatus) -> targets.ListRegionStatusesResponse:
    return targets.ListRegionStatusesResponse(statuses=shown)


def an_entry(**stated: Any) -> screening.QueueEntry:
    reason = common.Finding(
        title=common.Text(zh="预算足够", en="budget suffices"),
        because=common.Text(zh="差 12 tce", en="12 tce short"),
        remedies=[common.Remedy(text=common.Text(zh="减少 12 tce", en="12 tce less"))],
    )
    said: dict[str, Any] = {
        "position": 3,
        "filing": "p-1",
        "project_name": "某铝业扩建(虚构)",
        "region_code": "632801",
        "disposition": common.DISPOSITION_DEFER,
        "reasons": [reason],
        "waits_on": ["632800"],
    }
    return screening.QueueEntry(**{**said, **stated})


def the_map(page: str) -> ET.Element:
    found = re.search(r"<svg class=\"chart tile-map\".*?</svg>", page, re.DOTALL)
    assert found is not None
    return ET.fromstring(found[0])  # made here


async def test_the_map_and_the_tables_say_the_same_levels(browser: httpx.AsyncClient, answers: dict[str, Any]) -> None:
    answers[STATUSES] = statuses(a_status())

    page = (await browser.get("/regions")).text

    tile = next(one for one in the_map(page).iter("a") if one.get("href") == "/regions/632800")
    assert "一级 (红)" in "".join(tile.itertext())
    rows = re.findall(r"<tr>\s*<th scope=\"row\"><a href=\"/regions/632800\">.*?</tr>", page, re.DOTALL)
    assert [(row.count("一级 (红)"), row.count("未报")) for row in rows] == [(1, 2), (1, 2)]


async def test_every_prefecture_has_a_tile_and_one_of_which_nothing_is_known_is_not_green(
    browser: httpx.AsyncClient, answers: dict[str, Any]
) -> None:
    answers[STATUSES] = statuses()

    page = (await browser.get("/regions")).text

    drawn = the_map(page)
    assert len(list(drawn.iter("a"))) == 8
    assert "tile-level3" not in ET.tostring(drawn, "unicode")
    assert "barometer.xlsx" not in page


async def test_levels_that_cannot_be_read_are_told(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/regions")

    assert answer.status_code == 200
    assert "此部分暂不可读" in answer.text


async def test_the_barometer_of_the_newest_period_is_exported(
    browser: httpx.AsyncClient, answers: dict[str, Any], services: Any
) -> None:
    answers[STATUSES] = statuses(a_status())
    answers[EXPORT] = publishing.ExportBarometerResponse(
        file=publishing.ExportedFile(content=b"PK", content_type="application/x", file_name='a"b\r\n.xlsx')
    )

    page = (await browser.get("/regions")).text
    answer = await browser.get("/regions/barometer.xlsx?period=2025-12-31")

    assert "/regions/barometer.xlsx?period=2025-12-31" in page
    assert answer.content == b"PK"
    assert answer.headers["content-disposition"] == 'attachment; filename="barometer-2025-12-31.xlsx"'
    assert services.asked[-1][1].parent_region_code == "630000"


@pytest.mark.parametrize(
    "address",
    [
        "/regions/barometer.exe?period=2025-12-31",
        "/regions/barometer.pdf?period=yesterday",
        "/regions/999999",
        "/regions/63280",
    ],
)
async def test_what_does_not_exist_is_not_found(browser: httpx.AsyncClient, address: str) -> None:
    assert (await browser.get(address)).status_code == 404


def everything_of_haixi(words: str = "青发改〔2026〕1号(虚构)") -> dict[str, Any]:
    report = targets.IndicatorReport(
        name="regions/632800/reports/intensity-1", indicator="intensity", period_start=Date(year=2025, month=1, day=1),
        period_end=DECEMBER, actual=WireDecimal(value="-2.0"), schedule=WireDecimal(value="-2.5"), unit="%",
        stands=True, document=words,
    )  # fmt: skip
    indicator = targets.Indicator(
        name="indicators/intensity", title=common.Text(zh="单位GDP能耗", en="energy intensity"),
        aim=targets.INDICATOR_AIM_FALL, unit="%",
    )  # fmt: skip
    account = periods.PeriodAccount(
        region_code="632800", year=2026, instrument=periods.BUDGET_INSTRUMENT_ENERGY,
        granted=1_000_500, available=700_000, held=200_500, posted=100_000,
    )  # fmt: skip
    reached = assessment.IndicatorProgress(title=indicator.title, unit="%", verdict=common.VERDICT_FAILS)
    level = a_level(evidence=words)
    return {
        TARGETS + "GetRegionStatus": targets.GetRegionStatusResponse(
            status=targets.RegionStatus(name="regions/632800/status", levels=[level], promised_kgce_calorific=1_234_567)
        ),
        TARGETS + "ListLevelHistory": targets.ListLevelHistoryResponse(
            records=[targets.LevelRecord(level=level, stands=True, valid_from=Date(year=2026, month=1, day=20))]
        ),
        TARGETS + "ListTargets": targets.ListTargetsResponse(),
        TARGETS + "ListReports": targets.ListReportsResponse(reports=[report]),
        TARGETS + "ListIndicators": targets.ListIndicatorsResponse(indicators=[indicator]),
        YEAR: assessment.GetAnnualReportResponse(report=assessment.AnnualReport(indicators=[reached])),
        PERIOD: periods.GetPeriodResponse(accounts=[account]),
        PROPOSALS: periods.ListEnvelopeProposalsResponse(),
        FORECAST: periods.ForecastYearEndResponse(forecast=periods.Forecast(expected_remainder=-5_500)),
        QUEUE: screening.ListQueueResponse(entries=[an_entry(project_name=words)]),
    }


async def test_a_region_shows_its_levels_pace_envelope_forecast_and_queue(
    browser: httpx.AsyncClient, answers: dict[str, Any]
) -> None:
    answers.update(everything_of_haixi())

    page = (await browser.get("/regions/632800")).text

    assert "一级 (红)" in page
    assert "未达到" in page
    assert "-2.5" in page
    assert "1,234.567" in page
    assert "-5.5 tce" in page
    assert "/projects/p-1" in page
    assert "此部分暂不可读" not in page


async def test_the_waterfall_of_a_region_says_the_figures_of_its_account(
    browser: httpx.AsyncClient, answers: dict[str, Any]
) -> None:
    answers.update(everything_of_haixi())

    page = (await browser.get("/regions/632800")).text

    tables = re.findall(r"<table class=\"chart-table\">.*?</table>", page, re.DOTALL)
    figures = [re.findall(r"<td class=\"figure\">(.*?)</td>", one) for one in tables]
    assert ["1,000.5", "100", "200.5", "700"] in figures


async def test_each_part_of_a_region_that_is_away_says_so_and_the_others_still_show(
    browser: httpx.AsyncClient, answers: dict[str, Any]
) -> None:
    every = everything_of_haixi()

    for away in every:
        answers.clear()
        answers.update({path: said for path, said in every.items() if path != away})
        answer = await browser.get("/regions/632800")
        assert answer.status_code == 200, away
        assert "海西" in answer.text


async def test_what_nobody_reported_is_said_and_is_no_zero(browser: httpx.AsyncClient, answers: dict[str, Any]) -> None:
    answers.update(dict.fromkeys(everything_of_haixi(), NOTHING))

    page = (await browser.get("/regions/632800")).text

    assert "未报不等于绿" in page
    assert page.count("该年度未下达预算 (不是零)") == 2
    assert "无从预测" in page
    assert "tce (当量)" not in page
    assert "此部分暂不可读" not in page


async def test_a_report_without_a_pace_says_that_none_is_known(
    browser: httpx.AsyncClient, answers: dict[str, Any]
) -> None:
    answers.update(everything_of_haixi())
    answers[TARGETS + "ListReports"].reports[0].ClearField("schedule")

    page = (await browser.get("/regions/632800")).text

    assert "进度要求: 未报" in page


def test_of_each_indicator_the_report_of_the_newest_period_that_stands_is_shown() -> None:
    def a_report(year: int, *, stands: bool = True) -> targets.IndicatorReport:
        return targets.IndicatorReport(indicator="total", period_end=Date(year=year, month=12, day=31), stands=stands)

    found = newest([a_report(2025), a_report(2024), a_report(2026, stands=False)])

    assert [one.period_end.year for one in found] == [2025]


async def test_the_queue_tells_place_reason_and_what_would_release_it(
    browser: httpx.AsyncClient, answers: dict[str, Any], services: Any
) -> None:
    order = common.Citation(value="application_date, filing", document="平台规则(虚构)", verification="policy_default")
    answers[QUEUE] = screening.ListQueueResponse(entries=[an_entry()], order=order, next_page_token="a b&c")

    page = (await browser.get("/queue?region=632800")).text

    assert services.asked[-1][1].parent == "regions/632800"
    assert "申请日, 项目代码" in page
    assert "application_date" not in page
    assert "差 12 tce" in page
    assert "减少 12 tce" in page
    assert "/budgets?region=632800" in page
    assert "/queue?region=632800&amp;page=a+b%26c" in page


async def test_the_queue_of_nobody_is_a_sentence(browser: httpx.AsyncClient, answers: dict[str, Any]) -> None:
    answers[QUEUE] = screening.ListQueueResponse()

    page = (await browser.get("/queue")).text

    assert "该地区目前无人等候" in page


async def test_what_is_no_region_is_told_beside_the_field(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/queue?region=' OR 1=1")

    assert answer.status_code == 422
    assert "请从列表中选择地区" in answer.text


async def test_words_of_others_are_escaped(browser: httpx.AsyncClient, answers: dict[str, Any]) -> None:
    answers.update(everything_of_haixi(SCRIPT))
    answers[STATUSES] = statuses(a_status(evidence=SCRIPT))

    for address in ("/regions", "/regions/632800", "/queue?region=632800"):
        page = (await browser.get(address)).text
        assert "<script" not in page
        assert "{{7*7}}" in page or "49" not in page


async def test_regions_are_told_in_english(browser: httpx.AsyncClient, answers: dict[str, Any]) -> None:
    answers.update(everything_of_haixi())
    answers[STATUSES] = statuses(a_status())
    browser.cookies.set(LANGUAGE, "en")

    for address in ("/regions", "/regions/632800", "/queue?region=632800"):
        page = (await browser.get(address)).text
        assert 'lang="en"' in page
