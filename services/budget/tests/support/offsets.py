"""What the tests ask of OffsetsService, its clock, and how they see what came of it."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from budget.adapters.offsets import OffsetsWork
from budget.entrypoints.offsets import servicers
from dualcontrol.budget.v1 import offsets_service_pb2 as pb
from dualcontrol.budget.v1.offsets_service_pb2_grpc import OffsetsServiceStub
from dualcontrol.common.v1 import finding_pb2 as common
from kernel.clock import Clock
from ledger.verification import verify
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from testkit.serving import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from dualcontrol.budget.v1.offsets_service_pb2_grpc import OffsetsServiceAsyncStub

AT_ONCE: Final = 8
NOW: Final = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
SECONDS: Final = 20


class SteppingClock:
    """Each look is a second later, so that what is known at an instant is told apart."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@asynccontextmanager
async def served(pool: Database, policy: PolicyBundle, clock: Clock) -> "AsyncIterator[OffsetsServiceAsyncStub]":
    async with serving(servicers(partial(OffsetsWork, pool, "budget"), policy, clock)) as channel:
        yield OffsetsServiceStub(channel)


async def record(stub: "OffsetsServiceAsyncStub", request: pb.RecordDeductibleRequest) -> pb.Offset:
    return (await stub.RecordDeductible(request, timeout=SECONDS)).offset


async def totals(stub: "OffsetsServiceAsyncStub", region: str, **changes: Any) -> dict[int, int]:
    request = pb.GetOffsetsRequest(parent=f"regions/{region}", year=2024, basis=pb.OFFSET_BASIS_CALORIFIC, **changes)
    return {total.heading: total.kgce for total in (await stub.GetOffsets(request, timeout=SECONDS)).totals}


def objecting(offset: pb.Offset) -> list[str]:
    return [f.rule for f in offset.findings if f.verdict != common.VERDICT_HOLDS]


async def balanced(pool: Database) -> bool:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return await verify(connection) is None
