"""One trace runs from the gRPC call through outbox, Kafka and Faust to the decision and beyond."""

import pytest
from e2e.support.dossiers import submission
from e2e.support.platform import SERVICES, Platform

from dualcontrol.filing.v1 import filing_service_pb2_grpc as rpc

pytestmark = pytest.mark.e2e


async def test_one_filing_is_one_trace_through_all_six_services(platform: Platform) -> None:
    trace_id = f"{0x5EED:032x}"
    async with platform.channel("filing") as channel:
        stub: rpc.FilingServiceAsyncStub = rpc.FilingServiceStub(channel)
        metadata = (("traceparent", f"00-{trace_id}-00f067aa0ba902b7-01"),)
        answer = await stub.SubmitFiling(submission(70_001), timeout=10, metadata=metadata)
    await platform.decision(answer.filing.name.removeprefix("filings/"))

    services = await platform.until(
        lambda: platform.services_in_trace(trace_id) or None, lambda seen: seen == set(SERVICES)
    )

    assert services == set(SERVICES)
