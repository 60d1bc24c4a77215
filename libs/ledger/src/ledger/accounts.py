"""An account: who owns what, for which period, and how it is spread over the buckets."""

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import Self

ACCOUNT_PART_CHARACTERS_MAX = 100
PERIOD_CHARACTERS_MAX = 20

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


@dataclass(frozen=True, slots=True)
class AccountId:
    """One owner's amount of one instrument in one period; the period is empty for what never ends.

    `owner` is a region code or the id of a lot, `instrument` names the thing and its smallest unit.
    Raises ValueError for a part that is not letters, digits and `. _ : -`, or that is too long.
    """

    owner: str
    instrument: str
    period: str = ""

    def __post_init__(self) -> None:
        for name, part, allowed in (
            ("owner", self.owner, _PART),
            ("instrument", self.instrument, _PART),
            ("period", self.period, _PERIOD),
        ):
            if not allowed.fullmatch(part):
                raise ValueError(f"{name} {part!r} of an account must match {allowed.pattern}")

    def __str__(self) -> str:
        return f"{self.owner}/{self.instrument}/{self.period}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The account written by `str`. Raises ValueError for anything else."""
        parts = text.split("/")
        if len(parts) != 3:
            raise ValueError(f"{text!r} is not owner/instrument/period")
        return cls(*parts)


@dataclass(frozen=True, slots=True)
class Balances:
    """One account's buckets, in the smallest unit. Invariant: they add up to zero, only the source is below it."""

    source: int = 0
    available: int = 0
    held: int = 0
    posted: int = 0

    def __post_init__(self) -> None:
        assert self.source + self.available + self.held + self.posted == 0
        assert min(self.available, self.held, self.posted) >= 0
        assert self.granted <= GRANTED_MAX

    @property
    def granted(self) -> int:
        """All that was granted and not taken back: available, held and posted together."""
        return -self.source

    def moved(self, source: Bucket, target: Bucket, amount: int) -> "Balances":
        return replace(
            self,
            **{source.value: self.in_bucket(source) - amount, target.value: self.in_bucket(target) + amount},
        )

    def in_bucket(self, bucket: Bucket) -> int:
        amount: int = getattr(self, bucket.value)
        return amount
