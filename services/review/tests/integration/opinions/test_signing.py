"""Opinions over gRPC, on a real database: drafted, sent back, signed, taken back."""

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg
import grpc
import pytest
from google.type.date_pb2 import Date

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.review.v1 import opinion_events_pb2 as events
from dualcontrol.review.v1 import opinion_service_pb2 as pb
from servicekit.storage.database import Database
from testkit.refusals import refusal

if TYPE_CHECKING:
    from dualcontrol.review.v1.opinion_service_pb2_grpc import OpinionServiceAsyncStub

pytestmark = pytest.mark.integration

SECONDS_MAX = 20
OPINION = "filings/xining-line-2/opinions/1"
SIGNERS_AT_ONCE = 6
ROUNDS = 12


async def test_an_opinion_is_drafted_by_one_signed_by_another_and_announced(desk: Any) -> None:
    decision = await desk.screened()
    draft = await desk.draft(decision)
    assert (draft.name, draft.state, draft.version) == (OPINION, pb.OPINION_STATE_DRAFT, 1)
    assert await desk.announced() == []

    issued = await desk.sign(draft)

    assert (issued.state, issued.decision, issued.revision) == (pb.OPINION_STATE_ISSUED, decision, 1)
    assert (issued.drafter, issued.signer, issued.document) == ("甲", "乙", "虚构节能审〔2026〕1号")
    assert (issued.issue_date, issued.lapse_date) == (Date(year=2026, month=3, day=2), Date(year=2028, month=3, day=2))
    assert issued.lapse_basis.parameter == "review.validity_years"
    assert (issued.text, list(issued.conditions)) == (draft.text, ["年综合能源消费量不超过报告值"])
    assert await desk.announced() == [events.OpinionIssued(filing="xining-line-2", opinion=issued)]
    assert await desk.newest() == issued
    assert await desk.log() == [("drafted", 1, ["甲"], ""), ("issued", 1, ["乙"], "虚构节能审〔2026〕1号")]


async def test_a_retried_request_gets_its_first_answer_whatever_happened_since(
    stub: "OpinionServiceAsyncStub", desk: Any
) -> None:
    request = desk.request(await desk.screened())
    first = await stub.DraftOpinion(request, timeout=SECONDS_MAX)
    await desk.sign(first.opinion)

    again = await stub.DraftOpinion(request, timeout=SECONDS_MAX)
    request.drafter = "丙"

    assert again == first
    assert (await refusal(stub.DraftOpinion(request, timeout=SECONDS_MAX))).reason == "REQUEST_ID_REUSED"


async def test_of_several_who_sign_at_once_one_is_answered_and_one_event_goes_out(desk: Any) -> None:
    draft = await desk.draft(await desk.screened())

    answers = await asyncio.gather(
        *(desk.sign(draft, f"签发人{place}") for place in range(SIGNERS_AT_ONCE)), return_exceptions=True
    )

    issued = [one for one in answers if isinstance(one, pb.Opinion)]
    assert await desk.announced() == [events.OpinionIssued(filing="xining-line-2", opinion=issued[0])]
    refused = [one for one in answers if isinstance(one, grpc.aio.AioRpcError)]
    assert (len(issued), len(refused)) == (1, SIGNERS_AT_ONCE - 1)
    assert {one.code() for one in refused} == {grpc.StatusCode.FAILED_PRECONDITION}


async def test_one_signature_retried_at_once_gets_one_answer_and_one_event(
    stub: "OpinionServiceAsyncStub", desk: Any
) -> None:
    draft = await desk.draft(await desk.screened())
    request = pb.IssueOpinionRequest(name=draft.name, signer="乙", document="某文件", request_id=str(uuid4()))

    answers = await asyncio.gather(*(stub.IssueOpinion(request, timeout=SECONDS_MAX) for _ in range(SIGNERS_AT_ONCE)))

    assert all(answer == answers[0] for answer in answers)
    assert len(await desk.announced()) == 1


async def test_of_several_who_draft_at_once_one_is_answered_and_the_others_hear_of_that_draft(
    stub: "OpinionServiceAsyncStub", desk: Any
) -> None:
    decision = await desk.screened()
    calls = [stub.DraftOpinion(desk.request(decision), timeout=SECONDS_MAX) for _ in range(SIGNERS_AT_ONCE)]

    answers = await asyncio.gather(*calls, return_exceptions=True)

    assert sum(isinstance(one, pb.DraftOpinionResponse) for one in answers) == 1
    refused = await refusal(stub.DraftOpinion(desk.request(decision), timeout=SECONDS_MAX))
    assert (refused.reason, refused.metadata) == ("DRAFT_EXISTS", {"draft": OPINION, "drafter": "甲"})
    assert [kind for kind, *_ in await desk.log()] == ["drafted"]


