"""CapacityService over gRPC: which call does what."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

from capacity.application.ports import Work
from capacity.entrypoints.lot_calls import LotCalls
from capacity.entrypoints.plan_calls import PlanCalls
from capacity.entrypoints.simulate import Run, simulate_replacements
from capacity.entrypoints.utilisation_calls import UtilisationCalls
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from dualcontrol.capacity.v1 import capacity_service_pb2_grpc as rpc
from kernel.clock import Clock
from statute.loader import PolicyBundle


class CapacityService(rpc.CapacityServiceServicer):
    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, *, simulate: Run) -> None:
        self._policy = policy
        self._clock = clock
        self._simulate = simulate
        self._lots = LotCalls(begin, policy, clock)
        self._plans = PlanCalls(begin, policy, clock)
        self._utilisation = UtilisationCalls(begin, policy, clock)

    async def RegisterLot(self, request: pb.RegisterLotRequest, _context: Any) -> pb.RegisterLotResponse:
        return await self._lots.register(request)

    async def RecordLotEvidence(
        self, request: pb.RecordLotEvidenceRequest, _context: Any
    ) -> pb.RecordLotEvidenceResponse:
        return await self._lots.record_evidence(request)

    async def GetLot(self, request: pb.GetLotRequest, _context: Any) -> pb.GetLotResponse:
        return await self._lots.get(request)

    async def ListLots(self, request: pb.ListLotsRequest, _context: Any) -> pb.ListLotsResponse:
        return await self._lots.list(request)

    async def GetReplacement(self, request: pb.GetReplacementRequest, _context: Any) -> pb.GetReplacementResponse:
        return await self._plans.get(request)

    async def RecordPlanStep(self, request: pb.RecordPlanStepRequest, _context: Any) -> pb.RecordPlanStepResponse:
        return await self._plans.record_step(request)

    async def PostReplacement(self, request: pb.PostReplacementRequest, _context: Any) -> pb.PostReplacementResponse:
        return await self._plans.post(request)

    async def VoidReplacement(self, request: pb.VoidReplacementRequest, _context: Any) -> pb.VoidReplacementResponse:
        return await self._plans.void(request)

    async def ListLapsing(self, request: pb.ListLapsingRequest, _context: Any) -> pb.ListLapsingResponse:
        return await self._plans.list_lapsing(request)

    async def RecordUtilisation(
        self, request: pb.RecordUtilisationRequest, _context: Any
    ) -> pb.RecordUtilisationResponse:
        return await self._utilisation.record(request)

    async def GetUtilisation(self, request: pb.GetUtilisationRequest, _context: Any) -> pb.GetUtilisationResponse:
        return await self._utilisation.get(request)

    async def VerifyLots(self, _request: pb.VerifyLotsRequest, _context: Any) -> pb.VerifyLotsResponse:
        return await self._lots.verify()

    async def ReopenLots(self, request: pb.ReopenLotsRequest, _context: Any) -> pb.ReopenLotsResponse:
        return await self._lots.reopen(request)

    async def SimulateReplacements(
        self, request: pb.SimulateReplacementsRequest, _context: Any
    ) -> AsyncIterator[pb.SimulateReplacementsResponse]:
        async for answer in simulate_replacements(request, self._policy, self._clock, self._simulate):
            yield answer


def add_servicers(
    begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, server: Any, *, simulate: Run
) -> tuple[str, ...]:
    rpc.add_CapacityServiceServicer_to_server(CapacityService(begin, policy, clock, simulate=simulate), server)
    return (pb.DESCRIPTOR.services_by_name["CapacityService"].full_name,)


def servicers(
    begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, *, simulate: Run
) -> Callable[[Any], tuple[str, ...]]:
    return partial(add_servicers, begin, policy, clock, simulate=simulate)
