"""The targets on a real PostgreSQL: its schema, its units of work, and its gRPC server."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING

import grpc
import pytest

from dualcontrol.targets.v1.targets_service_pb2_grpc import TargetsServiceStub
from servicekit.rpc.server import RpcServer
from servicekit.storage.database import Database, open_database
from servicekit.storage.migrations import migrate
from statute.loader import PolicyBundle
from targets.adapters.postgres import TargetsWork
from targets.bootstrap import service
from targets.entrypoints.grpc import servicers
from testkit.ports import choose_port

if TYPE_CHECKING:
    from dualcontrol.targets.v1.targets_service_pb2_grpc import TargetsServiceAsyncStub

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Database]:
    base = ("servicekit", files("servicekit") / "migrations")
    await migrate(database, [base, *service().migrations])
    opened = await open_database(database, connections_max=10)
    yield opened
    await opened.close()


@pytest.fixture
def begin(pool: Database) -> Callable[[], TargetsWork]:
    return partial(TargetsWork, pool, "targets")


@pytest.fixture
async def stub(begin: Callable[[], TargetsWork], policy: PolicyBundle) -> "AsyncIterator[TargetsServiceAsyncStub]":
    address = f"127.0.0.1:{choose_port()}"
    server = RpcServer(address, servicers(begin, policy, lambda: NOW), reflection_on=False)
    await server.start()
    async with grpc.aio.insecure_channel(address) as channel:
        yield TargetsServiceStub(channel)
    await server.stop(drain_seconds=1)
