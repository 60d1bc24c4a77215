"""What operators see: metrics, logs, dead letters going back, data that outlives a reboot."""

import json
import urllib.request

import pytest
from e2e.support.dossiers import submission
from e2e.support.platform import SERVICES, Platform

from dualcontrol.filing.v1 import filing_service_pb2 as pb
from dualcontrol.filing.v1 import filing_service_pb2_grpc as rpc

pytestmark = pytest.mark.e2e

CONSUMING = tuple(service for service in SERVICES if service != "filing")


def submit(platform: Platform, number: int) -> str:
    with platform.blocking_channel("filing") as channel:
        answer = rpc.FilingServiceStub(channel).SubmitFiling(submission(number), timeout=30, wait_for_ready=True)
    return answer.filing.name.removeprefix("filings/")


def metrics(platform: Platform, service: str) -> str:
    with urllib.request.urlopen(f"http://{platform.metrics_address(service)}/metrics", timeout=10) as answer:
        shown: str = answer.read().decode()
    return shown


async def test_every_service_counts_what_it_does(platform: Platform) -> None:
    await platform.decision(submit(platform, 50_001))

    for service in SERVICES:
        shown = metrics(platform, service)
        assert "dualcontrol_rpc_duration_seconds" in shown
        assert "dualcontrol_outbox_rows" in shown
        if service in CONSUMING:
            assert 'dualcontrol_events_consumed_total{result="applied"' in shown


async def test_every_log_line_is_json_and_names_its_service(platform: Platform) -> None:
    await platform.decision(submit(platform, 50_002))

    for service in SERVICES:
        lines = platform.log(service).read_text("utf-8").splitlines()
        assert lines
        assert {json.loads(line)["service"] for line in lines} == {service}


async def test_a_platform_that_was_switched_off_comes_back_with_its_data(platform: Platform) -> None:
    filing = submit(platform, 50_003)
    before = await platform.decision(filing)

    platform.reboot()

    assert await platform.decision(filing) == before
    with platform.blocking_channel("filing") as channel:
        stub = rpc.FilingServiceStub(channel)
        found = stub.GetFiling(pb.GetFilingRequest(name=f"filings/{filing}"), timeout=30, wait_for_ready=True)
    assert found.filing.revision == 1
    await platform.decision(submit(platform, 50_004))
