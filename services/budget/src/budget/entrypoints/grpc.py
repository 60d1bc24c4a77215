"""BudgetService over gRPC: translate in, call, translate out. What only reads stands in BudgetReads."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from budget.application.close_on_difference import reopen_ledger
from budget.application.commands import Command, Post, Reserve, Reverse, Void
from budget.application.desk import Ticket
from budget.application.grant_envelope import GrantEnvelope, grant_envelope
from budget.application.ports import Work
from budget.domain.deductions import Asked, Deduction, DeductionId
from budget.domain.reservation import refusal_error
from budget.entrypoints import checks
from budget.entrypoints.reads import BudgetReads
from budget.wire.deductions import account_to_wire, deduction_to_wire
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from dualcontrol.budget.v1 import budget_service_pb2_grpc as rpc
from kernel.clock import Clock, legal_day
from kernel.errors import DomainError, NotFound
from ledger.audit import PERSON_CHARACTERS_MAX, REASON_CHARACTERS_MAX
from ledger.refusals import LedgerDiffers
from servicekit.rpc.checks import Violations
from servicekit.rpc.once import answer_once
from servicekit.telemetry.tracing import traceparent
from servicekit.wire import text_to_wire
from statute.loader import PolicyBundle

RESERVATIONS_MAX: Final = 1_000

Submit = Callable[[Ticket], Awaitable[Deduction]]
"""Decides a command, in one transaction with others that come meanwhile."""


class BudgetService(BudgetReads):
    """The writes."""

    def __init__(self, begin: Callable[[], Work], submit: Submit, policy: PolicyBundle, clock: Clock) -> None:
        super().__init__(begin, policy, clock)
        self._submit = submit

    async def GrantEnvelope(self, request: pb.GrantEnvelopeRequest, _context: Any) -> pb.GrantEnvelopeResponse:
        violations = Violations()
        request_id = violations.request_id(request.request_id)
        region, year = checks.account_name(violations, request.name)
        amount = checks.amount(violations, request.amount_kgce_calorific)
        carbon = checks.carbon(violations, request)
        document = violations.text("document", request.document, checks.DOCUMENT_CHARACTERS_MAX, required=True)
        violations.done()
        command = GrantEnvelope(request_id, region, year, amount, document, carbon)

        async def act(work: Work) -> pb.GrantEnvelopeResponse:
            account = await grant_envelope(command, work, legal_day(self._clock()))
            return pb.GrantEnvelopeResponse(account=account_to_wire(account))

        return await answer_once(self._begin(), request, pb.GrantEnvelopeResponse, act)

    async def ReserveDeduction(self, request: pb.ReserveDeductionRequest, _context: Any) -> pb.ReserveDeductionResponse:
        violations = Violations()
        asked = checks.asked(violations, checks.deduction_name(violations, request.name), request)
        await self._replacing(asked)
        deduction = await self._decided(Reserve(asked))
        if (refusal := refusal_error(deduction)) is not None:
            raise refusal
        return pb.ReserveDeductionResponse(deduction=deduction_to_wire(deduction))

    async def ReserveDeductions(
        self, request: pb.ReserveDeductionsRequest, _context: Any
    ) -> pb.ReserveDeductionsResponse:
        trace = traceparent()
        all_asked = _all_asked(request.requests)
        await self._replacing(*all_asked)
        tickets = [Ticket(Reserve(asked), trace) for asked in all_asked]
        answers = await asyncio.gather(*(self._submit(ticket) for ticket in tickets), return_exceptions=True)
        return pb.ReserveDeductionsResponse(outcomes=[_outcome(answer) for answer in answers])

    async def PostDeduction(self, request: pb.PostDeductionRequest, _context: Any) -> pb.PostDeductionResponse:
        violations = Violations()
        id_ = checks.deduction_name(violations, request.name)
        document = violations.text("document", request.document, checks.DOCUMENT_CHARACTERS_MAX, required=True)
        used = checks.phases(violations, "used", request.used, least=0)
        violations.done()
        await self._acting_on(id_)
        return pb.PostDeductionResponse(deduction=deduction_to_wire(await self._decided(Post(id_, document, used))))

    async def ReverseDeduction(self, request: pb.ReverseDeductionRequest, _context: Any) -> pb.ReverseDeductionResponse:
        violations = Violations()
        id_ = checks.deduction_name(violations, request.name)
        signers = checks.signers(violations, request.signers)
        reason = violations.text("reason", request.reason, checks.DOCUMENT_CHARACTERS_MAX, required=True)
        violations.done()
        await self._acting_on(id_)
        deduction = await self._decided(Reverse(id_, signers, reason))
        return pb.ReverseDeductionResponse(deduction=deduction_to_wire(deduction))

    async def VoidDeduction(self, request: pb.VoidDeductionRequest, _context: Any) -> pb.VoidDeductionResponse:
        violations = Violations()
        id_ = checks.deduction_name(violations, request.name)
        violations.done()
        await self._acting_on(id_)
        return pb.VoidDeductionResponse(deduction=deduction_to_wire(await self._decided(Void(id_))))

    async def ReopenLedger(self, request: pb.ReopenLedgerRequest, _context: Any) -> pb.ReopenLedgerResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        person = violations.text("person", request.person, PERSON_CHARACTERS_MAX, required=True)
        reason = violations.text("reason", request.reason, REASON_CHARACTERS_MAX, required=True)
        violations.done()
        async with self._begin() as work:
            difference = await work.verify_ledger()

        async def act(work: Work) -> pb.ReopenLedgerResponse:
            if difference is not None:
                raise LedgerDiffers(difference.text())
            accounts = await reopen_ledger(person, reason, work, self._clock())
            return pb.ReopenLedgerResponse(accounts=[str(account) for account in accounts])

        return await answer_once(self._begin(), request, pb.ReopenLedgerResponse, act)

    async def _replacing(self, *all_asked: Asked) -> None:
        """What a reservation replaces is given back by it."""
        replaced = [asked.demand.replaces for asked in all_asked if asked.demand.replaces is not None]
        if replaced:
            await self._acting_on(*replaced)

    async def _acting_on(self, *deductions: DeductionId) -> None:
        """Raises NotFound for what the caller does not see, and Denied for what he may not do.

        Where they are is fixed for good, so it is asked before they are changed together with others.
        """
        async with self._begin() as work:
            seen = {id_: await work.deductions.get(id_) for id_ in deductions}
            for id_, found in seen.items():
                await work.acting_on(None if found is None else found.region, None if found is None else found.filing)
                if found is None and await work.deductions.get(id_) is not None:
                    raise NotFound(f"deductions/{id_}")

    async def _decided(self, command: Command) -> Deduction:
        return await self._submit(Ticket(command, traceparent()))


def _all_asked(requests: Sequence[pb.ReserveDeductionRequest]) -> list[Asked]:
    """Raises InvalidRequest with all that is wrong in any of them."""
    violations = Violations()
    if not 1 <= len(requests) <= RESERVATIONS_MAX:
        violations.add(
            "requests", "WRONG_COUNT", f"应为 1 至 {RESERVATIONS_MAX} 项", f"must be 1 to {RESERVATIONS_MAX}"
        )
        violations.done()
    if len({request.name for request in requests}) < len(requests):
        violations.add("requests", "REPEATED", "扣减编号不得重复", "must have each deduction once")
    read = []
    for place, request in enumerate(requests):
        part = violations.within(f"requests[{place}]")
        read.append(checks.reservation(part, checks.deduction_name(part, request.name), request))
    violations.done()
    return [asked for asked in read if asked is not None]


def _outcome(answer: Deduction | BaseException) -> pb.ReserveDeductionOutcome:
    """Raises what is no refusal: then the caller has to ask again for all."""
    refusal = refusal_error(answer) if isinstance(answer, Deduction) else answer
    if isinstance(refusal, DomainError):
        return pb.ReserveDeductionOutcome(reason=refusal.reason, message=text_to_wire(refusal.text()))
    if refusal is not None:
        raise refusal
    assert isinstance(answer, Deduction)
    return pb.ReserveDeductionOutcome(deduction=deduction_to_wire(answer))


def servicers(
    begin: Callable[[], Work], submit: Submit, policy: PolicyBundle, clock: Clock
) -> Callable[[Any], tuple[str, ...]]:
    def add(server: Any) -> tuple[str, ...]:
        rpc.add_BudgetServiceServicer_to_server(BudgetService(begin, submit, policy, clock), server)
        return (pb.DESCRIPTOR.services_by_name["BudgetService"].full_name,)

    return add
