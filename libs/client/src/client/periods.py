"""What can be asked about periods and trades of energy-use rights, one function each; all raise ServiceError."""

from collections.abc import AsyncIterator

from client.connections import Services, call
from client.operations import pages
from dualcontrol.budget.v1 import periods_service_pb2 as pb


async def record_statistic(services: Services, request: pb.RecordStatisticRequest) -> pb.RecordStatisticResponse:
    return await call(services.periods.RecordStatistic, request)


async def derive(services: Services, request: pb.DeriveEnvelopeRequest) -> pb.EnvelopeProposal:
    return (await call(services.periods.DeriveEnvelope, request)).proposal


async def adopt(services: Services, request: pb.AdoptEnvelopeRequest) -> pb.EnvelopeProposal:
    return (await call(services.periods.AdoptEnvelope, request)).proposal


async def revise(services: Services, request: pb.ReviseEnvelopeRequest) -> pb.EnvelopeProposal:
    return (await call(services.periods.ReviseEnvelope, request)).proposal


async def proposal(services: Services, name: str) -> pb.EnvelopeProposal:
    return (await call(services.periods.GetEnvelopeProposal, pb.GetEnvelopeProposalRequest(name=name))).proposal


async def close(services: Services, request: pb.ClosePeriodRequest) -> pb.PeriodAct:
    return (await call(services.periods.ClosePeriod, request)).act


async def reopen(services: Services, request: pb.ReopenPeriodRequest) -> pb.PeriodAct:
    return (await call(services.periods.ReopenPeriod, request)).act


async def accounts(services: Services, request: pb.GetPeriodRequest) -> list[pb.PeriodAccount]:
    return list((await call(services.periods.GetPeriod, request)).accounts)


async def forecast(services: Services, request: pb.ForecastYearEndRequest) -> pb.Forecast:
    return (await call(services.periods.ForecastYearEnd, request)).forecast


async def propose_trade(services: Services, request: pb.ProposeTradeRequest) -> pb.Trade:
    return (await call(services.periods.ProposeTrade, request)).trade


async def accept_trade(services: Services, request: pb.AcceptTradeRequest) -> pb.Trade:
    return (await call(services.periods.AcceptTrade, request)).trade


async def reject_trade(services: Services, request: pb.RejectTradeRequest) -> pb.Trade:
    return (await call(services.periods.RejectTrade, request)).trade


async def withdraw_trade(services: Services, request: pb.WithdrawTradeRequest) -> pb.Trade:
    return (await call(services.periods.WithdrawTrade, request)).trade


async def expire_trades(services: Services, request: pb.ExpireTradesRequest) -> list[pb.Trade]:
    return list((await call(services.periods.ExpireTrades, request)).trades)


async def trade(services: Services, name: str) -> pb.Trade:
    return (await call(services.periods.GetTrade, pb.GetTradeRequest(name=name))).trade


async def statistics(services: Services, asked: pb.ListStatisticsRequest) -> AsyncIterator[pb.Statistic]:
    """All that match, page after page."""
    async for page in pages(asked, services.periods.ListStatistics):
        for one in page.statistics:
            yield one


async def proposals(services: Services, asked: pb.ListEnvelopeProposalsRequest) -> AsyncIterator[pb.EnvelopeProposal]:
    """All that match, page after page."""
    async for page in pages(asked, services.periods.ListEnvelopeProposals):
        for one in page.proposals:
            yield one


async def acts(services: Services, asked: pb.ListPeriodActsRequest) -> AsyncIterator[pb.PeriodAct]:
    """All that match, page after page."""
    async for page in pages(asked, services.periods.ListPeriodActs):
        for one in page.acts:
            yield one


async def trades(services: Services, asked: pb.ListTradesRequest) -> AsyncIterator[pb.Trade]:
    """All that match, page after page."""
    async for page in pages(asked, services.periods.ListTrades):
        for one in page.trades:
            yield one
