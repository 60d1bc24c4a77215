"""What persons decide of a case, one function each; all raise ServiceError."""

from collections.abc import AsyncIterator

from client.connections import Services, call
from client.operations import pages
from dualcontrol.screening.v1 import persons_service_pb2 as pb


async def record_ruling(services: Services, request: pb.RecordRulingRequest) -> pb.Ruling:
    return (await call(services.persons.RecordRuling, request)).ruling


async def propose(services: Services, request: pb.ProposeOverrideRequest) -> pb.Override:
    return (await call(services.persons.ProposeOverride, request)).override


async def sign(services: Services, request: pb.SignOverrideRequest) -> pb.Override:
    return (await call(services.persons.SignOverride, request)).override


async def end(services: Services, request: pb.EndOverrideRequest) -> pb.Override:
    return (await call(services.persons.EndOverride, request)).override


async def rulings(services: Services, filing: str) -> AsyncIterator[pb.Ruling]:
    """Those on a filing, the newest first."""
    async for page in pages(pb.ListRulingsRequest(parent=f"filings/{filing}"), services.persons.ListRulings):
        for one in page.rulings:
            yield one


async def overrides(services: Services, filing: str) -> AsyncIterator[pb.Override]:
    """Those on a filing, or on all when it is `-`."""
    async for page in pages(pb.ListOverridesRequest(parent=f"filings/{filing}"), services.persons.ListOverrides):
        for one in page.overrides:
            yield one
