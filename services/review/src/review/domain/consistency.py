"""Whether what a dossier states of its inputs can be true beside the yearly total that it states."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Final

from energy.balance import Balance, Line, converted
from energy.factors import factor_on
from energy.units import EXACT, KGCE, TCE, in_unit
from kernel.quantities import Basis, Quantity, plain
from kernel.text import Text
from review.domain.dossier import Dossier
from review.domain.energy import COAL, KWH, amounts, stated
from review.domain.energy import TCE as TOTAL
from review.domain.look import APPLICATION_DATE, DAY_NOT_STATED, Look, look
from statute.finding import Citation, Finding
from statute.loader import PolicyBundle

RULE: Final = "review.energy_consistent"
ALLOWANCE: Final = "review.energy_consistent.allowance"
METHODS: Final = ("energy.counting.boundary", "energy.counting.sold_energy")
COMPARED: Final = (TOTAL, KWH, COAL)

# The total is on the 当量 basis, so the inputs are converted on it and on no other.
# Whether the 等价 total is below the 当量 one is not asked: sold power is subtracted on each basis by itself
# (energy.counting.sold_energy) and weighs more on 等价, so a project that sells power may well state less there.
BASIS: Final = Basis.CALORIFIC

CARRIERS: Final = {KWH: ("electricity", "kWh"), COAL: ("raw_coal", "t")}
"""Each input's carrier and unit. A filing does not state the kind of coal: it is taken at the average of raw coal."""

NOTHING_TO_COMPARE: Final = Text(
    zh="总量 (当量) 与电力或煤炭消费量未同时填报, 无从对照, 未见矛盾",
    en="The total (calorific) and electricity or coal are not both stated: there is nothing to compare, so nothing "
    "contradicts.",
)


def consistency_finding(dossier: Dossier, policy: PolicyBundle) -> Finding:
    """Compares only what is stated; whether the total is stated is another rule's question."""
    day, energy = dossier.application_date, amounts(dossier.energy)
    compared = {field: energy[field] for field in COMPARED}
    inputs = {field: amount for field in CARRIERS if (amount := compared[field]) is not None}
    total, rule = compared[TOTAL], policy.rule(RULE)
    seen = look(rule, day, stated(compared))
    if total is None or not inputs:
        return seen.holds(NOTHING_TO_COMPARE)
    if day is None:
        return seen.asks_for((APPLICATION_DATE,), DAY_NOT_STATED)
    allowance = policy.on(ALLOWANCE, day)
    lines = {field: _line(field, amount, policy, day) for field, amount in inputs.items()}
    known = {field: line for field, line in lines.items() if line is not None}
    if allowance is None or known.keys() != lines.keys():
        return seen.undecided(_no_factor(day))
    seen = look(rule, day, stated(compared), (*_under(known, policy, day), allowance.citation))
    return _judged(seen, _Beside(Quantity(total, TCE, BASIS), allowance.number, known))


def _line(field: str, amount: Decimal, policy: PolicyBundle, day: date) -> Line | None:
    carrier, unit = CARRIERS[field]
    factor = factor_on(policy.standard_coal(carrier, BASIS), day)
    return None if factor is None else converted(Quantity(amount, unit), factor)


def _under(lines: dict[str, Line], policy: PolicyBundle, day: date) -> tuple[Citation, ...]:
    methods = (policy.on(parameter, day) for parameter in METHODS)
    return (
        *(line.factor.citation for line in lines.values()),
        *(method.citation for method in methods if method is not None),
    )


def _no_factor(day: date) -> Text:
    return Text(
        zh=f"{day} 适用的折标准煤系数未收录, 须人工核对",
        en=f"The factors to standard coal in force on {day} are not held here; a person compares.",
    )


@dataclass(frozen=True, slots=True)
class _Beside:
    """The inputs in standard coal beside the stated total, all on one basis."""

    total: Quantity
    allowance: Decimal
    lines: dict[str, Line]

    def exceeded_by(self, amount: Quantity) -> bool:
        """At the total with its allowance for rounding is not above it."""
        with localcontext(EXACT):
            whole = in_unit(self.total, KGCE)
            return amount > Quantity(whole.value * (1 + self.allowance), KGCE, BASIS)

    @property
    def inputs(self) -> Quantity:
        total = Balance(tuple(self.lines.values())).total(BASIS)
        assert total is not None
        return total

    @property
    def words(self) -> Text:
        texts = [line.text for line in self.lines.values()]
        inputs, rounding = in_unit(self.inputs, TCE), plain(self.allowance)
        return Text(
            zh=f"{'; '.join(t.zh for t in texts)}; 合计 {inputs}, 所填总量 {self.total} (取整允差 {rounding})",
            en=f"{'; '.join(t.en for t in texts)}; together {inputs}, stated total {self.total} (for rounding "
            f"{rounding} of it is allowed)",
        )


def _judged(seen: Look, beside: _Beside) -> Finding:
    """Electricity alone above the total fails; together with coal it is only remarked.

    A total is what comes in less what goes out as energy (energy.counting.boundary, energy.counting.sold_energy), and
    a filing cannot state what it sells. Coke, gas, heat and power for sale are made of coal; the coal may be poorer
    than the average of raw coal (a measured value comes first); and power made from it inside is part of the stated
    electricity, where it would count twice. So coal above the total may be true; in coking and coal chemicals it
    mostly is. Coal used as feedstock is no such reason: 发改环资〔2022〕803号 takes it from the region's total, the
    project's own keeps it. Electricity has one factor, and little energy for sale is made out of it: above the total
    one of the two figures is wrong, mostly in its unit.
    """
    words, power = beside.words, beside.lines.get(KWH)
    if power is not None and beside.exceeded_by(power.standard_coal):
        return seen.fails(
            Text(
                zh=f"仅电力折标准煤已大于所填总量: {words.zh}; 请核对 {KWH} 与 {TOTAL} 的数值和单位 (如吨与万吨, "
                "千瓦时与万千瓦时); 总量如已扣除外供能源, 或用电来自余热, 请向审查机关说明",
                en=f"The electricity alone is more than the stated total: {words.en}. Check figure and unit of {KWH} "
                f"and {TOTAL} (t or 10,000 t, kWh or 10,000 kWh). Where energy sold was subtracted, or the power comes "
                "from waste heat, explain it to the reviewing authority.",
            )
        )
    if beside.exceeded_by(beside.inputs):
        return seen.holds(
            Text(
                zh=f"注意: 电力与煤炭合计大于所填总量: {words.zh}; 可能因外供焦炭、煤气、热力或电力, 自发电重复计入, "
                f"或煤的实测热值低于原煤平均值; 请核对 {COAL} 与 {TOTAL} 的单位",
                en=f"Remark: electricity and coal together are more than the stated total: {words.en}. Coke, gas, heat "
                "or power sold, power made inside and so counted twice, or coal poorer than the average of raw coal "
                f"may explain it; check the units of {COAL} and {TOTAL}.",
            )
        )
    return seen.holds(
        Text(zh=f"所填用能不大于所填总量: {words.zh}", en=f"The inputs are within the stated total: {words.en}")
    )
