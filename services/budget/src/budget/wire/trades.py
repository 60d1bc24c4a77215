"""Between trades of energy-use rights and their messages."""

from budget.domain.periods.trades import Terms, Trade, TradeState
from dualcontrol.budget.v1 import periods_service_pb2 as pb
from kernel.regions import RegionCode
from servicekit.wire import (
    date_from_wire,
    date_to_wire,
    finding_from_wire,
    finding_to_wire,
    instant_from_wire,
    instant_to_wire,
)


def trade_to_wire(trade: Trade) -> pb.Trade:
    terms = trade.terms
    return pb.Trade(
        name=trade.hold,
        seller_region_code=terms.seller,
        buyer_region_code=terms.buyer,
        year=terms.year,
        amount_kgce_calorific=terms.amount_kgce,
        price_document=terms.price_document,
        expire_date=date_to_wire(terms.expire_date),
        state=pb.TradeState.Value(f"TRADE_STATE_{trade.state.name}"),
        proposer=trade.proposer,
        propose_time=instant_to_wire(trade.proposed_at),
        decider=trade.decider,
        decide_time=instant_to_wire(trade.decided_at) if trade.decided_at is not None else None,
        finding=finding_to_wire(trade.finding),
        bundle_hash=trade.bundle_hash,
    )


def trade_from_wire(message: pb.Trade) -> Trade:
    """Reads what was written here."""
    return Trade(
        id=message.name.removeprefix("trades/"),
        terms=Terms(
            RegionCode(message.seller_region_code),
            RegionCode(message.buyer_region_code),
            message.year,
            message.amount_kgce_calorific,
            message.price_document,
            date_from_wire(message.expire_date),
        ),
        proposer=message.proposer,
        proposed_at=instant_from_wire(message.propose_time),
        finding=finding_from_wire(message.finding),
        bundle_hash=message.bundle_hash,
        state=TradeState[pb.TradeState.Name(message.state).removeprefix("TRADE_STATE_")],
        decider=message.decider,
        decided_at=instant_from_wire(message.decide_time) if message.HasField("decide_time") else None,
    )
