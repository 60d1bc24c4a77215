"""What the budget's two rules find: whether every level has an envelope, and whether every envelope covers it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from budget.domain.deductions import Demand
from budget.domain.envelopes import Account, account_name
from kernel.quantities import plain
from kernel.regions import RegionCode, lineage
from kernel.text import Text
from statute.finding import Finding, Remedy, Verdict
from statute.law import RuleText
from statute.loader import PolicyBundle

ENVELOPE_RULE: Final = "budget.envelope"
AVAILABLE_RULE: Final = "budget.available"
ENERGY: Final = "dossier.energy.annual_tce_calorific"
KGCE_PER_TCE: Final = 1000


def levels_without_envelope(demand: Demand, found: tuple[Account, ...]) -> tuple[RegionCode, ...]:
    """From the nearest to the province."""
    present = {account.region for account in found}
    return tuple(level for level in lineage(demand.region) if level not in present)


def levels_short(demand: Demand, found: tuple[Account, ...]) -> tuple[Account, ...]:
    """The accounts that cannot cover the demand."""
    return tuple(account for account in found if account.balances.available < demand.amount_kgce)


def budget_findings(
    demand: Demand, found: tuple[Account, ...], policy: PolicyBundle, *, on: date
) -> tuple[Finding, Finding]:
    """One finding a rule, also when it holds. `found` are the envelopes that exist, as they were before."""
    envelope, available = policy.rule(ENVELOPE_RULE), policy.rule(AVAILABLE_RULE)
    return (
        replace(_envelope(demand, found, envelope), under=envelope.clauses_on(on)),
        replace(_available(demand, found, available), under=available.clauses_on(on)),
    )


def _envelope(demand: Demand, found: tuple[Account, ...], rule: RuleText) -> Finding:
    missing = tuple(account_name(level, demand.year) for level in levels_without_envelope(demand, found))
    granted = ((f"{account.name}.granted_kgce_calorific", str(account.balances.granted)) for account in found)
    inputs = (*_demand_inputs(demand), *granted)
    if missing:
        names = ", ".join(missing)
        because = Text(
            zh=f"{names} 未下达能耗预算: 缺少不等于零, 须先下达预算",
            en=f"No envelope is set for {names}: missing is not zero. It has to be granted first.",
        )
        return Finding(
            rule.id,
            rule.title,
            Verdict.UNKNOWN,
            because,
            inputs,
            leads_to=rule.on_unknown_figure,
            missing=missing,
        )
    names = ", ".join(account.name for account in found)
    because = Text(zh=f"各级均已下达能耗预算: {names}", en=f"Every level has an envelope: {names}.")
    return Finding(rule.id, rule.title, Verdict.HOLDS, because, inputs, leads_to=rule.on_holds)


def _available(demand: Demand, found: tuple[Account, ...], rule: RuleText) -> Finding:
    available = ((f"{account.name}.available_kgce_calorific", str(account.balances.available)) for account in found)
    inputs = (*_demand_inputs(demand), *available)
    if short := levels_short(demand, found):
        because = _short_words(demand, short)
        remedies = tuple(_smaller(demand, found, short))
        return Finding(rule.id, rule.title, Verdict.FAILS, because, inputs, leads_to=rule.on_fails, remedies=remedies)
    missing = tuple(account_name(level, demand.year) for level in levels_without_envelope(demand, found))
    if missing:
        names = ", ".join(missing)
        because = Text(
            zh=f"{names} 未下达能耗预算, 可用额未知",
            en=f"What is available is not known for {names}: no envelope is set.",
        )
        return Finding(
            rule.id,
            rule.title,
            Verdict.UNKNOWN,
            because,
            inputs,
            leads_to=rule.on_unknown_figure,
            missing=missing,
        )
    because = _covered_words(demand, found)
    return Finding(rule.id, rule.title, Verdict.HOLDS, because, inputs, leads_to=rule.on_holds)


def _smaller(demand: Demand, found: tuple[Account, ...], short: tuple[Account, ...]) -> Iterator[Remedy]:
    """The most that every level can still cover."""
    most = min(account.balances.available for account in short)
    if most <= 0 or levels_short(replace(demand, amount_kgce=most), found):
        return
    stated, needed = (plain(Decimal(kgce) / KGCE_PER_TCE) for kgce in (demand.amount_kgce, most))
    yield Remedy(
        field=ENERGY,
        stated=f"{stated} tce",
        needed=f"{needed} tce",
        text=Text(
            "年综合能耗由 {stated} 降至 {needed} tce, 各级预算即足够",
            "an annual energy of {needed} tce in the place of {stated} is covered at every level",
            stated=stated,
            needed=needed,
        ),
    )


def _demand_inputs(demand: Demand) -> tuple[tuple[str, str], ...]:
    return (
        ("region_code", demand.region),
        ("year", str(demand.year)),
        ("amount_kgce_calorific", str(demand.amount_kgce)),
    )


def _short_words(demand: Demand, short: tuple[Account, ...]) -> Text:
    amount = demand.amount_kgce
    return Text(
        zh="; ".join(f"{a.name} 可用 {a.balances.available} kgce, 不足申请的 {amount} kgce" for a in short),
        en="; ".join(f"{a.name} has {a.balances.available} kgce available, {amount} kgce is asked for" for a in short),
    )


def _covered_words(demand: Demand, found: tuple[Account, ...]) -> Text:
    had = [
        (account.name, account.balances.available, account.balances.available - demand.amount_kgce) for account in found
    ]
    return Text(
        zh="; ".join(f"{name} 可用 {before} kgce, 扣减后余 {left} kgce" for name, before, left in had),
        en="; ".join(f"{name} had {before} kgce available and has {left} kgce left" for name, before, left in had),
    )
