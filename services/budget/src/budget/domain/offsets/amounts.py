"""A quantity in standard coal: exact, by the factor in force, rounded so that errors never add up."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from budget.domain.offsets.claims import Claim, Measure
from budget.domain.offsets.telling import Inputs, cited, fails, holds, not_on_file, words
from budget.domain.offsets.words import BASES, MEASURES
from kernel.quantities import Basis, plain
from kernel.text import Text
from ledger.accounts import GRANTED_MAX
from statute.finding import Finding
from statute.inforce import Law
from statute.parameter import Version

RULE: Final = "budget.offset.amount"
ROUNDING: Final = "budget.offset.rounding"
KGCE_PER_TCE: Final = 1000

KWH_FACTOR: Final = {
    Basis.CALORIFIC: "energy.calorific.electricity",
    Basis.EQUIVALENT: "energy.equivalent.electricity",
}
"""kgce/kWh."""
CERTIFICATE_FACTOR: Final = {
    Basis.CALORIFIC: "budget.certificate.tce_calorific",
    Basis.EQUIVALENT: "budget.certificate.tce_equivalent",
}
"""tce/certificate."""

EXACT: Final = Context(prec=60)
"""Wide enough for a product of two decimals of the API: nothing is rounded before the end."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What stands of one region, year, heading and basis: the exact sum, and what was booked for it, in kgce."""

    exact: Decimal = Decimal(0)
    booked: int = 0


def whole(kgce: Decimal) -> int:
    """Half a kgce and more counts as one."""
    return int(kgce.quantize(Decimal(1), rounding=ROUND_HALF_UP, context=EXACT))


def booked(exact: Decimal, before: Sums) -> int:
    """What the rounded sum grows by; never below zero, also where a revocation left the sum a fraction short."""
    return max(0, whole(EXACT.add(before.exact, exact)) - before.booked)


def factor_of(claim: Claim, law: Law) -> Version | None:
    """None for a quantity in standard coal, and where the law of the year has no factor."""
    if claim.measure is Measure.TCE:
        return None
    table = KWH_FACTOR if claim.measure is Measure.KWH else CERTIFICATE_FACTOR
    return law.on(table[claim.basis])


def exact_kgce(claim: Claim, law: Law) -> Decimal | None:
    """On the claim's basis. None when the law of the year has no factor."""
    if claim.measure is Measure.TCE:
        return EXACT.multiply(claim.amount, Decimal(KGCE_PER_TCE))
    factor = factor_of(claim, law)
    if factor is None:
        return None
    kgce = EXACT.multiply(claim.amount, factor.number)
    return kgce if claim.measure is Measure.KWH else EXACT.multiply(kgce, Decimal(KGCE_PER_TCE))


def amount_finding(claim: Claim, law: Law, before: Sums) -> Finding:
    """Whether the quantity converts, and fits into an account."""
    rule, factor, exact = law.rule(RULE), factor_of(claim, law), exact_kgce(claim, law)
    values = {"amount": claim.amount, "measure": MEASURES[claim.measure], "basis": BASES[claim.basis]}
    inputs: Inputs = (("claim.quantity", f"{plain(claim.amount)} {claim.measure.value}"),)
    if exact is None:
        because = Text(
            "{year} 年 1 {measure} 的折标准煤系数 ({basis}) 未载明, 由人工判定",
            "The factor of {measure} in standard coal ({basis}) for {year} is not on file: a person decides.",
            year=claim.year,
            **values,
        )
        return not_on_file(rule, because, inputs)
    if before.booked + exact >= GRANTED_MAX:
        because = Text(
            "{amount} {measure} 过大, 请核对单位", "{amount} {measure} is too much; check its unit", **values
        )
        return fails(rule, because, inputs)
    rounding = law.on(ROUNDING)
    grows = booked(exact, before)
    because = Text(
        "{amount} {measure} 折 {exact} kgce ({basis}){factor}; 四舍五入后的合计增加 {grows} kgce",
        "{amount} {measure} is {exact} kgce ({basis}){factor}; the rounded sum grows by {grows} kgce",
        exact=exact,
        grows=grows,
        factor=_factor_words(factor),
        **values,
    )
    return holds(rule, because, inputs, cited(factor, rounding))


def _factor_words(factor: Version | None) -> Text:
    if factor is None:
        return Text("", "")
    values = {"factor": factor.number, "unit": factor.citation.unit, "words": words(factor)}
    return Text(", 系数 {factor} {unit}{words}", ", by the factor {factor} {unit}{words}", **values)
