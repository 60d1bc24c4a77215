"""Holds through the real budget service: over gRPC in batches and one by one, and from its command topic.

The service runs as a process of its own, with its outbox, its relay and its second book. Requests are made and answers
read outside the timed part: the caller shares the machine, but is not what is measured.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Final
from uuid import UUID

import asyncpg
import grpc
from aiokafka import AIOKafkaProducer
from e2e.bench.ledger_sides import ENVELOPE, amount_of, check, project, rate
from e2e.support.dossiers import request_id

from dualcontrol.budget.v1 import budget_commands_pb2 as commands
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from dualcontrol.budget.v1 import budget_service_pb2_grpc as rpc
from kernel.clock import system_clock
from kernel.regions import RegionCode, lineage
from servicekit.eventing.envelope import Envelope, headers_of
from servicekit.eventing.outbox import event_type
from servicekit.eventing.topics import BUDGET_COMMANDS
from testkit.calling import channel
from testkit.postgres import owner_dsn
from testkit.stack import Stack

if TYPE_CHECKING:
    from dualcontrol.budget.v1.budget_service_pb2_grpc import BudgetServiceAsyncStub

BUDGET: Final = "budget"
REGION: Final = "630121"
YEAR, CARBON_YEAR = 2026, 2027
"""Of the second one the envelopes have carbon too."""
BATCH: Final = 250
BATCHES_IN_FLIGHT: Final = 4
CALLS_IN_FLIGHT: Final = 64
CALL_SECONDS_MAX: Final = 30
SECONDS_MAX: Final = 300
LOOK_SECONDS: Final = 0.02
METHOD: Final = "/dualcontrol.budget.v1.BudgetService/"


class BudgetService:
    """One region of three levels, and the budget process that may be stopped and started."""

    def __init__(self, stack: Stack, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._stack = stack
        self._connection = connection
        self._ids = count()
        self._asked = {YEAR: 0, CARBON_YEAR: 0}
        """The amounts asked for, by year."""

    @classmethod
    async def opened(cls, stack: Stack) -> "BudgetService":
        """Running, with its envelopes."""
        await asyncio.to_thread(stack.up, [BUDGET])
        service = cls(stack, await asyncpg.connect(owner_dsn(stack.dsn(BUDGET))))
        async with service._channel() as channel:
            stub: BudgetServiceAsyncStub = rpc.BudgetServiceStub(channel)
            for year in (YEAR, CARBON_YEAR):
                for region in lineage(RegionCode(REGION)):
                    await stub.GrantEnvelope(_envelope(region, year), timeout=CALL_SECONDS_MAX)
        return service

    async def close(self) -> None:
        await self._connection.close()

    async def stop(self) -> None:
        await asyncio.to_thread(self._stack.stop, BUDGET)

    async def in_batches(self, holds: int, year: int) -> float:
        """Holds a second in batches of 250, four in flight. Raises Lost."""
        asked = [self._request(year) for _ in range(holds)]
        sent = [
            pb.ReserveDeductionsRequest(requests=asked[first : first + BATCH]).SerializeToString()
            for first in range(0, holds, BATCH)
        ]
        found, answers = await self._call("ReserveDeductions", sent, BATCHES_IN_FLIGHT, holds)
        outcomes = [one for raw in answers for one in pb.ReserveDeductionsResponse.FromString(raw).outcomes]
        check("deductions reserved in batches", holds, sum(one.HasField("deduction") for one in outcomes))
        await self._check(year)
        return found

    async def one_by_one(self, holds: int, year: int) -> float:
        """Holds a second, one a call, 64 in flight. Raises Lost."""
        sent = [self._request(year).SerializeToString() for _ in range(holds)]
        found, answers = await self._call("ReserveDeduction", sent, CALLS_IN_FLIGHT, holds)
        check(
            "deductions reserved",
            holds,
            len({pb.ReserveDeductionResponse.FromString(a).deduction.name for a in answers}),
        )
        await self._check(year)
        return found

    async def from_topic(self, holds: int, year: int) -> float:
        """Holds a second from the topic; the process is stopped before, and runs afterwards. Raises Lost.

        The commands lie in the topic when the process starts. The clock runs from the beginning of the transaction that
        took the first batch of them, by the database's clock, until a look every 20 ms finds the last one in the
        accounts. So the start of the process does not count, nor does the reading of the first 500.
        """
        await self._produce([self._command(year) for _ in range(holds)])
        before = await self._connection.fetchval("SELECT clock_timestamp()")
        starting = asyncio.create_task(asyncio.to_thread(self._stack.start, BUDGET))
        async with asyncio.timeout(SECONDS_MAX):
            while await self._held(year) < self._asked[year]:
                await asyncio.sleep(LOOK_SECONDS)
            ended = await self._connection.fetchval("SELECT clock_timestamp()")
        await starting
        began = await self._connection.fetchval("SELECT min(receive_time) FROM inbox WHERE receive_time > $1", before)
        await self._check(year)
        took: timedelta = ended - began
        return holds / took.total_seconds()

    async def quiet(self) -> None:
        """Until the relay has published what was decided, so that it does not weigh on the next measurement."""
        async with asyncio.timeout(SECONDS_MAX):
            while await self._connection.fetchval("SELECT EXISTS (SELECT FROM outbox)"):
                await asyncio.sleep(LOOK_SECONDS)

    async def _call(self, method: str, sent: Sequence[bytes], in_flight: int, holds: int) -> tuple[float, list[bytes]]:
        left, answers = iter(sent), list[bytes]()
        async with self._channel() as channel:
            call = channel.unary_unary(METHOD + method, request_serializer=bytes, response_deserializer=bytes)

            async def caller() -> None:
                answers.extend([await call(raw, timeout=CALL_SECONDS_MAX) for raw in left])

            await channel.channel_ready()
            found = await rate(holds, asyncio.gather(*(caller() for _ in range(in_flight))))
        return found, answers

    async def _produce(self, messages: Sequence[commands.ReserveDeduction]) -> None:
        async with AIOKafkaProducer(bootstrap_servers=self._stack.kafka_bootstrap, acks="all") as producer:
            sent = [
                await producer.send(
                    BUDGET_COMMANDS,
                    key=REGION.encode(),
                    value=envelope.value,
                    headers=headers_of(envelope, system_clock()),
                )
                for envelope in map(_enveloped, messages)
            ]
            await asyncio.gather(*sent)

    async def _held(self, year: int) -> int:
        """In the province, which every hold reaches."""
        account = f"630000/energy_calorific_kgce/{year}"
        held: int = await self._connection.fetchval("SELECT held FROM ledger_account WHERE id = $1", account)
        return held

    async def _check(self, year: int) -> None:
        rows = await self._connection.fetch("SELECT id, held FROM ledger_account WHERE id LIKE '%/' || $1", str(year))
        check("accounts of the year", 6 if year == CARBON_YEAR else 3, len(rows))
        for row in rows:
            check(f"held on {row['id']}", self._asked[year], row["held"])

    def _channel(self) -> grpc.aio.Channel:
        options = [("grpc.max_receive_message_length", 16 * 1024 * 1024)]
        return channel(self._stack, BUDGET, options=options)

    def _request(self, year: int) -> pb.ReserveDeductionRequest:
        filing, amount = self._next(year)
        return pb.ReserveDeductionRequest(
            name=f"deductions/{filing}-r1-1",
            filing=filing,
            region_code=REGION,
            year=year,
            amount_kgce_calorific=amount,
            amount_kgco2=amount if year == CARBON_YEAR else None,
        )

    def _next(self, year: int) -> tuple[str, int]:
        """A filing, and what it asks for."""
        number = next(self._ids)
        self._asked[year] += amount_of(number)
        return project(number), amount_of(number)

    def _command(self, year: int) -> commands.ReserveDeduction:
        filing, amount = self._next(year)
        return commands.ReserveDeduction(
            deduction=f"{filing}-r1-1",
            filing=filing,
            region_code=REGION,
            year=year,
            amount_kgce_calorific=amount,
            amount_kgco2=amount if year == CARBON_YEAR else None,
        )


def _envelope(region: str, year: int) -> pb.GrantEnvelopeRequest:
    return pb.GrantEnvelopeRequest(
        name=f"regions/{region}/accounts/{year}",
        amount_kgce_calorific=ENVELOPE,
        amount_kgco2=ENVELOPE if year == CARBON_YEAR else None,
        document="虚构示例, 非真实预算",
        request_id=request_id("bench", region, year),
    )


def _enveloped(message: commands.ReserveDeduction) -> Envelope:
    return Envelope(
        id=str(UUID(request_id(message.deduction))),
        source="/dualcontrol/bench",
        type=event_type(BUDGET, message),
        key=REGION,
        value=message.SerializeToString(deterministic=True),
    )
