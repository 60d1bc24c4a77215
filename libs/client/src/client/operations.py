"""What can be asked of the platform, one function each; all raise ServiceError."""

from collections.abc import AsyncIterator
from typing import Final, Protocol, TypeVar

import grpc
from google.protobuf.message import Message

from client.connections import Services, call
from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from dualcontrol.targets.v1 import targets_service_pb2 as targets

PAGE_SIZE: Final = 100
CURRENT: Final = "current"


async def submit_filing(services: Services, request: filing.SubmitFilingRequest) -> filing.Filing:
    return (await call(services.filing.SubmitFiling, request)).filing


async def filing_of(services: Services, name: str) -> filing.Filing:
    """The newest revision of `filings/{filing}`."""
    return (await call(services.filing.GetFiling, filing.GetFilingRequest(name=name))).filing


async def amend_filing(services: Services, request: filing.AmendFilingRequest) -> filing.Filing:
    return (await call(services.filing.AmendFiling, request)).filing


async def withdraw_filing(services: Services, request: filing.WithdrawFilingRequest) -> filing.Filing:
    return (await call(services.filing.WithdrawFiling, request)).filing


async def register_lot(services: Services, request: capacity.RegisterLotRequest) -> capacity.Lot:
    return (await call(services.capacity.RegisterLot, request)).lot


async def publish_level(services: Services, request: targets.RecordPublishedLevelRequest) -> targets.RegionLevel:
    return (await call(services.targets.RecordPublishedLevel, request)).level


async def grant_envelope(services: Services, request: budget.GrantEnvelopeRequest) -> budget.Account:
    return (await call(services.budget.GrantEnvelope, request)).account


async def decision_of(services: Services, filing_id: str, number: str = CURRENT) -> screening.Decision:
    """NOT_FOUND with the reason NO_DECISION_YET while facts are missing: `case_of` names them."""
    request = screening.GetDecisionRequest(name=f"filings/{filing_id}/decisions/{number}")
    return (await call(services.screening.GetDecision, request)).decision


async def case_of(services: Services, filing_id: str) -> screening.Case:
    return (await call(services.screening.GetCase, screening.GetCaseRequest(name=f"filings/{filing_id}/case"))).case


async def decisions(services: Services) -> AsyncIterator[screening.Decision]:
    async for page in pages(screening.ListDecisionsRequest(), services.screening.ListDecisions):
        for one in page.decisions:
            yield one


async def region_statuses(services: Services) -> AsyncIterator[targets.RegionStatus]:
    async for page in pages(targets.ListRegionStatusesRequest(), services.targets.ListRegionStatuses):
        for one in page.statuses:
            yield one


async def accounts(services: Services, region: str = "") -> AsyncIterator[budget.Account]:
    """Of the region (GB/T 2260) and of all below it; of all when empty."""
    asked = budget.ListAccountsRequest(parent=f"regions/{region}" if region else "")
    async for page in pages(asked, services.budget.ListAccounts):
        for one in page.accounts:
            yield one


class _Page(Protocol):
    @property
    def next_page_token(self) -> str: ...


Asked = TypeVar("Asked", bound=Message)
Page = TypeVar("Page", bound=_Page)


async def pages(asked: Asked, method: grpc.aio.UnaryUnaryMultiCallable[Asked, Page]) -> AsyncIterator[Page]:
    """Page after page of all that match `asked`, a request with a page's size and token."""
    token = ""
    while True:
        request = type(asked)()
        request.CopyFrom(asked)
        request.page_size, request.page_token = PAGE_SIZE, token  # type: ignore[attr-defined]  # of every list request
        page = await call(method, request)
        yield page
        token = page.next_page_token
        if not token:
            return
