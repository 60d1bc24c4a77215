"""Holds that went on to a later year: the ids under which they are found, and what they hold there.

A closing voids a hold and places it anew in the next year. Whoever posts, voids, expires or reverses a hold looks for
the newest of its ids in the book, and counts what is used on the accounts on which it stands now.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from ledger.accounts import AccountId
from ledger.entries import TransferId

CARRIED: Final = "carried/"


def carried_id(hold: TransferId, year: int) -> TransferId:
    """Of the hold that takes its place when `year` is closed; one carried again keeps the id that it began with."""
    return TransferId(f"{CARRIED}{year + 1}/{root_of(hold)}")


def root_of(hold: TransferId) -> TransferId:
    """The id that a hold began with, whichever year it was carried to."""
    return TransferId(hold.removeprefix(CARRIED).split("/", 1)[1]) if hold.startswith(CARRIED) else hold


def ids_of(hold: TransferId, years: Iterable[int]) -> tuple[TransferId, ...]:
    """All under which it can be found when any of the years was closed, the one that it began with first."""
    return (root_of(hold), *(carried_id(hold, year) for year in sorted(years)))


def current_of(hold: TransferId, transfers: Collection[TransferId]) -> TransferId:
    """The newest of its ids among the transfers; the one that it began with when there is none."""
    root = root_of(hold)
    found = [one for one in transfers if one.startswith(CARRIED) and root_of(one) == root]
    return max(found, key=_year, default=root)


def carried_legs(legs: Mapping[AccountId, int], hold: TransferId) -> dict[AccountId, int]:
    """Amounts by the years in which they were asked for, on the accounts where `hold` keeps them now."""
    if not hold.startswith(CARRIED):
        return dict(legs)
    year = str(_year(hold))
    moved = Counter[AccountId]()
    for account, amount in legs.items():
        moved[AccountId(account.owner, account.instrument, max(account.period, year))] += amount
    return dict(moved)


def next_year(account: AccountId) -> AccountId:
    return AccountId(account.owner, account.instrument, str(int(account.period) + 1))


def _year(carried: TransferId) -> int:
    return int(carried.removeprefix(CARRIED).split("/", 1)[0])
