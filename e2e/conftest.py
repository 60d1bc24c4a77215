"""One whole platform for the session: real Kafka, real PostgreSQL, six services, envelopes granted."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.support.dossiers import COUNTY, YEAR, request_id
from e2e.support.platform import Platform

from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.budget.v1 import budget_service_pb2_grpc as rpc
from kernel.regions import RegionCode, lineage
from testkit.calling import blocking_channel
from testkit.services import SERVICES
from testkit.stack import Stack

ENVELOPE_KGCE = 10_000_000_000


def grant_envelopes(stack: Stack) -> None:
    """More than the tests will ever hold, at every level of the county's lineage."""
    with blocking_channel(stack, "budget") as channel:
        stub = rpc.BudgetServiceStub(channel)
        for region in lineage(RegionCode(COUNTY)):
            stub.GrantEnvelope(
                budget.GrantEnvelopeRequest(
                    name=f"regions/{region}/accounts/{YEAR}",
                    amount_kgce_calorific=ENVELOPE_KGCE,
                    document="虚构示例, 非真实预算",
                    request_id=request_id("envelope", region),
                ),
                timeout=30,
            )


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    folder = Path(tempfile.mkdtemp(prefix="dualcontrol-e2e-"))
    # mkdtemp closes it to others; PostgreSQL, which runs as `nobody` when we are root, has to pass.
    folder.chmod(0o711)
    stack = Stack(folder, SERVICES)
    try:
        stack.up()
        grant_envelopes(stack)
        platform = Platform(stack)
        yield platform
        sys.stderr.write(platform.complaints())
    finally:
        stack.reset()
        shutil.rmtree(folder, ignore_errors=True)
