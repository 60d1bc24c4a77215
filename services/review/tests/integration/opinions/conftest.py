"""The service as it is put together, a clock that tests set, and filings that screening decided on."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import grpc
import pytest
from google.protobuf.message import Message

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.review.v1 import opinion_events_pb2 as events
from dualcontrol.review.v1 import opinion_service_pb2 as pb
from dualcontrol.review.v1.opinion_service_pb2_grpc import OpinionServiceStub
from dualcontrol.screening.v1 import screening_events_pb2 as screening
from dualcontrol.screening.v1 import screening_service_pb2 as decisions
from review.bootstrap import service
from servicekit.eventing.outbox import type_on
from servicekit.eventing.topics import FILING_EVENTS, REVIEW_EVENTS, SCREENING_EVENTS
from servicekit.program import Parts, Wiring
from servicekit.rpc.server import Doors, RpcServer
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from testkit.gates import open_gate
from testkit.ports import choose_port

if TYPE_CHECKING:
    from dualcontrol.review.v1.opinion_service_pb2_grpc import OpinionServiceAsyncStub

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
SECONDS_MAX = 20
FILING = "xining-line-2"
DISPOSITIONS = {
    common.OUTCOME_APPROVE: common.DISPOSITION_APPROVE,
    common.OUTCOME_DEFER: common.DISPOSITION_DEFER,
    common.OUTCOME_BLOCK: common.DISPOSITION_NOT_PASS,
}
EVENTS: dict[str, type[Message]] = {
    type_on(REVIEW_EVENTS, message): message
    for message in (events.OpinionIssued, events.OpinionLapsed, events.OpinionRevoked)
}


class Hands:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def put(self, day: date) -> None:
        """To noon in China on the day."""
        self.now = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def parts(pool: Database, policy: PolicyBundle, clock: Hands) -> Parts:
    return service().build(Wiring(pool, policy, clock))


@pytest.fixture
async def stub(parts: Parts) -> "AsyncIterator[OpinionServiceAsyncStub]":
    address = f"127.0.0.1:{choose_port()}"
    server = RpcServer(Doors(address), parts.add_servicers, open_gate())
    await server.start()
    async with grpc.aio.insecure_channel(address) as channel:
        yield OpinionServiceStub(channel)
    await server.stop(drain_seconds=1)


class Desk:
    """What reaches the service about filings, and what persons do with opinions on them."""

    def __init__(self, parts: Parts, stub: "OpinionServiceAsyncStub", pool: Database) -> None:
        self._parts = parts
        self._stub = stub
        self._pool = pool

    async def take(self, topic: str, *messages: Message) -> None:
        """As the consumer does: one transaction, committed."""
        (subscription,) = [one for one in self._parts.subscriptions if one.topic == topic]
        async with self._parts.begin() as work:
            for message in messages:
                route = subscription.routes[type_on(topic, message)]
                await route.handle(route.message.FromString(message.SerializeToString()), work)
            await work.commit()

    async def screened(
        self,
        number: int = 1,
        outcome: common.Outcome.ValueType = common.OUTCOME_APPROVE,
        *,
        filing_id: str = FILING,
        revision: int = 1,
    ) -> str:
        """The name of the decision that screening made."""
        name = f"filings/{filing_id}/decisions/{number}"
        await self.take(SCREENING_EVENTS, self.event(filing_id, name, outcome, revision=revision))
        return name

    def event(
        self,
        filing_id: str,
        name: str,
        outcome: common.Outcome.ValueType = common.OUTCOME_APPROVE,
        *,
        revision: int,
    ) -> screening.ProjectScreened:
        decision = decisions.Decision(
            name=name, outcome=outcome, disposition=DISPOSITIONS[outcome], filing_revision=revision
        )
        return screening.ProjectScreened(filing=filing_id, decision=decision)

    async def withdraw(self, revision: int = 2) -> None:
        await self.take(FILING_EVENTS, filing.FilingWithdrawn(filing=FILING, revision=revision, reason="撤回"))

    def request(
        self, decision: str, result: pb.OpinionResult.ValueType = pb.OPINION_RESULT_PASS, drafter: str = "甲"
    ) -> pb.DraftOpinionRequest:
        return pb.DraftOpinionRequest(
            decision=decision,
            result=result,
            text="原则同意该项目节能报告。\n项目应落实各项节能措施。",
            conditions=["年综合能源消费量不超过报告值"],
            drafter=drafter,
            request_id=str(uuid4()),
        )

    async def draft(self, decision: str, result: pb.OpinionResult.ValueType = pb.OPINION_RESULT_PASS) -> pb.Opinion:
        answer = await self._stub.DraftOpinion(self.request(decision, result), timeout=SECONDS_MAX)
        return answer.opinion

    async def sign(self, opinion: pb.Opinion, signer: str = "乙") -> pb.Opinion:
        request = pb.IssueOpinionRequest(
            name=opinion.name, signer=signer, document="虚构节能审〔2026〕1号", request_id=str(uuid4())
        )
        return (await self._stub.IssueOpinion(request, timeout=SECONDS_MAX)).opinion

    async def issued(self, filing_id: str = FILING) -> pb.Opinion:
        """An opinion in force on an approved filing."""
        return await self.sign(await self.draft(await self.screened(filing_id=filing_id)))

    async def newest(self) -> pb.Opinion:
        request = pb.GetOpinionRequest(name=f"filings/{FILING}/opinions/newest")
        return (await self._stub.GetOpinion(request, timeout=SECONDS_MAX)).opinion

    async def announced(self) -> list[Message]:
        """Of opinions, in the order in which they are published."""
        rows = await self._pool.fetch("SELECT topic, key, type, value FROM outbox ORDER BY id")
        made = [(row["topic"], row["key"], EVENTS[row["type"]].FromString(row["value"])) for row in rows]
        assert all((topic, key) == (REVIEW_EVENTS, event.filing) for topic, key, event in made)  # type: ignore[attr-defined]
        return [event for _, _, event in made]

    async def log(self) -> list[tuple[str, int, list[str], str]]:
        """Each change: its kind, the opinion's number, who did it, why."""
        rows = await self._pool.fetch("SELECT kind, number, persons, note FROM opinion_change ORDER BY version")
        return [tuple(row) for row in rows]


@pytest.fixture
def desk(parts: Parts, stub: "OpinionServiceAsyncStub", pool: Database) -> Desk:
    return Desk(parts, stub, pool)
