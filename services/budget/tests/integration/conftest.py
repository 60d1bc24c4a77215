"""The budget on a real PostgreSQL: its schema, its units of work, and its gRPC server."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING

import grpc
import pytest

from budget.adapters.postgres import BudgetWork
from budget.bootstrap import service
from budget.entrypoints.grpc import servicers
from dualcontrol.budget.v1.budget_service_pb2_grpc import BudgetServiceStub
from servicekit.rpc.server import RpcServer
from servicekit.storage.database import Database, open_database
from servicekit.storage.migrations import migrate
from statute.loader import PolicyBundle
from testkit.ports import choose_port

if TYPE_CHECKING:
    from dualcontrol.budget.v1.budget_service_pb2_grpc import BudgetServiceAsyncStub

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Database]:
    base = ("servicekit", files("servicekit") / "migrations")
    await migrate(database, [base, *service().migrations])
    opened = await open_database(database, connections_max=10)
    yield opened
    await opened.close()


@pytest.fixture
def begin(pool: Database) -> Callable[[], BudgetWork]:
    return partial(BudgetWork, pool, "budget")


@pytest.fixture
async def stub(begin: Callable[[], BudgetWork], policy: PolicyBundle) -> "AsyncIterator[BudgetServiceAsyncStub]":
    address = f"127.0.0.1:{choose_port()}"
    server = RpcServer(address, servicers(begin, policy, lambda: NOW), reflection_on=False)
    await server.start()
    async with grpc.aio.insecure_channel(address) as channel:
        yield BudgetServiceStub(channel)
    await server.stop(drain_seconds=1)
