"""Acts of persons: form, check before sending, sending; refusals and conflicts keep what was typed."""

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

import grpc
import pytest

from client.errors import ServiceError
from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.review.v1 import opinion_service_pb2 as opinions
from dualcontrol.review.v1 import review_service_pb2 as review
from dualcontrol.screening.v1 import persons_service_pb2 as persons
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.errors import Violation
from kernel.text import Text

if TYPE_CHECKING:
    import httpx
    from services.portal.tests.unit.conftest import Answer, Hands, SaidServices

    from portal.domain.sessions import Session

SCRIPT = "<script>alert(1)</script>"
NAME = "filings/f-1"
OPINIONS = "/dualcontrol.review.v1.OpinionService/"
PERSONS = "/dualcontrol.screening.v1.PersonsService/"
ACTS = {
    "/projects/f-1/opinion/draft": (
        f"{OPINIONS}DraftOpinion",
        {"result": "OPINION_RESULT_PASS", "text": "原则同意", "conditions": "甲\n乙"},
        opinions.DraftOpinionResponse(),
    ),
    "/projects/f-1/opinions/1/return": (
        f"{OPINIONS}ReturnOpinion", {"reason": "补充措施"}, opinions.ReturnOpinionResponse(),
    ),
    "/projects/f-1/opinions/1/issue": (
        f"{OPINIONS}IssueOpinion", {"document": "虚构文号1号"}, opinions.IssueOpinionResponse(),
    ),
    "/projects/f-1/ruling": (
        f"{PERSONS}RecordRuling",
        {"disposition": "DISPOSITION_APPROVE", "clause": "第八条", "reason": "属实"},
        persons.RecordRulingResponse(),
    ),
    "/projects/f-1/override": (
        f"{PERSONS}ProposeOverride",
        {"rules": "access.benchmark", "reason": "更新", "evidence": "函", "end_date": "2026-12-31"},
        persons.ProposeOverrideResponse(),
    ),
    "/projects/f-1/overrides/1/sign": (f"{PERSONS}SignOverride", {}, persons.SignOverrideResponse()),
    "/projects/f-1/overrides/1/end": (f"{PERSONS}EndOverride", {"reason": "有误"}, persons.EndOverrideResponse()),
}  # fmt: skip
PATHS = sorted(ACTS)
WITH_TEXT = [path for path in PATHS if ACTS[path][1]]


@pytest.fixture
def grants() -> tuple[str, ...]:
    return ("reviewer:632800", "drafter:632800", "signer:632800")


@pytest.fixture(autouse=True)
def stands(answers: "dict[str, Answer]") -> screening.Decision:
    """A decision, a draft and a proposed override on f-1, in Golmud."""
    decision = screening.Decision(
        name=f"{NAME}/decisions/3", outcome=common.OUTCOME_APPROVE, disposition=common.DISPOSITION_APPROVE,
        project_name="虚构项目", region_code="632801", filing_revision=1,
        findings=[
            common.Finding(
                rule="access.benchmark", title=common.Text(zh="标杆", en="benchmark"),
                leads_to=common.DISPOSITION_NOT_PASS,
            )
        ],
    )  # fmt: skip
    draft = opinions.Opinion(
        name=f"{NAME}/opinions/1", decision=decision.name, result=opinions.OPINION_RESULT_PASS,
        state=opinions.OPINION_STATE_DRAFT, text="拟同意该项目", drafter="虚构乙/two",
    )  # fmt: skip
    proposed = persons.Override(
        name=f"{NAME}/overrides/1", state=persons.OVERRIDE_STATE_PROPOSED, proposer="虚构乙/two", rules=["access.x"]
    )
    filed = filing.Filing(name=NAME, revision=1, dossier=filing.Dossier(region_code="632801", project_name="虚构项目"))
    level = budget.LevelPreview(name="regions/632801/accounts/2026", granted=5_000_000, available_before=4_000_000)
    level.available_after = 3_000_000
    answers |= {
        "/dualcontrol.filing.v1.FilingService/GetFiling": filing.GetFilingResponse(filing=filed),
        "/dualcontrol.screening.v1.ScreeningService/ExplainDecision": screening.ExplainDecisionResponse(
            decision=decision
        ),
        "/dualcontrol.review.v1.ReviewService/GetReview": review.GetReviewResponse(
            review=review.Review(annual_kgce_calorific=1_000_000)
        ),
        "/dualcontrol.budget.v1.BudgetService/PreviewDeduction": budget.PreviewDeductionResponse(
            levels=[level], covered=True
        ),
        f"{OPINIONS}GetOpinion": opinions.GetOpinionResponse(opinion=draft),
        f"{PERSONS}ListOverrides": persons.ListOverridesResponse(overrides=[proposed]),
        f"{PERSONS}ListRulings": persons.ListRulingsResponse(),
    }
    return decision


