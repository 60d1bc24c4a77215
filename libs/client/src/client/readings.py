"""What can be asked about energy units, their meters and readings, one function each; all raise ServiceError."""

from collections.abc import AsyncIterator
from typing import Final

from client.connections import Services, call
from client.operations import pages
from dualcontrol.targets.v1 import readings_service_pb2 as pb

REBUILD_SECONDS: Final = 600
"""Every reading of a year may be read again."""


async def register(services: Services, request: pb.RegisterEnergyUnitRequest) -> pb.EnergyUnit:
    return (await call(services.readings.RegisterEnergyUnit, request)).unit


async def record(services: Services, request: pb.RecordReadingsRequest) -> pb.RecordReadingsResponse:
    return await call(services.readings.RecordReadings, request)


async def rebuild(services: Services, request: pb.RebuildReadingsRequest) -> pb.RebuildReadingsResponse:
    return await call(services.readings.RebuildReadings, request, seconds=REBUILD_SECONDS)


async def figures(services: Services, asked: pb.ListRegionalFiguresRequest) -> pb.ListRegionalFiguresResponse:
    """Of all pages. A period's total stands on each page that has one of its figures: here it stands once."""
    made = pb.ListRegionalFiguresResponse()
    totals: dict[bytes, pb.RegionalTotal] = {}
    async for page in pages(asked, services.readings.ListRegionalFigures):
        made.figures.extend(page.figures)
        totals.update({one.start_date.SerializeToString(): one for one in page.totals})
    made.totals.extend(totals.values())
    return made


async def coverage(services: Services, asked: pb.ListCoverageRequest) -> AsyncIterator[pb.DayCoverage]:
    """Day after day."""
    async for page in pages(asked, services.readings.ListCoverage):
        for one in page.days:
            yield one
