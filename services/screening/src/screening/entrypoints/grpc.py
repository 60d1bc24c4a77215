"""ScreeningService over gRPC: translate in, call, translate out."""

import re
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, Final

from dualcontrol.screening.v1 import screening_service_pb2 as pb
from dualcontrol.screening.v1 import screening_service_pb2_grpc as rpc
from kernel.clock import Clock, legal_day
from kernel.errors import NotFound
from kernel.text import Text
from screening.application.ports import Work
from screening.application.read import view_case
from screening.domain.decision import Decision, NoDecisionYet
from screening.domain.facts import FilingId
from screening.entrypoints.watching import follow, position_of
from screening.wire.decisions import decision_to_wire, versions_to_wire
from servicekit.rpc.checks import Violations
from servicekit.rpc.pages import after, next_token, page_size
from servicekit.storage.bell import Bell
from statute.loader import PolicyBundle

CURRENT: Final = "current"

_DECISION_NAME: Final = re.compile(r"filings/([a-z0-9][a-z0-9-]{2,62})/decisions/([1-9][0-9]{0,8}|current)", re.ASCII)
_DECISION_FORM: Final = Text(
    zh=" filings/{备案编号}/decisions/{序号}, 或 filings/{备案编号}/decisions/current",
    en="filings/{filing}/decisions/{number}, or filings/{filing}/decisions/current",
)
_CASE_NAME: Final = re.compile(r"filings/([a-z0-9][a-z0-9-]{2,62})/case", re.ASCII)
_CASE_FORM: Final = Text(zh=" filings/{备案编号}/case", en="filings/{filing}/case")


class ScreeningService(rpc.ScreeningServiceServicer):
    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, bell: Bell) -> None:
        """`bell` rings when a decision is made."""
        self._begin = begin
        self._bell = bell
        self._policy = policy
        self._clock = clock

    async def GetDecision(self, request: pb.GetDecisionRequest, _context: Any) -> pb.GetDecisionResponse:
        violations = Violations()
        violations.matching("name", request.name, _DECISION_NAME, _DECISION_FORM)
        violations.done()
        _, filing, _, number = request.name.split("/")
        if number == CURRENT:
            decision = await self._current(FilingId(filing))
        else:
            async with self._begin() as work:
                found = await work.decisions.get(FilingId(filing), int(number))
            if found is None:
                raise NotFound(request.name)
            decision = found
        return pb.GetDecisionResponse(decision=decision_to_wire(decision))

    async def _current(self, filing: FilingId) -> Decision:
        """Raises NoDecisionYet."""
        async with self._begin() as work:
            decision = await work.decisions.current(filing)
            if decision is None:
                view = await view_case(filing, work, self._policy, legal_day(self._clock()))
                names = view.waiting_for if view else ("filing", "review", "replacement")
                raise NoDecisionYet(filing, ", ".join(names))
        return decision

    async def ListDecisions(self, request: pb.ListDecisionsRequest, _context: Any) -> pb.ListDecisionsResponse:
        violations = Violations()
        size = page_size(request.page_size, violations)
        start = after(request.page_token, violations)
        violations.done()
        async with self._begin() as work:
            page = await work.decisions.page(start, size)
        token = next_token(page[-1].filing, len(page), size) if page else ""
        return pb.ListDecisionsResponse(decisions=[decision_to_wire(d) for d in page], next_page_token=token)

    async def WatchDecisions(
        self, request: pb.WatchDecisionsRequest, _context: Any
    ) -> AsyncIterator[pb.WatchDecisionsResponse]:
        violations = Violations()
        position = position_of(request.resume_token, violations)
        violations.done()
        async for token, decision in follow(self._begin, position, self._bell):
            yield pb.WatchDecisionsResponse(decision=decision_to_wire(decision), resume_token=token)

    async def GetCase(self, request: pb.GetCaseRequest, _context: Any) -> pb.GetCaseResponse:
        violations = Violations()
        violations.matching("name", request.name, _CASE_NAME, _CASE_FORM)
        violations.done()
        filing = FilingId(request.name.split("/")[1])
        async with self._begin() as work:
            view = await view_case(filing, work, self._policy, legal_day(self._clock()))
        if view is None:
            raise NotFound(request.name)
        case = pb.Case(
            name=request.name, facts=versions_to_wire(view.facts), waiting_for=view.waiting_for, settled=view.settled
        )
        return pb.GetCaseResponse(case=case)


def add_servicer(service: ScreeningService, server: Any) -> tuple[str, ...]:
    rpc.add_ScreeningServiceServicer_to_server(service, server)
    return (pb.DESCRIPTOR.services_by_name["ScreeningService"].full_name,)


def servicers(
    begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, bell: Bell
) -> Callable[[Any], tuple[str, ...]]:
    return partial(add_servicer, ScreeningService(begin, policy, clock, bell))
