"""What can be asked about deductions and savings, one function each; all raise ServiceError."""

from collections.abc import AsyncIterator

from client.connections import Services, call
from client.operations import pages
from dualcontrol.budget.v1 import offsets_service_pb2 as pb


async def record(services: Services, request: pb.RecordDeductibleRequest) -> pb.Offset:
    return (await call(services.offsets.RecordDeductible, request)).offset


async def revoke(services: Services, request: pb.RevokeDeductibleRequest) -> pb.Offset:
    return (await call(services.offsets.RevokeDeductible, request)).offset


async def cancel(services: Services, request: pb.CancelCertificatesRequest) -> pb.CertificateUse:
    return (await call(services.offsets.CancelCertificates, request)).use


async def register_saving(services: Services, request: pb.RegisterSavingRequest) -> pb.RegisterSavingResponse:
    return await call(services.offsets.RegisterSaving, request)


async def reserve_saving(services: Services, request: pb.ReserveSavingRequest) -> pb.SavingHold:
    return (await call(services.offsets.ReserveSaving, request)).hold


async def post_saving(services: Services, name: str) -> pb.SavingHold:
    return (await call(services.offsets.PostSaving, pb.PostSavingRequest(name=name))).hold


async def void_saving(services: Services, name: str) -> pb.SavingHold:
    return (await call(services.offsets.VoidSaving, pb.VoidSavingRequest(name=name))).hold


async def totals(services: Services, request: pb.GetOffsetsRequest) -> pb.GetOffsetsResponse:
    return await call(services.offsets.GetOffsets, request)


async def offsets(services: Services, asked: pb.ListOffsetsRequest) -> AsyncIterator[pb.Offset]:
    """All that match, page after page."""
    async for page in pages(asked, services.offsets.ListOffsets):
        for one in page.offsets:
            yield one


async def savings(services: Services, asked: pb.ListSavingsRequest) -> AsyncIterator[pb.Saving]:
    """All that match, page after page."""
    async for page in pages(asked, services.offsets.ListSavings):
        for one in page.savings:
            yield one


async def certificates(services: Services, asked: pb.ListCertificatesRequest) -> AsyncIterator[pb.CertificateUse]:
    """All that match, page after page."""
    async for page in pages(asked, services.offsets.ListCertificates):
        for one in page.uses:
            yield one
