"""What ScreeningService tells of cases that wait: a case's facts, a region's queue, and what is stuck."""

from typing import Any

from dualcontrol.screening.v1 import screening_service_pb2 as pb
from kernel.clock import legal_day
from kernel.errors import NotFound
from screening.application.read import view_case
from screening.application.waiting.lists import normal, queue_page, stuck_page, stuck_since
from screening.domain.queue import ORDER
from screening.entrypoints import checks
from screening.entrypoints.decisions import DecisionReads
from screening.wire.decisions import versions_to_wire
from screening.wire.reads import entry_to_wire, stuck_to_wire
from servicekit.rpc.checks import Violations
from servicekit.rpc.pages import next_token, page_size
from servicekit.wire import citation_to_wire


class WaitingReads(DecisionReads):
    async def GetCase(self, request: pb.GetCaseRequest, _context: Any) -> pb.GetCaseResponse:
        violations = Violations()
        filing = checks.case_name(violations, "name", request.name)
        violations.done()
        async with self._begin() as work:
            view = await view_case(filing, work, self._policy, legal_day(self._clock()))
        if view is None:
            raise NotFound(request.name)
        case = pb.Case(
            name=request.name,
            facts=versions_to_wire(view.facts),
            waiting_for=view.waiting_for,
            settled=view.settled,
            deduction=f"deductions/{view.deduction}" if view.deduction else "",
        )
        return pb.GetCaseResponse(case=case)

    async def ListQueue(self, request: pb.ListQueueRequest, _context: Any) -> pb.ListQueueResponse:
        violations = Violations()
        region = checks.region_name(violations, "parent", request.parent)
        size = page_size(request.page_size, violations)
        start = checks.starts_at(violations, request.page_token, checks.place_from)
        violations.done()
        assert region is not None
        async with self._begin() as work:
            page, first = await queue_page(region, start, size, work)
        order = self._policy.on(ORDER, legal_day(self._clock()))
        return pb.ListQueueResponse(
            entries=[entry_to_wire(entry, first + place) for place, entry in enumerate(page)],
            next_page_token=next_token(checks.place_key(page[-1].place), len(page), size) if page else "",
            order=None if order is None else citation_to_wire(order.citation),
        )

    async def ListStuckCases(self, request: pb.ListStuckCasesRequest, _context: Any) -> pb.ListStuckCasesResponse:
        violations = Violations()
        size = page_size(request.page_size, violations)
        start = checks.starts_at(violations, request.page_token, checks.since_from)
        violations.done()
        now = self._clock()
        before = stuck_since(self._policy, now)
        async with self._begin() as work:
            await work.acting_on(None)
            page = await stuck_page(before, start, size, work)
            total = await work.stuck.count(before)
        return pb.ListStuckCasesResponse(
            cases=[stuck_to_wire(one) for one in page],
            next_page_token=next_token(checks.since_key(page[-1].since), len(page), size) if page else "",
            total=total,
            normal=citation_to_wire(normal(self._policy, now).citation),
        )
