"""What the budget's two rules find: whether every level has an envelope, and whether every envelope covers it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from budget.domain.deductions import Demand
from budget.domain.draws import Draw, Lacking, lacking_in
from budget.domain.envelopes import ENERGY as ENERGY_INSTRUMENT
from budget.domain.envelopes import NAMES_KEPT_MAX
from kernel.quantities import plain
from kernel.text import Text
from statute.finding import Finding, Remedy, Verdict
from statute.inforce import RuleInForce
from statute.loader import PolicyBundle

ENVELOPE_RULE: Final = "budget.envelope"
AVAILABLE_RULE: Final = "budget.available"
ENERGY: Final = "dossier.energy.annual_tce_calorific"
KGCE_PER_TCE: Final = 1000

Inputs = tuple[tuple[str, str], ...]


def budget_findings(
    demand: Demand, draws: tuple[Draw, ...], lacking: Lacking, policy: PolicyBundle, *, on: date
) -> tuple[Finding, Finding]:
    """One finding a rule, also when it holds. The draws carry the envelopes as they were before."""
    law, inputs = policy.at(on), _demand_inputs(demand)
    return (
        _envelope(inputs, draws, lacking, law.rule(ENVELOPE_RULE)),
        _available(demand, inputs, draws, lacking, in_force=law.rule(AVAILABLE_RULE)),
    )


def _envelope(inputs: Inputs, draws: tuple[Draw, ...], lacking: Lacking, in_force: RuleInForce) -> Finding:
    rule = in_force.rule
    told = (*inputs, *[(one.granted, str(standing.granted)) for one, _, standing in draws if standing is not None])
    if lacking.missing:
        missing = _labels(lacking.missing)
        because = Text(
            "{names} 未下达能耗预算: 缺少不等于零, 须先下达预算",
            "No envelope is set for {names}: missing is not zero. It has to be granted first.",
            names=", ".join(missing),
        )
        verdict, leads_to = Verdict.UNKNOWN, rule.on_unknown_figure
        return Finding(rule.id, rule.title, verdict, because, told, in_force.clauses, leads_to, missing)
    because = _all_set(_labels(draws))
    return Finding(rule.id, rule.title, Verdict.HOLDS, because, told, in_force.clauses, rule.on_holds)


@lru_cache(NAMES_KEPT_MAX)
def _all_set(labels: tuple[str, ...]) -> Text:
    """Of the projects of one region and year it says the same, whatever they ask for."""
    names = ", ".join(labels)
    return Text(f"各级均已下达能耗预算: {names}", f"Every level has an envelope: {names}.")


def _labels(draws: tuple[Draw, ...]) -> tuple[str, ...]:
    return tuple([draw.envelope.label for draw in draws])


def _available(
    demand: Demand, inputs: Inputs, draws: tuple[Draw, ...], lacking: Lacking, *, in_force: RuleInForce
) -> Finding:
    rule, remedies, missing = in_force.rule, tuple[Remedy, ...](), tuple[str, ...]()
    told = (*inputs, *[(one.available, str(stands.available)) for one, _, stands in draws if stands is not None])
    verdict, leads_to = Verdict.UNKNOWN, rule.on_unknown_figure
    if lacking.short:
        because = _short_words(lacking.short)
        remedies = tuple(_smaller(demand, draws, lacking.short))
        verdict, leads_to = Verdict.FAILS, rule.on_fails
    elif lacking.missing:
        missing = _labels(lacking.missing)
        because = Text(
            "{names} 未下达能耗预算, 可用额未知",
            "What is available is not known for {names}: no envelope is set.",
            names=", ".join(missing),
        )
    elif lacking.closed:
        because = Text(
            "{names} 已关闭, 须由专人查明原因并重新开启",
            "{names} is closed and takes nothing new: a person has to look for the reason and reopen it.",
            names=", ".join(_labels(lacking.closed)),
        )
    else:
        because = _covered_words(draws)
        verdict, leads_to = Verdict.HOLDS, rule.on_holds
    return Finding(rule.id, rule.title, verdict, because, told, in_force.clauses, leads_to, missing, remedies=remedies)


def _smaller(demand: Demand, draws: tuple[Draw, ...], short: tuple[Draw, ...]) -> Iterator[Remedy]:
    """The most energy of one year that every level can still cover; none when several years, or carbon, are short."""
    years = {draw.envelope.year for draw in short}
    if len(years) > 1 or any(draw.envelope.instrument != ENERGY_INSTRUMENT for draw in short):
        return
    most = min(draw.available for draw in short)
    of_year = [one for one in draws if one.envelope.year in years and one.envelope.instrument == ENERGY_INSTRUMENT]
    if most <= 0 or lacking_in(one._replace(amount=most) for one in of_year).short:
        return
    place, phase = next((n, phase) for n, phase in enumerate(demand.phases) if phase.year in years)
    stated, needed = (plain(Decimal(kgce) / KGCE_PER_TCE) for kgce in (phase.amount_kgce, most))
    yield Remedy(
        field=f"later_phases[{place - 1}].amount_kgce_calorific" if place else ENERGY,
        stated=f"{stated} tce",
        needed=f"{needed} tce",
        text=Text(
            "{year} 年新增能耗由 {stated} 降至 {needed} tce, 各级预算即足够"
            if place
            else "年综合能耗由 {stated} 降至 {needed} tce, 各级预算即足够",
            "{needed} tce added in {year} in the place of {stated} are covered at every level"
            if place
            else "an annual energy of {needed} tce in the place of {stated} is covered at every level",
            year=str(phase.year),
            stated=stated,
            needed=needed,
        ),
    )


def _demand_inputs(demand: Demand) -> Inputs:
    first = demand.first
    inputs = [
        ("region_code", demand.region),
        ("year", str(first.year)),
        ("amount_kgce_calorific", str(first.amount_kgce)),
    ]
    if first.amount_kgco2 is not None:
        inputs.append(("amount_kgco2", str(first.amount_kgco2)))
    for place, phase in enumerate(demand.phases[1:]):
        inputs.append((f"later_phases[{place}].year", str(phase.year)))
        inputs.append((f"later_phases[{place}].amount_kgce_calorific", str(phase.amount_kgce)))
        if phase.amount_kgco2 is not None:
            inputs.append((f"later_phases[{place}].amount_kgco2", str(phase.amount_kgco2)))
    return tuple(inputs)


def _short_words(short: tuple[Draw, ...]) -> Text:
    said = [(draw.envelope.name, draw.available, draw.envelope.unit, draw.amount) for draw in short]
    return Text(
        zh="; ".join(f"{name} 可用 {left} {unit}, 不足申请的 {amount} {unit}" for name, left, unit, amount in said),
        en="; ".join(
            f"{name} has {left} {unit} available, {amount} {unit} is asked for" for name, left, unit, amount in said
        ),
    )


def _covered_words(draws: tuple[Draw, ...]) -> Text:
    zh, en = [], []
    for envelope, amount, standing in draws:
        assert standing is not None
        name, unit, before = envelope.name, envelope.unit, standing.available
        left = before - amount
        zh.append(f"{name} 可用 {before} {unit}, 扣减后余 {left} {unit}")
        en.append(f"{name} had {before} {unit} available and has {left} {unit} left")
    return Text("; ".join(zh), "; ".join(en))
