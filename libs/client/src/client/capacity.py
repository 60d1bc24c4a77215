"""What can be asked about lots, plans and utilisation, one function each; all raise ServiceError."""

from collections.abc import AsyncIterator

from client.connections import VERIFY_SECONDS, Services, call
from client.operations import pages
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb


async def record_evidence(services: Services, request: pb.RecordLotEvidenceRequest) -> pb.Lot:
    return (await call(services.capacity.RecordLotEvidence, request)).lot


async def lot(services: Services, request: pb.GetLotRequest) -> pb.Lot:
    return (await call(services.capacity.GetLot, request)).lot


async def lots(services: Services, asked: pb.ListLotsRequest) -> AsyncIterator[pb.Lot]:
    """All that match, page after page."""
    async for page in pages(asked, services.capacity.ListLots):
        for one in page.lots:
            yield one


async def replacement(services: Services, filing: str) -> pb.Replacement:
    request = pb.GetReplacementRequest(name=f"filings/{filing}/replacement")
    return (await call(services.capacity.GetReplacement, request)).replacement


async def record_step(services: Services, request: pb.RecordPlanStepRequest) -> pb.Replacement:
    return (await call(services.capacity.RecordPlanStep, request)).replacement


async def post(services: Services, request: pb.PostReplacementRequest) -> pb.Replacement:
    return (await call(services.capacity.PostReplacement, request)).replacement


async def void(services: Services, request: pb.VoidReplacementRequest) -> pb.Replacement:
    return (await call(services.capacity.VoidReplacement, request)).replacement


async def lapsing(services: Services, asked: pb.ListLapsingRequest) -> AsyncIterator[pb.LapsingPlan]:
    """All that lapse by the day, the first at the top."""
    async for page in pages(asked, services.capacity.ListLapsing):
        for one in page.plans:
            yield one


async def record_utilisation(services: Services, request: pb.RecordUtilisationRequest) -> pb.Utilisation:
    return (await call(services.capacity.RecordUtilisation, request)).utilisation


async def utilisation(services: Services, request: pb.GetUtilisationRequest) -> pb.GetUtilisationResponse:
    return await call(services.capacity.GetUtilisation, request)


async def verify(services: Services) -> pb.VerifyLotsResponse:
    return await call(services.capacity.VerifyLots, pb.VerifyLotsRequest(), seconds=VERIFY_SECONDS)


async def reopen(services: Services, request: pb.ReopenLotsRequest) -> pb.ReopenLotsResponse:
    return await call(services.capacity.ReopenLots, request, seconds=VERIFY_SECONDS)
