"""Whether what a dossier states of its inputs can be true beside the yearly total that it states."""

from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from energy.flow import Flow, Use
from energy.lines import NOTHING, Line, line_of
from energy.problems import Figure
from energy.units import KGCE, TCE, WIDE, in_unit, times
from kernel.quantities import Basis, Quantity
from kernel.text import Text, joined
from review.domain.amounts import COAL, KWH, TCE_EQUIVALENT
from review.domain.amounts import TCE as TOTAL
from review.domain.look import APPLICATION_DATE, DAY_NOT_STATED, Inputs
from review.domain.subject import Subject
from statute.finding import Citation, Finding
from statute.inforce import Law

RULE: Final = "review.energy_consistent"
ALLOWANCE: Final = "review.energy_consistent.allowance"
METHODS: Final = ("energy.counting.boundary", "energy.counting.sold_energy")

# The total is on the 当量 basis, so the inputs are converted on it and on no other.
# Whether the 等价 total is below the 当量 one is not asked: sold power is subtracted on each basis by itself
# (energy.counting.sold_energy) and weighs more on 等价, so a project that sells power may well state less there.
BASIS: Final = Basis.CALORIFIC

CARRIERS: Final = {KWH: ("electricity", "kWh"), COAL: ("raw_coal", "t")}
"""Each input's carrier and unit. A total does not state the kind of coal: it is taken at the average of raw coal."""
SPANS_MAX: Final = 1_024
"""Of some bundles: the law changes on some tens of days."""

NOTHING_TO_COMPARE: Final = Text(
    zh="总量 (当量) 与电力或煤炭消费量未同时填报, 无从对照, 未见矛盾",
    en="The total (calorific) and electricity or coal are not both stated: there is nothing to compare, so nothing "
    "contradicts.",
)
BY_THE_FLOWS: Final = Text(
    zh="已逐项填报能源流向, 由能源平衡核算逐项对照, 此处不再按合计对照",
    en="The flows are stated: the energy account compares line by line, and the totals are not compared again here.",
)


class _Of(NamedTuple):
    """What one unit of an input is in kgce, and by what."""

    kgce: Decimal
    under: tuple[Citation, ...]


class _Scale(NamedTuple):
    """What the inputs are weighed by in one span of the law. None: not held."""

    power: _Of | None
    coal: _Of | None
    allowance: Decimal | None
    kgce_of_total: Decimal
    """What an input may come to for each tce of the total, with the allowance for rounding."""
    methods: tuple[Citation, ...]


def consistency_finding(subject: Subject) -> Finding:
    """Compares only what is stated; whether the total is stated is another rule's question."""
    law, energy = subject.law, subject.dossier.energy
    total, kwh, coal = energy.tce_calorific, energy.electricity_kwh, energy.coal_t
    if total is None or (kwh is None and coal is None):
        return subject.look(RULE, _inputs).holds(NOTHING_TO_COMPARE)
    if law is None:
        return subject.look(RULE, _inputs).asks_for((APPLICATION_DATE,), DAY_NOT_STATED)
    if subject.balance is not None and Figure.CALORIFIC not in subject.balance.untold:
        return subject.look(RULE, _inputs).holds(BY_THE_FLOWS)
    scale = _scale(law)
    power_kgce, coal_kgce = _weighed(kwh, scale.power), _weighed(coal, scale.coal)
    if power_kgce is None or coal_kgce is None or scale.allowance is None:
        return subject.look(RULE, _inputs).undecided(_no_factor)
    # Electricity alone above the total fails; together with coal it is only remarked.
    #
    # A total is what comes in less what goes out as energy (energy.counting.boundary, energy.counting.sold_energy), and
    # totals do not say what is sold. Coke, gas, heat and power for sale are made of coal; the coal may be poorer than
    # the average of raw coal (a measured value comes first); and power made from it inside is part of the stated
    # electricity, where it would count twice. So coal above the total may be true; in coking and coal chemicals it
    # mostly is. Coal used as feedstock is no such reason: 发改环资〔2022〕803号 takes it from the region's total, the
    # project's own keeps it. Electricity has one factor, and little energy for sale is made out of it: above the total
    # one of the two figures is wrong, mostly in its unit.
    at_most, seen = WIDE.multiply(total, scale.kgce_of_total), subject.look(RULE, _inputs, _under)
    if power_kgce > at_most:
        return seen.fails(_power_alone)
    return seen.holds(_together if WIDE.add(power_kgce, coal_kgce) > at_most else _within)


