"""The same request id gives the same answer, whoever retries, however concurrently."""

import asyncio

import grpc
import pytest
from e2e.support.dossiers import submission
from e2e.support.platform import Platform

from dualcontrol.filing.v1 import filing_service_pb2 as pb
from dualcontrol.filing.v1 import filing_service_pb2_grpc as rpc

pytestmark = pytest.mark.e2e

AT_ONCE = 50


async def test_fifty_identical_submissions_at_once_make_one_filing_and_one_answer(platform: Platform) -> None:
    request = submission(80_001)
    async with platform.channel("filing") as channel:
        stub: rpc.FilingServiceAsyncStub = rpc.FilingServiceStub(channel)
        answers = await asyncio.gather(*(stub.SubmitFiling(request, timeout=30) for _ in range(AT_ONCE)))
        once_more = await stub.SubmitFiling(request, timeout=30)
        filing = await stub.GetFiling(pb.GetFilingRequest(name=once_more.filing.name), timeout=10)

    assert {answer.SerializeToString() for answer in (*answers, once_more)} == {once_more.SerializeToString()}
    assert filing.filing.revision == 1
    assert await platform.count("filing", "SELECT count(*) FROM filing_revision WHERE filing_id = $1", _id(filing)) == 1
    decision = await platform.decision(_id(filing))
    assert decision.name.endswith("/decisions/1")


async def test_the_same_request_id_with_another_body_is_refused(platform: Platform) -> None:
    first, other = submission(80_002), submission(80_003)
    other.request_id = first.request_id
    async with platform.channel("filing") as channel:
        stub: rpc.FilingServiceAsyncStub = rpc.FilingServiceStub(channel)
        await stub.SubmitFiling(first, timeout=10)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.SubmitFiling(other, timeout=10)

    assert refused.value.code() is grpc.StatusCode.ABORTED


def _id(answer: pb.GetFilingResponse) -> str:
    return answer.filing.name.removeprefix("filings/")
