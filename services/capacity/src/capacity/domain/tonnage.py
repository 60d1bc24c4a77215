"""Capacity in whole tonnes per day or per year: what a ledger can count without rounding."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from enum import Enum
from typing import Final

from kernel.quantities import plain
from kernel.text import Text

EXACT: Final = Context(prec=100, traps=[Inexact, InvalidOperation, Overflow])
"""Room for every product of two decimals of the API; what does not fit raises, and is never rounded."""


class Unit(Enum):
    """The smallest units. Capacity per day and per year never meet: the days of a year are not given here."""

    TONNES_PER_DAY = "t/d"
    TONNES_PER_YEAR = "t/a"


@dataclass(frozen=True, slots=True)
class Tonnage:
    """Whole tonnes in one unit; more than zero."""

    tonnes: int
    unit: Unit

    def __post_init__(self) -> None:
        assert self.tonnes > 0

    def __str__(self) -> str:
        return f"{self.tonnes} {self.unit.value}"


SPELLINGS: Final[Mapping[str, tuple[Unit, int]]] = {
    "t/d": (Unit.TONNES_PER_DAY, 1),
    "t/a": (Unit.TONNES_PER_YEAR, 1),
    "10kt/a": (Unit.TONNES_PER_YEAR, 10_000),
}
"""The API's units of tonnage, each with its smallest unit and how many of it make one."""


def counts_in(spelling: str, unit: Unit) -> bool:
    return spelling in SPELLINGS and SPELLINGS[spelling][0] is unit


def tonnage(value: Decimal, spelling: str) -> Tonnage | Text:
    """The tonnage in one of the spellings, or what is wrong: nothing at all, or a fraction of a tonne."""
    unit, tonnes = SPELLINGS[spelling]
    amount = EXACT.multiply(value, Decimal(tonnes))
    if amount <= 0:
        return Text(zh=f"{plain(value)} {spelling} 应大于零", en=f"{plain(value)} {spelling} must be more than zero")
    if amount != amount.to_integral_value(context=EXACT):
        return Text(
            zh=f"{plain(value)} {spelling} 不是 1 {unit.value} 的整数倍",
            en=f"{plain(value)} {spelling} is not a multiple of 1 {unit.value}",
        )
    return Tonnage(int(amount), unit)
