"""Whether a heading is open: for the year, on the day of assessment (P2), for the kind of energy (P3), as feedstock."""

from datetime import date
from typing import Final

from budget.domain.offsets.claims import Claim, Feedstock, FeedstockProduct, Use
from budget.domain.offsets.headings import ASSESSED_FROM, ASSESSED_UNTIL, EnergyKind, Heading, excluded
from budget.domain.offsets.telling import Inputs, cited, fails, holds, not_on_file, not_stated, words
from budget.domain.offsets.words import ENERGIES
from kernel.text import Text
from statute.finding import Finding
from statute.inforce import Law

PERIOD: Final = "budget.offset.period"
HEADING: Final = "budget.offset.heading"
ENERGY: Final = "budget.offset.energy"
FEEDSTOCK: Final = "budget.offset.feedstock"

IN_FORCE: Final = {
    Heading.NATIONAL_MAJOR_PROJECT: "budget.dual_control.major_projects",
    Heading.FEEDSTOCK: "budget.deduction.feedstock",
    Heading.RENEWABLE_INCREMENT: "budget.deduction.renewable_increment",
    Heading.NON_FOSSIL_ALL: "budget.deduction.non_fossil_all",
}
"""The parameter that opens each heading for a year of consumption."""

KINDS: Final = "budget.deduction.renewable_increment.kinds"
INCLUDES: Final = "budget.deduction.feedstock.includes"
EXCLUDES: Final = "budget.deduction.feedstock.excludes"
REDUCTANT: Final = "budget.deduction.feedstock.reductant"
P2: Final = "budget.precedence.p2"
P3: Final = "budget.precedence.p3"


def period_finding(claim: Claim, law: Law) -> Finding:
    """A year on which nothing is on file is unknown: never carried on from another plan, never zero by itself."""
    rule, noted = law.rule(PERIOD), law.noted(IN_FORCE[claim.heading])
    inputs: Inputs = (("claim.heading", claim.heading.value), ("claim.year", str(claim.year)))
    if noted is None or noted.value is None:
        because = Text(
            "{year} 年的能耗扣减没有依据在案: 不沿用以往规划期的规定, 也不等于零, 由人工判定",
            "No text on file deducts energy under this heading for {year}: it is neither carried on from another plan "
            "nor zero; a person decides.",
            year=claim.year,
        )
        return not_on_file(rule, because, inputs, cited(noted))
    because = Text("{year} 年适用{words}", "It is in force for {year}{words}", year=claim.year, words=words(noted))
    return holds(rule, because, inputs, cited(noted))


def heading_finding(claim: Claim, law: Law) -> Finding:
    """By the day of the assessment: the increment, or the whole non-fossil consumption, never both (P2)."""
    rule = law.rule(HEADING)
    inputs: Inputs = (("claim.assessed_on", str(claim.assessed_on)), ("claim.heading", claim.heading.value))
    if not claim.heading.renewable_or_non_fossil:
        return holds(rule, Text("与非化石科目无关", "It concerns the two non-fossil headings only."), inputs)
    until, begins = law.on(ASSESSED_UNTIL), law.on(ASSESSED_FROM)
    if until is None or begins is None:
        because = Text(
            "{year} 年按考核日适用哪一非化石科目未载明, 由人工判定",
            "Which non-fossil heading an assessment of {year} takes is not on file: a person decides.",
            year=claim.year,
        )
        return not_on_file(rule, because, inputs)
    under = cited(law.on(P2), until if claim.heading is Heading.RENEWABLE_INCREMENT else begins)
    if claim.heading in excluded(law, claim.assessed_on):
        return fails(rule, _other_heading(claim, date.fromisoformat(begins.word)), inputs, under)
    because = Text("考核日 {day} 适用该科目", "An assessment on {day} takes this heading.", day=claim.assessed_on)
    return holds(rule, because, inputs, under)


def _other_heading(claim: Claim, turn: date) -> Text:
    if claim.heading is Heading.RENEWABLE_INCREMENT:
        return Text(
            "自 {turn} 起的考核扣减全部非化石能源, 不再单独扣减新增可再生能源; 请改按非化石能源申报",
            "An assessment from {turn} takes all non-fossil energy and no increment; claim it as such.",
            turn=turn,
        )
    return Text(
        "{turn} 之前的考核只扣减新增可再生能源; 请改按新增可再生能源申报",
        "An assessment before {turn} takes the increment only; claim it as the increment.",
        turn=turn,
    )


