"""The service on a real PostgreSQL: its schema, its units of work, its gRPC server, and filings as events."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from google.type.decimal_pb2 import Decimal as ProtoDecimal
from grpc_status import rpc_status

from capacity.adapters.postgres import CapacityWork
from capacity.application.register_lot import register_lot
from capacity.bootstrap import service
from capacity.domain.evidence import KnownLot
from capacity.domain.lots import Lot, LotId
from capacity.domain.tonnage import Tonnage, Unit
from dossier.model import Fact
from dualcontrol.capacity.v1.capacity_service_pb2_grpc import CapacityServiceStub
from dualcontrol.filing.v1 import filing_events_pb2 as events
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from kernel.regions import RegionCode
from servicekit.eventing.outbox import type_on
from servicekit.eventing.topics import FILING_EVENTS, REVIEW_EVENTS
from servicekit.program import Parts, Wiring
from servicekit.rpc.server import Doors, RpcServer
from servicekit.storage.database import Database, open_database
from servicekit.storage.migrations import migrate
from servicekit.storage.unit_of_work import UnitOfWork
from servicekit.wire import date_to_wire
from statute.loader import PolicyBundle
from testkit.gates import open_gate
from testkit.ports import choose_port
from testkit.postgres import owner_dsn

if TYPE_CHECKING:
    from dualcontrol.capacity.v1.capacity_service_pb2_grpc import CapacityServiceAsyncStub

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
CONNECTIONS_MAX = 10
PUBLICITY = date(2025, 1, 6)
CLEAN = tuple(
    Fact(name, "no") for name in ("inefficiently_run", "below_baseline", "past_elimination_date", "subsidised_exit")
)
"""Of a clinker line that may be used."""


class Hands:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def put(self, day: date) -> None:
        """To noon in China on the day."""
        self.now = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)

    def tick(self) -> datetime:
        """A minute on."""
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Database]:
    base = ("servicekit", files("servicekit") / "migrations")
    await migrate(owner_dsn(database), [base, *service().migrations])
    opened = await open_database(database, connections_max=CONNECTIONS_MAX)
    yield opened
    await opened.close()


@pytest.fixture
def parts(pool: Database, database: str, policy: PolicyBundle, clock: Hands) -> Parts:
    return service().build(Wiring(pool, policy, clock, dsn=database))


@pytest.fixture
def begin(parts: Parts) -> Callable[[], UnitOfWork]:
    return parts.begin


@pytest.fixture
async def stub(parts: Parts) -> "AsyncIterator[CapacityServiceAsyncStub]":
    address = f"127.0.0.1:{choose_port()}"
    server = RpcServer(Doors(address), parts.add_servicers, open_gate())
    await server.start()
    async with grpc.aio.insecure_channel(address) as channel:
        yield CapacityServiceStub(channel)
    await server.stop(drain_seconds=1)


class Filings:
    """Events of an invented clinker line in Qinghai, taken as the consumer takes them: one transaction, committed."""

    def __init__(self, parts: Parts, policy: PolicyBundle, clock: Hands) -> None:
        self._begin = parts.begin
        self._policy = policy
        self._clock = clock
        self._subscriptions = {one.topic: one for one in parts.subscriptions}
        assert self._subscriptions.keys() == set(service().consumes)

    async def take(self, *messages: Message) -> None:
        async with self._begin() as work:
            for message in messages:
                of_filing = message.DESCRIPTOR.full_name.startswith("dualcontrol.filing.")
                topic = FILING_EVENTS if of_filing else REVIEW_EVENTS
                route = self._subscriptions[topic].routes[type_on(topic, message)]
                await route.handle(route.message.FromString(message.SerializeToString()), work)
            await work.commit()

    async def register(self, lot: str, tonnes: int, region: str = "630121") -> None:
        quantity = Tonnage(tonnes, Unit.TONNES_PER_DAY)
        async with self._begin() as work:
            assert isinstance(work, CapacityWork)
            made = Lot(LotId(lot), "clinker", "虚构水泥", RegionCode(region), quantity, facts=CLEAN)
            await register_lot(KnownLot(made), work, self._policy, self._clock())
            await work.commit()

    @staticmethod
    def accepted(
        filing: str = "f-1", revision: int = 1, *, publicity: date = PUBLICITY, **drawn: str
    ) -> events.FilingAccepted:
        """`drawn` are tonnes by lot, with `_` for a hyphen; the line owes 6,000 t/d."""
        plan = pb.ReplacementPlan(
            publicity_date=date_to_wire(publicity),
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
                    facts=[pb.Fact(fact="industrial_gypsum", value="no")],
                )
            ],
            replacement=plan if drawn else None,
            facts=[pb.Fact(fact="replacement_plan_announced", value="yes")],
        )
        return events.FilingAccepted(filing=filing, revision=revision, dossier=dossier)

    @staticmethod
    def withdrawn(filing: str = "f-1", revision: int = 2) -> events.FilingWithdrawn:
        return events.FilingWithdrawn(filing=filing, revision=revision, reason="不再建设")


@pytest.fixture
def filings(parts: Parts, policy: PolicyBundle, clock: Hands) -> Filings:
    return Filings(parts, policy, clock)


async def _refused(call: Any) -> tuple[grpc.StatusCode, str, set[str]]:
    """Code, reason and the fields that are wrong."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    reason, fields = "", set()
    for detail in rpc_status.from_call(caught.value).details:  # type: ignore[arg-type]  # the stubs know no grpc.aio
        info, bad = ErrorInfo(), BadRequest()
        if detail.Unpack(info):
            reason = info.reason
        if detail.Unpack(bad):
            fields = {violation.field for violation in bad.field_violations}
    return caught.value.code(), reason, fields


@pytest.fixture
def refused() -> Callable[[Any], Awaitable[tuple[grpc.StatusCode, str, set[str]]]]:
    """Awaits a call that must be refused: its code, its reason and the fields that are wrong."""
    return _refused