async def test_a_draft_never_outlives_a_decision_that_changes_at_the_same_time(desk: Any, pool: Database) -> None:
    for number in range(1, 2 * ROUNDS, 2):
        await desk.screened(number)
        changed = desk.screened(number + 1, common.OUTCOME_DEFER)
        await asyncio.gather(desk.draft(f"filings/xining-line-2/decisions/{number}"), changed, return_exceptions=True)
        assert await pool.fetchval("SELECT count(*) FROM opinion WHERE state = 'draft'") == 0
        assert await pool.fetchval("SELECT count(*) FROM opinion_docket WHERE draft_open") == 0


async def test_a_draft_sent_back_is_drafted_anew_under_the_next_number(
    stub: "OpinionServiceAsyncStub", desk: Any
) -> None:
    decision = await desk.screened()
    draft = await desk.draft(decision)
    request = pb.ReturnOpinionRequest(name=draft.name, reviewer="丙", reason="补充措施", request_id=str(uuid4()))

    returned = (await stub.ReturnOpinion(request, timeout=SECONDS_MAX)).opinion
    again = await desk.draft(decision)

    assert (returned.state, returned.reason) == (pb.OPINION_STATE_RETURNED, "补充措施")
    assert again.name.endswith("/opinions/2")
    assert (await refusal(desk.sign(returned))).metadata == {"opinion": OPINION, "state": "returned"}


@pytest.mark.parametrize(
    ("number", "outcome", "revision", "state"),
    [
        (2, common.OUTCOME_APPROVE, 1, pb.OPINION_STATE_DRAFT),
        (2, common.OUTCOME_DEFER, 1, pb.OPINION_STATE_OVERTAKEN),
        (2, common.OUTCOME_APPROVE, 2, pb.OPINION_STATE_OVERTAKEN),
        (1, common.OUTCOME_DEFER, 1, pb.OPINION_STATE_DRAFT),
    ],
)
async def test_an_open_draft_follows_the_decision_or_is_overtaken_by_it_and_an_older_one_changes_nothing(
    number: int, outcome: Any, revision: int, state: Any, desk: Any
) -> None:
    await desk.draft(await desk.screened(1))

    decision = await desk.screened(number, outcome, revision=revision)

    newest = await desk.newest()
    assert newest.state == state
    if state == pb.OPINION_STATE_DRAFT:
        assert (await desk.sign(newest)).decision == decision
    else:
        assert (await refusal(desk.sign(newest))).reason == "NOT_A_DRAFT"


async def test_decisions_in_any_order_leave_the_newest(stub: "OpinionServiceAsyncStub", desk: Any) -> None:
    for number in (3, 1, 2, 3):
        await desk.screened(number, common.OUTCOME_BLOCK if number == 3 else common.OUTCOME_APPROVE)

    late = await refusal(desk.draft("filings/xining-line-2/decisions/2"))
    await desk.draft("filings/xining-line-2/decisions/3", pb.OPINION_RESULT_NOT_PASS)

    assert (late.reason, late.metadata["current"]) == ("DECISION_CHANGED", "filings/xining-line-2/decisions/3")


async def test_a_decision_that_has_not_arrived_is_not_found(desk: Any) -> None:
    assert (await refusal(desk.draft("filings/xining-line-2/decisions/1"))).code is grpc.StatusCode.NOT_FOUND
    await desk.screened(1)

    refused = await refusal(desk.draft("filings/xining-line-2/decisions/2"))

    assert (refused.reason, refused.metadata) == ("NOT_FOUND", {"resource": "filings/xining-line-2/decisions/2"})


async def test_a_decision_that_waits_is_not_open_to_an_opinion(desk: Any) -> None:
    decision = await desk.screened(1, common.OUTCOME_DEFER)

    refused = await refusal(desk.draft(decision))

    assert refused.metadata == {"decision": decision, "outcome": "defer", "result": "pass"}
    assert refused.reason == "NOT_OPEN_TO_OPINION"


