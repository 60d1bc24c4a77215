"""撤销意见: what is offered to whom, what a second person sees before he signs, and what was proposed."""

from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.review.v1 import opinion_service_pb2 as opinions
from dualcontrol.review.v1 import revocation_service_pb2 as pb
from dualcontrol.screening.v1 import screening_service_pb2 as screening

if TYPE_CHECKING:
    import httpx
    from services.portal.tests.unit.conftest import Answer, Hands, SaidServices

    from portal.domain.sessions import Session

LIST = "/dualcontrol.review.v1.RevocationService/ListRevocations"
OPINION = "filings/f-1/opinions/1"
SCRIPT = "<script>alert(1)</script>"
TOP = "/projects/f-1"
SERVICE = "/dualcontrol.review.v1.RevocationService/"
KEY = "7f8f2d9a-6c52-4f6e-9f39-0d9c4a5b6c7d"
PROPOSAL = "filings/f-1/revocations/2"
ACTS = {
    "/opinions/1/revoke": (
        "ProposeRevocation",
        {"reason": "材料不实"},
        pb.ProposeRevocationRequest(opinion=OPINION, reason="材料不实", request_id=KEY),
    ),
    "/revocations/2/sign": ("SignRevocation", {}, pb.SignRevocationRequest(name=PROPOSAL, request_id=KEY)),
    "/revocations/2/withdraw": (
        "WithdrawRevocation",
        {"reason": "已补正"},
        pb.WithdrawRevocationRequest(name=PROPOSAL, reason="已补正", request_id=KEY),
    ),
}
ANSWERS = {
    "ProposeRevocation": pb.ProposeRevocationResponse(),
    "SignRevocation": pb.SignRevocationResponse(),
    "WithdrawRevocation": pb.WithdrawRevocationResponse(),
}


@pytest.fixture
def grants() -> tuple[str, ...]:
    return ("signer:632800",)


def proposed(**stated: Any) -> pb.Revocation:
    said = {
        "name": "filings/f-1/revocations/2", "opinion": OPINION, "reason": SCRIPT, "proposer": "虚构乙/two",
        "state": pb.REVOCATION_STATE_PROPOSED, "propose_time": Timestamp(seconds=1_772_424_000),
    }  # fmt: skip
    return pb.Revocation(**{**said, **stated})


@pytest.fixture(autouse=True)
def stands(answers: "dict[str, Answer]") -> None:
    issued = opinions.Opinion(
        name=OPINION, state=opinions.OPINION_STATE_ISSUED, decision="filings/f-1/decisions/1", drafter="甲", signer="乙"
    )
    decision = screening.Decision(
        name="filings/f-1/decisions/1", outcome=common.OUTCOME_APPROVE, region_code="632801", filing_revision=1
    )
    filed = filing.Filing(name="filings/f-1", revision=1, dossier=filing.Dossier(region_code="632801"))
    answers |= {
        "/dualcontrol.filing.v1.FilingService/GetFiling": filing.GetFilingResponse(filing=filed),
        "/dualcontrol.screening.v1.ScreeningService/ExplainDecision": screening.ExplainDecisionResponse(
            decision=decision
        ),
        "/dualcontrol.review.v1.OpinionService/GetOpinion": opinions.GetOpinionResponse(opinion=issued),
        "/dualcontrol.review.v1.OpinionService/ListOpinions": opinions.ListOpinionsResponse(opinions=[issued]),
        LIST: pb.ListRevocationsResponse(),
    }


async def test_an_opinion_in_force_can_be_proposed_to_be_taken_back(browser: "httpx.AsyncClient") -> None:
    page = (await browser.get(f"{TOP}/opinion")).text

    assert f'href="{TOP}/opinions/1/revoke"' in page
    assert f"{TOP}/revocations/" not in page


async def test_a_proposal_that_is_open_is_signed_or_withdrawn_and_not_made_twice(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]"
) -> None:
    answers[LIST] = pb.ListRevocationsResponse(revocations=[proposed()])

    page = (await browser.get(f"{TOP}/opinion")).text

    assert f'href="{TOP}/revocations/2/sign"' in page
    assert f'href="{TOP}/revocations/2/withdraw"' in page
    assert f'href="{TOP}/opinions/1/revoke"' not in page
    assert "待签署" in page
    assert SCRIPT not in page


async def test_what_is_settled_is_told_and_offers_nothing(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]"
) -> None:
    withdrawn = proposed(state=pb.REVOCATION_STATE_WITHDRAWN, settled_by="虚构丙/three", withdraw_reason="已补正")
    answers[LIST] = pb.ListRevocationsResponse(revocations=[withdrawn])

    page = (await browser.get(f"{TOP}/opinion")).text

    assert "虚构丙/three" in page
    assert "已补正" in page
    assert f"{TOP}/revocations/" not in page


async def test_who_signs_sees_what_was_proposed_and_by_whom(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]"
) -> None:
    answers[LIST] = pb.ListRevocationsResponse(revocations=[proposed(reason="材料不实")])

    page = (await browser.get(f"{TOP}/revocations/2/sign")).text

    assert "材料不实" in page
    assert "虚构乙/two" in page


async def test_proposals_are_listed_with_their_projects(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]"
) -> None:
    answers[LIST] = pb.ListRevocationsResponse(revocations=[proposed()], next_page_token="a b")

    page = (await browser.get("/revocations")).text

    assert f'href="{TOP}/opinion"' in page
    assert 'href="/revocations?token=a+b"' in page
    assert SCRIPT not in page


@pytest.mark.parametrize("path", sorted(ACTS))
async def test_each_step_is_checked_then_sent_under_a_fresh_sign_in(
    browser: "httpx.AsyncClient",
    session: "Session",
    answers: "dict[str, Answer]",
    services: "SaidServices",
    clock: "Hands",
    *,
    path: str,
) -> None:
    method, typed, request = ACTS[path]
    answers[SERVICE + method] = ANSWERS[method]
    stated = {"csrf": session.csrf, "request_id": KEY, **typed}

    check = await browser.post(TOP + path, data={**stated, "step": "check"})
    done = await browser.post(TOP + path, data={**stated, "step": "send"})
    clock.turn(minutes=6)
    stale = await browser.post(TOP + path, data={**stated, "step": "send"})

    assert (check.status_code, done.status_code) == (200, 303)
    assert done.headers["location"] == f"{TOP}/opinion?done=revoke_opinion"
    assert "fresh=1" in stale.headers["location"]
    assert [asked for name, asked in services.asked if name == SERVICE + method] == [request]
    assert "撤销意见" in (await browser.get(done.headers["location"])).text


class TestADrafter:
    @pytest.fixture
    def grants(self) -> tuple[str, ...]:
        return ("drafter:632800",)

    async def test_is_not_offered_it(self, browser: "httpx.AsyncClient") -> None:
        page = (await browser.get(f"{TOP}/opinion")).text

        assert "/revoke" not in page
