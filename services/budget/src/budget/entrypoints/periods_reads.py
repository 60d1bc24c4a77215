"""What PeriodsService reads: translate in, ask, translate out. Nothing here writes, so all of it is safe to retry."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from budget.application.periods.grant_derived import known_proposal
from budget.application.periods.ports import Scope, Work
from budget.application.periods.read_period import ForecastYearEnd, forecast_year_end, period_accounts
from budget.application.periods.trade import known_trade
from budget.domain.periods.closing import ActKind
from budget.domain.periods.proposals import ProposalState
from budget.domain.periods.statistics import known_by
from budget.domain.periods.trades import TradeState
from budget.entrypoints import checks
from budget.entrypoints import periods_checks as fields
from budget.wire.periods import (
    KINDS_FROM_WIRE,
    accounts_to_wire,
    act_to_wire,
    forecast_to_wire,
    instrument_from_wire,
    measure_from_wire,
    proposal_to_wire,
    stage_from_wire,
    statistic_to_wire,
)
from budget.wire.trades import trade_to_wire
from dualcontrol.budget.v1 import periods_service_pb2 as pb
from dualcontrol.budget.v1 import periods_service_pb2_grpc as rpc
from kernel.clock import Clock, legal_day
from kernel.errors import NotFound
from ledger.store import LATEST, AsOf
from servicekit.rpc.checks import Violations
from servicekit.rpc.pages import after, next_token, page_size
from statute.loader import PolicyBundle

Listing = pb.ListStatisticsRequest | pb.ListEnvelopeProposalsRequest | pb.ListPeriodActsRequest | pb.ListTradesRequest


class PeriodsReads(rpc.PeriodsServiceServicer):
    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock

    async def GetStatistic(self, request: pb.GetStatisticRequest, _context: Any) -> pb.GetStatisticResponse:
        violations = Violations()
        period = fields.period(violations, "period", request.period if request.HasField("period") else None)
        known_at = self._known_time(violations, request)
        series = fields.series(violations, "", request)
        violations.done()
        assert series is not None
        assert period is not None
        async with self._begin() as work:
            found = known_by(await work.statistics.versions(series, period), known_at or LATEST)
        if found is None:
            raise NotFound(f"{series}/{period}")
        return pb.GetStatisticResponse(statistic=statistic_to_wire(found))

    async def ListStatistics(self, request: pb.ListStatisticsRequest, _context: Any) -> pb.ListStatisticsResponse:
        violations = Violations()
        violations.enum("kind", request.kind, pb.StatisticKind)
        violations.enum("stage", request.stage, pb.StatisticStage)
        scope, start, size = self._listing(violations, request)
        stage = stage_from_wire(request.stage) if request.stage else None
        async with self._begin() as work:
            page = await work.statistics.page(scope, KINDS_FROM_WIRE.get(request.kind), stage, after=start, size=size)
        token = next_token(f"{page[-1].series}/{page[-1].period}", len(page), size) if page else ""
        return pb.ListStatisticsResponse(statistics=[statistic_to_wire(one) for one in page], next_page_token=token)

    async def GetEnvelopeProposal(
        self, request: pb.GetEnvelopeProposalRequest, _context: Any
    ) -> pb.GetEnvelopeProposalResponse:
        violations = Violations()
        id_ = fields.proposal(violations, "name", request.name)
        violations.done()
        async with self._begin() as work:
            found = await known_proposal(id_, work)
        return pb.GetEnvelopeProposalResponse(proposal=proposal_to_wire(found))

    async def ListEnvelopeProposals(
        self, request: pb.ListEnvelopeProposalsRequest, _context: Any
    ) -> pb.ListEnvelopeProposalsResponse:
        violations = Violations()
        violations.enum("state", request.state, pb.ProposalState)
        scope, start, size = self._listing(violations, request)
        state = (
            ProposalState[pb.ProposalState.Name(request.state).removeprefix("PROPOSAL_STATE_")]
            if request.state
            else None
        )
        async with self._begin() as work:
            page = await work.proposals.page(scope, state, after=start, size=size)
        token = next_token(page[-1].id, len(page), size) if page else ""
        return pb.ListEnvelopeProposalsResponse(
            proposals=[proposal_to_wire(one) for one in page], next_page_token=token
        )

    async def GetPeriod(self, request: pb.GetPeriodRequest, _context: Any) -> pb.GetPeriodResponse:
        violations = Violations()
        region = checks.required_region(violations, "region_code", request.region_code)
        year = checks.year(violations, "year", request.year)
        today = legal_day(self._clock())
        on = violations.stated_day(request, "effective_date") or today
        known_at = self._known_time(violations, request)
        violations.done()
        async with self._begin() as work:
            accounts = await period_accounts(region, year, AsOf(on, known_at or LATEST), work, today=today)
        return pb.GetPeriodResponse(accounts=accounts_to_wire(accounts))

    async def ListPeriodActs(self, request: pb.ListPeriodActsRequest, _context: Any) -> pb.ListPeriodActsResponse:
        violations = Violations()
        violations.enum("kind", request.kind, pb.PeriodActKind)
        scope, start, size = self._listing(violations, request)
        kind = ActKind[pb.PeriodActKind.Name(request.kind).removeprefix("PERIOD_ACT_KIND_")] if request.kind else None
        async with self._begin() as work:
            page = await work.acts.page(scope, kind, after=start, size=size)
        token = next_token(page[-1].id, len(page), size) if page else ""
        return pb.ListPeriodActsResponse(acts=[act_to_wire(one) for one in page], next_page_token=token)

    async def GetTrade(self, request: pb.GetTradeRequest, _context: Any) -> pb.GetTradeResponse:
        violations = Violations()
        id_ = fields.trade(violations, request.name)
        violations.done()
        async with self._begin() as work:
            found = await known_trade(id_, work)
        return pb.GetTradeResponse(trade=trade_to_wire(found))

    async def ListTrades(self, request: pb.ListTradesRequest, _context: Any) -> pb.ListTradesResponse:
        violations = Violations()
        violations.enum("state", request.state, pb.TradeState)
        scope, start, size = self._listing(violations, request)
        state = TradeState[pb.TradeState.Name(request.state).removeprefix("TRADE_STATE_")] if request.state else None
        async with self._begin() as work:
            page = await work.trades.page(scope, state, after=start, size=size)
        token = next_token(page[-1].id, len(page), size) if page else ""
        return pb.ListTradesResponse(trades=[trade_to_wire(one) for one in page], next_page_token=token)

    async def ForecastYearEnd(self, request: pb.ForecastYearEndRequest, _context: Any) -> pb.ForecastYearEndResponse:
        violations = Violations()
        now = self._clock()
        region = checks.required_region(violations, "region_code", request.region_code)
        year = checks.year(violations, "year", request.year)
        violations.enum("instrument", request.instrument, pb.BudgetInstrument, required=True)
        violations.enum("measure", request.measure, pb.EnvelopeMeasure, required=True)
        on = violations.stated_day(request, "effective_date") or legal_day(now)
        known_at = self._known_time(violations, request)
        violations.done()
        instrument, measure = instrument_from_wire(request.instrument), measure_from_wire(request.measure)
        asked = ForecastYearEnd(region, year, instrument, measure, on, known_at)
        async with self._begin() as work:
            made = await forecast_year_end(asked, work, self._policy, now)
        return pb.ForecastYearEndResponse(forecast=forecast_to_wire(made))

    def _listing(self, violations: Violations, request: Listing) -> tuple[Scope, str, int]:
        """Which records, after which key and how many. Raises InvalidRequest, `violations` of the caller included."""
        known_at = self._known_time(violations, request)
        scope = fields.scope(violations, request.parent, request.year, known_at)
        size, start = page_size(request.page_size, violations), after(request.page_token, violations)
        violations.done()
        return scope, start, size

    def _known_time(self, violations: Violations, request: Any) -> datetime | None:
        """None: all that is known. What will be known is not known yet."""
        return violations.stated_instant(request, "known_time", not_after=self._clock())
