"""What can be asked about envelopes, deductions and the ledger, one function each; all raise ServiceError."""

from collections.abc import AsyncIterator

from client.connections import VERIFY_SECONDS, Services, call
from client.operations import pages
from dualcontrol.budget.v1 import budget_service_pb2 as pb


async def preview(services: Services, request: pb.PreviewDeductionRequest) -> pb.PreviewDeductionResponse:
    return await call(services.budget.PreviewDeduction, request)


async def post(services: Services, request: pb.PostDeductionRequest) -> pb.Deduction:
    return (await call(services.budget.PostDeduction, request)).deduction


async def void(services: Services, name: str) -> pb.Deduction:
    return (await call(services.budget.VoidDeduction, pb.VoidDeductionRequest(name=name))).deduction


async def reverse(services: Services, request: pb.ReverseDeductionRequest) -> pb.Deduction:
    return (await call(services.budget.ReverseDeduction, request)).deduction


async def verify(services: Services) -> pb.VerifyLedgerResponse:
    return await call(services.budget.VerifyLedger, pb.VerifyLedgerRequest(), seconds=VERIFY_SECONDS)


async def reopen(services: Services, request: pb.ReopenLedgerRequest) -> pb.ReopenLedgerResponse:
    return await call(services.budget.ReopenLedger, request, seconds=VERIFY_SECONDS)


async def deductions(services: Services) -> AsyncIterator[pb.Deduction]:
    async for page in pages(pb.ListDeductionsRequest(), services.budget.ListDeductions):
        for one in page.deductions:
            yield one


async def ledger_accounts(services: Services, asked: pb.ListLedgerAccountsRequest) -> AsyncIterator[pb.LedgerAccount]:
    """All that match, page after page."""
    async for page in pages(asked, services.budget.ListLedgerAccounts):
        for one in page.accounts:
            yield one
