"""A project filed by hand: the form, the check before it is sent, refusals at their fields, and the amendment."""

import re
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

from client.errors import ServiceError
from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from kernel.errors import Violation
from kernel.text import Text
from portal.application.acts_filing import NAMES, REST, field_of, request_of, values_of

if TYPE_CHECKING:
    import httpx
    from services.portal.tests.unit.conftest import Answer, SaidServices

    from portal.domain.sessions import Session

SCRIPT = "<script>alert(1)</script>"
SERVICE = "/dualcontrol.filing.v1.FilingService/"
PREVIEW = "/dualcontrol.budget.v1.BudgetService/PreviewDeduction"
TYPED = {
    "filing_id": "xuni-lvye", "project_name": "虚构铝业项目", "applicant": "虚构铝业", "region_code": "632801",
    "kind": "PROJECT_KIND_NEW_BUILD", "application_date": "2026-03-01", "industry_codes": "3216 3211",
    "product0_name": "电解铝", "product0_id": "aluminium_liquid", "product0_capacity": "10", "product0_unit": "10kt/a",
    "tce": "12345.678", REST: "nationally_planned: false\nfacts:\n- {fact: a, value: 'yes'}\n",
}  # fmt: skip
ENTRY = """\
filing_id: from-file
dossier:
  project_name: 文件中的项目
  region_code: "632800"
  energy: {annual_coal_t: {value: "7"}}
  products: [{name: 甲, unit_energy: [{standard: clinker, value: {value: "1"}, unit: kgce/t}]}]
"""


@pytest.fixture
def grants() -> tuple[str, ...]:
    return ("registrar:632800",)


def newest(revision: int = 2, name: str = "虚构铝业项目") -> pb.Filing:
    request, _ = request_of(TYPED | {"project_name": name})
    assert request is not None
    return pb.Filing(name="filings/f-1", revision=revision, dossier=request.dossier)


def hidden(html: str, name: str) -> str:
    (value,) = re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)">', html.split("<main")[1])
    return str(value)


def sent(services: "SaidServices", method: str) -> list[Any]:
    return [request for path, request in services.asked if path == SERVICE + method]


async def filled(browser: "httpx.AsyncClient", session: "Session", path: str) -> dict[str, str]:
    form = (await browser.get(path)).text
    return {"csrf": session.csrf, **{name: hidden(form, name) for name in ("request_id", "base")}, **TYPED}


def test_what_was_typed_becomes_a_dossier_and_what_was_not_stays_absent() -> None:
    request, problems = request_of(TYPED)

    assert problems == {}
    assert request is not None
    dossier = request.dossier
    assert (request.filing_id, dossier.region_code, list(dossier.industry_codes)) == (
        "xuni-lvye", "632801", ["3216", "3211"],
    )  # fmt: skip
    assert dossier.application_date == Date(year=2026, month=3, day=1)
    assert dossier.products[0].capacity == pb.Amount(value=Decimal(value="10"), unit="10kt/a")
    assert dossier.energy.annual_tce_calorific.value == "12345.678"
    assert not dossier.energy.HasField("annual_coal_t")
    assert dossier.nationally_planned is False
    assert dossier.HasField("nationally_planned")
    assert dossier.facts[0].value == "yes"


def test_a_pasted_entry_of_the_command_is_taken_and_what_the_form_says_goes_before_it() -> None:
    request, problems = request_of({"project_name": "表单中的项目", "tce": "5", "product0_name": "乙", REST: ENTRY})

    assert problems == {}
    assert request is not None
    dossier = request.dossier
    assert (request.filing_id, dossier.project_name, dossier.region_code) == ("from-file", "表单中的项目", "632800")
    assert (dossier.energy.annual_coal_t.value, dossier.energy.annual_tce_calorific.value) == ("7", "5")
    assert [one.name for one in dossier.products] == ["乙", "甲"]


@pytest.mark.parametrize("rest", ["", ENTRY, "facts: [{fact: a, value: '1.0'}]\nreplacement: {lots: []}\n"])
def test_a_dossier_comes_back_from_its_form_as_it_was(rest: str) -> None:
    request, _ = request_of(TYPED | {REST: rest})
    assert request is not None

    again, problems = request_of(values_of(request.dossier))

    assert problems == {}
    assert again is not None
    assert again.dossier == request.dossier


@pytest.mark.parametrize(
    "rest",
    ["[1, 2]", "a: [", "!!python/object:os.system {}", "dossier: 5", "energy: 5", "unknown: 1", "a: 1\na: 2", "x"],
)
def test_a_rest_that_cannot_be_read_is_named_and_breaks_nothing(rest: str) -> None:
    request, problems = request_of(TYPED | {REST: rest})

    assert request is None
    assert REST in problems


