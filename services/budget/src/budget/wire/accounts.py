"""Accounts of regions' budgets as events name them."""

from collections.abc import Iterable

from budget.domain.draws import Draw
from budget.domain.periods.instruments import instrument_of
from dualcontrol.budget.v1 import budget_events_pb2 as events
from ledger.accounts import AccountId


def freed_to_wire(accounts: Iterable[AccountId]) -> list[events.Freed]:
    """Those that are budgets of regions: a saving, a lot or an offset is none."""
    return [
        events.Freed(region_code=account.owner, year=int(account.period), instrument=instrument.value)
        for account in accounts
        if (instrument := instrument_of(account)) is not None
    ]


def shortage_to_wire(draw: Draw) -> events.Shortage:
    """A draw that its account cannot cover."""
    instrument, standing = instrument_of(draw.envelope.id), draw.standing
    assert instrument is not None
    assert standing is not None
    return events.Shortage(
        region_code=draw.envelope.region,
        year=draw.envelope.year,
        instrument=instrument.value,
        asked=draw.amount,
        available=standing.available,
        granted=standing.granted,
    )
