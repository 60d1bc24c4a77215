"""Screening on a real PostgreSQL: its schema, its units of work, its gRPC server, and events to feed it."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.message import Message
from google.type.date_pb2 import Date

from dualcontrol.budget.v1 import budget_commands_pb2 as commands
from dualcontrol.budget.v1 import budget_events_pb2 as budget
from dualcontrol.budget.v1 import budget_service_pb2 as budget_pb
from dualcontrol.budget.v1 import offsets_events_pb2 as offsets
from dualcontrol.budget.v1 import offsets_service_pb2 as offsets_pb
from dualcontrol.capacity.v1 import capacity_events_pb2 as capacity
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity_pb
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.filing.v1 import filing_service_pb2 as filing_pb
from dualcontrol.review.v1 import opinion_events_pb2 as opinions
from dualcontrol.review.v1 import opinion_service_pb2 as opinion_pb
from dualcontrol.review.v1 import review_events_pb2 as review
from dualcontrol.review.v1 import review_service_pb2 as review_pb
from dualcontrol.screening.v1 import screening_events_pb2 as events
from dualcontrol.screening.v1.screening_service_pb2_grpc import ScreeningServiceStub
from dualcontrol.targets.v1 import targets_events_pb2 as targets
from dualcontrol.targets.v1 import targets_service_pb2 as targets_pb
from kernel.clock import Clock
from screening.adapters.postgres import ScreeningWork
from screening.application.ports import Heard
from screening.application.screen import take_facts
from screening.application.sweep import sweep_page
from screening.bootstrap import DECISIONS_CHANNEL, service
from screening.entrypoints.grpc import servicers
from screening.entrypoints.stream import subscriptions
from servicekit.eventing.envelope import Envelope
from servicekit.eventing.outbox import event_type, type_on
from servicekit.eventing.topics import TARGETS_EVENTS
from servicekit.storage.bell import Bell
from servicekit.storage.database import Database
from servicekit.wire import date_to_wire
from statute.loader import PolicyBundle
from testkit.serving import migrated, serving

if TYPE_CHECKING:
    from dualcontrol.screening.v1.screening_service_pb2_grpc import ScreeningServiceAsyncStub

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
APPLIED = date(2026, 3, 2)
KINDS = {
    made.DESCRIPTOR.name: made
    for made in (
        events.ProjectScreened,
        commands.ReserveDeduction,
        commands.VoidDeduction,
        commands.PostDeduction,
        commands.ReverseDeduction,
    )
}

Begin = Callable[[], ScreeningWork]


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Database]:
    async with migrated(database, service()) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    """Stands still; a test of times has its own."""
    return lambda: NOW


@pytest.fixture
def begin(pool: Database, policy: PolicyBundle, clock: Clock) -> Begin:
    async def settle(heard: Sequence[Heard], work: ScreeningWork) -> None:
        await take_facts(heard, work, policy, at=clock())

    return partial(ScreeningWork, pool, "screening", settle)


@pytest.fixture
async def stub(pool: Database, begin: Begin, policy: PolicyBundle) -> "AsyncIterator[ScreeningServiceAsyncStub]":
    bell = Bell(pool, DECISIONS_CHANNEL)
    listening = asyncio.create_task(bell.listen())
    async with serving(servicers(begin, policy, lambda: NOW, bell)) as channel:
        yield ScreeningServiceStub(channel)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


@dataclass
class Stream:
    """Feeds events to the handlers as the inbox consumer does: one transaction a batch."""

    begin: Begin
    policy: PolicyBundle
    ids: "itertools.count[int]"
    clock: Clock

    async def take(self, *messages: Message) -> None:
        """All in one transaction, so all of one topic."""
        async with self.begin() as work:
            await self.handle(work, *messages)
            await work.commit()

    async def handle(self, work: ScreeningWork, *messages: Message) -> None:
        routed = [self._routed(message) for message in messages]
        envelopes = [
            Envelope(str(next(self.ids)), "test", kind, key, b"", topic=topic) for topic, kind, key, _ in routed
        ]
        await work.inbox.accept(envelopes)
        for (_, _, _, handle), message in zip(routed, messages, strict=True):
            await handle(message, work)

    def _routed(self, message: Message) -> tuple[str, str, str, Callable[[Message, ScreeningWork], Awaitable[None]]]:
        for subscription in subscriptions(self.clock):
            kind = type_on(subscription.topic, message)
            if kind in subscription.routes:
                key = message.region_code if subscription.topic == TARGETS_EVENTS else _filing_of(message)  # type: ignore[attr-defined]
                return subscription.topic, kind, key, subscription.routes[kind].handle
        raise AssertionError(f"nothing takes {message.DESCRIPTOR.name}")

    async def sweep(self) -> None:
        """Whatever waits to be screened again, as the process does beside its server."""
        while await self.page():
            pass

    async def page(self) -> bool:
        async with self.begin() as work:
            found = await sweep_page(work, self.policy, at=self.clock())
            await work.commit()
        return found

    async def sent(self) -> list[Message]:
        """What went to the outbox, in order."""
        async with self.begin() as work:
            rows = await work.connection.fetch("SELECT type, value FROM outbox ORDER BY id")
        by_type = {event_type(s, made): made for s in ("screening", "budget") for made in KINDS.values()}
        return [by_type[row["type"]].FromString(row["value"]) for row in rows]


def _filing_of(message: Any) -> str:
    for part in ("deduction", "hold"):
        inner = getattr(message, part, None)
        if isinstance(inner, Message):
            return str(inner.filing)  # type: ignore[attr-defined]  # a deduction, or a hold of savings
    return str(getattr(message, "filing", "630000"))


@pytest.fixture
def stream(begin: Begin, policy: PolicyBundle, clock: Clock) -> Stream:
    return Stream(begin, policy, itertools.count(1), clock)


@dataclass(frozen=True)
class Events:
    """Makes events of the other services about a project that nothing stands against."""

    def accepted(
        self, filing_id: str = "f-1", revision: int = 1, region: str = "630104", day: date = APPLIED
    ) -> filing.FilingAccepted:
        dossier = filing_pb.Dossier(
            project_name=f"project {revision}",
            region_code=region,
            application_date=date_to_wire(day),
            nationally_planned=False,
        )
        return filing.FilingAccepted(filing=filing_id, revision=revision, dossier=dossier)

    def withdrawn(self, filing_id: str = "f-1", revision: int = 2) -> filing.FilingWithdrawn:
        return filing.FilingWithdrawn(filing=filing_id, revision=revision)

    def reviewed(self, filing_id: str = "f-1", revision: int = 1, kgce: int = 5_000) -> review.ReviewEvaluated:
        made = review_pb.Review(revision=revision, two_high=common.VERDICT_HOLDS, annual_kgce_calorific=kgce)
        return review.ReviewEvaluated(filing=filing_id, review=made)

    def replaced(self, filing_id: str = "f-1", revision: int = 1) -> capacity.ReplacementEvaluated:
        return capacity.ReplacementEvaluated(filing=filing_id, replacement=capacity_pb.Replacement(revision=revision))

    def facts(
        self, filing_id: str = "f-1", revision: int = 1, kgce: int = 0, region: str = "630104", day: date = APPLIED
    ) -> list[Message]:
        """All that a decision needs; without energy none is reserved."""
        return [
            self.accepted(filing_id, revision, region, day),
            self.reviewed(filing_id, revision, kgce),
            self.replaced(filing_id, revision),
        ]

    def reserved(self, deduction: str = "f-1-r1-1", filing_id: str = "f-1") -> budget.DeductionReserved:
        made = budget_pb.Deduction(name=f"deductions/{deduction}", filing=filing_id)
        return budget.DeductionReserved(deduction=made)

    def refused(
        self, deduction: str = "f-1-r1-1", filing_id: str = "f-1", short: Sequence[str] = (), *, fits: bool = True
    ) -> budget.DeductionRefused:
        objection = common.Finding(
            rule="budget.available", verdict=common.VERDICT_FAILS, leads_to=common.DISPOSITION_DEFER
        )
        made = budget.DeductionRefused(
            deduction=deduction, filing=filing_id, reason="INSUFFICIENT_BUDGET", findings=[objection]
        )
        for region in short:
            made.shortages.add(
                region_code=region, year=2026, instrument="energy", asked=5_000, granted=5_000 if fits else 4_999
            )
        return made

    def voided(
        self, deduction: str = "f-1-r1-1", filing_id: str = "f-1", freed: Sequence[str] = ()
    ) -> budget.DeductionVoided:
        deducted = budget_pb.Deduction(name=f"deductions/{deduction}", filing=filing_id)
        return budget.DeductionVoided(deduction=deducted, freed=self.free(*freed))

    def posted(self, deduction: str = "f-1-r1-1", filing_id: str = "f-1") -> budget.DeductionPosted:
        deducted = budget_pb.Deduction(name=f"deductions/{deduction}", filing=filing_id)
        return budget.DeductionPosted(deduction=deducted)

    def reversed(
        self, deduction: str = "f-1-r1-1", filing_id: str = "f-1", freed: Sequence[str] = ()
    ) -> budget.DeductionReversed:
        deducted = budget_pb.Deduction(name=f"deductions/{deduction}", filing=filing_id)
        return budget.DeductionReversed(deduction=deducted, freed=self.free(*freed))

    def granted(self, *regions: str) -> budget.EnvelopeGranted:
        return budget.EnvelopeGranted(freed=self.free(*regions))

    def free(self, *regions: str) -> list[budget.Freed]:
        return [budget.Freed(region_code=region, year=2026, instrument="energy") for region in regions]

    def saved(self, filing_id: str = "f-1", kgce: int = 5_000, hold: str = "s-1") -> offsets.SavingReserved:
        held = offsets_pb.SavingHold(
            name=f"savingHolds/{hold}",
            filing=filing_id,
            energy_kgce=kgce,
            basis=offsets_pb.OFFSET_BASIS_CALORIFIC,
            state=offsets_pb.SAVING_HOLD_STATE_RESERVED,
        )
        return offsets.SavingReserved(hold=held)

    def issued(self, filing_id: str = "f-1", revision: int = 1, version: int = 1) -> opinions.OpinionIssued:
        made = opinion_pb.Opinion(
            name=f"filings/{filing_id}/opinions/{version}",
            revision=revision,
            version=version,
            result=opinion_pb.OPINION_RESULT_PASS,
            state=opinion_pb.OPINION_STATE_ISSUED,
            drafter="甲(虚构)",
            signer="乙(虚构)",
            document=f"文号 {version}",
        )
        return opinions.OpinionIssued(filing=filing_id, opinion=made)

    def lapsed(self, issued: opinions.OpinionIssued, version: int) -> opinions.OpinionLapsed:
        made = opinion_pb.Opinion()
        made.CopyFrom(issued.opinion)
        made.state, made.version = opinion_pb.OPINION_STATE_LAPSED, version
        return opinions.OpinionLapsed(filing=issued.filing, opinion=made)

    def level(self, level: int, version: int = 1, region: str = "630100") -> targets.RegionLevelChanged:
        made = targets_pb.RegionLevel(
            region_code=region,
            scale=targets_pb.SCALE_INTENSITY,
            level=targets_pb.WarningLevel.ValueType(level),
            period_end=Date(year=2025, month=12, day=31),
            evidence=f"bulletin {version}",
        )
        return targets.RegionLevelChanged(region_code=region, version=version, levels=[made])


@pytest.fixture
def made() -> Events:
    return Events()
