"""CapacityService over gRPC: translate in, call, translate out."""

from collections.abc import Callable
from functools import partial
from typing import Any

from capacity.application.ports import Work
from capacity.application.register_lot import register_lot
from capacity.entrypoints import checks
from capacity.wire import replacement_to_wire, standing_to_wire
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from dualcontrol.capacity.v1 import capacity_service_pb2_grpc as rpc
from kernel.clock import Clock, legal_day
from kernel.errors import NotFound
from servicekit.rpc.checks import Violations
from servicekit.rpc.once import answer_once
from servicekit.rpc.pages import after, next_token, page_size
from servicekit.wire import text_to_wire


class CapacityService(rpc.CapacityServiceServicer):
    def __init__(self, begin: Callable[[], Work], clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    async def RegisterLot(self, request: pb.RegisterLotRequest, _context: Any) -> pb.RegisterLotResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        lot = checks.lot(violations, request)
        violations.done()
        assert lot is not None

        async def act(work: Work) -> pb.RegisterLotResponse:
            standing = await register_lot(lot, work, legal_day(self._clock()))
            return pb.RegisterLotResponse(lot=standing_to_wire(standing))

        return await answer_once(self._begin(), request, pb.RegisterLotResponse, act)

    async def GetLot(self, request: pb.GetLotRequest, _context: Any) -> pb.GetLotResponse:
        violations = Violations()
        lot = checks.lot_name(violations, request.name)
        violations.done()
        async with self._begin() as work:
            found = await work.lots.standing(lot)
        if found is None:
            raise NotFound(request.name)
        return pb.GetLotResponse(lot=standing_to_wire(found))

    async def ListLots(self, request: pb.ListLotsRequest, _context: Any) -> pb.ListLotsResponse:
        violations = Violations()
        size = page_size(request.page_size, violations)
        start = after(request.page_token, violations)
        violations.done()
        async with self._begin() as work:
            page = await work.lots.page(start, size)
        token = next_token(page[-1].lot.id, len(page), size) if page else ""
        return pb.ListLotsResponse(lots=[standing_to_wire(standing) for standing in page], next_page_token=token)

    async def GetReplacement(self, request: pb.GetReplacementRequest, _context: Any) -> pb.GetReplacementResponse:
        violations = Violations()
        filing = checks.replacement_name(violations, request.name)
        violations.done()
        async with self._begin() as work:
            found = await work.replacements.get(filing)
        if found is None or found.evaluation is None:
            raise NotFound(request.name)
        return pb.GetReplacementResponse(replacement=replacement_to_wire(filing, found.evaluation))

    async def VerifyLots(self, _request: pb.VerifyLotsRequest, _context: Any) -> pb.VerifyLotsResponse:
        async with self._begin() as work:
            difference = await work.verify_lots()
        if difference is None:
            return pb.VerifyLotsResponse(balanced=True)
        return pb.VerifyLotsResponse(balanced=False, difference=text_to_wire(difference.text()))


def add_servicers(begin: Callable[[], Work], clock: Clock, server: Any) -> tuple[str, ...]:
    rpc.add_CapacityServiceServicer_to_server(CapacityService(begin, clock), server)
    return (pb.DESCRIPTOR.services_by_name["CapacityService"].full_name,)


def servicers(begin: Callable[[], Work], clock: Clock) -> Callable[[Any], tuple[str, ...]]:
    return partial(add_servicers, begin, clock)
