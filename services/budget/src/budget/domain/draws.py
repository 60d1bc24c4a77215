"""What a demand takes from which envelope: energy at every level and year, and carbon where it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from budget.domain.deductions import Demand
from budget.domain.envelopes import CARBON, ENERGY, NAMES_KEPT_MAX, Account, account_id
from kernel.regions import RegionCode, lineage, province_of
from ledger.accounts import AccountId, Balances, Standing


@dataclass(frozen=True, slots=True)
class Draw:
    """An amount from one envelope. `account` is None when nothing was ever granted there: unknown, not zero."""

    region: RegionCode
    year: int
    instrument: str
    amount: int
    account: Account | None

    @property
    def id(self) -> AccountId:
        return account_id(self.region, self.year, self.instrument)

    @property
    def envelope(self) -> Account:
        """The account, with nothing in it when there is none: for its name alone."""
        return self.account or Account(self.region, self.year, Standing(), self.instrument)

    @property
    def label(self) -> str:
        """The account's name in the API, and of carbon the instrument: energy and carbon of a year share the name."""
        name = self.envelope.name
        return name if self.instrument == ENERGY else f"{name} ({self.instrument})"

    @property
    def is_closed(self) -> bool:
        """Whether it takes nothing new until a person opens it again."""
        standing = None if self.account is None else self.account.balances
        return isinstance(standing, Balances) and standing.closed

    @property
    def is_short(self) -> bool:
        return self.account is not None and self.account.balances.available < self.amount


def accounts_looked_at(demand: Demand) -> frozenset[AccountId]:
    """Every account that the demand may draw on."""
    return _accounts(demand.region, tuple(phase.year for phase in demand.phases))


@lru_cache(NAMES_KEPT_MAX)
def _accounts(region: RegionCode, years: tuple[int, ...]) -> frozenset[AccountId]:
    return frozenset(
        account_id(level, year, instrument)
        for level in lineage(region)
        for year in years
        for instrument in (ENERGY, CARBON)
    )


def draws_of(demand: Demand, balances: Mapping[AccountId, Standing]) -> tuple[Draw, ...]:
    """Year by year, from the nearest level to the province, energy before carbon.

    Carbon that is stated is drawn where the province keeps a carbon envelope for the year, and then at every level.
    """
    made: list[Draw] = []
    levels = lineage(demand.region)
    for phase in demand.phases:
        amounts = [(ENERGY, phase.amount_kgce)]
        if phase.amount_kgco2 is not None and keeps_carbon(demand.region, phase.year, balances):
            amounts.append((CARBON, phase.amount_kgco2))
        made += [
            Draw(level, phase.year, instrument, amount, _account(level, phase.year, instrument, balances))
            for instrument, amount in amounts
            for level in levels
        ]
    return tuple(made)


def keeps_carbon(region: RegionCode, year: int, balances: Mapping[AccountId, Standing]) -> bool:
    return account_id(province_of(region), year, CARBON) in balances


def _account(level: RegionCode, year: int, instrument: str, balances: Mapping[AccountId, Standing]) -> Account | None:
    standing = balances.get(account_id(level, year, instrument))
    return None if standing is None else Account(level, year, standing, instrument)
