"""Offers energy-use rights, and ends an offer in one of its four ways."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from budget.application.periods.ports import Work
from budget.domain.periods.events import TradeAccepted, TradeEnded, TradeProposed
from budget.domain.periods.trades import Terms, Trade, TradeState, legs, offer, trade_finding
from kernel.clock import legal_day
from kernel.errors import NotFound
from kernel.regions import RegionCode
from ledger.transfers import TransferState
from statute.loader import PolicyBundle

EXPIRED_MAX: Final = 500
"""Offers ended in one transaction."""


@dataclass(frozen=True, slots=True)
class ProposeTrade:
    trade: str
    terms: Terms
    proposer: str


@dataclass(frozen=True, slots=True)
class DecideTrade:
    """Accepted or rejected by the buyer, or withdrawn by the seller: `region` is who does it."""

    trade: str
    region: RegionCode
    person: str


async def propose_trade(command: ProposeTrade, work: Work, policy: PolicyBundle, now: datetime) -> Trade:
    """Raises TradeNotPossible, TradeNotCovered, PeriodIsClosed."""
    await work.acting_on(command.terms.seller)
    await work.lock()
    today = legal_day(now)
    finding = trade_finding(command.terms, policy, on=today)
    trade = Trade(command.trade, command.terms, command.proposer, now, finding, policy.bundle_hash)
    book = await work.ledger.open(legs(command.terms))
    book.apply(offer(trade, book.accounts, on=today))
    await work.ledger.save(book, now)
    await work.trades.save(trade)
    await work.announce(TradeProposed(trade))
    return trade


async def accept_trade(command: DecideTrade, work: Work, now: datetime) -> TradeAccepted:
    """Raises NotFound and what `Trade.accept` raises, and GrantTooLarge of the ledger."""
    await work.lock()
    trade = await _decided_on(command, work)
    touched = legs(trade.terms)
    book = await work.ledger.open(touched, [trade.hold])
    accepted, operations = trade.accept(command.region, command.person, book.accounts, on=legal_day(now), at=now)
    book.apply_linked(operations)
    await work.ledger.save(book, now)
    await work.trades.save(accepted)
    announced = TradeAccepted(accepted, {one: book.balances(one) for one in touched})
    await work.announce(announced)
    return announced


async def end_trade(command: DecideTrade, end: TradeState, work: Work, now: datetime) -> Trade:
    """REJECTED by the buyer or WITHDRAWN by the seller. Raises NotFound, TradeNotYours, TradeDecided, TradeExpired."""
    await work.lock()
    trade = await _decided_on(command, work)
    decide = trade.reject if end is TradeState.REJECTED else trade.withdraw
    ended, void = decide(command.region, command.person, on=legal_day(now), at=now)
    book = await work.ledger.open((), [trade.hold])
    book.apply(void)
    await work.ledger.save(book, now)
    await work.trades.save(ended)
    await work.announce(TradeEnded(ended))
    return ended


async def expire_trades(work: Work, now: datetime) -> list[Trade]:
    """The oldest first, at most EXPIRED_MAX."""
    await work.acting_on(None)
    await work.lock()
    today = legal_day(now)
    due = await work.trades.due(today, EXPIRED_MAX)
    book = await work.ledger.open((), [trade.hold for trade in due])
    ended = []
    for trade in due:
        expired, operation = trade.expire(on=today, at=now)
        # The ledger's own clock may have given the hold back before.
        if book.transfers[trade.hold].state is TransferState.PENDING:
            book.apply(operation)
        await work.trades.save(expired)
        await work.announce(TradeEnded(expired))
        ended.append(expired)
    await work.ledger.save(book, now)
    return ended


async def _decided_on(command: DecideTrade, work: Work) -> Trade:
    """Raises NotFound and Denied. Whether the region is the side that decides is for the trade to say."""
    trade = await known_trade(command.trade, work)
    await work.acting_on(command.region)
    return trade


async def known_trade(trade: str, work: Work) -> Trade:
    """Raises NotFound."""
    found = await work.trades.get(trade)
    if found is None:
        raise NotFound(f"trades/{trade}")
    return found
