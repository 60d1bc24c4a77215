"""A region's energy for one year: its account in the ledger, and how it stands."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from kernel.regions import RegionCode
from ledger.accounts import GRANTED_MAX, AccountId, Standing

ENERGY: Final = "energy_calorific_kgce"
"""kgce on the 当量 basis."""
CARBON: Final = "carbon_kgco2"
AMOUNT_MAX: Final = GRANTED_MAX
"""Of energy in kgce, of carbon in kgCO2."""
NAMES_KEPT_MAX: Final = 20_000
"""A province has a few hundred envelopes a year, and each is named a dozen times for every deduction."""


@lru_cache(NAMES_KEPT_MAX)
def account_id(region: RegionCode, year: int, instrument: str = ENERGY) -> AccountId:
    return AccountId(owner=region, instrument=instrument, period=str(year))


class Envelope(NamedTuple):
    """What one region's energy or carbon for one year is called; shared by all that is said of it."""

    region: RegionCode
    year: int
    instrument: str
    id: AccountId
    name: str
    """The account's name in the API."""
    label: str
    """The name, and of carbon the instrument: energy and carbon of a year share the name."""
    unit: str
    granted: str
    """How the input of a finding is called that tells what is granted."""
    available: str


@lru_cache(NAMES_KEPT_MAX)
def envelope(region: RegionCode, year: int, instrument: str = ENERGY) -> Envelope:
    name = f"regions/{region}/accounts/{year}"
    of_energy = instrument == ENERGY
    basis = "kgce_calorific" if of_energy else "kgco2"
    return Envelope(
        region,
        year,
        instrument,
        id=account_id(region, year, instrument),
        name=name,
        label=name if of_energy else f"{name} ({instrument})",
        unit="kgce" if of_energy else "kgCO2",
        granted=f"{name}.granted_{basis}",
        available=f"{name}.available_{basis}",
    )


class Account(NamedTuple):
    """One region's envelope and how it stands. Without one there is no Account: that is not zero."""

    # A tuple, as are Envelope and Draw: a dozen are made for every deduction.
    envelope: Envelope
    balances: Standing

    @property
    def id(self) -> AccountId:
        return self.envelope.id

    @property
    def region(self) -> RegionCode:
        return self.envelope.region

    @property
    def year(self) -> int:
        return self.envelope.year

    @property
    def instrument(self) -> str:
        return self.envelope.instrument

    @property
    def name(self) -> str:
        return self.envelope.name


@dataclass(frozen=True, slots=True)
class EnvelopeGranted:
    """An envelope was granted or added to; `account` is how it stands afterwards."""

    account: Account
    amount_kgce: int
    document: str
    amount_kgco2: int | None = None
    carbon: Account | None = None


def account_from(id_: AccountId, balances: Standing) -> Account:
    return Account(envelope(RegionCode(id_.owner), int(id_.period), id_.instrument), balances)
