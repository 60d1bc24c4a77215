"""An opinion is taken back by two, one after the other, on a real database."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg
import grpc
import pytest

from dualcontrol.review.v1 import opinion_events_pb2 as events
from dualcontrol.review.v1 import opinion_service_pb2 as opinions
from dualcontrol.review.v1 import revocation_service_pb2 as pb
from dualcontrol.review.v1.revocation_service_pb2_grpc import RevocationServiceStub
from servicekit.program import Parts
from servicekit.storage.database import Database
from testkit.refusals import refusal
from testkit.serving import serving

if TYPE_CHECKING:
    from dualcontrol.review.v1.revocation_service_pb2_grpc import RevocationServiceAsyncStub

pytestmark = pytest.mark.integration

NAME = "filings/xining-line-2/revocations/1"


@pytest.fixture
async def back(parts: Parts) -> "AsyncIterator[RevocationServiceAsyncStub]":
    async with serving(parts.add_servicers) as channel:
        yield RevocationServiceStub(channel)


def proposal(opinion: opinions.Opinion, proposer: str = "丙") -> pb.ProposeRevocationRequest:
    return pb.ProposeRevocationRequest(
        opinion=opinion.name, reason="材料不实", proposer=proposer, request_id=str(uuid4())
    )


def signature(signer: str = "丁") -> pb.SignRevocationRequest:
    return pb.SignRevocationRequest(name=NAME, signer=signer, request_id=str(uuid4()))


def withdrawal() -> pb.WithdrawRevocationRequest:
    return pb.WithdrawRevocationRequest(name=NAME, person="丙", reason="已补正", request_id=str(uuid4()))


async def test_an_opinion_is_taken_back_once_another_person_has_signed(
    desk: Any, back: "RevocationServiceAsyncStub"
) -> None:
    issued = await desk.issued()
    proposed = (await back.ProposeRevocation(proposal(issued))).revocation
    assert (proposed.name, proposed.state) == (NAME, pb.REVOCATION_STATE_PROPOSED)
    assert (await desk.newest()).state == opinions.OPINION_STATE_ISSUED

    signed = await back.SignRevocation(signature())

    assert (signed.revocation.state, signed.revocation.settled_by) == (pb.REVOCATION_STATE_SIGNED, "丁")
    assert (signed.opinion.state, list(signed.opinion.revokers)) == (opinions.OPINION_STATE_REVOKED, ["丙", "丁"])
    assert await desk.newest() == signed.opinion
    assert (await desk.announced())[-1] == events.OpinionRevoked(filing="xining-line-2", opinion=signed.opinion)


async def test_one_person_does_not_take_it_back(desk: Any, back: "RevocationServiceAsyncStub") -> None:
    await back.ProposeRevocation(proposal(await desk.issued()))

    refused = await refusal(back.SignRevocation(signature("丙")))

    assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "SAME_PERSON")
    assert (await desk.newest()).state == opinions.OPINION_STATE_ISSUED


async def test_one_proposal_is_open_at_a_time_and_a_withdrawn_one_makes_room(
    desk: Any, back: "RevocationServiceAsyncStub"
) -> None:
    issued = await desk.issued()
    await back.ProposeRevocation(proposal(issued))

    again = await refusal(back.ProposeRevocation(proposal(issued, "丁")))
    withdrawn = (await back.WithdrawRevocation(withdrawal())).revocation
    anew = (await back.ProposeRevocation(proposal(issued, "丁"))).revocation

    assert again.reason == "REVOCATION_PROPOSED"
    assert (withdrawn.state, withdrawn.withdraw_reason) == (pb.REVOCATION_STATE_WITHDRAWN, "已补正")
    assert anew.name.endswith("/2")
    assert (await refusal(back.SignRevocation(signature()))).reason == "REVOCATION_NOT_OPEN"
    assert (await desk.newest()).state == opinions.OPINION_STATE_ISSUED


async def test_of_several_who_sign_at_once_one_does(desk: Any, back: "RevocationServiceAsyncStub") -> None:
    await back.ProposeRevocation(proposal(await desk.issued()))

    answers = await asyncio.gather(
        *(back.SignRevocation(signature(f"人{place}")) for place in range(6)), return_exceptions=True
    )

    assert sum(isinstance(one, pb.SignRevocationResponse) for one in answers) == 1
    assert len(await desk.announced()) == 2


async def test_what_is_not_in_force_is_neither_proposed_nor_signed(
    desk: Any, back: "RevocationServiceAsyncStub"
) -> None:
    draft = await desk.draft(await desk.screened())
    early = await refusal(back.ProposeRevocation(proposal(draft)))
    issued = await desk.sign(draft)
    await back.ProposeRevocation(proposal(issued))
    second = await desk.draft(await desk.screened(2, revision=2))
    await desk.sign(second)

    late = await refusal(back.SignRevocation(signature()))

    assert (early.reason, late.reason) == ("OPINION_NOT_IN_FORCE", "OPINION_NOT_IN_FORCE")
    missing = pb.SignRevocationRequest(name="filings/none/revocations/1", signer="丁", request_id=str(uuid4()))
    assert (await refusal(back.SignRevocation(missing))).code is grpc.StatusCode.NOT_FOUND


async def test_retries_get_the_first_answer_and_lists_are_paged(desk: Any, back: "RevocationServiceAsyncStub") -> None:
    asked = proposal(await desk.issued())
    first = await back.ProposeRevocation(asked)
    sign = signature()
    signed = await back.SignRevocation(sign)

    assert await back.ProposeRevocation(asked) == first
    assert await back.SignRevocation(sign) == signed
    listed = await back.ListRevocations(pb.ListRevocationsRequest(parent="filings/-", page_size=1))
    assert list(listed.revocations) == [signed.revocation]
    further = pb.ListRevocationsRequest(parent="filings/xining-line-2", page_token=listed.next_page_token)
    assert not (await back.ListRevocations(further)).revocations


async def test_the_schema_keeps_what_was_proposed_and_asks_for_two(
    desk: Any, back: "RevocationServiceAsyncStub", pool: Database
) -> None:
    await back.ProposeRevocation(proposal(await desk.issued()))

    with pytest.raises(asyncpg.RaiseError):
        await pool.execute("UPDATE opinion_revocation SET reason = '另一理由'")
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute("UPDATE opinion_revocation SET state = 'signed', settled_by = '丙', settle_time = now()")
