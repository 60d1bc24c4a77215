"""The targets on a real PostgreSQL: its schema, its units of work, and its gRPC server."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from dualcontrol.targets.v1.targets_service_pb2_grpc import TargetsServiceStub
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from targets.adapters.postgres import TargetsWork
from targets.bootstrap import service
from targets.entrypoints.grpc import servicers
from testkit.serving import migrated, serving

if TYPE_CHECKING:
    from dualcontrol.targets.v1.targets_service_pb2_grpc import TargetsServiceAsyncStub


class Now:
    """A clock that a test may set."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Database]:
    async with migrated(database, service()) as opened:
        yield opened


@pytest.fixture
def begin(pool: Database) -> Callable[[], TargetsWork]:
    return partial(TargetsWork, pool, "targets")


@pytest.fixture
async def stub(
    begin: Callable[[], TargetsWork], policy: PolicyBundle, now: Now
) -> "AsyncIterator[TargetsServiceAsyncStub]":
    async with serving(servicers(begin, policy, now)) as channel:
        yield TargetsServiceStub(channel)
