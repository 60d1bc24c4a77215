"""Registers a lot of retired capacity, once and for good."""

from datetime import date

from capacity.application.ports import Work
from capacity.domain.lots import Lot, LotRegistered, LotStanding


async def register_lot(lot: Lot, work: Work, on: date) -> LotStanding:
    """Raises LotExists."""
    await work.lots.add(lot)
    book, _ = await work.ledger.grant(lot.grant, lot.account, lot.quantity.tonnes, effective_on=on)
    standing = LotStanding(lot, book.balances(lot.account))
    await work.announce(LotRegistered(standing))
    return standing
