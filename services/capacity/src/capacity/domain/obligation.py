"""Whether a project owes a replacement plan, and whether it brings one (rule capacity.plan)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from capacity.domain.duty import Duty, duty_of
from dossier.model import Dossier, Product
from kernel.text import Text, joined
from statute.finding import Citation, Finding, Verdict
from statute.loader import PolicyBundle

RULE: Final = "capacity.plan"
NO_PLAN: Final = "dossier.replacement"


@dataclass(frozen=True, slots=True)
class Obligation:
    """`required` HOLDS when some product owes a plan; `products` are those, with their places in the dossier.

    The finding HOLDS when nothing is owed, or when a plan is owed and given.
    """

    required: Verdict
    products: tuple[tuple[int, Product], ...]
    finding: Finding


def day_of_law(dossier: Dossier) -> date | None:
    """The first day of publicity, which chooses the rule in force; without a plan, the day of the application."""
    plan = dossier.replacement
    return (plan.publicity_date if plan is not None else None) or dossier.application_date


def obligation_of(dossier: Dossier, policy: PolicyBundle) -> Obligation:
    day = day_of_law(dossier)
    duties = _duties(dossier, day, policy)
    owing = tuple((i, dossier.products[i]) for i, duty in enumerate(duties) if duty.owes is Verdict.HOLDS)
    if owing:
        required = Verdict.HOLDS
    else:
        required = Verdict.UNKNOWN if any(duty.owes is Verdict.UNKNOWN for duty in duties) else Verdict.FAILS
    if owing and dossier.replacement is None:
        duties = (*duties, _no_plan())
    return Obligation(required, owing, _finding(duties, dossier, day, policy))


def _duties(dossier: Dossier, day: date | None, policy: PolicyBundle) -> tuple[Duty, ...]:
    if not dossier.products:
        because = Text(
            zh="未填写主要产品, 无法判断是否须产能置换", en="No product is stated: what is owed cannot be told."
        )
        return (Duty(Verdict.UNKNOWN, because, missing=("dossier.products",)),)
    if day is None:
        because = Text(
            zh="未填写申报日期, 无法确定适用的规定",
            en="The day of the application is not stated: the law that applies cannot be told.",
        )
        return (Duty(Verdict.UNKNOWN, because, missing=("dossier.application_date",)),)
    return tuple(duty_of(index, dossier, day, policy) for index in range(len(dossier.products)))


def _no_plan() -> Duty:
    because = Text(zh="未提交产能置换方案", en="No replacement plan is given.")
    return Duty(Verdict.UNKNOWN, because, missing=(NO_PLAN,))


def _finding(duties: tuple[Duty, ...], dossier: Dossier, day: date | None, policy: PolicyBundle) -> Finding:
    rule = policy.rule(RULE)
    missing = tuple(dict.fromkeys(field for duty in duties for field in duty.missing))
    if any(duty.owes is Verdict.UNKNOWN for duty in duties):
        verdict, leads_to = Verdict.UNKNOWN, rule.on_unknown_input if missing else rule.on_unknown_figure
    else:
        verdict, leads_to = Verdict.HOLDS, rule.on_holds
    cited: tuple[Citation, ...] = tuple(citation for duty in duties for citation in duty.under)
    clauses = rule.clauses_on(day) if day is not None else ()
    return Finding(
        rule=RULE,
        title=rule.title,
        verdict=verdict,
        because=joined([duty.because for duty in duties], en=" "),
        inputs=_inputs(dossier),
        under=tuple(dict.fromkeys((*clauses, *cited))),
        leads_to=leads_to,
        missing=missing,
    )


def _inputs(dossier: Dossier) -> tuple[tuple[str, str], ...]:
    inputs = [("dossier.kind", dossier.kind.value if dossier.kind is not None else "")]
    for index, product in enumerate(dossier.products):
        inputs.append((f"dossier.products[{index}].product_id", product.product_id))
        if product.capacity is not None:
            inputs.append((f"dossier.products[{index}].capacity", str(product.capacity)))
    if dossier.application_date is not None:
        inputs.append(("dossier.application_date", dossier.application_date.isoformat()))
    if dossier.replacement is not None and dossier.replacement.publicity_date is not None:
        inputs.append(("dossier.replacement.publicity_date", dossier.replacement.publicity_date.isoformat()))
    return tuple(inputs)
