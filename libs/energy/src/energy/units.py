"""Units of one kind into each other, and arithmetic that refuses to round."""

from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from typing import Final

from kernel.quantities import DECIMAL_DIGITS_MAX, Quantity, UnitMismatch

KG: Final = "kg"
TONNE: Final = "t"
KWH: Final = "kWh"
KGCE: Final = "kgce"
TCE: Final = "tce"

EXACT: Final = Context(prec=DECIMAL_DIGITS_MAX, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
"""For `decimal.localcontext`: a result that needs more digits than the API's raises `decimal.Inexact`."""

_TIMES: Final = {
    (TONNE, KG): Decimal(1000),
    (TCE, KGCE): Decimal(1000),
    (KGCE, TCE): Decimal("0.001"),
}


def in_unit(amount: Quantity, unit: str) -> Quantity:
    """The same amount in `unit`, its basis kept.

    Raises UnitMismatch where the two units are not of one kind, and decimal.Inexact beyond 28 digits.
    """
    if amount.unit == unit:
        return amount
    times = _TIMES.get((amount.unit, unit))
    if times is None:
        raise UnitMismatch(f"{amount} cannot be written in {unit}")
    return Quantity(EXACT.multiply(amount.value, times), unit, amount.basis)
