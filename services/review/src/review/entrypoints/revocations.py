"""RevocationService over gRPC: translate in, call, translate out."""

import re
from collections.abc import Callable
from typing import Any, Final

from dualcontrol.review.v1 import revocation_service_pb2 as pb
from dualcontrol.review.v1 import revocation_service_pb2_grpc as rpc
from kernel.clock import Clock
from kernel.text import Text
from review.application.opinions.ports import RevocationKey
from review.application.opinions.revocations import (
    ProposeRevocation,
    propose_revocation,
    sign_revocation,
    withdraw_revocation,
)
from review.application.ports import Work
from review.domain.opinions.revocation import Revocation
from review.domain.review import FilingId
from review.entrypoints import opinion_checks as checks
from review.entrypoints.checks import FILING
from review.opinion_wire import opinion_to_wire
from servicekit.rpc.checks import Violations
from servicekit.rpc.once import answer_once
from servicekit.rpc.pages import after, next_token, page_size
from servicekit.wire import instant_to_wire

_NAME: Final = re.compile(rf"filings/({FILING})/revocations/([1-9][0-9]{{0,8}})", re.ASCII)
_NAME_FORM: Final = Text(zh=" filings/{备案编号}/revocations/{序号}", en="filings/{filing}/revocations/{number}")
_UNREAD: Final = RevocationKey(FilingId(""), 0)
"""Of a malformed name: the request is refused for it."""


class RevocationService(rpc.RevocationServiceServicer):
    """Each write runs once for its request id."""

    def __init__(self, begin: Callable[[], Work], clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    async def ProposeRevocation(
        self, request: pb.ProposeRevocationRequest, _context: Any
    ) -> pb.ProposeRevocationResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        command = ProposeRevocation(
            checks.opinion_name(violations, request.opinion, "opinion"),
            checks.reason(violations, request.reason),
            checks.person(violations, "proposer", request.proposer),
        )
        violations.done()

        async def act(work: Work) -> pb.ProposeRevocationResponse:
            proposed = await propose_revocation(command, work, self._clock())
            return pb.ProposeRevocationResponse(revocation=revocation_to_wire(proposed))

        return await answer_once(self._begin(), request, pb.ProposeRevocationResponse, act)

    async def SignRevocation(self, request: pb.SignRevocationRequest, _context: Any) -> pb.SignRevocationResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        key = _key(violations, request.name)
        signer = checks.person(violations, "signer", request.signer)
        violations.done()

        async def act(work: Work) -> pb.SignRevocationResponse:
            signed, opinion = await sign_revocation(key, signer, work, self._clock())
            return pb.SignRevocationResponse(revocation=revocation_to_wire(signed), opinion=opinion_to_wire(opinion))

        return await answer_once(self._begin(), request, pb.SignRevocationResponse, act)

    async def WithdrawRevocation(
        self, request: pb.WithdrawRevocationRequest, _context: Any
    ) -> pb.WithdrawRevocationResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        key = _key(violations, request.name)
        person = checks.person(violations, "person", request.person)
        why = checks.reason(violations, request.reason)
        violations.done()

        async def act(work: Work) -> pb.WithdrawRevocationResponse:
            withdrawn = await withdraw_revocation(key, person, work, reason=why, at=self._clock())
            return pb.WithdrawRevocationResponse(revocation=revocation_to_wire(withdrawn))

        return await answer_once(self._begin(), request, pb.WithdrawRevocationResponse, act)

    async def ListRevocations(self, request: pb.ListRevocationsRequest, _context: Any) -> pb.ListRevocationsResponse:
        violations = Violations()
        filing = checks.parent(violations, request.parent)
        size = page_size(request.page_size, violations)
        start = checks.after_opinion(violations, after(request.page_token, violations))
        violations.done()
        async with self._begin() as work:
            page = await work.revocations.page(filing, start, size)
        token = next_token(f"{page[-1].filing} {page[-1].number}", len(page), size) if page else ""
        return pb.ListRevocationsResponse(revocations=[revocation_to_wire(one) for one in page], next_page_token=token)


def _key(violations: Violations, name: str) -> RevocationKey:
    read = _NAME.fullmatch(violations.matching("name", name, _NAME, _NAME_FORM))
    return _UNREAD if read is None else RevocationKey(FilingId(read[1]), int(read[2]))


def revocation_to_wire(one: Revocation) -> pb.Revocation:
    return pb.Revocation(
        name=one.name,
        opinion=f"filings/{one.filing}/opinions/{one.opinion}",
        reason=one.reason,
        state=pb.RevocationState.Value(f"REVOCATION_STATE_{one.state.name}"),
        proposer=one.proposer,
        propose_time=instant_to_wire(one.proposed_at),
        settled_by=one.settled_by,
        settle_time=None if one.settled_at is None else instant_to_wire(one.settled_at),
        withdraw_reason=one.withdraw_reason,
    )


def servicers(begin: Callable[[], Work], clock: Clock) -> Callable[[Any], tuple[str, ...]]:
    service = RevocationService(begin, clock)

    def add(server: Any) -> tuple[str, ...]:
        rpc.add_RevocationServiceServicer_to_server(service, server)
        return (pb.DESCRIPTOR.services_by_name["RevocationService"].full_name,)

    return add
