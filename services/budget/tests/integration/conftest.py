"""The budget on a real PostgreSQL: its schema, its units of work, and its gRPC server."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from budget.adapters.postgres import BudgetWork, PostgresRecords
from budget.application.desk import DeductionDesk
from budget.bootstrap import service
from budget.entrypoints.grpc import servicers
from dualcontrol.budget.v1.budget_service_pb2_grpc import BudgetServiceStub
from ledger.group import GroupCommit
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from testkit.serving import migrated, serving

if TYPE_CHECKING:
    from dualcontrol.budget.v1.budget_service_pb2_grpc import BudgetServiceAsyncStub

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


@dataclass(slots=True)
class Hands:
    """A clock that stands still until a test turns it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Database]:
    async with migrated(database, service()) as opened:
        yield opened


@pytest.fixture
def begin(pool: Database, policy: PolicyBundle, clock: Hands) -> Callable[[], BudgetWork]:
    return partial(BudgetWork, pool, "budget", policy, clock)


@pytest.fixture
async def stub(
    pool: Database, begin: Callable[[], BudgetWork], policy: PolicyBundle, clock: Hands
) -> "AsyncIterator[BudgetServiceAsyncStub]":
    desk = DeductionDesk(PostgresRecords("budget"), policy, clock)
    group = GroupCommit(desk, pool.acquire, clock)
    async with serving(servicers(begin, group.submit, policy, clock)) as channel:
        yield BudgetServiceStub(channel)
