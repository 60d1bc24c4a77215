"""A region's energy for one year: its account in the ledger, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kernel.regions import RegionCode, lineage
from ledger.accounts import GRANTED_MAX, AccountId, Balances

INSTRUMENT: Final = "energy_calorific_kgce"
AMOUNT_KGCE_MAX: Final = GRANTED_MAX


def account_id(region: RegionCode, year: int) -> AccountId:
    return AccountId(owner=region, instrument=INSTRUMENT, period=str(year))


def account_name(region: RegionCode, year: int) -> str:
    """The account's name in the API."""
    return f"regions/{region}/accounts/{year}"


@dataclass(frozen=True, slots=True)
class Account:
    """One region's envelope for one year, kgce on the 当量 basis. Without one there is no Account: that is not zero."""

    region: RegionCode
    year: int
    balances: Balances

    @property
    def name(self) -> str:
        return account_name(self.region, self.year)


@dataclass(frozen=True, slots=True)
class EnvelopeGranted:
    """An envelope was granted or added to; `account` is how it stands afterwards."""

    account: Account
    amount_kgce: int
    document: str


def account_from(id_: AccountId, balances: Balances) -> Account:
    return Account(RegionCode(id_.owner), int(id_.period), balances)


def accounts_of(region: RegionCode, year: int, balances: Mapping[AccountId, Balances]) -> tuple[Account, ...]:
    """The envelopes that exist for the region and all above it, from the nearest to the province."""
    ids = {level: account_id(level, year) for level in lineage(region)}
    return tuple(Account(level, year, balances[id_]) for level, id_ in ids.items() if id_ in balances)