def _weighed(amount: Decimal | None, of: _Of | None) -> Decimal | None:
    """In kgce; what is not stated weighs nothing. None where the factor is not held."""
    if amount is None:
        return NOTHING
    return None if of is None else WIDE.multiply(amount, of.kgce)


@lru_cache(SPANS_MAX)
def _scale(law: Law) -> _Scale:
    allowance = law.on(ALLOWANCE)
    number = None if allowance is None else allowance.number
    methods = (law.on(parameter) for parameter in (*METHODS, ALLOWANCE))
    return _Scale(
        _of(KWH, law),
        _of(COAL, law),
        number,
        WIDE.multiply(times(TCE, KGCE), 1 + (number or NOTHING)),
        tuple(method.citation for method in methods if method is not None),
    )


def _of(field: str, law: Law) -> _Of | None:
    """None where the factor in force is not held."""
    line = _line(field, Decimal(1), law)
    kgce = None if line is None else line.kgce(BASIS)
    return None if line is None or kgce is None else _Of(kgce, line.under)


def _line(field: str, amount: Decimal, law: Law) -> Line | None:
    carrier, unit = CARRIERS[field]
    line, _ = line_of(0, Flow(carrier, Use.FUEL, Quantity(amount, unit)), law)
    return None if line is None or line.calorific is None else line.on(BASIS)


# What explains it, made when somebody reads it.


def _inputs(subject: Subject) -> Inputs:
    return tuple([one for one in subject.stated if one[0] != TCE_EQUIVALENT])


def _compared(subject: Subject) -> list[tuple[str, Decimal]]:
    """The inputs that are stated beside the total."""
    energy = subject.dossier.energy
    fields = ((KWH, energy.electricity_kwh), (COAL, energy.coal_t))
    return [(field, amount) for field, amount in fields if amount is not None]


def _under(subject: Subject) -> tuple[Citation, ...]:
    assert subject.law is not None
    scale = _scale(subject.law)
    factors = {KWH: scale.power, COAL: scale.coal}
    used = [factor for field, _ in _compared(subject) if (factor := factors[field]) is not None]
    return (*(citation for factor in used for citation in factor.under), *scale.methods)


def _no_factor(subject: Subject) -> Text:
    return Text(
        "{day} 适用的折标准煤系数未收录, 须人工核对",
        "The factors to standard coal in force on {day} are not held here; a person compares.",
        day=subject.day,
    )


def _words(subject: Subject) -> Text:
    law, total = subject.law, subject.dossier.energy.tce_calorific
    assert law is not None
    assert total is not None
    lines = [line for field, amount in _compared(subject) if (line := _line(field, amount, law)) is not None]
    together = NOTHING
    for line in lines:
        together = WIDE.add(together, line.kgce(BASIS) or NOTHING)
    return Text(
        "{lines}; 合计 {inputs}, 所填总量 {total} (取整允差 {rounding})",
        "{lines}; together {inputs}, stated total {total} (for rounding {rounding} of it is allowed)",
        lines=joined([line.text for line in lines]),
        inputs=in_unit(Quantity(together, KGCE, BASIS), TCE),
        total=Quantity(total, TCE, BASIS),
        rounding=_scale(law).allowance,
    )


def _power_alone(subject: Subject) -> Text:
    return Text(
        "仅电力折标准煤已大于所填总量: {words}; 请核对 {power} 与 {total} 的数值和单位 (如吨与万吨, "
        "千瓦时与万千瓦时); 总量如已扣除外供能源, 或用电来自余热, 请逐项填报能源流向 dossier.energy.flows",
        "The electricity alone is more than the stated total: {words}. Check figure and unit of {power} and "
        "{total} (t or 10,000 t, kWh or 10,000 kWh). Where energy sold was subtracted, or the power comes from "
        "waste heat, state the flows in dossier.energy.flows.",
        words=_words(subject),
        power=KWH,
        total=TOTAL,
    )


def _together(subject: Subject) -> Text:
    return Text(
        "注意: 电力与煤炭合计大于所填总量: {words}; 可能因外供焦炭、煤气、热力或电力, 自发电重复计入, "
        "或煤的实测热值低于原煤平均值; 请核对 {coal} 与 {total} 的单位",
        "Remark: electricity and coal together are more than the stated total: {words}. Coke, gas, heat or "
        "power sold, power made inside and so counted twice, or coal poorer than the average of raw coal may "
        "explain it; check the units of {coal} and {total}.",
        words=_words(subject),
        coal=COAL,
        total=TOTAL,
    )


def _within(subject: Subject) -> Text:
    return Text(
        "所填用能不大于所填总量: {words}", "The inputs are within the stated total: {words}", words=_words(subject)
    )