@pytest.mark.parametrize(
    ("api", "field"),
    [
        ("dossier.project_name", "project_name"),
        ("dossier.applicant.name", "applicant"),
        ("dossier.applicant", "applicant"),
        ("dossier.application_date.month", "application_date"),
        ("dossier.industry_codes[1]", "industry_codes"),
        ("dossier.products[0].capacity.value", "product0_capacity"),
        ("dossier.products[2].capacity.unit", "product2_unit"),
        ("dossier.products[1].product_id", "product1_id"),
        ("dossier.products[9].name", REST),
        ("dossier.energy.annual_tce_calorific.value", "tce"),
        ("dossier.facts[0].value", REST),
        ("filing_id", "filing_id"),
    ],
)
def test_what_the_service_says_of_a_field_is_said_where_it_was_typed(api: str, field: str) -> None:
    assert field_of(api) == field
    assert field in NAMES


async def test_a_project_is_checked_and_then_filed_once(
    browser: "httpx.AsyncClient", session: "Session", answers: "dict[str, Answer]", services: "SaidServices"
) -> None:
    answers[SERVICE + "SubmitFiling"] = pb.SubmitFilingResponse(filing=pb.Filing(name="filings/xuni-lvye"))
    level = budget.LevelPreview(name="regions/632800/accounts/2026", granted=20_000_000, available_after=7_654_322)
    answers[PREVIEW] = budget.PreviewDeductionResponse(levels=[level])
    form = await filled(browser, session, "/filings/new")

    check = await browser.post("/filings/new", data={**form, "step": "check"})
    assert sent(services, "SubmitFiling") == []
    done = [await browser.post("/filings/new", data={**form, "step": "send"}) for _ in range(2)]

    assert check.status_code == 200
    for said in ("虚构铝业项目", "7,654.322", "确认提交"):
        assert said in check.text
    assert [(one.status_code, one.headers["location"]) for one in done] == [(303, "/projects/xuni-lvye")] * 2
    first, second = sent(services, "SubmitFiling")
    assert first == second
    assert first.request_id == form["request_id"]
    assert services.asked[0][1].phases[0].amount_kgce_calorific == 12_345_678


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"tce": "abc"}, "tce"),
        ({"tce": "1,000"}, "tce"),
        ({"kwh": "１２３"}, "kwh"),
        ({"coal": "NaN"}, "coal"),
        ({"tce_equivalent": "1e5"}, "tce_equivalent"),
        ({"product0_capacity": ""}, "product0_capacity"),
        ({"application_date": "2027-02-29"}, "application_date"),
        ({"application_date": "tomorrow"}, "application_date"),
        ({REST: "energy: {flows: [{amount: {value: much}}]}"}, REST),
    ],
)
async def test_what_no_service_could_read_is_named_before_anything_is_sent(
    browser: "httpx.AsyncClient", session: "Session", services: "SaidServices", typed: dict[str, str], field: str
) -> None:
    form = await filled(browser, session, "/filings/new")

    answers = [await browser.post("/filings/new", data={**form, **typed, "step": step}) for step in ("check", "send")]

    for answer in answers:
        assert answer.status_code == 422
        assert f'href="#field-{field}"' in answer.text
        assert f'id="error-{field}"' in answer.text
    assert sent(services, "SubmitFiling") == []


async def test_a_file_is_shown_to_be_checked_before_it_is_sent(
    browser: "httpx.AsyncClient", session: "Session", services: "SaidServices"
) -> None:
    kept = {"csrf": session.csrf, "step": "send"}

    shown = await browser.post("/filings/new", data=kept, files={"file": ("a.yaml", ENTRY.encode())})
    binary = await browser.post("/filings/new", data=kept, files={"file": ("a.yaml", b"\xff\xfe\x00")})

    assert shown.status_code == 200
    assert "文件中的项目" in shown.text
    assert "暂不可读" in shown.text or "年能耗尚不明" in shown.text
    assert binary.status_code == 422
    assert 'href="#field-rest"' in binary.text
    assert sent(services, "SubmitFiling") == []


async def test_wrong_fields_are_named_at_once_and_what_was_typed_is_kept(
    browser: "httpx.AsyncClient", session: "Session", answers: "dict[str, Answer]"
) -> None:
    wrong = [
        Violation("dossier.applicant.credit_code", "WRONG", Text("校验位不符", "check character")),
        Violation("dossier.facts[0].fact", "UNKNOWN", Text("没有这一事实", "no such fact")),
    ]
    answers[SERVICE + "SubmitFiling"] = ServiceError(
        Text("有误", "wrong"), grpc.StatusCode.INVALID_ARGUMENT, violations=wrong
    )
    form = await filled(browser, session, "/filings/new")

    refused = await browser.post("/filings/new", data={**form, "step": "send"})

    assert refused.status_code == 422
    for said in ('href="#field-credit_code"', "校验位不符", "dossier.facts[0].fact", 'value="虚构铝业项目"'):
        assert said in refused.text
    assert hidden(refused.text, "request_id") != form["request_id"]


