"""Readings on a real PostgreSQL: their unit of work, their gRPC server, and the stream between the two."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from dualcontrol.targets.v1.readings_events_pb2 import EnergyReadingReported
from dualcontrol.targets.v1.readings_service_pb2_grpc import ReadingsServiceStub
from kernel.clock import Clock
from servicekit.eventing.topics import TARGETS_READINGS
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from targets.adapters.readings import ReadingsWork, StreamWork
from targets.entrypoints.readings import servicers, subscription
from testkit.serving import serving

if TYPE_CHECKING:
    from dualcontrol.targets.v1.readings_service_pb2_grpc import ReadingsServiceAsyncStub

Take = Callable[..., Awaitable[None]]


class Hands:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def stub(pool: Database, policy: PolicyBundle, clock: Clock) -> "AsyncIterator[ReadingsServiceAsyncStub]":
    begin = partial(ReadingsWork, pool, "targets")
    async with serving(servicers(begin, policy, clock)) as channel:
        yield ReadingsServiceStub(channel)


@pytest.fixture
def take(pool: Database) -> Take:
    """Takes messages as the consumer does: one transaction, its commit included."""
    (route,) = subscription().routes.values()

    async def in_one_transaction(*messages: EnergyReadingReported) -> None:
        async with StreamWork(pool, "targets") as work:
            for message in messages:
                await route.handle(message, work)
            await work.commit()

    return in_one_transaction


@pytest.fixture
def sent(pool: Database) -> Callable[[], Awaitable[list[EnergyReadingReported]]]:
    """What waits in the outbox, in order."""

    async def read() -> list[EnergyReadingReported]:
        rows = await pool.fetch("SELECT key, value FROM outbox WHERE topic = $1 ORDER BY id", TARGETS_READINGS)
        messages = [EnergyReadingReported.FromString(row["value"]) for row in rows]
        assert [message.credit_code for message in messages] == [row["key"] for row in rows]
        return messages

    return read
