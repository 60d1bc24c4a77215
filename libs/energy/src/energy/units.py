"""Units of one kind into each other, and arithmetic that refuses to round."""

from decimal import ROUND_05UP, ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from functools import lru_cache
from typing import Final

from kernel.quantities import DECIMAL_DIGITS_MAX, Quantity, UnitMismatch

KG: Final = "kg"
TONNE: Final = "t"
CUBIC_METRE: Final = "m3"
TEN_THOUSAND_CUBIC_METRES: Final = "10k_m3"
KWH: Final = "kWh"
MWH: Final = "MWh"
MJ: Final = "MJ"
GJ: Final = "GJ"
KGCE: Final = "kgce"
TCE: Final = "tce"

_TRAPS: Final = (Inexact, InvalidOperation, DivisionByZero, Overflow)
EXACT: Final = Context(prec=DECIMAL_DIGITS_MAX, traps=list(_TRAPS))
"""For `decimal.localcontext`: a result that needs more digits than the API's raises `decimal.Inexact`."""

_WIDE_DIGITS: Final = 120
WIDE: Final = Context(prec=_WIDE_DIGITS, traps=list(_TRAPS))
"""Wide enough for every product and sum of what the API takes: exact for all of them."""
# ROUND_05UP is made for a quotient that is rounded again: no last digit of it can be taken for a half.
_QUOTIENT: Final = Context(prec=_WIDE_DIGITS, rounding=ROUND_05UP, traps=[InvalidOperation, DivisionByZero])
_ROUNDING: Final = Context(prec=_WIDE_DIGITS, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])

_NOTHING: Final = Decimal(0)

_TIMES: Final = {
    (TONNE, KG): Decimal(1000),
    (KG, TONNE): Decimal("0.001"),
    (TEN_THOUSAND_CUBIC_METRES, CUBIC_METRE): Decimal(10_000),
    (CUBIC_METRE, TEN_THOUSAND_CUBIC_METRES): Decimal("0.0001"),
    (MWH, KWH): Decimal(1000),
    (GJ, MJ): Decimal(1000),
    (MJ, GJ): Decimal("0.001"),
    (TCE, KGCE): Decimal(1000),
    (KGCE, TCE): Decimal("0.001"),
}


def in_unit(amount: Quantity, unit: str) -> Quantity:
    """The same amount in `unit`, its basis kept.

    Raises UnitMismatch where the two units are not of one kind, and decimal.Inexact beyond 28 digits.
    """
    if amount.unit == unit:
        return amount
    return Quantity(EXACT.multiply(amount.value, times(amount.unit, unit)), unit, amount.basis)


def times(unit: str, other: str) -> Decimal:
    """How many of `other` one `unit` is. Raises UnitMismatch where the two are not of one kind."""
    if unit == other:
        return Decimal(1)
    found = _TIMES.get((unit, other))
    if found is None:
        raise UnitMismatch(f"an amount in {unit} cannot be written in {other}")
    return found


@lru_cache(_WIDE_DIGITS)
def _place(places: int) -> Decimal:
    return Decimal((0, (1,), -places))


def divided(exact: Decimal, by: Decimal, places: int) -> Decimal:
    """The quotient, `rounded`. Raises decimal.DivisionByZero."""
    return rounded(_QUOTIENT.divide(exact, by), places)


def rounded(exact: Decimal | Fraction, places: int) -> Decimal:
    """To the nearest at `places` decimals, a half to the even digit: the one way that a result is rounded here."""
    if isinstance(exact, Decimal):
        return _ROUNDING.quantize(exact, _place(places)) if exact else _NOTHING
    return WIDE.scaleb(Decimal(round(exact * 10**places)), -places)
