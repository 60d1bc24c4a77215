"""How a target of several years is spread over them: exact, rounded down once.

By compounding, the intensity of year n of N is (1 + target)^(n/N) of the base year's, which is no fraction. It is never
written out: the greatest whole amount whose N-th power does not exceed the N-th power of the exact result is found with
whole numbers alone, so that no error can add up.
"""

from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

PER_CENT: Final = 100
READING_PLACES: Final = 6
COMPUTED_DIGITS: Final = 18
"""Decimals of a ratio."""


class Pace(Enum):
    """How a target of several years is spread over them; the words of the parameter `target.pace.method`."""

    COMPOUNDING = "compounding"
    LINEAR = "linear"


def allowed(uncut: Fraction, target_pct: Decimal, *, year: int, years: int, pace: Pace) -> int:
    """The whole units allowed in `year` (from 1) of `years`, rounded down.

    `uncut` is what would be consumed at the base year's intensity. `target_pct` is above -100.
    """
    assert 1 <= year <= years
    end = _end(target_pct)
    assert end > 0
    assert uncut >= 0
    if pace is Pace.LINEAR:
        exact = uncut * (1 + (end - 1) * year / years)
        return exact.numerator // exact.denominator
    power = uncut**years * end**year
    return root(power.numerator // power.denominator, years)


def factor(target_pct: Decimal, *, year: int, years: int, pace: Pace) -> Decimal:
    """What the intensity may be against the base year's, rounded down to six decimals: for reading only."""
    scale = 10**READING_PLACES
    return Decimal(allowed(Fraction(scale), target_pct, year=year, years=years, pace=pace)).scaleb(-READING_PLACES)


def ratio(target_pct: Decimal, *, year: int, years: int, pace: Pace) -> Fraction:
    """As `factor`, to be computed on: rounded down to more decimals than anybody rounds to."""
    scale = 10**COMPUTED_DIGITS
    return Fraction(allowed(Fraction(scale), target_pct, year=year, years=years, pace=pace), scale)


def _end(target_pct: Decimal) -> Fraction:
    return 1 + Fraction(target_pct) / PER_CENT


def root(number: int, degree: int) -> int:
    """The greatest whole number whose power of `degree` does not exceed `number`. Newton's method on whole numbers."""
    assert number >= 0
    assert degree >= 1
    if number < 2 or degree == 1:  # 0 and 1 are their own roots
        return number
    guess = 1 << -(-number.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + number // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better