async def test_a_withdrawn_filing_ends_the_draft_for_good_whatever_is_decided_after(desk: Any) -> None:
    await desk.draft(await desk.screened())

    await desk.withdraw()
    await desk.screened(2)

    assert (await desk.newest()).state == pb.OPINION_STATE_OVERTAKEN
    assert (await refusal(desk.draft("filings/xining-line-2/decisions/2"))).reason == "FILING_WITHDRAWN"


async def test_a_withdrawal_that_comes_before_any_decision_is_kept(desk: Any) -> None:
    await desk.withdraw()

    assert (await refusal(desk.draft(await desk.screened()))).reason == "FILING_WITHDRAWN"


async def test_two_persons_take_an_opinion_back_and_the_revision_may_get_another(
    stub: "OpinionServiceAsyncStub", desk: Any
) -> None:
    issued = await desk.issued()
    decision = issued.decision
    assert (await refusal(desk.draft(decision))).reason == "OPINION_IN_FORCE"
    request = pb.RevokeOpinionRequest(name=issued.name, signers=["甲", " 甲"], reason="数据有误")
    request.request_id = str(uuid4())
    request.signers[1] = "甲"
    assert (await refusal(stub.RevokeOpinion(request, timeout=SECONDS_MAX))).reason == "SAME_PERSON"

    request.signers[1] = "丙"
    revoked = (await stub.RevokeOpinion(request, timeout=SECONDS_MAX)).opinion
    second = await desk.sign(await desk.draft(decision))

    assert (revoked.state, list(revoked.revokers)) == (pb.OPINION_STATE_REVOKED, ["甲", "丙"])
    assert await desk.announced() == [
        events.OpinionIssued(filing="xining-line-2", opinion=issued),
        events.OpinionRevoked(filing="xining-line-2", opinion=revoked),
        events.OpinionIssued(filing="xining-line-2", opinion=second),
    ]
    assert [event.opinion.version for event in await desk.announced()] == [2, 3, 5]


async def test_an_opinion_on_a_newer_revision_overtakes_the_one_in_force(
    stub: "OpinionServiceAsyncStub", desk: Any
) -> None:
    first = await desk.issued()

    second = await desk.sign(await desk.draft(await desk.screened(2, revision=2)))

    shown = (await stub.GetOpinion(pb.GetOpinionRequest(name=first.name), timeout=SECONDS_MAX)).opinion
    assert (shown.state, second.state) == (pb.OPINION_STATE_OVERTAKEN, pb.OPINION_STATE_ISSUED)
    assert second.version > shown.version > first.version


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("UPDATE opinion_change SET note = ''", "only added to"),
        ("DELETE FROM opinion_change", "only added to"),
        ("DELETE FROM opinion", "only added to"),
        ("UPDATE opinion SET text = '', version = 9", "never changed"),
        ("UPDATE opinion SET state = 'draft', version = 9", "cannot become draft"),
        ("UPDATE opinion SET document = '另一文件', version = 9", "signed as it is"),
        ("UPDATE opinion SET version = 2", "cannot become"),
        ("UPDATE opinion SET state = 'revoked', version = 9", "check constraint"),
        ("UPDATE opinion SET state = 'lapsed', construction_started_on = issued_on, version = 9", "check constraint"),
        ("UPDATE opinion_docket SET decision = 0", "takes only a newer one"),
        ("UPDATE opinion_docket SET version = 1", "takes only a newer one"),
    ],
)
async def test_the_database_keeps_the_invariants_too(wrong: str, message: str, desk: Any, pool: Database) -> None:
    await desk.issued()
    with pytest.raises(asyncpg.PostgresError, match=message):
        await pool.execute(wrong)


@pytest.mark.parametrize(
    ("state", "index"),
    [("draft", "opinion_one_draft"), ("issued", "opinion_one_in_force")],
)
async def test_the_database_knows_one_draft_and_one_opinion_in_force(
    state: str, index: str, desk: Any, pool: Database
) -> None:
    draft = await desk.draft(await desk.screened())
    if state == "issued":
        await desk.sign(draft)
    with pytest.raises(asyncpg.UniqueViolationError, match=index):
        await pool.execute(
            "INSERT INTO opinion SELECT filing_id, 2, decision, disposition, revision, result, text, conditions, "
            "drafter, state, signer, document, issued_on, lapses_on, lapse_basis, construction_started_on, "
            "construction_evidence, reason, revokers, version + 1 FROM opinion"
        )