def energy_finding(claim: Claim, law: Law) -> Finding:
    """Feedstock is fossil; non-fossil headings are not, and the increment is of listed kinds of power (P3)."""
    rule, energy, p3 = law.rule(ENERGY), claim.energy, law.on(P3)
    inputs: Inputs = (("claim.energy", energy.value), ("claim.heading", claim.heading.value))
    if claim.heading is Heading.NATIONAL_MAJOR_PROJECT:
        return holds(rule, Text("单列不分能源品种", "A separate listing takes every kind of energy."), inputs)
    if p3 is None:
        because = Text("科目与能源品种的关系未载明", "Which energy a heading takes is not on file.")
        return not_on_file(rule, because, inputs)
    if energy.fossil is not (claim.heading is Heading.FEEDSTOCK):
        because = Text(
            "原料用能为化石能源, 非化石科目不含化石能源: {energy} 不属该科目",
            "Feedstock is fossil and the non-fossil headings are not: {energy} is not of this heading.",
            energy=ENERGIES[energy],
        )
        return fails(rule, because, inputs, cited(p3))
    if claim.heading is not Heading.RENEWABLE_INCREMENT:
        return holds(rule, Text("能源品种属于该科目", "The energy is of this heading."), inputs, cited(p3))
    return _increment_energy(claim, law, inputs)


def _increment_energy(claim: Claim, law: Law, inputs: Inputs) -> Finding:
    rule, energy, kinds = law.rule(ENERGY), claim.energy, law.on(KINDS)
    if kinds is None:
        because = Text("新增可再生能源的种类未载明", "The kinds of renewable increment are not on file.")
        return not_on_file(rule, because, inputs)
    if energy.value not in kinds.list_of_words:
        because = Text(
            "{energy} 不在现阶段的种类之内{words}",
            "{energy} is not of the kinds at this stage{words}",
            energy=ENERGIES[energy],
            words=words(kinds),
        )
        return fails(rule, because, inputs, cited(kinds))
    return holds(rule, Text("属于现阶段的种类", "It is of the kinds at this stage."), inputs, cited(law.on(P3), kinds))


def feedstock_finding(claim: Claim, law: Law) -> Finding:
    """Raw material of products that are no energy themselves; neither fuel nor, for coke, a reductant."""
    rule, stated = law.rule(FEEDSTOCK), claim.feedstock
    if claim.heading is not Heading.FEEDSTOCK:
        return holds(rule, Text("不是原料用能科目", "It is not claimed as feedstock."))
    if stated is None:
        because = Text("未说明作何使用", "How the energy was used is not stated.")
        return not_stated(rule, because, ("claim.feedstock",))
    inputs: Inputs = (("claim.feedstock.use", stated.use.value),)
    if stated.use is Use.REDUCTANT:
        return _reductant(claim, law, inputs)
    if stated.use is Use.FUEL_OR_POWER:
        because = Text("用作燃料、动力的不是原料用能", "What is used as fuel or power is no feedstock.")
        return fails(rule, because, inputs, cited(law.on(EXCLUDES)))
    return _raw_material(stated, law, inputs)


def _reductant(claim: Claim, law: Law, inputs: Inputs) -> Finding:
    rule, reductant = law.rule(FEEDSTOCK), law.on(REDUCTANT)
    if reductant is None or claim.energy is not EnergyKind.COKE:
        because = Text(
            "{energy} 作还原剂是否属原料用能未载明, 由人工判定",
            "Whether {energy} as a reductant is feedstock is not on file: a person decides.",
            energy=ENERGIES[claim.energy],
        )
        return not_on_file(rule, because, inputs, cited(reductant))
    because = Text("用作还原剂的焦炭不属原料用能", "Coke as a reductant is no feedstock.")
    return fails(rule, because, inputs, cited(reductant))


def _raw_material(stated: Feedstock, law: Law, inputs: Inputs) -> Finding:
    rule, includes, excludes = law.rule(FEEDSTOCK), law.on(INCLUDES), law.on(EXCLUDES)
    if stated.product is None:
        because = Text("未说明生产何种产品", "What it was made into is not stated.")
        return not_stated(rule, because, ("claim.feedstock.product",), inputs)
    inputs = (*inputs, ("claim.feedstock.product", stated.product.value))
    if includes is None or excludes is None:
        because = Text("原料用能的范围未载明, 由人工判定", "What is feedstock is not on file: a person decides.")
        return not_on_file(rule, because, inputs)
    if stated.product.value in excludes.list_of_words:
        because = Text("产品本身为能源的不是原料用能", "Products that are themselves energy are no feedstock.")
        return fails(rule, because, inputs, cited(excludes))
    if stated.product is FeedstockProduct.OTHER_NON_ENERGY or stated.product.value not in includes.list_of_words:
        because = Text(
            "该产品未在所列范围之内, 由人工判定{words}",
            "The product is none of those named: a person decides{words}",
            words=words(includes),
        )
        return not_on_file(rule, because, inputs, cited(includes))
    because = Text("用于生产所列非能源产品", "It is raw material of a named product that is no energy.")
    return holds(rule, because, inputs, cited(includes, excludes))
