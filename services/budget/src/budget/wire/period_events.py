"""The events of periods as messages, each under the key that keeps it in order."""

from google.protobuf.message import Message

from budget.domain.periods.events import (
    EnvelopeAdopted,
    EnvelopeProposed,
    EnvelopeRevised,
    Event,
    PeriodClosed,
    PeriodReopened,
    StatisticRecorded,
    TradeAccepted,
    TradeEnded,
    TradeProposed,
)
from budget.wire.accounts import freed_to_wire
from budget.wire.periods import (
    accounts_to_wire,
    act_to_wire,
    period_account_to_wire,
    proposal_to_wire,
    statistic_to_wire,
)
from budget.wire.trades import trade_to_wire
from dualcontrol.budget.v1 import periods_events_pb2 as events


def event_to_wire(event: Event) -> tuple[str, Message]:
    """The key under which the event goes out, and its message."""
    if isinstance(event, StatisticRecorded):
        outdated = f"envelopeProposals/{event.outdated}" if event.outdated else ""
        recorded = events.StatisticRecorded(statistic=statistic_to_wire(event.statistic), outdated_proposal=outdated)
        return event.statistic.series.region, recorded
    if isinstance(event, PeriodClosed | PeriodReopened):
        made = events.PeriodClosed if isinstance(event, PeriodClosed) else events.PeriodReopened
        return event.act.region, made(act=act_to_wire(event.act), freed=freed_to_wire(event.freed))
    if isinstance(event, EnvelopeProposed | EnvelopeAdopted | EnvelopeRevised):
        return event.proposal.asked.region, _envelope_event(event)
    return event.trade.terms.seller, _trade_event(event)


def _envelope_event(event: EnvelopeProposed | EnvelopeAdopted | EnvelopeRevised) -> Message:
    proposal = proposal_to_wire(event.proposal)
    if isinstance(event, EnvelopeProposed):
        return events.EnvelopeProposed(proposal=proposal)
    account = period_account_to_wire(event.proposal.account, event.balances)
    freed = freed_to_wire(event.freed)
    if isinstance(event, EnvelopeAdopted):
        return events.EnvelopeAdopted(proposal=proposal, account=account, freed=freed)
    return events.EnvelopeRevised(proposal=proposal, account=account, difference=event.difference, freed=freed)


def _trade_event(event: TradeProposed | TradeAccepted | TradeEnded) -> Message:
    trade = trade_to_wire(event.trade)
    if isinstance(event, TradeProposed):
        return events.TradeProposed(trade=trade)
    freed = freed_to_wire(event.freed)
    if isinstance(event, TradeAccepted):
        return events.TradeAccepted(trade=trade, accounts=accounts_to_wire(event.accounts), freed=freed)
    return events.TradeEnded(trade=trade, freed=freed)
