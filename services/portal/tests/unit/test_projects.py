"""The list of projects and the page of one: filters in the link, exports, and parts that cannot be read."""

import csv
import io
import re
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import grpc
import pytest
from google.type.date_pb2 import Date
from services.portal.tests.unit.whole_project import everything

from client.errors import ServiceError
from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.review.v1 import review_service_pb2 as review
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.errors import Violation
from kernel.text import Text

if TYPE_CHECKING:
    import httpx
    from services.portal.tests.unit.conftest import Answer, SaidServices

SCRIPT = "<script>alert(1)</script>"
SEARCH = "/dualcontrol.screening.v1.ScreeningService/SearchProjects"
DAY = Date(year=2026, month=3, day=2)


def listed(number: int = 1, **said: Any) -> screening.Project:
    made = screening.Project(filing=f"filings/f-{number}", display_name="虚构电解铝项目", region_code="632801")
    made.MergeFrom(screening.Project(**said))
    return made


def decided(outcome: common.Outcome.ValueType = common.OUTCOME_DEFER) -> screening.Project:
    made = listed(
        owner_name="虚构铝业", credit_code="91630000MA758XXX9X", industry_codes=["3216"], application_date=DAY,
        annual_kgce_calorific=12_345_678, two_high=common.VERDICT_HOLDS, outcome=outcome,
        disposition=common.DISPOSITION_RESTRICT, decision="filings/f-1/decisions/3",
    )  # fmt: skip
    made.decide_time.FromJsonString("2026-03-02T04:00:00Z")
    return made


def found(*projects: screening.Project, token: str = "") -> screening.SearchProjectsResponse:
    return screening.SearchProjectsResponse(projects=projects, next_page_token=token)


async def test_the_list_shows_each_value_with_unit_and_basis_and_what_is_missing_as_missing(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]"
) -> None:
    answers[SEARCH] = found(decided(), listed(2))

    shown = await browser.get("/projects")

    assert shown.status_code == 200
    for words in ("12,345.678", "tce (当量)", "格尔木市 632801", "2026-03-02 12:00", "限批", "尚无决定", "共 2 项"):
        assert words in shown.text
    row = shown.text.split("/projects/f-2")[1]
    assert row.count("未报") >= 3
    assert "尚不明" in row
    assert '<td class="figure">0' not in shown.text


async def test_the_filters_are_kept_in_the_links_and_asked_of_the_service(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]", services: "SaidServices"
) -> None:
    answers[SEARCH] = found(*[listed(n) for n in range(50)], token="t+/=")

    shown = await browser.get(
        "/projects?q=电解铝&region=632800&outcome=defer&disposition=restrict&from=2026-01-01&to=2026-02-28&order=newest"
    )

    request = services.asked[-1][1]
    assert (request.query, request.region_code, request.outcome) == ("电解铝", "632800", common.OUTCOME_DEFER)
    assert (request.disposition, request.order) == (common.DISPOSITION_RESTRICT, screening.PROJECT_ORDER_NEWEST_FIRST)
    assert (request.applied_from, request.applied_until) == (
        Date(year=2026, month=1, day=1),
        Date(year=2026, month=3, day=1),
    )
    assert "至少 50 项" in shown.text
    (following,) = re.findall(r'rel="next" href="([^"]+)"', shown.text)
    await browser.get(following.replace("&amp;", "&"))
    again = services.asked[-1][1]
    assert (again.query, again.page_token, again.region_code) == ("电解铝", "t+/=", "632800")