def hidden(html: str, name: str) -> str:
    (value,) = re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)">', html.split("<main")[1])
    return str(value)


def sent(services: "SaidServices", method: str) -> list[Any]:
    return [request for path, request in services.asked if path == method]


async def filled(browser: "httpx.AsyncClient", session: "Session", path: str, **said: str) -> dict[str, str]:
    """The form with its own hidden fields, as the browser would send it."""
    form = (await browser.get(path)).text
    own = {name: hidden(form, name) for name in ("request_id", "on")}
    return {"csrf": session.csrf, **own, **ACTS[path][1], **said}


@pytest.mark.parametrize("path", PATHS)
async def test_an_act_is_checked_then_sent_once_and_leads_to_what_came_of_it(
    browser: "httpx.AsyncClient",
    session: "Session",
    answers: "dict[str, Answer]",
    services: "SaidServices",
    path: str,
) -> None:
    method, typed, answer = ACTS[path]
    answers[method] = answer
    form = await filled(browser, session, path)

    check = await browser.post(path, data={**form, "step": "check"})

    assert check.status_code == 200
    assert "提交前核对" in check.text
    assert sent(services, method) == []
    assert "3,000" in check.text, "what the budget would have left"
    assert "暂不可读" in check.text, "the replacement cannot be read and says so"
    assert hidden(check.text, "request_id") == form["request_id"]
    for value in typed.values():
        assert value in check.text
    done = await browser.post(path, data={**form, "step": "send"})
    again = await browser.post(path, data={**form, "step": "send"})
    assert (done.status_code, done.headers["location"]) == (again.status_code, again.headers["location"])
    assert done.status_code == 303
    first, second = sent(services, method)
    assert first == second
    assert UUID(first.request_id).version == 4
    shown = await browser.get(done.headers["location"])
    assert shown.status_code == 200
    assert "已办理" in shown.text


async def test_a_request_states_what_was_typed_and_leaves_the_person_to_the_gate(
    browser: "httpx.AsyncClient", session: "Session", answers: "dict[str, Answer]", services: "SaidServices"
) -> None:
    for path, (method, _typed, answer) in ACTS.items():
        answers[method] = answer
        form = await filled(browser, session, path)
        await browser.post(path, data={**form, "step": "send"})

    draft = sent(services, f"{OPINIONS}DraftOpinion")[0]
    assert (draft.decision, draft.result, draft.drafter) == (f"{NAME}/decisions/3", opinions.OPINION_RESULT_PASS, "")
    assert list(draft.conditions) == ["甲", "乙"]
    issued = sent(services, f"{OPINIONS}IssueOpinion")[0]
    assert (issued.name, issued.document, issued.signer) == (f"{NAME}/opinions/1", "虚构文号1号", "")
    ruled = sent(services, f"{PERSONS}RecordRuling")[0]
    assert (ruled.disposition, ruled.person) == (common.DISPOSITION_APPROVE, "")
    proposed = sent(services, f"{PERSONS}ProposeOverride")[0]
    assert (list(proposed.rules), proposed.end_date.month, proposed.proposer) == (["access.benchmark"], 12, "")
    assert sent(services, f"{PERSONS}SignOverride")[0].signer == ""


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        ((grpc.StatusCode.FAILED_PRECONDITION, "SAME_PERSON"), 422),
        ((grpc.StatusCode.FAILED_PRECONDITION, "NOT_A_DRAFT"), 409),
        ((grpc.StatusCode.ABORTED, "DECISION_CHANGED"), 409),
        ((grpc.StatusCode.PERMISSION_DENIED, "CONFLICT_OF_INTEREST"), 403),
    ],
)
@pytest.mark.parametrize("path", WITH_TEXT)
async def test_what_the_service_refuses_is_said_and_what_was_typed_is_kept(
    browser: "httpx.AsyncClient",
    session: "Session",
    answers: "dict[str, Answer]",
    path: str,
    refusal: tuple[grpc.StatusCode, str],
    status: int,
) -> None:
    method, typed, _answer = ACTS[path]
    form = await filled(browser, session, path)
    answers[method] = ServiceError(Text("须由另一人办理", "another person has to do it"), *refusal)

    refused = await browser.post(path, data={**form, "step": "send"})

    assert refused.status_code == status
    assert "须由另一人办理" in refused.text
    assert ("提交以前情况已变化" in refused.text) == (status == 409)
    assert typed[list(typed)[-1]] in refused.text
    assert hidden(refused.text, "request_id") != form["request_id"]


