"""OffsetsService on a real PostgreSQL, with a clock that never stands still."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from services.budget.tests.support.offsets import SteppingClock, served

from servicekit.storage.database import Database
from statute.loader import PolicyBundle

if TYPE_CHECKING:
    from dualcontrol.budget.v1.offsets_service_pb2_grpc import OffsetsServiceAsyncStub


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
async def stub(pool: Database, policy: PolicyBundle, clock: SteppingClock) -> "AsyncIterator[OffsetsServiceAsyncStub]":
    async with served(pool, policy, clock) as made:
        yield made
