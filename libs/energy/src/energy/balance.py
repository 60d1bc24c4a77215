"""What a unit takes in, line by line in standard coal; a total for each basis, and none across them."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from energy.factors import Factor
from energy.units import EXACT, KGCE, in_unit
from kernel.quantities import Basis, Quantity, UnitMismatch, plain
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class Line:
    """One physical amount with the factor that converts it. Invariant: the amount is in the factor's own unit."""

    amount: Quantity
    factor: Factor

    def __post_init__(self) -> None:
        if (self.amount.unit, self.amount.basis) != (self.factor.per, None):
            raise UnitMismatch(f"{self.amount} is not a physical amount in {self.factor.per}")

    @property
    def standard_coal(self) -> Quantity:
        """kgce on the factor's basis. Raises decimal.Inexact beyond 28 digits: it is never rounded."""
        return Quantity(EXACT.multiply(self.amount.value, self.factor.kgce), KGCE, self.factor.basis)

    @property
    def text(self) -> Text:
        """The sum as a person would check it by hand, with the document, its first day and how far it was checked."""
        factor, under = self.factor, self.factor.citation
        done = f"{self.amount} × {plain(factor.kgce)} {KGCE}/{factor.per} = {self.standard_coal}"
        checked = Text("已核验", "verified") if under.verified else Text("未核验", "not verified")
        return Text(
            zh=f"{factor.name.zh} {done} [{under.document}, 自 {under.in_force_from} 起, {checked.zh}]",
            en=f"{factor.name.en} {done} [{under.document}, from {under.in_force_from}, {checked.en}]",
        )


def converted(amount: Quantity, factor: Factor) -> Line:
    """`amount` as a line of a balance, brought to the factor's unit (t to kg).

    Raises UnitMismatch for another kind of unit or for an amount that is standard coal already, and decimal.Inexact
    beyond 28 digits.
    """
    return Line(in_unit(amount, factor.per), factor)


@dataclass(frozen=True, slots=True)
class Balance:
    """Lines in the order given; lines on different bases may stand side by side."""

    lines: tuple[Line, ...]

    def total(self, basis: Basis) -> Quantity | None:
        """kgce of the lines on `basis`. None when there is none: not stated is not zero. Raises decimal.Inexact."""
        amounts = [line.standard_coal for line in self.lines if line.factor.basis is basis]
        if not amounts:
            return None
        with localcontext(EXACT):
            return sum(amounts, Quantity(Decimal(0), KGCE, basis))
