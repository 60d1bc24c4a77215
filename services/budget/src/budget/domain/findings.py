"""What the budget's two rules find: whether every level has an envelope, and whether every envelope covers it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from budget.domain.deductions import Demand
from budget.domain.draws import Draw
from budget.domain.envelopes import ENERGY as ENERGY_INSTRUMENT
from kernel.quantities import plain
from kernel.text import Text
from statute.finding import Citation, Finding, Remedy, Verdict
from statute.law import RuleText
from statute.loader import PolicyBundle

ENVELOPE_RULE: Final = "budget.envelope"
AVAILABLE_RULE: Final = "budget.available"
ENERGY: Final = "dossier.energy.annual_tce_calorific"
KGCE_PER_TCE: Final = 1000

SUFFIX: Final = {ENERGY_INSTRUMENT: "kgce_calorific"}
"""How a figure of the instrument is called in the API; of carbon it is `kgco2`."""


def missing_in(draws: tuple[Draw, ...]) -> tuple[Draw, ...]:
    """Those without an envelope."""
    return tuple(draw for draw in draws if draw.account is None)


def short_in(draws: tuple[Draw, ...]) -> tuple[Draw, ...]:
    """Those that their envelope cannot cover."""
    return tuple(draw for draw in draws if draw.is_short)


def closed_in(draws: tuple[Draw, ...]) -> tuple[Draw, ...]:
    """Those whose envelope takes nothing new."""
    return tuple(draw for draw in draws if draw.is_closed)


def budget_findings(
    demand: Demand, draws: tuple[Draw, ...], policy: PolicyBundle, *, on: date
) -> tuple[Finding, Finding]:
    """One finding a rule, also when it holds. The draws carry the envelopes as they were before."""
    envelope, available = policy.rule(ENVELOPE_RULE), policy.rule(AVAILABLE_RULE)
    return (
        _envelope(demand, draws, envelope, envelope.clauses_on(on)),
        _available(demand, draws, available, available.clauses_on(on)),
    )


def _envelope(demand: Demand, draws: tuple[Draw, ...], rule: RuleText, under: tuple[Citation, ...]) -> Finding:
    missing = tuple(draw.label for draw in missing_in(draws))
    granted = [
        (_figure_name(draw, "granted"), str(draw.account.balances.granted))
        for draw in draws
        if draw.account is not None
    ]
    inputs = (*_demand_inputs(demand), *granted)
    if missing:
        because = Text(
            "{names} 未下达能耗预算: 缺少不等于零, 须先下达预算",
            "No envelope is set for {names}: missing is not zero. It has to be granted first.",
            names=", ".join(missing),
        )
        return Finding(
            rule.id,
            rule.title,
            Verdict.UNKNOWN,
            because,
            inputs,
            under,
            leads_to=rule.on_unknown_figure,
            missing=missing,
        )
    because = Text(
        "各级均已下达能耗预算: {names}",
        "Every level has an envelope: {names}.",
        names=", ".join(draw.label for draw in draws),
    )
    return Finding(rule.id, rule.title, Verdict.HOLDS, because, inputs, under, leads_to=rule.on_holds)


def _available(demand: Demand, draws: tuple[Draw, ...], rule: RuleText, under: tuple[Citation, ...]) -> Finding:
    figures = [
        (_figure_name(draw, "available"), str(draw.account.balances.available))
        for draw in draws
        if draw.account is not None
    ]
    inputs = (*_demand_inputs(demand), *figures)
    if short := short_in(draws):
        because = _short_words(short)
        remedies = tuple(_smaller(demand, draws, short))
        return Finding(
            rule.id, rule.title, Verdict.FAILS, because, inputs, under, leads_to=rule.on_fails, remedies=remedies
        )
    missing = tuple(draw.label for draw in missing_in(draws))
    if missing:
        because = Text(
            "{names} 未下达能耗预算, 可用额未知",
            "What is available is not known for {names}: no envelope is set.",
            names=", ".join(missing),
        )
        return Finding(
            rule.id,
            rule.title,
            Verdict.UNKNOWN,
            because,
            inputs,
            under,
            leads_to=rule.on_unknown_figure,
            missing=missing,
        )
    if closed := closed_in(draws):
        because = Text(
            "{names} 已关闭, 须由专人查明原因并重新开启",
            "{names} is closed and takes nothing new: a person has to look for the reason and reopen it.",
            names=", ".join(draw.label for draw in closed),
        )
        return Finding(rule.id, rule.title, Verdict.UNKNOWN, because, inputs, under, leads_to=rule.on_unknown_figure)
    return Finding(rule.id, rule.title, Verdict.HOLDS, _covered_words(draws), inputs, under, leads_to=rule.on_holds)


def _smaller(demand: Demand, draws: tuple[Draw, ...], short: tuple[Draw, ...]) -> Iterator[Remedy]:
    """The most energy of one year that every level can still cover; none when several years, or carbon, are short."""
    years = {draw.year for draw in short}
    if len(years) > 1 or any(draw.instrument != ENERGY_INSTRUMENT for draw in short):
        return
    most = min(draw.envelope.balances.available for draw in short)
    lowered = [replace(draw, amount=most) for draw in draws if draw.year in years]
    if most <= 0 or short_in(tuple(draw for draw in lowered if draw.instrument == ENERGY_INSTRUMENT)):
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


def _figure_name(draw: Draw, of: str) -> str:
    return f"{draw.envelope.name}.{of}_{SUFFIX.get(draw.instrument, 'kgco2')}"


def _demand_inputs(demand: Demand) -> tuple[tuple[str, str], ...]:
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
    said = [(draw.envelope.name, draw.envelope.balances.available, draw.envelope.unit, draw.amount) for draw in short]
    return Text(
        zh="; ".join(f"{name} 可用 {left} {unit}, 不足申请的 {amount} {unit}" for name, left, unit, amount in said),
        en="; ".join(
            f"{name} has {left} {unit} available, {amount} {unit} is asked for" for name, left, unit, amount in said
        ),
    )


def _covered_words(draws: tuple[Draw, ...]) -> Text:
    said = [
        (account.name, before := account.balances.available, before - draw.amount, account.unit)
        for draw in draws
        if (account := draw.account) is not None
    ]
    return Text(
        zh="; ".join(f"{name} 可用 {before} {unit}, 扣减后余 {left} {unit}" for name, before, left, unit in said),
        en="; ".join(
            f"{name} had {before} {unit} available and has {left} {unit} left" for name, before, left, unit in said
        ),
    )
