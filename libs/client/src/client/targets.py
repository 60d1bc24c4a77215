"""What can be asked about targets, reports, levels and assessments, one function each; all raise ServiceError."""

from collections.abc import AsyncIterator
from typing import Final

from client.connections import Services, call
from client.operations import pages
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.targets.v1 import assessment_service_pb2 as assessment
from dualcontrol.targets.v1 import publishing_service_pb2 as publishing
from dualcontrol.targets.v1 import targets_service_pb2 as pb

EXPORT_SECONDS: Final = 60
"""A file is written while the caller waits."""


async def set_target(services: Services, request: pb.SetTargetRequest) -> pb.Target:
    return (await call(services.targets.SetTarget, request)).target


async def check_breakdown(services: Services, request: pb.CheckBreakdownRequest) -> common.Finding:
    return (await call(services.targets.CheckBreakdown, request)).finding


async def schedule(services: Services, request: pb.GetScheduleRequest) -> pb.Schedule:
    return (await call(services.targets.GetSchedule, request)).schedule


async def report(services: Services, request: pb.ReportIndicatorRequest) -> pb.ReportIndicatorResponse:
    return await call(services.targets.ReportIndicator, request)


async def indicator(services: Services, request: pb.GetIndicatorRequest) -> pb.IndicatorReport:
    return (await call(services.targets.GetIndicator, request)).report


async def status(services: Services, region: str) -> pb.RegionStatus:
    request = pb.GetRegionStatusRequest(name=f"regions/{region}/status")
    return (await call(services.targets.GetRegionStatus, request)).status


async def level_as_of(services: Services, request: pb.GetLevelAsOfRequest) -> pb.LevelRecord:
    return (await call(services.targets.GetLevelAsOf, request)).record


async def assess(services: Services, request: assessment.AssessRegionRequest) -> assessment.AssessRegionResponse:
    return await call(services.assessment.AssessRegion, request)


async def annual_report(services: Services, request: assessment.GetAnnualReportRequest) -> assessment.AnnualReport:
    return (await call(services.assessment.GetAnnualReport, request)).report


async def export_barometer(services: Services, request: publishing.ExportBarometerRequest) -> publishing.ExportedFile:
    return (await call(services.publishing.ExportBarometer, request, seconds=EXPORT_SECONDS)).file


async def export_annual_report(
    services: Services, request: publishing.ExportAnnualReportRequest
) -> publishing.ExportedFile:
    return (await call(services.publishing.ExportAnnualReport, request, seconds=EXPORT_SECONDS)).file


async def indicators(services: Services, asked: pb.ListIndicatorsRequest) -> AsyncIterator[pb.Indicator]:
    async for page in pages(asked, services.targets.ListIndicators):
        for one in page.indicators:
            yield one


async def targets(services: Services, asked: pb.ListTargetsRequest) -> AsyncIterator[pb.Target]:
    """All that match, page after page."""
    async for page in pages(asked, services.targets.ListTargets):
        for one in page.targets:
            yield one


async def reports(services: Services, asked: pb.ListReportsRequest) -> AsyncIterator[pb.IndicatorReport]:
    """All that match, page after page."""
    async for page in pages(asked, services.targets.ListReports):
        for one in page.reports:
            yield one


async def level_history(services: Services, asked: pb.ListLevelHistoryRequest) -> AsyncIterator[pb.LevelRecord]:
    """All that match, page after page."""
    async for page in pages(asked, services.targets.ListLevelHistory):
        for one in page.records:
            yield one
