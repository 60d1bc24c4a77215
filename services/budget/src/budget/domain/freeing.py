"""Which accounts can take more than before."""

from collections.abc import Iterable
from typing import Final

from ledger.accounts import AccountId
from ledger.entries import Entry, Step
from ledger.transfers import Transfer

GIVING_BACK: Final = frozenset({Step.VOID, Step.EXPIRE, Step.RELEASE, Step.REVERSE_POST})


def freed_by(entries: Iterable[Entry]) -> tuple[AccountId, ...]:
    """Those to which an entry gives something back."""
    return tuple(leg.account for entry in entries if entry.step in GIVING_BACK for leg in entry.legs)


def freed_between(old: Transfer, new: Transfer) -> tuple[AccountId, ...]:
    """Those of which the hold that takes the place of another takes less than that one did."""
    taken = dict(new.first.legs)
    return tuple(account for account, amount in old.first.legs if amount > taken.get(account, 0))
