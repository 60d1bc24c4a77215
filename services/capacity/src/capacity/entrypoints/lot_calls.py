"""The calls on lots: translate in, call, translate out."""

from collections.abc import Callable

from capacity.application.close_on_difference import reopen_lots
from capacity.application.ports import Work
from capacity.application.record_evidence import record_evidence
from capacity.application.register_lot import register_lot
from capacity.entrypoints import checks
from capacity.wire.replacements import lot_name, standing_to_wire
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from kernel.clock import Clock, legal_day
from kernel.errors import NotFound
from ledger.audit import PERSON_CHARACTERS_MAX, REASON_CHARACTERS_MAX
from ledger.refusals import LedgerDiffers
from servicekit.rpc.checks import Violations
from servicekit.rpc.once import answer_once
from servicekit.rpc.pages import after, next_token, page_size
from servicekit.wire import text_to_wire
from statute.loader import PolicyBundle


class LotCalls:
    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock

    async def register(self, request: pb.RegisterLotRequest) -> pb.RegisterLotResponse:
        at = self._clock()
        violations = Violations()
        violations.request_id(request.request_id)
        known = checks.LotChecks(violations, self._policy, at, legal_day(at)).lot(request)
        violations.done()
        assert known is not None

        async def act(work: Work) -> pb.RegisterLotResponse:
            return pb.RegisterLotResponse(lot=standing_to_wire(await register_lot(known, work, self._policy, at)))

        return await answer_once(self._begin(), request, pb.RegisterLotResponse, act)

    async def record_evidence(self, request: pb.RecordLotEvidenceRequest) -> pb.RecordLotEvidenceResponse:
        at = self._clock()
        violations = Violations()
        violations.request_id(request.request_id)
        lot = checks.lot_name(violations, request.name)
        evidence = checks.LotChecks(violations, self._policy, at, legal_day(at)).evidence(request)
        violations.done()
        assert evidence is not None

        async def act(work: Work) -> pb.RecordLotEvidenceResponse:
            return pb.RecordLotEvidenceResponse(lot=standing_to_wire(await record_evidence(lot, evidence, work)))

        return await answer_once(self._begin(), request, pb.RecordLotEvidenceResponse, act)

    async def get(self, request: pb.GetLotRequest) -> pb.GetLotResponse:
        violations = Violations()
        lot = checks.lot_name(violations, request.name)
        as_of = checks.as_of(violations, request)
        violations.done()
        async with self._begin() as work:
            found = await work.lots.standing(lot, as_of)
        if found is None:
            raise NotFound(request.name)
        return pb.GetLotResponse(lot=standing_to_wire(found))

    async def list(self, request: pb.ListLotsRequest) -> pb.ListLotsResponse:
        violations = Violations()
        size = page_size(request.page_size, violations)
        start = after(request.page_token, violations)
        asked = checks.lot_filter(violations, request)
        as_of = checks.as_of(violations, request)
        violations.done()
        async with self._begin() as work:
            page, last = await work.lots.page(asked, start, size, as_of)
        token = next_token(last, size, size) if last else ""
        return pb.ListLotsResponse(lots=[standing_to_wire(standing) for standing in page], next_page_token=token)

    async def verify(self) -> pb.VerifyLotsResponse:
        async with self._begin() as work:
            difference = await work.verify_lots()
        if difference is None:
            return pb.VerifyLotsResponse(balanced=True)
        return pb.VerifyLotsResponse(balanced=False, difference=text_to_wire(difference.text()))

    async def reopen(self, request: pb.ReopenLotsRequest) -> pb.ReopenLotsResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        person = violations.text("person", request.person, PERSON_CHARACTERS_MAX, required=True)
        reason = violations.text("reason", request.reason, REASON_CHARACTERS_MAX, required=True)
        violations.done()
        async with self._begin() as work:
            difference = await work.verify_lots()

        async def act(work: Work) -> pb.ReopenLotsResponse:
            if difference is not None:
                raise LedgerDiffers(difference.text())
            lots = await reopen_lots(person, reason, work, self._clock())
            return pb.ReopenLotsResponse(lots=[lot_name(lot) for lot in lots])

        return await answer_once(self._begin(), request, pb.ReopenLotsResponse, act)
