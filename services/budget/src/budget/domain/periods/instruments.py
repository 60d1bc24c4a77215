"""What a region's accounts count, and their names in the ledger."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from budget.domain import envelopes
from kernel.regions import RegionCode
from kernel.text import Text
from ledger.accounts import AccountId


class Instrument(Enum):
    ENERGY = "energy"
    """kgce on the 当量 basis."""
    CARBON = "carbon"
    """kgCO2."""


class Measure(Enum):
    """What of a derivation is granted."""

    TOTAL = "total"
    """All that the region may consume in the year."""
    INCREMENT = "increment"
    """What it may consume more than in the year before (增量)."""


LEDGER_NAMES: Final[Mapping[Instrument, str]] = {
    Instrument.ENERGY: envelopes.ENERGY,
    Instrument.CARBON: envelopes.CARBON,
}
UNITS: Final[Mapping[Instrument, str]] = {Instrument.ENERGY: "kgce", Instrument.CARBON: "kgCO2"}
NAMES: Final[Mapping[Instrument, Text]] = {
    Instrument.ENERGY: Text("能耗", "energy"),
    Instrument.CARBON: Text("碳排放", "carbon"),
}


def account_of(instrument: Instrument, region: RegionCode, year: int) -> AccountId:
    return AccountId(region, LEDGER_NAMES[instrument], str(year))


def instrument_of(account: AccountId) -> Instrument | None:
    """None for what is no budget of a region: a saving, a lot, an offset."""
    return next((one for one, name in LEDGER_NAMES.items() if name == account.instrument), None)
