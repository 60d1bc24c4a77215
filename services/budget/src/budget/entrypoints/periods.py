"""PeriodsService over gRPC: translate in, call, translate out."""

from collections.abc import Callable
from functools import partial
from typing import Any

from budget.application.periods.close_period import close_period, reopen_period
from budget.application.periods.grant_derived import (
    AdoptEnvelope,
    DeriveEnvelope,
    ReviseEnvelope,
    adopt_envelope,
    derive_envelope,
    revise_envelope,
)
from budget.application.periods.ports import Work
from budget.application.periods.record_statistic import record_statistic
from budget.application.periods.trade import (
    DecideTrade,
    ProposeTrade,
    accept_trade,
    end_trade,
    expire_trades,
    propose_trade,
)
from budget.domain.periods.closing import ClosePeriod, ReopenPeriod
from budget.domain.periods.trades import TradeState
from budget.entrypoints import checks
from budget.entrypoints import periods_checks as fields
from budget.entrypoints.periods_reads import PeriodsReads
from budget.wire.periods import (
    accounts_to_wire,
    act_to_wire,
    period_account_to_wire,
    proposal_to_wire,
    statistic_to_wire,
)
from budget.wire.trades import trade_to_wire
from dualcontrol.budget.v1 import periods_service_pb2 as pb
from dualcontrol.budget.v1 import periods_service_pb2_grpc as rpc
from kernel.clock import Clock, legal_day
from servicekit.rpc.checks import Violations
from servicekit.rpc.once import answer_once
from statute.loader import PolicyBundle

Deciding = pb.AcceptTradeRequest | pb.RejectTradeRequest | pb.WithdrawTradeRequest


