"""What crosses a project's boundary, or stays inside it, as energy (GB/T 2589)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from kernel.quantities import Quantity


class Use(Enum):
    FUEL = "fuel"
    """Bought or taken from nature, and used as fuel or power."""
    FEEDSTOCK = "feedstock"
    """原料用能: the project's own total keeps it, the region's deducts it."""
    OWN_RENEWABLE = "own_renewable"
    """Power made inside from wind, sun or water."""
    INTERNAL = "internal"
    """Made inside out of what is counted already: shown, never added."""
    SOLD = "sold"
    """Made inside and delivered outside as energy: subtracted."""

    # There is one object of each: its own hash is written in C, that of an enum in Python.
    __hash__ = object.__hash__


SIGN: Final = {Use.FUEL: 1, Use.FEEDSTOCK: 1, Use.OWN_RENEWABLE: 1, Use.INTERNAL: 0, Use.SOLD: -1}
"""energy.counting.boundary: what comes in and is used, less what goes out as energy."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One carrier's yearly amount in a physical unit.

    `measured_ncv_kj` is the measured 低位发热量 in kJ for each kg or m3 of the carrier.
    """

    carrier: str
    use: Use
    amount: Quantity
    measured_ncv_kj: Decimal | None = None
