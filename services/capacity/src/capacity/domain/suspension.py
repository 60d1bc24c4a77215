"""Whether new plans may be put to publicity at all on the plan's first day of publicity (rule capacity.suspension)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from capacity.domain.ratio import PUBLICITY_DATE
from dossier.model import Dossier, Product
from kernel.text import Text
from statute.finding import Citation, Finding, Verdict
from statute.law import RatioRegime, RuleText
from statute.loader import PolicyBundle

RULE: Final = "capacity.suspension"
NO_PLAN: Final = "dossier.replacement"


def suspension(products: Iterable[tuple[int, Product]], dossier: Dossier, policy: PolicyBundle) -> Finding | None:
    """None when no suspension of these products is on file, or none can concern a project without a plan."""
    regimes = _suspended({product.product_id for _, product in products}, policy)
    plan, day = dossier.replacement, dossier.application_date
    if not regimes or (plan is None and not any(day and regime.in_force(day) for regime in regimes)):
        return None
    rule = policy.rule(RULE)
    if plan is None:
        found = _unknown(rule, regimes, NO_PLAN)
    elif plan.publicity_date is None:
        found = _unknown(rule, regimes, PUBLICITY_DATE)
    else:
        found = _judged(rule, regimes, plan.publicity_date)
    return found if day is None else replace(found, under=(*rule.clauses_on(day), *found.under))


def _suspended(products: set[str], policy: PolicyBundle) -> tuple[RatioRegime, ...]:
    """The suspended periods of the products, each once."""
    held = (regime for product in sorted(products) for regime in policy.replacements[product].regimes)
    return tuple({(r.in_force_from, r.until): r for r in held if r.suspended is not None}.values())


def _periods(regimes: Sequence[RatioRegime]) -> str:
    return ", ".join(f"[{regime.in_force_from}, {regime.until or ''})" for regime in regimes)


def _judged(rule: RuleText, regimes: Sequence[RatioRegime], day: date) -> Finding:
    hit = next((regime.suspended for regime in regimes if regime.in_force(day)), None)
    if hit is not None:
        because = Text("置换方案于 {day} 公示: {told}", "put to publicity on {day}: {told}", day=day, told=hit.text)
    else:
        because = Text(
            zh="公示起始日 {day} 不在暂停公示期间 ({periods})",
            en="The first day of publicity, {day}, is outside the suspension ({periods}).",
            day=day,
            periods=_periods(regimes),
        )
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.HOLDS if hit is None else Verdict.FAILS,
        because=because,
        inputs=((PUBLICITY_DATE, day.isoformat()),),
        under=_cited(regimes),
        leads_to=rule.on_holds if hit is None else rule.on_fails,
    )


def _unknown(rule: RuleText, regimes: Sequence[RatioRegime], field: str) -> Finding:
    because = Text(
        zh="期间 {periods} 不得公示新的置换方案, 只有此前公示的方案可用; 请填写方案及其公示起始日",
        en="In {periods} no new plan is put to publicity; only one publicised before serves. State the plan and its "
        "first day of publicity.",
        periods=_periods(regimes),
    )
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.UNKNOWN,
        because=because,
        under=_cited(regimes),
        leads_to=rule.on_unknown_input,
        missing=(field,),
    )


def _cited(regimes: Sequence[RatioRegime]) -> tuple[Citation, ...]:
    return tuple(regime.suspended.citation for regime in regimes if regime.suspended is not None)
