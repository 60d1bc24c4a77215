"""BudgetService over gRPC: translate in, call, translate out."""

from collections.abc import Callable
from functools import partial
from typing import Any

from budget.application.grant_envelope import GrantEnvelope, grant_envelope
from budget.application.ports import Work
from budget.application.reserve_deduction import reserve_deduction
from budget.application.void_deduction import void_deduction
from budget.domain.deductions import known_by_name
from budget.domain.envelopes import Account, account_from, account_id
from budget.domain.reservation import refusal_error
from budget.entrypoints import checks
from budget.wire import account_to_wire, deduction_to_wire
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from dualcontrol.budget.v1 import budget_service_pb2_grpc as rpc
from kernel.clock import Clock, legal_day
from kernel.errors import NotFound
from kernel.regions import code_prefix
from ledger.accounts import AccountId
from servicekit.rpc.checks import Violations
from servicekit.rpc.once import answer_once
from servicekit.rpc.pages import after, next_token, page_size
from servicekit.wire import text_to_wire
from statute.loader import PolicyBundle

DOCUMENT_CHARACTERS_MAX = 500


class BudgetService(rpc.BudgetServiceServicer):
    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock

    async def GrantEnvelope(self, request: pb.GrantEnvelopeRequest, _context: Any) -> pb.GrantEnvelopeResponse:
        violations = Violations()
        request_id = violations.request_id(request.request_id)
        region, year = checks.account_name(violations, request.name)
        amount = checks.amount(violations, request.amount_kgce_calorific)
        document = violations.text("document", request.document, DOCUMENT_CHARACTERS_MAX, required=True)
        violations.done()
        command = GrantEnvelope(request_id, region, year, amount, document)

        async def act(work: Work) -> pb.GrantEnvelopeResponse:
            account = await grant_envelope(command, work, legal_day(self._clock()))
            return pb.GrantEnvelopeResponse(account=account_to_wire(account))

        return await answer_once(self._begin(), request, pb.GrantEnvelopeResponse, act)

    async def GetAccount(self, request: pb.GetAccountRequest, _context: Any) -> pb.GetAccountResponse:
        violations = Violations()
        region, year = checks.account_name(violations, request.name)
        violations.done()
        id_ = account_id(region, year)
        async with self._begin() as work:
            found = await work.ledger.balances([id_])
        if id_ not in found:
            raise NotFound(request.name)
        return pb.GetAccountResponse(account=account_to_wire(Account(region, year, found[id_])))

    async def ListAccounts(self, request: pb.ListAccountsRequest, _context: Any) -> pb.ListAccountsResponse:
        violations = Violations()
        parent = checks.parent_region(violations, request.parent)
        size = page_size(request.page_size, violations)
        start = _account_after(request.page_token, violations)
        violations.done()
        async with self._begin() as work:
            page = await work.ledger.list_balances(code_prefix(parent) if parent else "", after=start, limit=size)
        token = next_token(str(list(page)[-1]), len(page), size) if page else ""
        accounts = [account_to_wire(account_from(id_, balances)) for id_, balances in page.items()]
        return pb.ListAccountsResponse(accounts=accounts, next_page_token=token)

    async def ReserveDeduction(self, request: pb.ReserveDeductionRequest, _context: Any) -> pb.ReserveDeductionResponse:
        violations = Violations()
        asked = checks.asked(violations, checks.deduction_name(violations, request.name), request)
        async with self._begin() as work:
            deduction = await reserve_deduction(asked, work, self._policy, legal_day(self._clock()))
            await work.commit()  # a refusal too: it is remembered and announced
        if (refusal := refusal_error(deduction)) is not None:
            raise refusal
        return pb.ReserveDeductionResponse(deduction=deduction_to_wire(deduction))

    async def VoidDeduction(self, request: pb.VoidDeductionRequest, _context: Any) -> pb.VoidDeductionResponse:
        violations = Violations()
        id_ = checks.deduction_name(violations, request.name)
        violations.done()
        async with self._begin() as work:
            deduction = await void_deduction(id_, work, legal_day(self._clock()))
            await work.commit()
        return pb.VoidDeductionResponse(deduction=deduction_to_wire(deduction))

    async def GetDeduction(self, request: pb.GetDeductionRequest, _context: Any) -> pb.GetDeductionResponse:
        violations = Violations()
        id_ = checks.deduction_name(violations, request.name)
        violations.done()
        async with self._begin() as work:
            found = known_by_name(id_, await work.deductions.get(id_))
        return pb.GetDeductionResponse(deduction=deduction_to_wire(found))

    async def ListDeductions(self, request: pb.ListDeductionsRequest, _context: Any) -> pb.ListDeductionsResponse:
        violations = Violations()
        size = page_size(request.page_size, violations)
        start = after(request.page_token, violations)
        violations.done()
        async with self._begin() as work:
            page = await work.deductions.page(start, size)
        token = next_token(page[-1].id, len(page), size) if page else ""
        return pb.ListDeductionsResponse(deductions=[deduction_to_wire(d) for d in page], next_page_token=token)

    async def VerifyLedger(self, _request: pb.VerifyLedgerRequest, _context: Any) -> pb.VerifyLedgerResponse:
        async with self._begin() as work:
            difference = await work.verify_ledger()
        if difference is None:
            return pb.VerifyLedgerResponse(balanced=True)
        return pb.VerifyLedgerResponse(balanced=False, difference=text_to_wire(difference.text()))


def _account_after(token: str, violations: Violations) -> AccountId | None:
    key = after(token, violations)
    return violations.parsed("page_token", key, AccountId.parse, checks.PAGE_TOKEN_FORM)


def add_servicers(begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, server: Any) -> tuple[str, ...]:
    rpc.add_BudgetServiceServicer_to_server(BudgetService(begin, policy, clock), server)
    return (pb.DESCRIPTOR.services_by_name["BudgetService"].full_name,)


def servicers(begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> Callable[[Any], tuple[str, ...]]:
    return partial(add_servicers, begin, policy, clock)
