"""AssessmentService over gRPC: translate in, ask, translate out."""

from collections.abc import Callable
from functools import partial
from typing import Any

from dualcontrol.targets.v1 import assessment_service_pb2 as pb
from dualcontrol.targets.v1 import assessment_service_pb2_grpc as rpc
from kernel.clock import Clock
from servicekit.rpc.checks import Violations
from statute.loader import PolicyBundle
from targets.application.assessment.assess_region import assess_region
from targets.application.assessment.report_year import report_year
from targets.application.ports import Work
from targets.entrypoints import assessment_checks as fields
from targets.wire_assessment import assessment_to_wire, report_to_wire


class AssessmentService(rpc.AssessmentServiceServicer):
    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock

    async def AssessRegion(self, request: pb.AssessRegionRequest, _context: Any) -> pb.AssessRegionResponse:
        asked = fields.assessed(Violations(), request, self._clock(), self._policy)
        async with self._begin() as work:
            found = await assess_region(asked, work, self._policy)
        return assessment_to_wire(asked, found, self._policy.bundle_hash)

    async def GetAnnualReport(self, request: pb.GetAnnualReportRequest, _context: Any) -> pb.GetAnnualReportResponse:
        region, year, known_at = fields.of_year(Violations(), request, self._clock())
        async with self._begin() as work:
            report = await report_year(region, year, known_at, work=work, policy=self._policy)
        return pb.GetAnnualReportResponse(report=report_to_wire(report))


def add_servicers(begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, server: Any) -> tuple[str, ...]:
    rpc.add_AssessmentServiceServicer_to_server(AssessmentService(begin, policy, clock), server)
    return (pb.DESCRIPTOR.services_by_name["AssessmentService"].full_name,)


def servicers(begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> Callable[[Any], tuple[str, ...]]:
    return partial(add_servicers, begin, policy, clock)
