"""Units of one kind into each other, and arithmetic that refuses to round."""

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction
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
_ROUNDING: Final = Context(prec=_WIDE_DIGITS, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])

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


def rounded(exact: Decimal | Fraction, places: int) -> Decimal:
    """To the nearest at `places` decimals, a half to the even digit: the one way that a result is rounded here."""
    if isinstance(exact, Decimal):
        return _ROUNDING.quantize(exact, Decimal((0, (1,), -places)))
    return WIDE.scaleb(Decimal(round(exact * 10**places)), -places)
