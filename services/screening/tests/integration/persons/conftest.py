"""What persons' acts are tested with: their service, a case that waits for a person, one that a rule stands against."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.review.v1 import review_events_pb2 as review
from dualcontrol.screening.v1 import persons_service_pb2 as pb
from dualcontrol.screening.v1 import screening_service_pb2 as screening_pb
from dualcontrol.screening.v1.persons_service_pb2_grpc import PersonsServiceStub
from screening.entrypoints.persons import servicers
from servicekit.wire import date_to_wire
from statute.loader import PolicyBundle
from testkit.serving import serving

if TYPE_CHECKING:
    from services.screening.tests.integration.conftest import Begin, Events, Stream

    from dualcontrol.screening.v1.persons_service_pb2_grpc import PersonsServiceAsyncStub
    from dualcontrol.screening.v1.screening_service_pb2_grpc import ScreeningServiceAsyncStub

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
SECONDS = 30
FIRST = "filings/f-1/decisions/1"


@dataclass(frozen=True)
class Acts:
    """Makes requests, and reads what they came to."""

    stub: "ScreeningServiceAsyncStub"
    made: "Events"

    def found(self, rule: str, leads_to: "common.Disposition.ValueType") -> common.Finding:
        return common.Finding(rule=rule, verdict=common.VERDICT_UNKNOWN, leads_to=leads_to)

    def reviewed(self, *findings: common.Finding, revision: int = 1) -> review.ReviewEvaluated:
        event = self.made.reviewed(revision=revision, kgce=0)
        event.review.findings.extend(findings)
        return event

    def ruling(self, **changed: Any) -> pb.RecordRulingRequest:
        stated: dict[str, Any] = {
            "decision": FIRST,
            "disposition": common.DISPOSITION_APPROVE,
            "person": "虚构人甲",
            "clause": "第八条",
            "reason": "经核实符合要求",
            "request_id": str(uuid4()),
        }
        return pb.RecordRulingRequest(**(stated | changed))

    def proposal(self, **changed: Any) -> pb.ProposeOverrideRequest:
        stated = {
            "decision": FIRST,
            "rules": ["access.baseline"],
            "reason": "试点项目",
            "evidence": "虚构文号",
            "end_date": date_to_wire(TODAY + timedelta(days=10)),
            "proposer": "虚构人甲",
            "request_id": str(uuid4()),
        }
        return pb.ProposeOverrideRequest(**(stated | changed))

    def signature(self, signer: str = "虚构人乙") -> pb.SignOverrideRequest:
        return pb.SignOverrideRequest(name="filings/f-1/overrides/1", signer=signer, request_id=str(uuid4()))

    def ending(self, person: str = "虚构人丙") -> pb.EndOverrideRequest:
        return pb.EndOverrideRequest(
            name="filings/f-1/overrides/1", person=person, reason="试点结束", request_id=str(uuid4())
        )

    async def current(self) -> screening_pb.Decision:
        request = screening_pb.GetDecisionRequest(name="filings/f-1/decisions/current")
        return (await self.stub.GetDecision(request, timeout=SECONDS)).decision

    def causes(self, decision: screening_pb.Decision) -> list[tuple[str, str]]:
        return [(one.kind, one.subject) for one in decision.causes]


@pytest.fixture
def acts(stub: "ScreeningServiceAsyncStub", made: "Events") -> Acts:
    return Acts(stub, made)


@pytest.fixture
async def persons(begin: "Begin", policy: PolicyBundle) -> "AsyncIterator[PersonsServiceAsyncStub]":
    async with serving(servicers(begin, policy, lambda: NOW)) as channel:
        yield PersonsServiceStub(channel)


@pytest.fixture
async def manual(stream: "Stream", made: "Events", acts: Acts) -> "Stream":
    """A case that waits for a person by two rules, and for nothing else."""
    found_of = [acts.found(rule, common.DISPOSITION_MANUAL) for rule in ("access.baseline", "review.two_high")]
    for event in (made.level(3), made.accepted(), acts.reviewed(*found_of), made.replaced()):
        await stream.take(event)
    return stream


@pytest.fixture
async def returned(stream: "Stream", made: "Events", acts: Acts) -> "Stream":
    """A case that one rule stands against."""
    event = acts.reviewed(acts.found("access.baseline", common.DISPOSITION_NOT_PASS))
    for taken in (made.level(3), made.accepted(), event, made.replaced()):
        await stream.take(taken)
    return stream
