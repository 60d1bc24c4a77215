"""The service on a real PostgreSQL: its schema, its units of work, its gRPC server, and filings as events."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import TYPE_CHECKING

import grpc
import pytest
from google.protobuf.message import Message
from google.type.decimal_pb2 import Decimal as ProtoDecimal

from capacity.adapters.postgres import CapacityWork
from capacity.application.register_lot import register_lot
from capacity.bootstrap import service
from capacity.domain.lots import Lot, LotId
from capacity.domain.tonnage import Tonnage, Unit
from dualcontrol.capacity.v1.capacity_service_pb2_grpc import CapacityServiceStub
from dualcontrol.filing.v1 import filing_events_pb2 as events
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from kernel.regions import RegionCode
from servicekit.eventing.outbox import event_type
from servicekit.program import Parts, Wiring
from servicekit.rpc.server import RpcServer
from servicekit.storage.database import Database, open_database
from servicekit.storage.migrations import migrate
from servicekit.storage.unit_of_work import UnitOfWork
from servicekit.wire import date_to_wire
from statute.loader import PolicyBundle
from testkit.ports import choose_port

if TYPE_CHECKING:
    from dualcontrol.capacity.v1.capacity_service_pb2_grpc import CapacityServiceAsyncStub

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
CONNECTIONS_MAX = 10


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Database]:
    base = ("servicekit", files("servicekit") / "migrations")
    await migrate(database, [base, *service().migrations])
    opened = await open_database(database, connections_max=CONNECTIONS_MAX)
    yield opened
    await opened.close()


@pytest.fixture
def parts(pool: Database, policy: PolicyBundle) -> Parts:
    return service().build(Wiring(pool, policy, lambda: NOW))


@pytest.fixture
def begin(parts: Parts) -> Callable[[], UnitOfWork]:
    return parts.begin


@pytest.fixture
async def stub(parts: Parts) -> "AsyncIterator[CapacityServiceAsyncStub]":
    address = f"127.0.0.1:{choose_port()}"
    server = RpcServer(address, parts.add_servicers, reflection_on=False)
    await server.start()
    async with grpc.aio.insecure_channel(address) as channel:
        yield CapacityServiceStub(channel)
    await server.stop(drain_seconds=1)


class Filings:
    """Events of an invented clinker line in Qinghai, taken as the consumer takes them: one transaction, committed."""

    def __init__(self, parts: Parts) -> None:
        self._begin = parts.begin
        (self._subscription,) = parts.subscriptions
        assert self._subscription.topic in service().consumes

    async def take(self, *messages: Message) -> None:
        async with self._begin() as work:
            for message in messages:
                route = self._subscription.routes[event_type("filing", message)]
                await route.handle(route.message.FromString(message.SerializeToString()), work)
            await work.commit()

    async def register(self, lot: str, tonnes: int) -> None:
        quantity = Tonnage(tonnes, Unit.TONNES_PER_DAY)
        async with self._begin() as work:
            assert isinstance(work, CapacityWork)
            await register_lot(Lot(LotId(lot), "clinker", "虚构水泥", RegionCode("630121"), quantity), work, NOW.date())
            await work.commit()

    @staticmethod
    def accepted(filing: str = "f-1", revision: int = 1, **drawn: str) -> events.FilingAccepted:
        """`drawn` are tonnes by lot, with `_` for a hyphen; the line owes 6,000 t/d."""
        plan = pb.ReplacementPlan(
            publicity_date=date_to_wire(date(2025, 1, 6)),
            restricted_or_cross_province=False,
            same_entity_same_site=False,
            lots=[
                pb.LotUse(lot=f"lots/{lot.replace('_', '-')}", quantity=ProtoDecimal(value=tonnes))
                for lot, tonnes in drawn.items()
            ],
        )
        dossier = pb.Dossier(
            region_code="630200",
            kind=pb.PROJECT_KIND_NEW_BUILD,
            application_date=date_to_wire(date(2025, 3, 3)),
            industry_codes=["3011"],
            products=[
                pb.Product(
                    product_id="clinker",
                    name="熟料",
                    capacity=pb.Amount(value=ProtoDecimal(value="4000"), unit="t/d"),
                )
            ],
            replacement=plan if drawn else None,
        )
        return events.FilingAccepted(filing=filing, revision=revision, dossier=dossier)

    @staticmethod
    def withdrawn(filing: str = "f-1", revision: int = 2) -> events.FilingWithdrawn:
        return events.FilingWithdrawn(filing=filing, revision=revision, reason="不再建设")


@pytest.fixture
def filings(parts: Parts) -> Filings:
    return Filings(parts)
