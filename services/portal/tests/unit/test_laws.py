"""法规草案: tried, put forward by one, approved by another, in force once it is the law that is loaded."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from access.callers import Caller
from access.grants import Grant
from client.rendering.simulation import Simulated
from portal.application.drafts import Draft
from portal.application.laws import state_text
from portal.application.what_if import Runs, State
from portal.domain.laws import LawProposal, LawRefused, LawState

if TYPE_CHECKING:
    import httpx
    from services.portal.tests.unit.stores import LawsInMemory

    from portal.application.policies import LawInForce
    from portal.domain.sessions import Session

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SCRIPT = "<script>alert(1)</script>"
DRAFT = Draft("review.yaml", b"PK", "ab" * 32, (), 3)


@pytest.fixture
def grants() -> tuple[str, ...]:
    return ("policy_officer:630000",)


@pytest.fixture
def run(runs: Runs) -> str:
    """The address of a draft of the person that was tried on the whole province."""
    return tried(runs)


def tried(runs: Runs, draft: Draft = DRAFT, region: str = "", state: State = State.DONE) -> str:
    made = runs.keep("reviewer.test", draft, region)
    made.state, made.found = state, Simulated(10)
    return f"/what-if/{made.id}"


def a_proposal(law: "LawInForce", **stated: Any) -> LawProposal:
    said: dict[str, Any] = {
        "id": 1, "name": "review.yaml", "bundle_hash": "ab" * 32, "base_hash": law.policy.bundle_hash, "changes": 3,
        "looked_at": 100, "changed": 4, "document": SCRIPT, "note": SCRIPT, "proposer": "虚构乙/two", "proposed_at": AT,
    }  # fmt: skip
    return LawProposal(**{**said, **stated})


def hidden(html: str, name: str) -> str:
    (value,) = re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)">', html.split("<main")[1])
    return str(value)


async def test_a_draft_that_was_tried_is_checked_and_put_forward_once(
    browser: "httpx.AsyncClient", session: "Session", laws: "LawsInMemory", run: str, law: "LawInForce"
) -> None:
    offered = (await browser.get(run)).text
    form = (await browser.get(f"{run}/propose")).text
    stated = {"csrf": session.csrf, "request_id": hidden(form, "request_id"), "document": "虚构会议纪要1号"}

    check = await browser.post(f"{run}/propose", data={**stated, "step": "check"})
    done = [await browser.post(f"{run}/propose", data={**stated, "step": "send"}) for _ in range(2)]

    assert f'href="{run}/propose"' in offered
    assert "虚构会议纪要1号" in check.text
    assert [(one.status_code, one.headers["location"]) for one in done] == [(303, "/laws/1")] * 2
    (one,) = laws.proposals.values()
    assert (one.proposer, one.base_hash, one.changes) == ("测试甲/reviewer.test", law.policy.bundle_hash, 3)
    assert laws.archives == {1: b"PK"}


@pytest.mark.parametrize(
    ("draft", "region", "state"),
    [
        (DRAFT, "632800", State.DONE),
        (DRAFT, "", State.CHECKED),
        (DRAFT, "", State.FAILED),
        (replace(DRAFT, changes_total=0), "", State.DONE),
    ],
)
async def test_what_was_not_tried_on_the_whole_province_is_not_put_forward(
    browser: "httpx.AsyncClient", session: "Session", laws: "LawsInMemory", runs: Runs, *, draft: Draft, region: str,
    state: State,
) -> None:  # fmt: skip
    path = tried(runs, draft, region, state)

    refused = await browser.post(f"{path}/propose", data={"csrf": session.csrf, "document": "文", "step": "send"})

    assert refused.status_code == 422
    assert laws.proposals == {}


async def test_another_person_approves_and_it_is_in_force_when_it_is_loaded(
    browser: "httpx.AsyncClient", session: "Session", laws: "LawsInMemory", law: "LawInForce"
) -> None:
    laws.proposals[1], laws.archives[1] = a_proposal(law), b"PK"

    shown = (await browser.get("/laws/1")).text
    check = (await browser.get("/laws/1/approve")).text
    done = await browser.post("/laws/1/approve", data={"csrf": session.csrf, "step": "send"})
    again = await browser.post("/laws/1/approve", data={"csrf": session.csrf, "step": "send"})

    assert 'href="/laws/1/approve"' in shown
    assert SCRIPT not in shown + check
    assert (done.status_code, done.headers["location"], again.status_code) == (303, "/laws/1", 422)
    approved = laws.proposals[1]
    assert (approved.state, approved.settled_by) == (LawState.APPROVED, "测试甲/reviewer.test")
    assert "待部署" in (await browser.get("/laws/1")).text
    assert state_text(approved, approved.bundle_hash).zh == "现行"
    assert (await browser.get("/laws/1/archive.zip")).content == b"PK"


async def test_the_proposer_neither_is_offered_to_approve_nor_may(
    browser: "httpx.AsyncClient", session: "Session", laws: "LawsInMemory", law: "LawInForce"
) -> None:
    laws.proposals[1] = a_proposal(law, proposer="测试甲/reviewer.test")

    shown = (await browser.get("/laws/1")).text
    refused = await browser.post("/laws/1/approve", data={"csrf": session.csrf, "step": "send"})

    assert 'href="/laws/1/approve"' not in shown
    assert (refused.status_code, laws.proposals[1].state) == (422, LawState.PROPOSED)
    assert "两名不同人员" in refused.text


async def test_what_was_tried_against_another_law_is_not_approved(
    browser: "httpx.AsyncClient", session: "Session", laws: "LawsInMemory", law: "LawInForce"
) -> None:
    laws.proposals[1] = a_proposal(law, base_hash="cd" * 32)

    refused = await browser.post("/laws/1/approve", data={"csrf": session.csrf, "step": "send"})

    assert (refused.status_code, laws.proposals[1].state) == (422, LawState.PROPOSED)
    assert "重新试算" in refused.text


async def test_it_is_rejected_with_a_reason(
    browser: "httpx.AsyncClient", session: "Session", laws: "LawsInMemory", law: "LawInForce"
) -> None:
    laws.proposals[1] = a_proposal(law)

    without = await browser.post("/laws/1/reject", data={"csrf": session.csrf, "reason": "", "step": "send"})
    done = await browser.post("/laws/1/reject", data={"csrf": session.csrf, "reason": "依据不足", "step": "send"})

    assert (without.status_code, done.status_code) == (422, 303)
    assert (laws.proposals[1].state, laws.proposals[1].reason) == (LawState.REJECTED, "依据不足")
    with pytest.raises(LawRefused):
        laws.proposals[1].approved("丙", AT, law.policy.bundle_hash)


async def test_proposals_are_listed_the_newest_first(
    browser: "httpx.AsyncClient", laws: "LawsInMemory", law: "LawInForce"
) -> None:
    laws.proposals |= {number: a_proposal(law, id=number, name=f"draft-{number}.yaml") for number in (1, 2)}

    page = (await browser.get("/laws")).text

    assert page.index("draft-2.yaml") < page.index("draft-1.yaml")
    assert SCRIPT not in page


@pytest.mark.parametrize("path", ["/laws/9", "/laws/0", "/laws/x", "/laws/9/archive.zip", "/what-if/none/propose"])
async def test_an_address_of_nothing_is_not_found(browser: "httpx.AsyncClient", path: str) -> None:
    assert (await browser.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("grant", "reads"),
    [("system_administrator:630000", True), ("policy_officer:632800", False), ("reviewer:630000", False)],
)
async def test_who_is_no_policy_officer_of_the_province_settles_nothing(
    browser: "httpx.AsyncClient", session: "Session", callers: Any, person: Caller, *, laws: "LawsInMemory",
    law: "LawInForce", grant: str, reads: bool,
) -> None:  # fmt: skip
    callers.callers["token"] = Caller(person.subject, person.name, (Grant.parse(grant),), person.authenticated_at)
    laws.proposals[1], laws.archives[1] = a_proposal(law), b"PK"

    for path in ("/laws", "/laws/1", "/laws/1/archive.zip"):
        assert (await browser.get(path)).status_code == (200 if reads else 403)
    for act in ("approve", "reject"):
        stated = {"csrf": session.csrf, "reason": "x", "step": "send"}
        assert (await browser.post(f"/laws/1/{act}", data=stated)).status_code == 403
    assert laws.proposals[1].state is LawState.PROPOSED
