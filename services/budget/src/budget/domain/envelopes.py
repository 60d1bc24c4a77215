"""A region's energy for one year: its account in the ledger, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kernel.regions import RegionCode, lineage
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


@lru_cache(NAMES_KEPT_MAX)
def account_name(region: RegionCode, year: int) -> str:
    """The account's name in the API."""
    return f"regions/{region}/accounts/{year}"


@dataclass(frozen=True, slots=True)
class Account:
    """One region's envelope of energy or carbon for one year. Without one there is no Account: that is not zero."""

    region: RegionCode
    year: int
    balances: Standing
    instrument: str = ENERGY

    @property
    def id(self) -> AccountId:
        return account_id(self.region, self.year, self.instrument)

    @property
    def name(self) -> str:
        return account_name(self.region, self.year)

    @property
    def unit(self) -> str:
        return "kgce" if self.instrument == ENERGY else "kgCO2"


@dataclass(frozen=True, slots=True)
class EnvelopeGranted:
    """An envelope was granted or added to; `account` is how it stands afterwards."""

    account: Account
    amount_kgce: int
    document: str
    amount_kgco2: int | None = None
    carbon: Account | None = None


def account_from(id_: AccountId, balances: Standing) -> Account:
    return Account(RegionCode(id_.owner), int(id_.period), balances, id_.instrument)


def accounts_of(
    region: RegionCode, year: int, balances: Mapping[AccountId, Standing], instrument: str = ENERGY
) -> tuple[Account, ...]:
    """The envelopes that exist for the region and all above it, from the nearest to the province."""
    ids = {level: account_id(level, year, instrument) for level in lineage(region)}
    return tuple(Account(level, year, balances[id_], instrument) for level, id_ in ids.items() if id_ in balances)
