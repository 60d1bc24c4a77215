"""One flow in standard coal, on each basis, with the coefficient that it was converted by."""

from decimal import Decimal
from functools import partial
from typing import Final, NamedTuple

from energy import gaps
from energy.carriers import Carrier, carrier_in, divisor_in
from energy.factors import Factor, measured_factor
from energy.flow import SIGN, Flow, Use
from energy.problems import Problem
from energy.units import KGCE, WIDE, in_unit
from kernel.quantities import Basis, Quantity, UnitMismatch
from kernel.text import Later, Text
from statute.finding import Citation
from statute.inforce import Law

USE_NAMES: Final = {
    Use.FUEL: Text("燃料动力", "fuel or power"),
    Use.FEEDSTOCK: Text("原料用能", "feedstock"),
    Use.OWN_RENEWABLE: Text("自发可再生电力", "own renewable power"),
    Use.INTERNAL: Text("内部流转, 不另计", "internal, not added"),
    Use.SOLD: Text("外供, 扣除", "sold, subtracted"),
}
NOTHING: Final = Decimal(0)
_VERIFIED: Final = Text("已核验", "verified")
_UNVERIFIED: Final = Text("未核验", "not verified")


class Line(NamedTuple):
    """`flow` counts from 0; `amount` is unsigned and in the carrier's unit.

    A factor is None where the law has none on that basis; then the account has a problem, or the flow is internal.
    The amounts in kgce are signed as they enter the total, and exact; None: not told.
    """

    flow: int
    use: Use
    carrier: Carrier
    amount: Quantity
    calorific: Factor | None
    equivalent: Factor | None
    kgce_calorific: Decimal | None
    kgce_equivalent: Decimal | None

    def factor(self, basis: Basis) -> Factor | None:
        return self.calorific if basis is Basis.CALORIFIC else self.equivalent

    def kgce(self, basis: Basis) -> Decimal | None:
        return self.kgce_calorific if basis is Basis.CALORIFIC else self.kgce_equivalent

    def standard_coal(self, basis: Basis) -> Quantity | None:
        amount = self.kgce(basis)
        return None if amount is None else Quantity(amount, KGCE, basis)

    def on(self, basis: Basis) -> "Line":
        """The line as one basis alone sees it."""
        if basis is Basis.CALORIFIC:
            return self.converted(self.amount, self.calorific, None)
        return self.converted(self.amount, None, self.equivalent)

    def converted(self, amount: Quantity, calorific: Factor | None, equivalent: Factor | None) -> "Line":
        """The same line of another amount, by other factors."""
        return converted(self.flow, self.use, self.carrier, amount=amount, factors=(calorific, equivalent))

    @property
    def under(self) -> tuple[Citation, ...]:
        """Each once: but for electricity, one document has both factors."""
        calorific, equivalent = self.calorific, self.equivalent
        if calorific is None:
            return () if equivalent is None else (equivalent.citation,)
        if equivalent is None or equivalent.citation == calorific.citation:
            return (calorific.citation,)
        return calorific.citation, equivalent.citation

    @property
    def text(self) -> Text:
        """The sum as a person would check it by hand, with the document, its first day and how far it was checked."""
        return Text(
            "{name} ({use}) {sums}",
            "{name} ({use}) {sums}",
            name=self.carrier.name,
            use=USE_NAMES[self.use],
            sums=Later(partial(_sums, self)),
        )


def converted(
    flow: int, use: Use, carrier: Carrier, *, amount: Quantity, factors: tuple[Factor | None, Factor | None]
) -> Line:
    """The line by its factors, calorific and equivalent."""
    (calorific, equivalent), sign, value = factors, SIGN[use], amount.value
    if sign == 0:
        return Line(flow, use, carrier, amount, calorific, equivalent, NOTHING, NOTHING)
    if sign < 0:
        value = WIDE.minus(value)
    kgce_calorific = None if calorific is None else WIDE.multiply(value, calorific.kgce)
    kgce_equivalent = None if equivalent is None else WIDE.multiply(value, equivalent.kgce)
    return Line(flow, use, carrier, amount, calorific, equivalent, kgce_calorific, kgce_equivalent)


