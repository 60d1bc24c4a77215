"""What one unit of an energy carrier is in standard coal, by the edition of the law in force on a day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from energy.units import KGCE
from kernel.quantities import Basis
from kernel.text import Text
from statute.finding import Citation
from statute.parameter import Parameter


@dataclass(frozen=True, slots=True)
class Factor:
    """kgce for each `per` of the carrier, on one basis. Invariant: positive."""

    name: Text
    kgce: Decimal
    per: str
    basis: Basis
    citation: Citation

    def __post_init__(self) -> None:
        assert self.kgce > 0


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
