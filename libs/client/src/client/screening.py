"""What can be asked about decisions, queues and drafts of the law, one function each; all raise ServiceError."""

from collections.abc import AsyncIterator
from typing import Final

from client.connections import Services, answers, call
from client.operations import CURRENT, pages
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from dualcontrol.screening.v1 import simulation_service_pb2 as simulation

REPLAY_SECONDS: Final = 60
"""A law that is not in force any more has to be loaded first."""


def decision_name(filing: str, number: int | None = None) -> str:
    """Of the decision with that number, or of the current one."""
    return f"filings/{filing}/decisions/{number or CURRENT}"


async def explanation(services: Services, name: str) -> pb.ExplainDecisionResponse:
    """NOT_FOUND with the reason NO_DECISION_YET while facts are missing."""
    return await call(services.screening.ExplainDecision, pb.ExplainDecisionRequest(name=name))


async def history(services: Services, filing: str) -> AsyncIterator[pb.Decision]:
    """The newest first."""
    asked = pb.ListDecisionHistoryRequest(parent=f"filings/{filing}")
    async for page in pages(asked, services.screening.ListDecisionHistory):
        for one in page.decisions:
            yield one


async def replay(services: Services, name: str) -> pb.ReplayDecisionResponse:
    request = pb.ReplayDecisionRequest(name=name)
    return await call(services.screening.ReplayDecision, request, seconds=REPLAY_SECONDS)


def verify(services: Services, *, seconds: float) -> AsyncIterator[pb.VerifyDecisionsResponse]:
    """How far it is and what was found since, answer after answer."""
    return answers(services.screening.VerifyDecisions, pb.VerifyDecisionsRequest(), seconds=seconds)


async def queue(services: Services, region: str, limit: int) -> pb.ListQueueResponse:
    """The first `limit` that wait, in the published order."""
    made = pb.ListQueueResponse()
    async for page in pages(pb.ListQueueRequest(parent=f"regions/{region}"), services.screening.ListQueue):
        made.order.CopyFrom(page.order)
        made.entries.extend(page.entries)
        if len(made.entries) >= limit:
            break
    del made.entries[limit:]
    return made


async def stuck(services: Services, limit: int) -> pb.ListStuckCasesResponse:
    """The first `limit`, who has waited longest first."""
    made = pb.ListStuckCasesResponse()
    async for page in pages(pb.ListStuckCasesRequest(), services.screening.ListStuckCases):
        made.normal.CopyFrom(page.normal)
        made.total = page.total
        made.cases.extend(page.cases)
        if len(made.cases) >= limit:
            break
    del made.cases[limit:]
    return made


def simulate(
    services: Services, request: simulation.SimulatePolicyRequest, *, seconds: float
) -> AsyncIterator[simulation.SimulatePolicyResponse]:
    """How far it is and what would change, answer after answer; the last has the effects on budgets."""
    return answers(services.simulation.SimulatePolicy, request, seconds=seconds)
