"""What is asked of opinions, and how wrong requests are answered."""

from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf.message import Message
from google.type.date_pb2 import Date

from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.filing.v1 import filing_service_pb2 as dossiers
from dualcontrol.review.v1 import opinion_service_pb2 as pb
from kernel.errors import InvalidRequest
from servicekit.eventing.topics import FILING_EVENTS, SCREENING_EVENTS
from testkit.refusals import refusal

if TYPE_CHECKING:
    from dualcontrol.review.v1.opinion_service_pb2_grpc import OpinionServiceAsyncStub

pytestmark = pytest.mark.integration

SECONDS_MAX = 20
NAME = "filings/xining-line-2/opinions/1"
FILINGS = ("line-a", "line-b", "line-c")


async def test_a_list_names_opinions_page_after_page_without_their_texts(
    stub: "OpinionServiceAsyncStub", desk: Any
) -> None:
    issued = [await desk.issued(filing_id) for filing_id in FILINGS]
    for one in issued:
        one.ClearField("text")
        one.ClearField("conditions")

    listed: list[pb.Opinion] = []
    token = ""
    while True:
        request = pb.ListOpinionsRequest(parent="filings/-", page_size=2, page_token=token)
        page = await stub.ListOpinions(request, timeout=SECONDS_MAX)
        listed += page.opinions
        token = page.next_page_token
        if not token:
            break
    of_one = await stub.ListOpinions(pb.ListOpinionsRequest(parent="filings/line-b"), timeout=SECONDS_MAX)
    of_none = await stub.ListOpinions(pb.ListOpinionsRequest(parent="filings/line-d"), timeout=SECONDS_MAX)

    assert listed == issued
    assert list(of_one.opinions) == [issued[1]]
    assert list(of_none.opinions) == []


@pytest.mark.parametrize("name", [NAME, "filings/xining-line-2/opinions/newest"])
async def test_an_opinion_that_does_not_exist_is_not_found(
    name: str, stub: "OpinionServiceAsyncStub", desk: Any
) -> None:
    await desk.screened()

    refused = await refusal(stub.GetOpinion(pb.GetOpinionRequest(name=name), timeout=SECONDS_MAX))

    assert (refused.code, refused.metadata) == (grpc.StatusCode.NOT_FOUND, {"resource": name})


async def test_no_opinion_is_signed_that_does_not_exist(desk: Any) -> None:
    assert (await refusal(desk.sign(pb.Opinion(name=NAME)))).code is grpc.StatusCode.NOT_FOUND
    await desk.screened()
    assert (await refusal(desk.sign(pb.Opinion(name=NAME)))).code is grpc.StatusCode.NOT_FOUND


async def test_an_amendment_that_was_evaluated_holds_a_signature_until_it_is_decided_on(desk: Any) -> None:
    draft = await desk.draft(await desk.screened())
    amended = filing.FilingAccepted(filing="xining-line-2", revision=2, dossier=dossiers.Dossier(project_name="某项目"))
    await desk.take(FILING_EVENTS, amended)

    refused = await refusal(desk.sign(draft))

    assert refused.reason == "FILING_AMENDED"
    assert refused.metadata == {"decision": draft.decision, "revision": "2"}


OPINION_FIELDS = ["request_id", "name"]


@pytest.mark.parametrize(
    ("method", "request_", "fields"),
    [
        ("DraftOpinion", pb.DraftOpinionRequest(), ["request_id", "decision", "result", "text", "drafter"]),
        (
            "DraftOpinion",
            pb.DraftOpinionRequest(
                request_id="1",
                decision="filings/xining-line-2/decisions/0",
                result=9,  # type: ignore[arg-type]  # a value that no contract has
                text="甲\0",
                conditions=["", "乙 "],
                drafter="丙" * 101,
            ),
            ["request_id", "decision", "result", "text", "conditions[0]", "conditions[1]", "drafter"],
        ),
        (
            "DraftOpinion",
            pb.DraftOpinionRequest(text="甲\n", conditions=["乙"] * 51),
            ["request_id", "decision", "result", "text", "conditions", "drafter"],
        ),
        ("ReturnOpinion", pb.ReturnOpinionRequest(), [*OPINION_FIELDS, "reviewer", "reason"]),
        ("IssueOpinion", pb.IssueOpinionRequest(name=f"{NAME}0000000000"), [*OPINION_FIELDS, "signer", "document"]),
        ("IssueOpinion", pb.IssueOpinionRequest(name="filings/xining-line-2/opinions/newest"), [
            *OPINION_FIELDS, "signer", "document",
        ]),
        ("RevokeOpinion", pb.RevokeOpinionRequest(signers=["甲"]), [*OPINION_FIELDS, "signers", "reason"]),
        ("RevokeOpinion", pb.RevokeOpinionRequest(signers=["甲", ""]), [*OPINION_FIELDS, "signers[1]", "reason"]),
        ("RecordConstructionStart", pb.RecordConstructionStartRequest(), [*OPINION_FIELDS, "start_date", "evidence"]),
        (
            "RecordConstructionStart",
            pb.RecordConstructionStartRequest(start_date=Date(year=2026, month=3, day=3), evidence="某"),
            [*OPINION_FIELDS, "start_date"],
        ),
        ("GetOpinion", pb.GetOpinionRequest(name="filings/xining-line-2/opinions/last"), ["name"]),
        ("ListOpinions", pb.ListOpinionsRequest(page_size=-1, page_token="?"), ["parent", "page_size", "page_token"]),
        ("ListOpinions", pb.ListOpinionsRequest(parent="filings/-", page_token="WyJ4Il0="), ["page_token"]),
    ],
)  # fmt: skip
async def test_all_wrong_fields_of_a_request_are_named_at_once(
    method: str, request_: Message, fields: list[str], stub: "OpinionServiceAsyncStub"
) -> None:
    refused = await refusal(getattr(stub, method)(request_, timeout=SECONDS_MAX))

    assert refused.code is grpc.StatusCode.INVALID_ARGUMENT
    assert refused.fields == fields


async def test_a_malformed_decision_names_every_wrong_field(desk: Any) -> None:
    from_newer = desk.take(SCREENING_EVENTS, desk.event(filing_id="x", name="filings/x/decisions/1", revision=0))
    with pytest.raises(InvalidRequest) as refused:
        await from_newer

    assert [wrong.field for wrong in refused.value.violations] == [
        "filing", "decision.name", "decision.filing_revision",
    ]  # fmt: skip
