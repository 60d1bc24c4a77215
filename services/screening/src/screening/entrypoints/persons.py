"""PersonsService over gRPC: translate in, call, translate out."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from dualcontrol.screening.v1 import persons_service_pb2 as pb
from dualcontrol.screening.v1 import persons_service_pb2_grpc as rpc
from kernel.clock import Clock, legal_day
from screening.application.acts.override import end_override, propose_override, sign_override
from screening.application.acts.ports import Work
from screening.application.acts.record_ruling import record_ruling
from screening.domain.acts import Step
from screening.entrypoints import checks
from screening.entrypoints import persons_checks as fields
from screening.wire.acts import override_to_wire, ruling_to_wire
from servicekit.rpc.checks import Violations
from servicekit.rpc.once import answer_once
from servicekit.rpc.pages import next_token, page_size
from statute.loader import PolicyBundle

ALL: Final = "filings/-"


class PersonsService(rpc.PersonsServiceServicer):
    """Each write runs once for its request id, and is screened in the same transaction."""

    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock

    async def RecordRuling(self, request: pb.RecordRulingRequest, _context: Any) -> pb.RecordRulingResponse:
        command = fields.ruling(request)

        async def act(work: Work) -> pb.RecordRulingResponse:
            ruling = await record_ruling(command, work, self._clock())
            return pb.RecordRulingResponse(ruling=ruling_to_wire(ruling))

        return await answer_once(self._begin(), request, pb.RecordRulingResponse, act)

    async def ProposeOverride(self, request: pb.ProposeOverrideRequest, _context: Any) -> pb.ProposeOverrideResponse:
        now = self._clock()
        command = fields.proposal(request, self._policy, legal_day(now))

        async def act(work: Work) -> pb.ProposeOverrideResponse:
            override = await propose_override(command, work, self._policy, now)
            return pb.ProposeOverrideResponse(override=override_to_wire(override, legal_day(now)))

        return await answer_once(self._begin(), request, pb.ProposeOverrideResponse, act)

    async def SignOverride(self, request: pb.SignOverrideRequest, _context: Any) -> pb.SignOverrideResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        name = fields.override(violations, request.name)
        signer = fields.person(violations, "signer", request.signer)
        violations.done()

        async def act(work: Work) -> pb.SignOverrideResponse:
            now = self._clock()
            override = await sign_override(name, signer, work, now)
            return pb.SignOverrideResponse(override=override_to_wire(override, legal_day(now)))

        return await answer_once(self._begin(), request, pb.SignOverrideResponse, act)

    async def EndOverride(self, request: pb.EndOverrideRequest, _context: Any) -> pb.EndOverrideResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        name = fields.override(violations, request.name)
        person = fields.person(violations, "person", request.person)
        why = fields.reason(violations, request.reason)
        violations.done()

        async def act(work: Work) -> pb.EndOverrideResponse:
            now = self._clock()
            override = await end_override(name, Step(person, now, why), work)
            return pb.EndOverrideResponse(override=override_to_wire(override, legal_day(now)))

        return await answer_once(self._begin(), request, pb.EndOverrideResponse, act)

    async def ListRulings(self, request: pb.ListRulingsRequest, _context: Any) -> pb.ListRulingsResponse:
        violations = Violations()
        filing = checks.filing_name(violations, "parent", request.parent)
        size = page_size(request.page_size, violations)
        before = checks.starts_at(violations, request.page_token, checks.number_of)
        violations.done()
        async with self._begin() as work:
            page = await work.rulings.page(filing, before or 0, size)
        token = next_token(str(page[-1].number), len(page), size) if page and page[-1].number > 1 else ""
        return pb.ListRulingsResponse(rulings=[ruling_to_wire(one) for one in page], next_page_token=token)

    async def ListOverrides(self, request: pb.ListOverridesRequest, _context: Any) -> pb.ListOverridesResponse:
        violations = Violations()
        filing = None if request.parent == ALL else checks.filing_name(violations, "parent", request.parent)
        size = page_size(request.page_size, violations)
        start = checks.starts_at(violations, request.page_token, checks.numbered_from)
        violations.done()
        async with self._begin() as work:
            page = await work.overrides.page(filing, start or ("", 0), size)
        today = legal_day(self._clock())
        token = next_token(checks.numbered_key(page[-1].filing, page[-1].number), len(page), size) if page else ""
        return pb.ListOverridesResponse(overrides=[override_to_wire(one, today) for one in page], next_page_token=token)


def add_servicer(service: PersonsService, server: Any) -> tuple[str, ...]:
    rpc.add_PersonsServiceServicer_to_server(service, server)
    return (pb.DESCRIPTOR.services_by_name["PersonsService"].full_name,)


def servicers(begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> Callable[[Any], tuple[str, ...]]:
    return partial(add_servicer, PersonsService(begin, policy, clock))