async def test_a_service_page_without_a_match_is_followed_a_bounded_number_of_times(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]", services: "SaidServices"
) -> None:
    answers[SEARCH] = found(token="more")

    shown = await browser.get("/projects?q=x")

    assert len(services.asked) == 5
    assert "其后还有更多" in shown.text
    assert 'rel="next"' in shown.text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-02-30", "from"),
        ("to=yesterday", "to"),
        # The day after it is none.
        ("to=9999-12-31", "to"),
        ("outcome=maybe", "outcome"),
        ("disposition=maybe", "disposition"),
        ("outcome=undecided&disposition=defer", "disposition"),
    ],
)
async def test_a_wrong_filter_is_named_at_its_field_and_asks_nothing(
    browser: "httpx.AsyncClient", services: "SaidServices", query: str, field: str
) -> None:
    shown = await browser.get(f"/projects?{query}")

    assert shown.status_code == 422
    assert f'href="#field-{field}"' in shown.text
    assert services.asked == []


async def test_what_the_service_refuses_is_shown_at_the_field(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]"
) -> None:
    wrong = (Violation("region_code", "MALFORMED", Text("格式应为六位区划代码", "must be a code of six digits")),)
    answers[SEARCH] = ServiceError(Text("请求有误", "wrong"), grpc.StatusCode.INVALID_ARGUMENT, violations=wrong)

    shown = await browser.get("/projects?region=63")

    assert shown.status_code == 422
    assert 'href="#field-region"' in shown.text


async def test_a_service_that_is_away_is_a_page_that_says_so(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]"
) -> None:
    answers[SEARCH] = ServiceError(Text("无权", "not allowed"), grpc.StatusCode.PERMISSION_DENIED)

    assert (await browser.get("/projects")).status_code == 403


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"]


@pytest.mark.parametrize("formula", FORMULAS)
async def test_no_cell_of_an_export_is_a_formula(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]", formula: str
) -> None:
    one = decided()
    one.display_name = one.owner_name = one.credit_code = one.project_code = formula
    answers[SEARCH] = found(one)

    written = await browser.get("/projects.csv?q=x")
    book = await browser.get("/projects.xlsx?q=x")

    assert written.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(written.content.decode("utf-8-sig"), newline="")))
    assert [cell for cell in rows[1] if cell.lstrip("\t\r\n").startswith(tuple("=+-@＝"))] == []
    assert f"'{formula}" in rows[1]
    with ZipFile(io.BytesIO(book.content)) as opened:
        sheet = opened.read("xl/worksheets/sheet1.xml").decode()
        texts = opened.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "'" in texts


async def test_an_export_has_exactly_the_rows_of_the_page(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]", services: "SaidServices"
) -> None:
    answers[SEARCH] = found(decided(), listed(2), token="")

    written = await browser.get("/projects.csv?q=铝&region=632800")

    assert services.asked[-1][1].query == "铝"
    assert written.headers["content-disposition"] == 'attachment; filename="projects-20260302.csv"'
    rows = list(csv.DictReader(io.StringIO(written.content.decode("utf-8-sig"))))
    assert [row["备案编号"] for row in rows] == ["f-1", "f-2"]
    assert [row["年综合能源消费量 (tce, 当量)"] for row in rows] == ["12345.678", "尚不明"]
    assert rows[1]["申请日期"] == "未报"


async def test_an_export_that_is_cut_short_says_so_in_its_name(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]"
) -> None:
    answers[SEARCH] = lambda request: found(*[listed(n) for n in range(request.page_size)], token="more")

    written = await browser.get("/projects.csv?all=1")

    assert "-part.csv" in written.headers["content-disposition"]
    assert len(written.text.splitlines()) == 5_001


@pytest.mark.parametrize("path", ["/projects.exe", "/projects/A", "/projects/f-1'--"])
async def test_no_other_form_and_no_other_id_is_served(browser: "httpx.AsyncClient", path: str) -> None:
    assert (await browser.get(path)).status_code == 404


# One project


async def test_a_project_shows_all_that_is_known_of_it(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]"
) -> None:
    answers.update(everything("虚构文字"))

    shown = await browser.get("/projects/f-1")

    assert shown.status_code == 200
    for words in (
        "不予通过", "依据未核验", "499 kgce/t", "500 kgce/t", "决定性认定", "第 3 位", "虚构前名",
        "与第 1 版的差异",
        "格尔木市 632801", "已占用", "海西蒙古族藏族自治州", "38", "人工核定", "签署不计", "与第 1 号决定相比",
        "时间线", "年综合能源消费量 (tce, 当量)",
    ):  # fmt: skip
        assert words in shown.text, words
    assert "<del>虚构前名</del>" in shown.text


