"""What one unit of an energy carrier is in standard coal: by the edition in force, or by a measured calorific value."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from energy.units import KGCE, rounded
from kernel.quantities import Basis
from kernel.text import Text
from statute.finding import Citation
from statute.parameter import Parameter, Version


@dataclass(frozen=True, slots=True)
class Factor:
    """kgce for each `per` of the carrier, on one basis. Invariant: positive.

    `measured_ncv_kj` is the calorific value that it was made of, None for one of the table; `citation` is then that of
    the constant that divides it.
    """

    name: Text
    kgce: Decimal
    per: str
    basis: Basis
    citation: Citation
    measured_ncv_kj: Decimal | None = None

    def __post_init__(self) -> None:
        assert self.kgce > 0

    def on(self, basis: Basis) -> "Factor":
        """The same number on another basis: only electricity differs between the two."""
        return replace(self, basis=basis)


def factor_on(parameter: Parameter, day: date) -> Factor | None:
    """The factor in force on `day`; None when no edition is held for it: then nothing can be converted.

    Raises ValueError for a parameter that is no amount of kgce for each unit of something, on a basis.
    """
    coal, _, per = parameter.unit.partition("/")
    if coal != KGCE or not per or not parameter.basis:
        raise ValueError(f"{parameter.id} is in {parameter.unit} ({parameter.basis or 'no basis'}): no factor to kgce")
    version = parameter.on(day)
    if version is None:
        return None
    return Factor(parameter.title, version.number, per, Basis(parameter.basis), version.citation)


@dataclass(frozen=True, slots=True)
class Divisor:
    """What a measured calorific value is divided by, and to how many decimals the result is printed."""

    kj_per_kgce: Version
    places: Version


def measured_factor(name: Text, ncv_kj: Decimal, per: str, by: Divisor) -> Factor | None:
    """On the 当量 basis, to the nearest at the places of `by`: 4 as the standard prints.

    None where nothing is left at those places: the value is in another unit than kJ.
    """
    kgce = rounded(Fraction(ncv_kj) / Fraction(by.kj_per_kgce.number), int(by.places.number))
    if kgce <= 0:
        return None
    return Factor(name, kgce, per, Basis.CALORIFIC, by.kj_per_kgce.citation, ncv_kj)
