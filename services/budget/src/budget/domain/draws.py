"""What a demand takes from which envelope: energy at every level and year, and carbon where it is kept."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from budget.domain.deductions import Demand
from budget.domain.envelopes import CARBON, ENERGY, NAMES_KEPT_MAX, Account, Envelope, envelope
from kernel.regions import RegionCode, lineage
from ledger.accounts import AccountId, Balances, Standing


class Draw(NamedTuple):
    """An amount from one envelope. `standing` is None when nothing was ever granted there: unknown, not zero."""

    envelope: Envelope
    amount: int
    standing: Standing | None

    @property
    def account(self) -> Account | None:
        return None if self.standing is None else Account(self.envelope, self.standing)

    @property
    def available(self) -> int:
        """Of an envelope that is there."""
        assert self.standing is not None
        return self.standing.available


class Lacking(NamedTuple):
    """The draws that stand in the way, by the reason."""

    missing: tuple[Draw, ...]
    """Without an envelope."""
    short: tuple[Draw, ...]
    """Which their envelope cannot cover."""
    closed: tuple[Draw, ...]
    """Whose envelope takes nothing new until a person opens it again."""

    def __bool__(self) -> bool:
        return bool(self.missing or self.short or self.closed)


NOTHING_LACKS = Lacking((), (), ())


def lacking_in(draws: Iterable[Draw]) -> Lacking:
    missing, short, closed = [], [], []
    for draw in draws:
        standing = draw.standing
        if standing is None:
            missing.append(draw)
            continue
        if standing.available < draw.amount:
            short.append(draw)
        if isinstance(standing, Balances) and standing.closed:
            closed.append(draw)
    return Lacking(tuple(missing), tuple(short), tuple(closed)) if missing or short or closed else NOTHING_LACKS


@lru_cache(NAMES_KEPT_MAX)
def _levels(region: RegionCode, year: int) -> tuple[tuple[Envelope, ...], tuple[Envelope, ...]]:
    """Of energy and of carbon, each from the nearest level to the province."""
    energy, carbon = ([envelope(level, year, kind) for level in lineage(region)] for kind in (ENERGY, CARBON))
    return tuple(energy), tuple(carbon)


def accounts_looked_at(demand: Demand) -> frozenset[AccountId]:
    """Every account that the demand may draw on."""
    return _accounts(demand.region, tuple([phase.year for phase in demand.phases]))


@lru_cache(NAMES_KEPT_MAX)
def _accounts(region: RegionCode, years: tuple[int, ...]) -> frozenset[AccountId]:
    return frozenset(one.id for year in years for levels in _levels(region, year) for one in levels)


def draws_of(demand: Demand, balances: Mapping[AccountId, Standing]) -> tuple[Draw, ...]:
    """Year by year, from the nearest level to the province, energy before carbon.

    Carbon that is stated is drawn where the province keeps a carbon envelope for the year, and then at every level.
    """
    made: list[Draw] = []
    find = balances.get
    for phase in demand.phases:
        energy, carbon = _levels(demand.region, phase.year)
        made += [Draw(one, phase.amount_kgce, find(one.id)) for one in energy]
        if phase.amount_kgco2 is not None and carbon[-1].id in balances:
            made += [Draw(one, phase.amount_kgco2, find(one.id)) for one in carbon]
    return tuple(made)