async def test_an_id_that_is_taken_and_an_answer_that_did_not_come_are_told_apart(
    browser: "httpx.AsyncClient", session: "Session", answers: "dict[str, Answer]"
) -> None:
    form = await filled(browser, session, "/filings/new")

    unsure = await browser.post("/filings/new", data={**form, "step": "send"})
    answers[SERVICE + "SubmitFiling"] = ServiceError(Text("编号已用", "taken"), grpc.StatusCode.ALREADY_EXISTS)
    taken = await browser.post("/filings/new", data={**form, "step": "send"})

    assert (unsure.status_code, hidden(unsure.text, "request_id")) == (503, form["request_id"])
    assert taken.status_code == 409
    assert "编号已用" in taken.text


async def test_an_amendment_starts_from_the_newest_revision_and_shows_what_it_changes(
    browser: "httpx.AsyncClient", session: "Session", answers: "dict[str, Answer]", services: "SaidServices"
) -> None:
    answers[SERVICE + "GetFiling"] = pb.GetFilingResponse(filing=newest())
    answers[SERVICE + "AmendFiling"] = pb.AmendFilingResponse(filing=pb.Filing(name="filings/f-1"))
    shown = await browser.get("/projects/f-1/amend")
    form = await filled(browser, session, "/projects/f-1/amend") | {"project_name": "改名"}

    check = await browser.post("/projects/f-1/amend", data={**form, "step": "check"})
    done = await browser.post("/projects/f-1/amend", data={**form, "step": "send"})

    assert 'value="虚构铝业项目"' in shown.text
    assert "<ins>改名</ins>" in check.text
    assert (done.status_code, done.headers["location"]) == (303, "/projects/f-1")
    (request,) = sent(services, "AmendFiling")
    assert (request.base_revision, request.dossier.project_name) == (2, "改名")


async def test_who_amends_second_sees_what_the_first_changed_and_keeps_his_own(
    browser: "httpx.AsyncClient", session: "Session", answers: "dict[str, Answer]"
) -> None:
    answers[SERVICE + "GetFiling"] = pb.GetFilingResponse(filing=newest())
    form = await filled(browser, session, "/projects/f-1/amend") | {"project_name": "我的改名"}
    answers[SERVICE + "GetFiling"] = lambda asked: pb.GetFilingResponse(
        filing=newest() if asked.revision == 2 else newest(3, "他人改名")
    )
    answers[SERVICE + "AmendFiling"] = ServiceError(
        Text("已有新版本", "a newer one"), grpc.StatusCode.ABORTED, "REVISION_CONFLICT"
    )

    refused = await browser.post("/projects/f-1/amend", data={**form, "step": "send"})

    assert refused.status_code == 409
    for said in ("已有新版本", "<ins>他人改名</ins>", 'value="我的改名"'):
        assert said in refused.text
    assert hidden(refused.text, "base") == "3"


async def test_a_script_in_any_field_is_shown_as_text(browser: "httpx.AsyncClient", session: "Session") -> None:
    form = {"csrf": session.csrf, **dict.fromkeys(NAMES, SCRIPT)}

    for step in ("check", "send", "edit"):
        shown = await browser.post("/filings/new", data={**form, "step": step})
        assert shown.status_code < 500
        assert SCRIPT not in shown.text
        assert "&lt;script&gt;" in shown.text


async def test_a_form_of_another_session_files_nothing(browser: "httpx.AsyncClient", services: "SaidServices") -> None:
    assert (await browser.post("/filings/new", data={**TYPED, "csrf": "x", "step": "send"})).status_code == 403
    assert services.asked == []


class TestAViewer:
    @pytest.fixture
    def grants(self) -> tuple[str, ...]:
        return ("viewer:632800",)

    async def test_is_offered_no_form_and_is_refused_by_the_service(
        self, browser: "httpx.AsyncClient", session: "Session", answers: "dict[str, Answer]"
    ) -> None:
        answers[SERVICE + "SubmitFiling"] = ServiceError(Text("无权", "no"), grpc.StatusCode.PERMISSION_DENIED)

        shown = await browser.get("/filings/new")
        refused = await browser.post("/filings/new", data={**TYPED, "csrf": session.csrf, "step": "send"})

        assert (shown.status_code, refused.status_code) == (403, 403)
        assert 'name="request_id"' not in shown.text
        assert "无权" in refused.text