def _sums(line: Line) -> Text:
    calorific, equivalent = line.calorific, line.equivalent
    if SIGN[line.use] == 0:
        return Text("{a}", "{a}", a=line.amount)
    if calorific is None or equivalent is None:
        alone = calorific or equivalent
        return Text("{a}", "{a}", a=line.amount) if alone is None else _sum(line, alone)
    if calorific.kgce == equivalent.kgce:
        return _sum(line, calorific)
    return Text("{one}; {other}", "{one}; {other}", one=_sum(line, calorific), other=_sum(line, equivalent))


def _sum(line: Line, factor: Factor) -> Text:
    under, measured = factor.citation, factor.measured_ncv_kj
    values = {
        "amount": line.amount,
        "factor": factor.kgce,
        "per": factor.per,
        "coal": line.standard_coal(factor.basis),
        "document": under.document,
        "first": under.in_force_from.isoformat(),
        "checked": _VERIFIED if under.verified else _UNVERIFIED,
    }
    if measured is None:
        return Text(
            "{amount} × {factor} kgce/{per} = {coal} [{document}, 自 {first} 起, {checked}]",
            "{amount} × {factor} kgce/{per} = {coal} [{document}, from {first}, {checked}]",
            **values,
        )
    return Text(
        "{amount} × {factor} kgce/{per} = {coal} [实测热值 {ncv} kJ/{per} ÷ {constant}; {document}, 自 {first} 起, "
        "{checked}]",
        "{amount} × {factor} kgce/{per} = {coal} [measured {ncv} kJ/{per} ÷ {constant}; {document}, from {first}, "
        "{checked}]",
        ncv=measured,
        constant=under.value,
        **values,
    )


def line_of(number: int, flow: Flow, law: Law) -> tuple[Line | None, Problem | None]:
    """The line, and what is wrong with it: a line may be told on one basis only. Without a line nothing is told."""
    carrier, amount, use = carrier_in(law, flow.carrier), flow.amount, flow.use
    if carrier is None:
        return None, gaps.unknown(number, flow, law)
    if amount.unit != carrier.unit:
        try:
            amount = in_unit(amount, carrier.unit)
        except UnitMismatch:
            return None, gaps.other_unit(number, flow, carrier)
    if use is Use.OWN_RENEWABLE and not carrier.electricity:
        return None, gaps.no_such_renewable(number, carrier)
    if flow.measured_ncv_kj is not None and not carrier.measurable:
        return None, gaps.not_measurable(number, carrier)
    calorific, equivalent, problem = _factors(number, flow, carrier, law)
    if use is Use.OWN_RENEWABLE and calorific is not None:
        # energy.counting.own_renewable: an input of primary energy, at the calorific value whatever the basis.
        equivalent = carrier.own_renewable
    line = converted(number, use, carrier, amount=amount, factors=(calorific, equivalent))
    return line, None if use is Use.INTERNAL else problem


def _factors(
    number: int, flow: Flow, carrier: Carrier, law: Law
) -> tuple[Factor | None, Factor | None, Problem | None]:
    if flow.measured_ncv_kj is None or carrier.working_medium:
        calorific, equivalent = carrier.calorific, carrier.equivalent
        known = calorific is not None and equivalent is not None
        return calorific, equivalent, None if known else gaps.no_factor(number, carrier)
    divisor = divisor_in(law)
    if divisor is None:
        return None, None, gaps.no_edition(number, carrier)
    made = measured_factor(carrier.name, flow.measured_ncv_kj, carrier.unit, divisor)
    if made is None:
        return None, None, gaps.measured_too_small(number)
    return made, made.on(Basis.EQUIVALENT), None
