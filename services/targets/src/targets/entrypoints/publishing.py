"""PublishingService over gRPC: translate in, ask, translate out."""

from collections.abc import Callable
from typing import Any

from dualcontrol.targets.v1 import publishing_service_pb2 as pb
from dualcontrol.targets.v1 import publishing_service_pb2_grpc as rpc
from kernel.clock import Clock
from servicekit.rpc.checks import Violations
from statute.loader import PolicyBundle
from targets.application.ports import Work
from targets.application.publishing.export import export_annual_report, export_barometer
from targets.application.publishing.ports import Files
from targets.entrypoints import assessment_checks as fields
from targets.wire_assessment import file_to_wire, format_from_wire


class PublishingService(rpc.PublishingServiceServicer):
    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, files: Files) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock
        self._files = files

    async def ExportBarometer(self, request: pb.ExportBarometerRequest, _context: Any) -> pb.ExportBarometerResponse:
        asked = fields.barometer(Violations(), request, self._clock())
        form = format_from_wire(request.format)
        async with self._begin() as work:
            file = await export_barometer(asked, form, work, policy=self._policy, files=self._files)
        return pb.ExportBarometerResponse(file=file_to_wire(file))

    async def ExportAnnualReport(
        self, request: pb.ExportAnnualReportRequest, _context: Any
    ) -> pb.ExportAnnualReportResponse:
        region, year, known_at = fields.of_year(Violations(), request, self._clock())
        async with self._begin() as work:
            file = await export_annual_report(region, year, known_at, work=work, policy=self._policy, files=self._files)
        return pb.ExportAnnualReportResponse(file=file_to_wire(file))


def servicers(
    begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, files: Files
) -> Callable[[Any], tuple[str, ...]]:
    service = PublishingService(begin, policy, clock, files)

    def add(server: Any) -> tuple[str, ...]:
        rpc.add_PublishingServiceServicer_to_server(service, server)
        return (pb.DESCRIPTOR.services_by_name["PublishingService"].full_name,)

    return add