async def test_a_decision_that_changed_meanwhile_is_shown_before_anything_is_sent(
    browser: "httpx.AsyncClient",
    session: "Session",
    services: "SaidServices",
    stands: screening.Decision,
    answers: "dict[str, Answer]",
) -> None:
    path = "/projects/f-1/opinion/draft"
    form = await filled(browser, session, path)
    stands.name = f"{NAME}/decisions/4"
    answers["/dualcontrol.screening.v1.ScreeningService/ExplainDecision"] = screening.ExplainDecisionResponse(
        decision=stands
    )

    told = await browser.post(path, data={**form, "step": "check"})

    assert told.status_code == 409
    assert f"{NAME}/decisions/3" in told.text
    assert hidden(told.text, "on") == f"{NAME}/decisions/4"
    assert "原则同意" in told.text
    assert sent(services, f"{OPINIONS}DraftOpinion") == []


async def test_an_answer_that_did_not_come_leaves_the_same_request_to_be_sent_again(
    browser: "httpx.AsyncClient", session: "Session"
) -> None:
    path = "/projects/f-1/opinion/draft"
    form = await filled(browser, session, path)

    unsure = await browser.post(path, data={**form, "step": "send"})

    assert unsure.status_code == 503
    assert hidden(unsure.text, "request_id") == form["request_id"]
    assert "不会重复办理" in unsure.text


@pytest.mark.parametrize("path", WITH_TEXT)
async def test_a_script_that_was_typed_is_shown_as_text(
    browser: "httpx.AsyncClient", session: "Session", answers: "dict[str, Answer]", path: str
) -> None:
    method, typed, _answer = ACTS[path]
    answers[method] = ServiceError(Text(SCRIPT, SCRIPT), grpc.StatusCode.ABORTED, "DECISION_CHANGED")
    form = await filled(browser, session, path, **dict.fromkeys(typed, SCRIPT))

    for step in ("check", "send", "edit"):
        shown = await browser.post(path, data={**form, "step": step})
        assert shown.status_code < 500
        assert SCRIPT not in shown.text
        assert "&lt;script&gt;" in shown.text


@pytest.mark.parametrize("path", WITH_TEXT)
async def test_what_is_left_out_is_asked_for_at_its_field(
    browser: "httpx.AsyncClient", session: "Session", services: "SaidServices", path: str
) -> None:
    method, typed, _answer = ACTS[path]
    form = await filled(browser, session, path, **dict.fromkeys(typed, ""))

    shown = await browser.post(path, data={**form, "step": "check"})

    assert shown.status_code == 422
    for name in typed:
        assert (f'href="#field-{name}"' in shown.text) == (name != "conditions")
    assert sent(services, method) == []


async def test_a_field_that_the_service_refuses_is_named_in_the_summary(
    browser: "httpx.AsyncClient", session: "Session", answers: "dict[str, Answer]"
) -> None:
    path = "/projects/f-1/override"
    form = await filled(browser, session, path)
    wrong = (Violation("end_date", "TOO_LATE", Text("不得晚于一年", "at most a year")),)
    answers[ACTS[path][0]] = ServiceError(Text("有误", "wrong"), grpc.StatusCode.INVALID_ARGUMENT, violations=wrong)

    refused = await browser.post(path, data={**form, "step": "send"})

    assert refused.status_code == 422
    assert 'href="#field-end_date"' in refused.text
    assert "不得晚于一年" in refused.text


@pytest.mark.parametrize("path", PATHS)
async def test_a_form_that_is_not_of_the_session_changes_nothing(
    browser: "httpx.AsyncClient", session: "Session", services: "SaidServices", path: str
) -> None:
    form = await filled(browser, session, path)

    for forged in ({**form, "csrf": "other"}, {k: v for k, v in form.items() if k != "csrf"}):
        assert (await browser.post(path, data={**forged, "step": "send"})).status_code == 403

    assert sent(services, ACTS[path][0]) == []


