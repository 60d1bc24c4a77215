"""What can be asked about opinions, one function each; all raise ServiceError."""

from collections.abc import AsyncIterator

from client.connections import Services, call
from client.operations import pages
from dualcontrol.review.v1 import opinion_service_pb2 as pb


async def draft(services: Services, request: pb.DraftOpinionRequest) -> pb.Opinion:
    return (await call(services.opinions.DraftOpinion, request)).opinion


async def send_back(services: Services, request: pb.ReturnOpinionRequest) -> pb.Opinion:
    return (await call(services.opinions.ReturnOpinion, request)).opinion


async def issue(services: Services, request: pb.IssueOpinionRequest) -> pb.Opinion:
    return (await call(services.opinions.IssueOpinion, request)).opinion


async def revoke(services: Services, request: pb.RevokeOpinionRequest) -> pb.Opinion:
    return (await call(services.opinions.RevokeOpinion, request)).opinion


async def record_start(services: Services, request: pb.RecordConstructionStartRequest) -> pb.Opinion:
    return (await call(services.opinions.RecordConstructionStart, request)).opinion


async def opinion(services: Services, name: str) -> pb.Opinion:
    return (await call(services.opinions.GetOpinion, pb.GetOpinionRequest(name=name))).opinion


async def opinions(services: Services, asked: pb.ListOpinionsRequest) -> AsyncIterator[pb.Opinion]:
    """All that match, page after page, without their texts."""
    async for page in pages(asked, services.opinions.ListOpinions):
        for one in page.opinions:
            yield one
