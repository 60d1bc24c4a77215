"""The budget on a real PostgreSQL: its schema, its units of work, and its gRPC server."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from budget.adapters.postgres import BudgetWork
from budget.bootstrap import service
from budget.entrypoints.grpc import servicers
from dualcontrol.budget.v1.budget_service_pb2_grpc import BudgetServiceStub
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from testkit.serving import migrated, serving

if TYPE_CHECKING:
    from dualcontrol.budget.v1.budget_service_pb2_grpc import BudgetServiceAsyncStub

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Database]:
    async with migrated(database, service()) as opened:
        yield opened


@pytest.fixture
def begin(pool: Database) -> Callable[[], BudgetWork]:
    return partial(BudgetWork, pool, "budget")


@pytest.fixture
async def stub(begin: Callable[[], BudgetWork], policy: PolicyBundle) -> "AsyncIterator[BudgetServiceAsyncStub]":
    async with serving(servicers(begin, policy, lambda: NOW)) as channel:
        yield BudgetServiceStub(channel)
