"""An account: who owns what, for which period, and how much of it is granted, held and posted."""

import re
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import NamedTuple, Self

ACCOUNT_PART_CHARACTERS_MAX = 100
PERIOD_CHARACTERS_MAX = 20
PARSED_ACCOUNTS_MAX = 100_000

GRANTED_MAX = 10**18
"""The most one account may be granted, in the smallest unit: well inside the 64-bit integer of the database."""

_PART = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._:-]{{0,{ACCOUNT_PART_CHARACTERS_MAX - 1}}}")
_PERIOD = re.compile(rf"[A-Za-z0-9._:-]{{0,{PERIOD_CHARACTERS_MAX}}}")


class Bucket(Enum):
    """Where an amount of one account is. The four always add up to zero."""

    SOURCE = "source"
    """What was granted, as a negative amount: the side from which it came."""
    AVAILABLE = "available"
    HELD = "held"
    POSTED = "posted"


class _Parts(NamedTuple):
    owner: str
    instrument: str
    period: str


class AccountId(_Parts):
    """One owner's amount of one instrument in one period; the period is empty for what never ends.

    `owner` is a region code or the id of a lot, `instrument` names the thing and its smallest unit.
    Raises ValueError for a part that is not letters, digits and `. _ : -`, or that is too long.
    """

    # A tuple, because accounts are looked up by it ten times for every hold.
    __slots__ = ()

    def __new__(cls, owner: str, instrument: str, period: str = "") -> Self:
        for name, part, allowed in (
            ("owner", owner, _PART),
            ("instrument", instrument, _PART),
            ("period", period, _PERIOD),
        ):
            if not allowed.fullmatch(part):
                raise ValueError(f"{name} {part!r} of an account must match {allowed.pattern}")
        return super().__new__(cls, owner, instrument, period)

    def __str__(self) -> str:
        return "/".join(self)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The account written by `str`. Raises ValueError for anything else."""
        parts = text.split("/")
        if len(parts) != 3:
            raise ValueError(f"{text!r} is not owner/instrument/period")
        return cls(*parts)


@lru_cache(PARSED_ACCOUNTS_MAX)
def account_of(text: str) -> AccountId:
    """As `AccountId.parse`, remembered: the same few accounts are read over and over."""
    return AccountId.parse(text)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stood on one account, in the smallest unit.

    Of the past it may show what was only mended later: a hold that is effective on a day before its grant.
    """

    granted: int = 0
    held: int = 0
    posted: int = 0
    overdraft: int = 0

    @property
    def available(self) -> int:
        """What may still be taken; below zero where a policy allows it."""
        return self.granted - self.held - self.posted


@dataclass(frozen=True, slots=True)
class Balances(Standing):
    """One account as it stands now.

    Invariants: nothing is negative, and held and posted together exceed what is granted by no more than the
    `overdraft` that a policy allows. A `closed` account takes nothing new; what it holds can still be resolved.
    """

    closed: bool = False

    def __post_init__(self) -> None:
        assert 0 <= self.granted <= GRANTED_MAX
        assert self.held >= 0
        assert self.posted >= 0
        assert self.overdraft >= 0
        assert self.granted - self.held - self.posted >= -self.overdraft

    @property
    def takeable(self) -> int:
        """What a new hold may take at most: what is available, and the overdraft."""
        return self.granted - self.held - self.posted + self.overdraft

    def moved(self, source: Bucket, target: Bucket, amount: int) -> "Balances":
        """After `amount` went from one bucket to the other; a negative amount goes the other way."""
        change = {source: -amount, target: amount}
        return replace(
            self,
            granted=self.granted - change.get(Bucket.SOURCE, 0),
            held=self.held + change.get(Bucket.HELD, 0),
            posted=self.posted + change.get(Bucket.POSTED, 0),
        )
