"""Forms that were not sent: kept on each step and while they are written, past the session, for their person alone."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from client.errors import ServiceError
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.review.v1 import opinion_service_pb2 as opinions
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.text import Text
from portal.domain.sessions import IDLE
from portal.domain.unsent import BYTES_MAX, packed, typed_of, unpacked

if TYPE_CHECKING:
    import httpx
    from services.portal.tests.unit.conftest import Answer, Hands
    from services.portal.tests.unit.stores import UnsentInMemory

    from portal.domain.sessions import Session

PLACE = "/projects/f-1/opinion/draft"
ME = "reviewer.test"
DRAFT = "/dualcontrol.review.v1.OpinionService/DraftOpinion"
TYPED = {"result": "OPINION_RESULT_PASS", "text": "写了一半的意见", "conditions": "甲\n乙"}
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def grants() -> tuple[str, ...]:
    return ("drafter:632800", "registrar:632800")


@pytest.fixture(autouse=True)
def stands(answers: "dict[str, Answer]") -> None:
    decision = screening.Decision(
        name="filings/f-1/decisions/3", outcome=common.OUTCOME_APPROVE, disposition=common.DISPOSITION_APPROVE,
        region_code="632801", filing_revision=1,
    )  # fmt: skip
    filed = filing.Filing(name="filings/f-1", revision=2, dossier=filing.Dossier(region_code="632801"))
    answers["/dualcontrol.filing.v1.FilingService/GetFiling"] = filing.GetFilingResponse(filing=filed)
    answers["/dualcontrol.screening.v1.ScreeningService/ExplainDecision"] = screening.ExplainDecisionResponse(
        decision=decision
    )


async def test_a_step_of_an_act_keeps_what_was_typed_and_the_form_offers_it(
    browser: "httpx.AsyncClient", session: "Session"
) -> None:
    await browser.post(PLACE, data={"csrf": session.csrf, **TYPED, "step": "check"})

    offered, restored = await browser.get(PLACE), await browser.get(f"{PLACE}?unsent=1")
    bench = await browser.get("/")

    assert "您有未提交的内容" in offered.text
    assert "写了一半的意见" not in offered.text
    assert "写了一半的意见" in restored.text
    assert "甲\n乙" in restored.text
    assert f'href="{PLACE}?unsent=1"' in bench.text


async def test_a_form_whose_session_ran_out_is_kept_and_offered_after_signing_in_again(
    browser: "httpx.AsyncClient",
    session: "Session",
    clock: "Hands",
    unsent: "UnsentInMemory",
    answers: "dict[str, Answer]",
) -> None:
    answers[DRAFT] = opinions.DraftOpinionResponse()
    clock.now += IDLE + timedelta(seconds=1)

    late = await browser.post(PLACE, data={"csrf": session.csrf, **TYPED, "step": "send"})

    assert late.status_code == 303
    assert late.headers["location"] == "/sign-in?next=%2Fprojects%2Ff-1%2Fopinion%2Fdraft"
    assert unsent.forms[ME, PLACE].values["text"] == "写了一半的意见"


@pytest.mark.parametrize("csrf", ["", "other"])
async def test_a_late_form_that_is_not_of_the_ended_session_keeps_nothing(
    browser: "httpx.AsyncClient", clock: "Hands", unsent: "UnsentInMemory", csrf: str
) -> None:
    clock.now += IDLE + timedelta(seconds=1)

    late = await browser.post(PLACE, data={"csrf": csrf, **TYPED})

    assert late.headers["location"] == "/sign-in?next=%2F"
    assert unsent.forms == {}


async def test_what_is_being_typed_is_kept_without_a_step(
    browser: "httpx.AsyncClient", session: "Session", unsent: "UnsentInMemory", services: Any
) -> None:
    kept = await browser.post("/unsent", data={"csrf": session.csrf, "place": PLACE, **TYPED})
    nothing = await browser.post("/unsent", data={"csrf": session.csrf, "place": PLACE, "text": " "})
    elsewhere = await browser.post("/unsent", data={"csrf": session.csrf, "place": "/what-if", **TYPED})

    assert (kept.status_code, nothing.status_code, elsewhere.status_code) == (204, 422, 404)
    assert dict(unsent.forms[ME, PLACE].values) == TYPED
    assert services.asked == []


async def test_what_was_sent_is_kept_no_longer_and_what_was_refused_still_is(
    browser: "httpx.AsyncClient", session: "Session", answers: "dict[str, Answer]", unsent: "UnsentInMemory"
) -> None:
    stated = {"csrf": session.csrf, **TYPED, "on": "filings/f-1/decisions/3", "step": "send"}
    answers[DRAFT] = ServiceError(Text("有误", "wrong"), grpc.StatusCode.FAILED_PRECONDITION, "SAME_PERSON")

    await browser.post(PLACE, data=stated)
    held = dict(unsent.forms)
    answers[DRAFT] = opinions.DraftOpinionResponse()
    await browser.post(PLACE, data=stated)

    assert set(held) == {(ME, PLACE)}
    assert unsent.forms == {}


async def test_a_filing_is_kept_with_the_revision_that_it_was_made_from(
    browser: "httpx.AsyncClient", session: "Session", unsent: "UnsentInMemory"
) -> None:
    place = "/projects/f-1/amend"
    await browser.post(place, data={"csrf": session.csrf, "project_name": "改了名", "base": "1", "step": "check"})

    restored = await browser.get(f"{place}?unsent=1")

    assert 'value="改了名"' in restored.text
    assert '<input type="hidden" name="base" value="1">' in restored.text


async def test_it_is_thrown_away_when_it_is_not_wanted(
    browser: "httpx.AsyncClient", session: "Session", unsent: "UnsentInMemory"
) -> None:
    await browser.post(PLACE, data={"csrf": session.csrf, **TYPED, "step": "check"})

    thrown = await browser.post("/unsent/discard", data={"csrf": session.csrf, "place": PLACE})

    assert (thrown.status_code, thrown.headers["location"]) == (303, PLACE)
    assert unsent.forms == {}


async def test_nobody_sees_what_another_left_and_a_script_in_it_is_text(
    browser: "httpx.AsyncClient", unsent: "UnsentInMemory"
) -> None:
    await unsent.keep("another", PLACE, TYPED)
    await unsent.keep(ME, PLACE, {"text": SCRIPT, "result": SCRIPT})

    shown = await browser.get(f"{PLACE}?unsent=1")

    assert "写了一半的意见" not in shown.text
    assert SCRIPT not in shown.text
    assert "&lt;script&gt;" in shown.text


@pytest.mark.parametrize("said", ["字", "a\x00b", "\ud800", "\u202e"])
def test_any_text_can_be_kept(said: str) -> None:
    content = packed({"text": said})

    assert content is not None
    assert "\x00" not in content
    assert unpacked(content)["text"] in (said, "?")


@pytest.mark.parametrize(("size", "is_kept"), [(BYTES_MAX - 12, True), (BYTES_MAX - 11, False)])
def test_a_form_is_kept_up_to_its_largest_size(size: int, *, is_kept: bool) -> None:
    assert (packed({"text": "a" * size}) is not None) is is_kept


@pytest.mark.parametrize("values", [{}, {"text": ""}, {"text": " \n"}, {"base": "3"}])
def test_an_empty_form_is_not_kept(values: dict[str, str]) -> None:
    assert packed(values) is None


def test_several_choices_of_a_field_are_lines_and_what_is_beside_is_left_out() -> None:
    said = [("csrf", "x"), ("rules", "a"), ("rules", "b"), ("step", "check"), ("file", object())]

    assert typed_of(said) == {"rules": "a\nb"}
