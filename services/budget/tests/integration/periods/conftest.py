"""One office of a region: its service, its clock and its ledger, on a real PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from grpc import StatusCode

from budget.adapters.periods import PeriodsWork
from budget.domain.periods.instruments import Instrument, account_of
from budget.entrypoints.periods import servicers
from dualcontrol.budget.v1 import periods_service_pb2 as pb
from dualcontrol.budget.v1.periods_service_pb2_grpc import PeriodsServiceStub
from kernel.regions import RegionCode, lineage
from ledger.entries import TransferId
from ledger.operations import Grant, Hold, Operation
from ledger.store import LedgerStore
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from testkit.refusals import refusal
from testkit.serving import serving

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from dualcontrol.budget.v1.periods_service_pb2_grpc import PeriodsServiceAsyncStub

COUNTY, OTHER, PREFECTURE, PROVINCE = map(RegionCode, ("630121", "630202", "630100", "630000"))
HAIDONG = RegionCode("630200")
ENERGY, TOTAL = pb.BUDGET_INSTRUMENT_ENERGY, pb.ENVELOPE_MEASURE_TOTAL
FINAL, PROVISIONAL, REVISED = pb.STATISTIC_STAGE_FINAL, pb.STATISTIC_STAGE_PROVISIONAL, pb.STATISTIC_STAGE_REVISED


@dataclass
class Hands:
    """A clock that a test turns by hand."""

    now: datetime = datetime(2023, 3, 1, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Office:
    """What the tests of periods ask for and do."""

    stub: "PeriodsServiceAsyncStub"
    pool: Database
    clock: Hands

    async def refusal(self, call: "Awaitable[object]") -> tuple[StatusCode, str, list[str]]:
        """Code, reason and fields of the error that the call ends with."""
        found = await refusal(call)
        return found.code, found.reason, found.fields

    async def granted(self, call: "Awaitable[object]") -> bool:
        """Whether it was done; otherwise it was refused, and not by an accident."""
        try:
            await call
        except grpc.aio.AioRpcError as error:
            if error.code() is not StatusCode.FAILED_PRECONDITION:
                raise
            return False
        return True

    async def enter(self, *operations: Operation) -> None:
        """Straight into the ledger, as the reservations do."""
        async with self.pool.acquire() as connection, connection.transaction():
            store = LedgerStore(connection)
            accounts = [one for op in operations if isinstance(op, Grant | Hold) for one in op.legs]
            book = await store.open(accounts, [op.id for op in operations])
            book.apply_linked(operations)
            await store.save(book, self.clock())

    async def grant_all(self, year: int, amount: int = 1_000) -> None:
        legs = {
            account_of(Instrument.ENERGY, one, year): amount for one in (COUNTY, OTHER, PREFECTURE, HAIDONG, PROVINCE)
        }
        await self.enter(Grant(TransferId(f"grants/{year}"), legs, date(year, 1, 1)))

    async def hold(self, name: str, amount: int, *, year: int = 2022) -> None:
        legs = {account_of(Instrument.ENERGY, level, year): amount for level in lineage(COUNTY)}
        await self.enter(Hold(TransferId(name), legs, date(year, 6, 1)))

    def statistic(
        self, value: int, stage: pb.StatisticStage.ValueType = FINAL, **changes: Any
    ) -> pb.RecordStatisticRequest:
        message = pb.Statistic(
            region_code=PROVINCE,
            kind=pb.STATISTIC_KIND_ENERGY_KGCE,
            basis=pb.STATISTIC_BASIS_CALORIFIC,
            period=pb.StatisticPeriod(year=2020),
            stage=stage,
            value=value,
            document="虚构年鉴",
        )
        message.MergeFrom(pb.Statistic(**changes))
        return pb.RecordStatisticRequest(statistic=message, request_id=str(uuid4()))

    def gdp(self, value: int) -> pb.RecordStatisticRequest:
        request = self.statistic(value, kind=pb.STATISTIC_KIND_GDP_CNY, price_year=2020)
        request.statistic.basis = pb.STATISTIC_BASIS_UNSPECIFIED
        return request

    def derivation(self, **changes: Any) -> pb.DeriveEnvelopeRequest:
        request = pb.DeriveEnvelopeRequest(
            region_code=PROVINCE,
            year=2022,
            instrument=ENERGY,
            measure=TOTAL,
            expected_gdp_cny=330_000_000_000,
            price_year=2020,
            gdp_document="虚构预测",
            pace=pb.TARGET_PACE_LINEAR,
            proposer="甲",
            request_id=str(uuid4()),
        )
        request.MergeFrom(pb.DeriveEnvelopeRequest(**changes))
        return request

    async def adopted(self) -> pb.AdoptEnvelopeResponse:
        await self.stub.RecordStatistic(self.statistic(40_000_000_000, PROVISIONAL), timeout=10)
        await self.stub.RecordStatistic(self.gdp(300_000_000_000), timeout=10)
        proposal = (await self.stub.DeriveEnvelope(self.derivation(), timeout=10)).proposal
        request = pb.AdoptEnvelopeRequest(
            name=proposal.name, adopter="乙", document="虚构下达文件", request_id=str(uuid4())
        )
        return await self.stub.AdoptEnvelope(request, timeout=10)

    async def announced(self) -> list[str]:
        rows = await self.pool.fetch("SELECT key, type FROM outbox ORDER BY id")
        return [
            f"{row['key']} {row['type'].removeprefix('cn.dualcontrol.budget.').removesuffix('.v1')}" for row in rows
        ]

    def offer(self, amount: int = 400, **changes: Any) -> pb.ProposeTradeRequest:
        request = pb.ProposeTradeRequest(
            seller_region_code=COUNTY,
            buyer_region_code=OTHER,
            year=2023,
            amount_kgce_calorific=amount,
            price_document="虚构价格文件",
            expire_date=self.day(date(2023, 4, 1)),
            proposer="甲",
            request_id=str(uuid4()),
        )
        request.MergeFrom(pb.ProposeTradeRequest(**changes))
        return request

    def instant(self, when: datetime) -> Timestamp:
        stamp = Timestamp()
        stamp.FromDatetime(when)
        return stamp

    def day(self, when: date) -> Date:
        return Date(year=when.year, month=when.month, day=when.day)


@pytest.fixture
async def office(pool: Database, policy: PolicyBundle) -> AsyncIterator[Office]:
    clock = Hands()
    async with serving(servicers(partial(PeriodsWork, pool, "budget"), policy, clock)) as channel:
        yield Office(PeriodsServiceStub(channel), pool, clock)
