"""The calls on replacements and their plans: translate in, call, translate out."""

from collections.abc import Callable

from capacity.application.ports import Work
from capacity.application.record_step import record_step
from capacity.application.resolve_hold import post_replacement, void_replacement
from capacity.domain.replacement import FilingId, Replacement
from capacity.entrypoints import checks
from capacity.entrypoints.plan_checks import lapsing_after, plan_step
from capacity.wire.plans import lapsing_to_wire, with_plan
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from kernel.clock import Clock, legal_day
from kernel.errors import NotFound
from servicekit.rpc.checks import Violations
from servicekit.rpc.once import answer_once
from servicekit.rpc.pages import after, next_token, page_size
from statute.loader import PolicyBundle


class PlanCalls:
    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock

    async def get(self, request: pb.GetReplacementRequest) -> pb.GetReplacementResponse:
        violations = Violations()
        filing = checks.replacement_name(violations, request.name)
        violations.done()
        async with self._begin() as work:
            found = await work.replacements.get(filing)
            if found is None or found.evaluation is None:
                raise NotFound(request.name)
            return pb.GetReplacementResponse(replacement=await self._shown(found, work))

    async def record_step(self, request: pb.RecordPlanStepRequest) -> pb.RecordPlanStepResponse:
        at = self._clock()
        violations = Violations()
        violations.request_id(request.request_id)
        filing = checks.replacement_name(violations, request.name)
        step = plan_step(violations, request, at, legal_day(at))
        violations.done()
        assert step is not None

        async def act(work: Work) -> pb.RecordPlanStepResponse:
            replacement, plan = await record_step(filing, step, work, self._policy)
            return pb.RecordPlanStepResponse(replacement=with_plan(replacement, plan, self._policy))

        return await answer_once(self._begin(), request, pb.RecordPlanStepResponse, act)

    async def post(self, request: pb.PostReplacementRequest) -> pb.PostReplacementResponse:
        violations = Violations()
        filing = self._resolving(violations, request)
        checks.document(violations, "document", request.document)
        violations.done()

        async def act(work: Work) -> pb.PostReplacementResponse:
            posted = await post_replacement(filing, request.document, work, policy=self._policy, at=self._clock())
            return pb.PostReplacementResponse(replacement=await self._shown(posted, work))

        return await answer_once(self._begin(), request, pb.PostReplacementResponse, act)

    async def void(self, request: pb.VoidReplacementRequest) -> pb.VoidReplacementResponse:
        violations = Violations()
        filing = self._resolving(violations, request)
        checks.document(violations, "reason", request.reason)
        violations.done()

        async def act(work: Work) -> pb.VoidReplacementResponse:
            voided = await void_replacement(filing, request.reason, work, policy=self._policy, at=self._clock())
            return pb.VoidReplacementResponse(replacement=await self._shown(voided, work))

        return await answer_once(self._begin(), request, pb.VoidReplacementResponse, act)

    async def list_lapsing(self, request: pb.ListLapsingRequest) -> pb.ListLapsingResponse:
        violations = Violations()
        size = page_size(request.page_size, violations)
        start = lapsing_after(violations, after(request.page_token, violations))
        by = legal_day(self._clock())
        if request.HasField("by_date"):
            by = violations.day("by_date", request.by_date) or by
        violations.done()
        async with self._begin() as work:
            page = await work.plans.lapsing(by, start, size)
        token = next_token(f"{page[-1].lapses_on} {page[-1].filing}", len(page), size) if page else ""
        return pb.ListLapsingResponse(plans=[lapsing_to_wire(plan) for plan in page], next_page_token=token)

    def _resolving(
        self, violations: Violations, request: pb.PostReplacementRequest | pb.VoidReplacementRequest
    ) -> FilingId:
        violations.request_id(request.request_id)
        return checks.replacement_name(violations, request.name)

    async def _shown(self, replacement: Replacement, work: Work) -> pb.Replacement | None:
        """None for a filing that was withdrawn before it was ever evaluated."""
        if replacement.evaluation is None:
            return None
        return with_plan(replacement, await work.plans.get(replacement.filing), self._policy)
