"""OpinionService over gRPC: translate in, call, translate out."""

from collections.abc import Callable
from functools import partial
from typing import Any

from dossier.fields import present
from dualcontrol.review.v1 import opinion_service_pb2 as pb
from dualcontrol.review.v1 import opinion_service_pb2_grpc as rpc
from kernel.clock import Clock, legal_day
from kernel.errors import NotFound
from review.application.opinions.draft import ReturnOpinion, draft_opinion, return_opinion
from review.application.opinions.issue import IssueOpinion, RevokeOpinion, issue_opinion, revoke_opinion
from review.application.opinions.lapse import RecordStart, record_start
from review.application.opinions.ports import OpinionKey
from review.application.ports import Work
from review.entrypoints import opinion_checks as checks
from review.opinion_wire import opinion_listed, opinion_to_wire
from servicekit.rpc.checks import Violations
from servicekit.rpc.once import answer_once
from servicekit.rpc.pages import after, next_token, page_size
from statute.loader import PolicyBundle


class OpinionService(rpc.OpinionServiceServicer):
    """Each write runs once for its request id."""

    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock

    async def DraftOpinion(self, request: pb.DraftOpinionRequest, _context: Any) -> pb.DraftOpinionResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        command = checks.draft(violations, request)
        violations.done()
        assert command is not None

        async def act(work: Work) -> pb.DraftOpinionResponse:
            return pb.DraftOpinionResponse(opinion=opinion_to_wire(await draft_opinion(command, work)))

        return await answer_once(self._begin(), request, pb.DraftOpinionResponse, act)

    async def ReturnOpinion(self, request: pb.ReturnOpinionRequest, _context: Any) -> pb.ReturnOpinionResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        command = ReturnOpinion(
            checks.opinion_name(violations, request.name),
            checks.person(violations, "reviewer", request.reviewer),
            checks.reason(violations, request.reason),
        )
        violations.done()

        async def act(work: Work) -> pb.ReturnOpinionResponse:
            return pb.ReturnOpinionResponse(opinion=opinion_to_wire(await return_opinion(command, work)))

        return await answer_once(self._begin(), request, pb.ReturnOpinionResponse, act)

    async def IssueOpinion(self, request: pb.IssueOpinionRequest, _context: Any) -> pb.IssueOpinionResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        command = IssueOpinion(
            checks.opinion_name(violations, request.name),
            checks.person(violations, "signer", request.signer),
            checks.document(violations, request.document),
        )
        violations.done()

        async def act(work: Work) -> pb.IssueOpinionResponse:
            issued = await issue_opinion(command, work, self._policy, on=legal_day(self._clock()))
            return pb.IssueOpinionResponse(opinion=opinion_to_wire(issued))

        return await answer_once(self._begin(), request, pb.IssueOpinionResponse, act)

    async def RevokeOpinion(self, request: pb.RevokeOpinionRequest, _context: Any) -> pb.RevokeOpinionResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        command = RevokeOpinion(
            checks.opinion_name(violations, request.name),
            checks.signers(violations, request.signers),
            checks.reason(violations, request.reason),
        )
        violations.done()

        async def act(work: Work) -> pb.RevokeOpinionResponse:
            return pb.RevokeOpinionResponse(opinion=opinion_to_wire(await revoke_opinion(command, work)))

        return await answer_once(self._begin(), request, pb.RevokeOpinionResponse, act)

    async def RecordConstructionStart(
        self, request: pb.RecordConstructionStartRequest, _context: Any
    ) -> pb.RecordConstructionStartResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        name = checks.opinion_name(violations, request.name)
        day = None
        if present("start_date", request, "start_date", violations):
            day = violations.day("start_date", request.start_date, not_after=legal_day(self._clock()))
        evidence = violations.text("evidence", request.evidence, checks.EVIDENCE_CHARACTERS_MAX, required=True)
        violations.done()
        assert day is not None
        command = RecordStart(name, day, evidence)

        async def act(work: Work) -> pb.RecordConstructionStartResponse:
            return pb.RecordConstructionStartResponse(opinion=opinion_to_wire(await record_start(command, work)))

        return await answer_once(self._begin(), request, pb.RecordConstructionStartResponse, act)

    async def GetOpinion(self, request: pb.GetOpinionRequest, _context: Any) -> pb.GetOpinionResponse:
        violations = Violations()
        filing, number = checks.any_opinion_name(violations, request.name)
        violations.done()
        async with self._begin() as work:
            opinions = work.opinions
            found = await (opinions.newest(filing) if number is None else opinions.get(OpinionKey(filing, number)))
        if found is None:
            raise NotFound(request.name)
        return pb.GetOpinionResponse(opinion=opinion_to_wire(found))

    async def ListOpinions(self, request: pb.ListOpinionsRequest, _context: Any) -> pb.ListOpinionsResponse:
        violations = Violations()
        filing = checks.parent(violations, request.parent)
        size = page_size(request.page_size, violations)
        start = checks.after_opinion(violations, after(request.page_token, violations))
        violations.done()
        async with self._begin() as work:
            page = await work.opinions.page(filing, start, size)
        token = next_token(f"{page[-1].filing} {page[-1].number}", len(page), size) if page else ""
        return pb.ListOpinionsResponse(opinions=[opinion_listed(one) for one in page], next_page_token=token)


def add_servicers(begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, server: Any) -> tuple[str, ...]:
    rpc.add_OpinionServiceServicer_to_server(OpinionService(begin, policy, clock), server)
    return (pb.DESCRIPTOR.services_by_name["OpinionService"].full_name,)


def servicers(begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> Callable[[Any], tuple[str, ...]]:
    return partial(add_servicers, begin, policy, clock)
