"""What ScreeningService tells of decisions: read, followed, explained, and made again."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from dualcontrol.screening.v1 import screening_service_pb2 as pb
from dualcontrol.screening.v1 import screening_service_pb2_grpc as rpc
from kernel.clock import Clock, legal_day
from kernel.errors import NotFound
from screening.application.read import view_case
from screening.application.replays.replay import replay
from screening.application.waiting.lists import position_of as queue_position
from screening.domain.decision import Decision, NoDecisionYet
from screening.domain.explaining import changes
from screening.domain.facts import FilingId
from screening.entrypoints import checks
from screening.entrypoints.laws import Laws
from screening.entrypoints.ports import Work
from screening.entrypoints.verifying import verify
from screening.entrypoints.watching import follow, position_of
from screening.wire.decisions import decision_to_wire
from screening.wire.reads import changes_to_wire, remedies_to_wire
from screening.wire.replays import difference_to_wire
from servicekit.rpc.checks import Violations
from servicekit.rpc.pages import after, next_token, page_size
from servicekit.storage.bell import Bell
from statute.loader import PolicyBundle


class DecisionReads(rpc.ScreeningServiceServicer):
    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, bell: Bell) -> None:
        """`bell` rings when a decision is made."""
        self._begin = begin
        self._bell = bell
        self._policy = policy
        self._clock = clock
        self._laws = Laws(begin, policy)

    async def GetDecision(self, request: pb.GetDecisionRequest, _context: Any) -> pb.GetDecisionResponse:
        filing, number = _named(request.name)
        async with self._begin() as work:
            decision = await self._decision(filing, number, work)
        return pb.GetDecisionResponse(decision=decision_to_wire(decision))

    async def _decision(self, filing: FilingId, number: int, work: Work) -> Decision:
        """Raises NotFound, and NoDecisionYet when the current one is asked for."""
        found = await (work.decisions.get(filing, number) if number else work.decisions.current(filing))
        if found is not None:
            return found
        raise await self._none_there(filing, number, work)

    async def _none_there(self, filing: FilingId, number: int, work: Work) -> NotFound | NoDecisionYet:
        if number:
            return NotFound(f"filings/{filing}/decisions/{number}")
        view = await view_case(filing, work, self._policy, legal_day(self._clock()))
        names = view.waiting_for if view else ("filing", "review", "replacement")
        return NoDecisionYet(filing, ", ".join(names))

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

    async def ListDecisionHistory(
        self, request: pb.ListDecisionHistoryRequest, _context: Any
    ) -> pb.ListDecisionHistoryResponse:
        violations = Violations()
        filing = checks.filing_name(violations, "parent", request.parent)
        size = page_size(request.page_size, violations)
        before = checks.starts_at(violations, request.page_token, checks.number_of)
        violations.done()
        async with self._begin() as work:
            page = await work.decisions.history(filing, before or 0, size)
        token = next_token(str(page[-1].number), len(page), size) if page and page[-1].number > 1 else ""
        return pb.ListDecisionHistoryResponse(decisions=[decision_to_wire(d) for d in page], next_page_token=token)

    async def ExplainDecision(self, request: pb.ExplainDecisionRequest, _context: Any) -> pb.ExplainDecisionResponse:
        filing, number = _named(request.name)
        async with self._begin() as work:
            decision = await self._decision(filing, number, work)
            previous = await work.decisions.get(filing, decision.number - 1) if decision.number > 1 else None
            case = await work.cases.get(filing)
            # Who stands before it may be elsewhere: how many they are is told, and nothing else of them.
            await work.acting_on(decision.content.region, filing)
            position = await queue_position(decision, case, work)
        before = () if previous is None else previous.content.findings
        changed = changes(before, decision.content.findings) if previous is not None else ()
        return pb.ExplainDecisionResponse(
            decision=decision_to_wire(decision),
            previous="" if previous is None else previous.name,
            changes=changes_to_wire(changed),
            remedies=remedies_to_wire(decision.content.decisive),
            queue_position=position,
        )

    async def ReplayDecision(self, request: pb.ReplayDecisionRequest, _context: Any) -> pb.ReplayDecisionResponse:
        filing, number = _named(request.name)
        async with self._begin() as work:
            written = await work.archive.find(filing, number)
            if written is None:
                raise await self._none_there(filing, number, work)
            (facts,) = await work.archive.facts_of([written.kept])
        policy = await self._laws.of(written.kept.bundle_hash)
        replayed = replay(written, facts, policy, work.archive)
        again = replayed.replayed
        response = pb.ReplayDecisionResponse(
            identical=replayed.identical,
            kept_sha256=hashlib.sha256(replayed.kept).hexdigest(),
            replayed_sha256="" if again is None else hashlib.sha256(again).hexdigest(),
            kept=pb.Decision.FromString(replayed.kept),
        )
        if again is not None and not replayed.identical:
            response.replayed.MergeFromString(again)
        return response

    async def VerifyDecisions(
        self, _request: pb.VerifyDecisionsRequest, _context: Any
    ) -> AsyncIterator[pb.VerifyDecisionsResponse]:
        async with aclosing(verify(self._begin, self._laws)) as steps:
            async for progress in steps:
                yield pb.VerifyDecisionsResponse(
                    looked_at=progress.looked_at,
                    differences=[difference_to_wire(one) for one in progress.differences],
                    complete=progress.complete,
                )


def _named(name: str) -> tuple[FilingId, int]:
    """Raises InvalidRequest."""
    violations = Violations()
    named = checks.decision_name(violations, "name", name)
    violations.done()
    return named
