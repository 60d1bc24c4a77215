"""What BudgetService answers without changing anything."""

from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from budget.application.ports import Work
from budget.application.preview_deduction import preview_deduction
from budget.application.verify_deductions import verify_deductions
from budget.domain.deductions import Deduction, Demand, known_by_name
from budget.domain.draws import Draw
from budget.domain.envelopes import ENERGY, account_from, account_id
from budget.entrypoints import checks
from budget.wire.agreement import looked_to_wire
from budget.wire.deductions import account_to_wire, deduction_to_wire, ledger_account_to_wire
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from dualcontrol.budget.v1 import budget_service_pb2_grpc as rpc
from kernel.clock import Clock, legal_day
from kernel.errors import NotFound
from kernel.regions import code_prefix
from ledger.accounts import AccountId
from ledger.store import AsOf
from servicekit.rpc.checks import Violations
from servicekit.rpc.pages import after, next_token, page_size
from servicekit.wire import findings_to_wire, text_to_wire
from statute.loader import PolicyBundle

BASIS_POINTS: Final = 10_000
INSTRUMENT_CHARACTERS_MAX: Final = 100


class BudgetReads(rpc.BudgetServiceServicer):
    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock

    async def GetAccount(self, request: pb.GetAccountRequest, _context: Any) -> pb.GetAccountResponse:
        violations = Violations()
        region, year = checks.account_name(violations, request.name)
        violations.done()
        id_ = account_id(region, year)
        async with self._begin() as work:
            found = await work.ledger.balances([id_])
        if id_ not in found:
            raise NotFound(request.name)
        return pb.GetAccountResponse(account=account_to_wire(account_from(id_, found[id_])))

    async def ListAccounts(self, request: pb.ListAccountsRequest, _context: Any) -> pb.ListAccountsResponse:
        violations = Violations()
        parent = checks.parent_region(violations, request.parent)
        size = page_size(request.page_size, violations)
        start = _account_after(request.page_token, violations)
        violations.done()
        async with self._begin() as work:
            prefix = code_prefix(parent) if parent else ""
            page = await work.ledger.list_balances(prefix, after=start, limit=size, instrument=ENERGY)
        token = next_token(str(list(page)[-1]), len(page), size) if page else ""
        accounts = [account_to_wire(account_from(id_, balances)) for id_, balances in page.items()]
        return pb.ListAccountsResponse(accounts=accounts, next_page_token=token)

    async def ListLedgerAccounts(
        self, request: pb.ListLedgerAccountsRequest, _context: Any
    ) -> pb.ListLedgerAccountsResponse:
        violations = Violations()
        parent = checks.parent_region(violations, request.parent)
        instrument = violations.text("instrument", request.instrument, INSTRUMENT_CHARACTERS_MAX)
        as_of = AsOf.limited(
            violations.stated_day(request, "effective_date"), violations.stated_instant(request, "known_time")
        )
        size = page_size(request.page_size, violations)
        start = _account_after(request.page_token, violations)
        violations.done()
        async with self._begin() as work:
            page = await work.ledger.list_balances(
                code_prefix(parent) if parent else "", after=start, limit=size, instrument=instrument, as_of=as_of
            )
        token = next_token(str(list(page)[-1]), len(page), size) if page else ""
        accounts = [ledger_account_to_wire(id_, standing) for id_, standing in page.items()]
        return pb.ListLedgerAccountsResponse(accounts=accounts, next_page_token=token)

    async def PreviewDeduction(self, request: pb.PreviewDeductionRequest, _context: Any) -> pb.PreviewDeductionResponse:
        violations = Violations()
        region = checks.region(violations, request.region_code)
        phases = checks.phases(violations, "phases", request.phases, least=1)
        violations.done()
        assert region is not None
        async with self._begin() as work:
            preview = await preview_deduction(Demand(region, phases), work, self._policy, legal_day(self._clock()))
        return pb.PreviewDeductionResponse(
            levels=[_level(draw) for draw in preview.draws],
            covered=preview.covered,
            findings=findings_to_wire(preview.findings),
        )

    async def GetDeduction(self, request: pb.GetDeductionRequest, _context: Any) -> pb.GetDeductionResponse:
        violations = Violations()
        id_ = checks.deduction_name(violations, request.name)
        violations.done()
        async with self._begin() as work:
            found = known_by_name(id_, await work.deductions.get(id_))
        return pb.GetDeductionResponse(deduction=deduction_to_wire(found))

    async def ListDeductions(self, request: pb.ListDeductionsRequest, _context: Any) -> pb.ListDeductionsResponse:
        violations = Violations()
        parent = checks.parent_region(violations, request.parent)
        size = page_size(request.page_size, violations)
        region, _, id_ = after(request.page_token, violations).partition(" ")
        violations.done()
        async with self._begin() as work:
            page = await work.deductions.page(code_prefix(parent) if parent else "", (region, id_), size)
        token = next_token(_place(page[-1]), len(page), size) if page else ""
        return pb.ListDeductionsResponse(deductions=[deduction_to_wire(d) for d in page], next_page_token=token)

    async def VerifyDeductions(
        self, _request: pb.VerifyDeductionsRequest, _context: Any
    ) -> AsyncIterator[pb.VerifyDeductionsResponse]:
        async with self._begin() as work:
            async for looked in verify_deductions(work):
                yield looked_to_wire(looked)

    async def VerifyLedger(self, _request: pb.VerifyLedgerRequest, _context: Any) -> pb.VerifyLedgerResponse:
        async with self._begin() as work:
            difference = await work.verify_ledger()
        if difference is None:
            return pb.VerifyLedgerResponse(balanced=True)
        return pb.VerifyLedgerResponse(balanced=False, difference=text_to_wire(difference.text()))


def _place(deduction: Deduction) -> str:
    """In the order that deductions are listed in."""
    assert deduction.demand is not None, "a deduction that took energy was asked for"
    return f"{deduction.demand.region} {deduction.id}"


def _account_after(token: str, violations: Violations) -> AccountId | None:
    key = after(token, violations)
    return violations.parsed("page_token", key, AccountId.parse, checks.PAGE_TOKEN_FORM)


def _level(draw: Draw) -> pb.LevelPreview:
    level = pb.LevelPreview(name=draw.envelope.name, instrument=draw.envelope.instrument)
    standing = draw.standing
    if standing is None:
        return level
    level.granted = standing.granted
    level.available_before = standing.available
    level.available_after = standing.available - draw.amount
    if standing.granted:
        used = standing.held + standing.posted + draw.amount
        level.used_basis_points_after = -(-used * BASIS_POINTS // standing.granted)
    return level
