"""What a year's energy and CO2 are for each unit of product and of value added (order 31 of 2025, article 12)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from energy.sums import Co2, Sums
from energy.units import KGCE, TCE, rounded, times
from kernel.quantities import Basis, Quantity
from kernel.text import Text
from statute.inforce import Law

A_YEAR: Final = "/a"
"""Ends the unit of a yearly capacity: a year's energy over a year's product is per unit of product."""


@dataclass(frozen=True, slots=True)
class Indicator:
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


def indicators(by: Yearly, sums: Mapping[Basis, Sums | None], co2: Co2 | None, law: Law) -> tuple[Indicator, ...]:
    """Of what is known; none for a divisor that is zero."""
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


@dataclass(frozen=True, slots=True)
class _Year:
    sums: Mapping[Basis, Sums | None]
    co2: Co2 | None
    places: int


def _per(kind: _Kind, divisor: Quantity, year: _Year) -> Iterator[Indicator]:
    per, by = divisor.unit.removesuffix(A_YEAR), Fraction(divisor.value)
    for basis, sums in year.sums.items():
        if sums is not None:
            energy = Fraction(sums.net.value) * Fraction(times(KGCE, kind.unit))
            yield Indicator(kind.energy, rounded(energy / by, year.places), f"{kind.unit}/{per}", basis)
    if year.co2 is not None:
        yield Indicator(kind.co2, rounded(Fraction(year.co2.total) / by, year.places), f"kgCO2/{per}")