@pytest.mark.parametrize("path", ["/projects/f-1/opinions/1/issue", "/projects/f-1/overrides/1/sign"])
async def test_a_signature_asks_for_a_fresh_sign_in_and_comes_back_with_what_was_typed(
    browser: "httpx.AsyncClient", session: "Session", clock: "Hands", services: "SaidServices", path: str
) -> None:
    form = await filled(browser, session, path)
    clock.turn(minutes=6)

    sent_away = await browser.post(path, data={**form, "step": "send"})

    assert sent_away.status_code == 303
    assert "fresh=1" in sent_away.headers["location"]
    assert form["request_id"] in sent_away.headers["location"]
    assert sent(services, ACTS[path][0]) == []
    assert (await browser.get(path)).status_code == 303


async def test_a_form_comes_back_with_what_was_typed_before_the_fresh_sign_in(
    browser: "httpx.AsyncClient",
) -> None:
    key = "7f8f2d9a-6c52-4f6e-9f39-0d9c4a5b6c7d"

    shown = await browser.get(f"/projects/f-1/opinions/1/issue?document=虚构2号&request_id={key}")

    assert 'value="虚构2号"' in shown.text
    assert hidden(shown.text, "request_id") == key


@pytest.mark.parametrize("path", ["/projects/..%2Fx/opinion", "/projects/F/ruling", "/projects/f-1/opinions/0/issue"])
async def test_an_address_of_nothing_is_not_found(browser: "httpx.AsyncClient", path: str) -> None:
    assert (await browser.get(path)).status_code == 404


async def test_the_worklist_shows_the_drafts_and_keeps_its_filter(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]"
) -> None:
    listed = [
        opinions.Opinion(name="filings/f-1/opinions/1", state=opinions.OPINION_STATE_DRAFT, drafter=SCRIPT),
        opinions.Opinion(name="filings/f-2/opinions/1", state=opinions.OPINION_STATE_ISSUED),
    ]
    answers[f"{OPINIONS}ListOpinions"] = opinions.ListOpinionsResponse(opinions=listed, next_page_token="t&1")

    shown = await browser.get("/opinions?state=draft")

    assert "/projects/f-1/opinion" in shown.text
    assert "/projects/f-2/opinion" not in shown.text
    assert SCRIPT not in shown.text
    assert "/opinions?state=draft&amp;token=t%261" in shown.text
    assert (await browser.get("/opinions?state=other")).status_code == 404


async def test_cases_for_a_person_and_overrides_are_listed(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]"
) -> None:
    waiting = screening.Project(filing="filings/f-7", display_name=SCRIPT, region_code="632801")
    answers["/dualcontrol.screening.v1.ScreeningService/SearchProjects"] = screening.SearchProjectsResponse(
        projects=[waiting]
    )

    rulings, overrides = await browser.get("/rulings"), await browser.get("/overrides")

    assert "/projects/f-7/ruling" in rulings.text
    assert SCRIPT not in rulings.text
    assert "/projects/f-1/opinion" in overrides.text
    assert "待签署" in overrides.text


class TestAnother:
    """Whoever has no right to it."""

    @pytest.fixture
    def grants(self) -> tuple[str, ...]:
        return ("viewer:632800", "reviewer:630100", "drafter:630100", "signer:630100")

    @pytest.mark.parametrize("path", PATHS)
    async def test_is_offered_no_form_and_is_refused_by_the_service(
        self,
        browser: "httpx.AsyncClient",
        session: "Session",
        answers: "dict[str, Answer]",
        services: "SaidServices",
        path: str,
    ) -> None:
        method, typed, _answer = ACTS[path]
        answers[method] = ServiceError(
            Text("不属于您的地区", "not your region"), grpc.StatusCode.PERMISSION_DENIED, "NOT_YOUR_REGION"
        )

        form = await browser.get(path)
        stated = {"csrf": session.csrf, **typed, "on": f"{NAME}/decisions/3"}
        check = await browser.post(path, data={**stated, "step": "check"})
        refused = await browser.post(path, data={**stated, "step": "send"})
        offered = await browser.get("/projects/f-1/opinion")

        for shown in (form, check, refused):
            assert shown.status_code == 403
            assert 'name="request_id"' not in shown.text
        assert "不属于您的地区" in refused.text
        assert len(sent(services, method)) == 1
        assert path not in offered.text