async def test_a_script_stored_in_every_text_is_shown_and_never_run(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]"
) -> None:
    answers.update(everything(SCRIPT))
    one = decided()
    for field in ("display_name", "owner_name", "credit_code", "project_code", "region_code"):
        setattr(one, field, SCRIPT)
    one.industry_codes.append(SCRIPT)
    answers[SEARCH] = found(one, token=SCRIPT)

    for path in ("/projects/f-1", "/projects", f"/projects?q={SCRIPT}&region={SCRIPT}&order={SCRIPT}&token={SCRIPT}"):
        shown = await browser.get(path)
        assert shown.status_code == 200
        assert "alert(1)" in shown.text
        assert "<script" not in shown.text.lower()
        assert '"<' not in shown.text


async def test_in_english_no_chinese_is_left_but_what_was_stated(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]"
) -> None:
    answers.update(everything("stated"))
    answers[SEARCH] = found(*[listed(n, display_name="stated") for n in range(50)], token="more")
    browser.cookies.set("dualcontrol-language", "en")

    for path in ("/projects/f-1", "/projects", "/projects?q=a&from=2026-02-30"):
        shown = await browser.get(path)
        body = shown.text.split('<main id="main"')[1].split("</main>")[0].replace("虚构前名", "")
        assert re.findall(r"[\u4e00-\u9fff]+", body) == []


@pytest.mark.parametrize("code", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.PERMISSION_DENIED])
async def test_a_part_that_cannot_be_read_says_so_and_the_others_still_show(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]", code: grpc.StatusCode
) -> None:
    for broken in everything("虚构文字"):
        answers.update(everything("虚构文字"))
        answers[broken] = ServiceError(Text("此服务不答复", "The service does not answer."), code)

        shown = await browser.get("/projects/f-1")

        assert shown.status_code == 200, broken
        if not broken.endswith(("GetCase", "ListOpinions")):
            assert "此服务不答复" in shown.text, broken
        assert "时间线" in shown.text


async def test_a_project_without_a_hold_shows_what_one_would_do_at_each_level(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]", services: "SaidServices"
) -> None:
    answers.update(everything("虚构文字"))
    none = ServiceError(Text("没有", "none"), grpc.StatusCode.NOT_FOUND)
    answers["/dualcontrol.screening.v1.ScreeningService/GetCase"] = none
    reviewed = review.Review(revision=2, annual_kgce_calorific=7_000)
    answers["/dualcontrol.review.v1.ReviewService/GetReview"] = review.GetReviewResponse(review=reviewed)
    answers["/dualcontrol.budget.v1.BudgetService/PreviewDeduction"] = budget.PreviewDeductionResponse(
        levels=[
            budget.LevelPreview(
                name="regions/632801/accounts/2026", instrument="energy_calorific_kgce", granted=5_000,
                available_before=5_000, available_after=-2_000,
            ),
            budget.LevelPreview(name="regions/632800/accounts/2026", instrument="carbon_kgco2"),
        ]
    )  # fmt: skip

    shown = await browser.get("/projects/f-1")

    (asked,) = [one for path, one in services.asked if path.endswith("PreviewDeduction")]
    assert (asked.region_code, asked.phases[0].year, asked.phases[0].amount_kgce_calorific) == ("632801", 2026, 7_000)
    assert '<td class="figure">-2</td>' in shown.text
    assert shown.text.count("未下达") >= 3


async def test_what_nobody_knows_or_may_not_be_seen_is_not_found(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]"
) -> None:
    none = ServiceError(Text("没有", "none"), grpc.StatusCode.NOT_FOUND)
    answers.update(dict.fromkeys(everything("x"), none))

    assert (await browser.get("/projects/f-9")).status_code == 404
