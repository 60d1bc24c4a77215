"""What a year's energy and CO2 are for each unit of product and of value added (order 31 of 2025, article 12)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from energy.sums import Co2, Sums
from energy.units import KGCE, TCE, WIDE, divided, times
from kernel.quantities import Basis, Quantity
from kernel.text import Text
from statute.inforce import Law

A_YEAR: Final = "/a"
"""Ends the unit of a yearly capacity: a year's energy over a year's product is per unit of product."""


class Indicator(NamedTuple):
    """A year's energy or CO2 for each unit of product or of value added, at energy.counting.indicator_places."""

    title: Text
    value: Decimal
    unit: str
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Yearly:
    """What a year's energy is divided by. None: not stated, or there are several products."""

    capacity: Quantity | None = None
    value_added: Quantity | None = None


NO_DIVISOR: Final = Yearly()


@dataclass(frozen=True, slots=True)
class _Kind:
    energy: Text
    co2: Text
    unit: str


_PER_PRODUCT: Final = _Kind(
    Text("单位产品综合能耗", "energy per unit of product"), Text("单位产品碳排放", "CO2 per unit of product"), KGCE
)
_PER_VALUE: Final = _Kind(
    Text("单位工业增加值能耗", "energy per value added"), Text("单位工业增加值碳排放", "CO2 per value added"), TCE
)


def indicators(by: Yearly, sums: Sequence[Sums | None], co2: Co2 | None, law: Law) -> tuple[Indicator, ...]:
    """Of what is known; none for a divisor that is zero."""
    if by.capacity is None and by.value_added is None:
        return ()
    places = law.on("energy.counting.indicator_places")
    if places is None:
        return ()
    pairs = ((_PER_PRODUCT, by.capacity), (_PER_VALUE, by.value_added))
    return tuple(
        made
        for kind, divisor in pairs
        if divisor is not None and divisor.value > 0
        for made in _per(kind, divisor, _Year(sums, co2, int(places.number)))
    )


class _Year(NamedTuple):
    sums: Sequence[Sums | None]
    co2: Co2 | None
    places: int


def _per(kind: _Kind, divisor: Quantity, year: _Year) -> Iterator[Indicator]:
    per, by, places = divisor.unit.removesuffix(A_YEAR), divisor.value, year.places
    for sums in year.sums:
        if sums is not None:
            energy = WIDE.multiply(sums.net_kgce, times(KGCE, kind.unit))
            yield Indicator(kind.energy, divided(energy, by, places), f"{kind.unit}/{per}", sums.basis)
    if year.co2 is not None:
        yield Indicator(kind.co2, divided(year.co2.total, by, places), f"kgCO2/{per}")
