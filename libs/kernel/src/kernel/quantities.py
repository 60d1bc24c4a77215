"""Exact amounts with their unit and, for energy, their basis. No binary floating point anywhere near them."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import lru_cache
from typing import Self

DECIMAL_DIGITS_MAX = 28
"""What a decimal of the API may hold; wider numbers are refused, never rounded."""
TEXTS_KEPT_MAX = 4_096
"""Most numbers that are written as text are small shares and counts, and come again and again."""


class Basis(Enum):
    """How electricity counts as standard coal (GB/T 2589). Amounts on different bases never meet."""

    CALORIFIC = "当量"
    EQUIVALENT = "等价"


class UnitMismatch(ValueError):
    """Two amounts of different unit or basis were added or compared."""


@lru_cache(TEXTS_KEPT_MAX)
def exact(text: str) -> Decimal:
    """The decimal written in `text`. Raises ValueError for anything but a plain finite number of at most 28 digits."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not a decimal number") from None
    if not number.is_finite():
        raise ValueError(f"{text!r} is not a finite number")
    _, digits, exponent = number.as_tuple()
    if len(digits) > DECIMAL_DIGITS_MAX or not -DECIMAL_DIGITS_MAX <= int(exponent) <= DECIMAL_DIGITS_MAX:
        raise ValueError(f"{text!r} has more than {DECIMAL_DIGITS_MAX} digits")
    return number


def plain(number: Decimal) -> str:
    """The one way to write a decimal: no exponent, no trailing zeros, no negative zero."""
    if not number:
        return "0"
    # `str` takes a fifth of the time of `format`, and writes the same where it needs no exponent.
    written = str(number)
    if "E" in written:
        written = format(number, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact amount. Addition and comparison need the same unit and the same basis."""

    value: Decimal
    unit: str
    basis: Basis | None = None

    def _same(self, other: Self) -> Decimal:
        if (self.unit, self.basis) != (other.unit, other.basis):
            raise UnitMismatch(f"{self} and {other} have different units or bases")
        return other.value

    def __add__(self, other: Self) -> "Quantity":
        return Quantity(self.value + self._same(other), self.unit, self.basis)

    def __sub__(self, other: Self) -> "Quantity":
        return Quantity(self.value - self._same(other), self.unit, self.basis)

    def __lt__(self, other: Self) -> bool:
        return self.value < self._same(other)

    def __le__(self, other: Self) -> bool:
        return self.value <= self._same(other)

    def __gt__(self, other: Self) -> bool:
        return self.value > self._same(other)

    def __ge__(self, other: Self) -> bool:
        return self.value >= self._same(other)

    def __str__(self) -> str:
        basis = f" ({self.basis.value})" if self.basis else ""
        return f"{plain(self.value)} {self.unit}{basis}"