class PeriodsService(PeriodsReads):
    """The writes; each runs once for its request id. What it only reads stands in PeriodsReads."""

    async def RecordStatistic(self, request: pb.RecordStatisticRequest, _context: Any) -> pb.RecordStatisticResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        now = self._clock()
        stated = fields.statistic(violations, request.statistic, now, legal_day(now))

        async def act(work: Work) -> pb.RecordStatisticResponse:
            recorded = await record_statistic(stated, work)
            return pb.RecordStatisticResponse(
                statistic=statistic_to_wire(recorded.statistic),
                outdated_proposal=f"envelopeProposals/{recorded.outdated}" if recorded.outdated else "",
            )

        return await answer_once(self._begin(), request, pb.RecordStatisticResponse, act)

    async def DeriveEnvelope(self, request: pb.DeriveEnvelopeRequest, _context: Any) -> pb.DeriveEnvelopeResponse:
        violations = Violations()
        request_id = violations.request_id(request.request_id)
        proposer = fields.person(violations, "proposer", request.proposer)
        command = DeriveEnvelope(request_id, fields.derivation(violations, request), proposer)

        async def act(work: Work) -> pb.DeriveEnvelopeResponse:
            proposal = await derive_envelope(command, work, self._policy, self._clock())
            return pb.DeriveEnvelopeResponse(proposal=proposal_to_wire(proposal))

        return await answer_once(self._begin(), request, pb.DeriveEnvelopeResponse, act)

    async def AdoptEnvelope(self, request: pb.AdoptEnvelopeRequest, _context: Any) -> pb.AdoptEnvelopeResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        command = AdoptEnvelope(
            fields.proposal(violations, "name", request.name),
            fields.person(violations, "adopter", request.adopter),
            fields.document(violations, "document", request.document),
        )
        violations.done()

        async def act(work: Work) -> pb.AdoptEnvelopeResponse:
            adopted = await adopt_envelope(command, work, self._clock())
            return pb.AdoptEnvelopeResponse(
                proposal=proposal_to_wire(adopted.proposal),
                account=period_account_to_wire(adopted.proposal.account, adopted.balances),
            )

        return await answer_once(self._begin(), request, pb.AdoptEnvelopeResponse, act)

    async def ReviseEnvelope(self, request: pb.ReviseEnvelopeRequest, _context: Any) -> pb.ReviseEnvelopeResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        command = ReviseEnvelope(
            fields.proposal(violations, "name", request.name),
            fields.proposal(violations, "replacement", request.replacement),
            fields.signers(violations, request.signers),
            fields.reason(violations, request.reason, required=True),
        )
        violations.done()

        async def act(work: Work) -> pb.ReviseEnvelopeResponse:
            revised = await revise_envelope(command, work, self._clock())
            return pb.ReviseEnvelopeResponse(
                proposal=proposal_to_wire(revised.proposal),
                account=period_account_to_wire(revised.proposal.account, revised.balances),
            )

        return await answer_once(self._begin(), request, pb.ReviseEnvelopeResponse, act)

    async def ClosePeriod(self, request: pb.ClosePeriodRequest, _context: Any) -> pb.ClosePeriodResponse:
        violations = Violations()
        command = ClosePeriod(
            violations.request_id(request.request_id),
            checks.required_region(violations, "region_code", request.region_code),
            checks.year(violations, "year", request.year),
            fields.signers(violations, request.signers),
            request.carry_holds,
            request.carry_over,
            fields.reason(violations, request.reason, required=False),
        )
        violations.done()

        async def act(work: Work) -> pb.ClosePeriodResponse:
            return pb.ClosePeriodResponse(
                act=act_to_wire(await close_period(command, work, self._policy, self._clock()))
            )

        return await answer_once(self._begin(), request, pb.ClosePeriodResponse, act)

    async def ReopenPeriod(self, request: pb.ReopenPeriodRequest, _context: Any) -> pb.ReopenPeriodResponse:
        violations = Violations()
        command = ReopenPeriod(
            violations.request_id(request.request_id),
            checks.required_region(violations, "region_code", request.region_code),
            checks.year(violations, "year", request.year),
            fields.signers(violations, request.signers),
            fields.reason(violations, request.reason, required=True),
        )
        violations.done()

        async def act(work: Work) -> pb.ReopenPeriodResponse:
            return pb.ReopenPeriodResponse(act=act_to_wire(await reopen_period(command, work, self._clock())))

        return await answer_once(self._begin(), request, pb.ReopenPeriodResponse, act)

    async def ProposeTrade(self, request: pb.ProposeTradeRequest, _context: Any) -> pb.ProposeTradeResponse:
        violations = Violations()
        request_id = violations.request_id(request.request_id)
        proposer = fields.person(violations, "proposer", request.proposer)
        terms = fields.terms(violations, request, legal_day(self._clock()))
        command = ProposeTrade(request_id, terms, proposer)

        async def act(work: Work) -> pb.ProposeTradeResponse:
            trade = await propose_trade(command, work, self._policy, self._clock())
            return pb.ProposeTradeResponse(trade=trade_to_wire(trade))

        return await answer_once(self._begin(), request, pb.ProposeTradeResponse, act)

    async def AcceptTrade(self, request: pb.AcceptTradeRequest, _context: Any) -> pb.AcceptTradeResponse:
        command = _decision(request)

        async def act(work: Work) -> pb.AcceptTradeResponse:
            accepted = await accept_trade(command, work, self._clock())
            return pb.AcceptTradeResponse(
                trade=trade_to_wire(accepted.trade), accounts=accounts_to_wire(accepted.accounts)
            )

        return await answer_once(self._begin(), request, pb.AcceptTradeResponse, act)

    async def RejectTrade(self, request: pb.RejectTradeRequest, _context: Any) -> pb.RejectTradeResponse:
        command = _decision(request)

        async def act(work: Work) -> pb.RejectTradeResponse:
            ended = await end_trade(command, TradeState.REJECTED, work, self._clock())
            return pb.RejectTradeResponse(trade=trade_to_wire(ended))

        return await answer_once(self._begin(), request, pb.RejectTradeResponse, act)

    async def WithdrawTrade(self, request: pb.WithdrawTradeRequest, _context: Any) -> pb.WithdrawTradeResponse:
        command = _decision(request)

        async def act(work: Work) -> pb.WithdrawTradeResponse:
            ended = await end_trade(command, TradeState.WITHDRAWN, work, self._clock())
            return pb.WithdrawTradeResponse(trade=trade_to_wire(ended))

        return await answer_once(self._begin(), request, pb.WithdrawTradeResponse, act)

    async def ExpireTrades(self, request: pb.ExpireTradesRequest, _context: Any) -> pb.ExpireTradesResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        violations.done()

        async def act(work: Work) -> pb.ExpireTradesResponse:
            ended = await expire_trades(work, self._clock())
            return pb.ExpireTradesResponse(trades=[trade_to_wire(one) for one in ended])

        return await answer_once(self._begin(), request, pb.ExpireTradesResponse, act)


def _decision(request: Deciding) -> DecideTrade:
    violations = Violations()
    violations.request_id(request.request_id)
    command = DecideTrade(
        fields.trade(violations, request.name),
        checks.required_region(violations, "region_code", request.region_code),
        fields.person(violations, "person", request.person),
    )
    violations.done()
    return command


def add_servicers(begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, server: Any) -> tuple[str, ...]:
    rpc.add_PeriodsServiceServicer_to_server(PeriodsService(begin, policy, clock), server)
    return (pb.DESCRIPTOR.services_by_name["PeriodsService"].full_name,)


def servicers(begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> Callable[[Any], tuple[str, ...]]:
    return partial(add_servicers, begin, policy, clock)
