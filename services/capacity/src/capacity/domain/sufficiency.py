"""Whether the retired capacity in a plan covers what is owed for the capacity to be built (rule capacity.ratio)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from capacity.domain.ratio import Chosen, Situation, Undecided
from capacity.domain.replacement import Owed
from capacity.domain.shares import Figures, Problem
from capacity.domain.tonnage import EXACT, Tonnage
from kernel.quantities import plain
from kernel.text import Text
from statute.finding import Citation, Finding, Verdict
from statute.law import RuleText

RULE: Final = "capacity.ratio"


@dataclass(frozen=True, slots=True)
class Sufficiency:
    """`owed` is None when it cannot be told."""

    owed: Owed | None
    finding: Finding


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan as it was read. `day` chooses the clauses that are cited; `publicity_date` chooses the ratio."""

    day: date
    publicity_date: date | None
    situation: Situation
    figures: Figures

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        inputs = list(self.situation.inputs)
        inputs += [(built.field, str(built.capacity)) for built in self.figures.built]
        inputs += [(share.field, str(share.asked)) for share in self.figures.shares]
        if self.publicity_date is not None:
            inputs.append(("dossier.replacement.publicity_date", self.publicity_date.isoformat()))
        return tuple(inputs)


def sufficiency(plan: Plan, choice: Chosen | Undecided, rule: RuleText) -> Sufficiency:
    figures = plan.figures
    problems = (*figures.built_problems, *figures.share_problems)
    owed = _owed(figures.capacity, choice)
    if isinstance(choice, Undecided) or problems or owed is None:
        return Sufficiency(owed, _unknown(plan, choice, problems, rule))
    return Sufficiency(owed, _weighed(plan, choice, owed, rule))


def _owed(capacity: Tonnage | None, choice: Chosen | Undecided) -> Owed | None:
    if capacity is None or isinstance(choice, Undecided):
        return None
    return Owed(EXACT.multiply(Decimal(capacity.tonnes), choice.ratio.number), capacity.unit)


def _unknown(plan: Plan, choice: Chosen | Undecided, problems: tuple[Problem, ...], rule: RuleText) -> Finding:
    undecided = choice if isinstance(choice, Undecided) else None
    missing = (*(p.field for p in problems), *(undecided.missing if undecided else ()))
    zh = [f"{p.field}: {p.text.zh}" for p in problems] + ([undecided.because.zh] if undecided else [])
    en = [f"{p.field}: {p.text.en}" for p in problems] + ([undecided.because.en] if undecided else [])
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.UNKNOWN,
        because=Text(zh="; ".join(zh), en="; ".join(en)),
        inputs=plan.inputs,
        under=(*rule.clauses_on(plan.day), *_cited(choice)),
        leads_to=rule.on_unknown_input if missing else rule.on_unknown_figure,
        missing=tuple(dict.fromkeys(missing)),
    )


def _weighed(plan: Plan, choice: Chosen, owed: Owed, rule: RuleText) -> Finding:
    brought, unit = plan.figures.brought, owed.unit.value
    sufficient = brought >= owed.tonnes
    shortfall = plain(EXACT.subtract(owed.tonnes, Decimal(brought)))
    due_zh = f"拟建 {plan.figures.capacity} × {plain(choice.ratio.number)} = 须退出 {plain(owed.tonnes)} {unit}"
    due_en = f"{plan.figures.capacity} × {plain(choice.ratio.number)} = {plain(owed.tonnes)} {unit} to be retired"
    if sufficient:
        because = Text(
            zh=f"{due_zh}; 方案合计 {brought} {unit}, 已满足", en=f"{due_en}; the plan brings {brought} {unit}: enough."
        )
    else:
        because = Text(
            zh=f"{due_zh}; 方案合计 {brought} {unit}, 缺 {shortfall} {unit}, 须补足",
            en=f"{due_en}; the plan brings {brought} {unit}: {shortfall} {unit} are missing and have to be added.",
        )
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.HOLDS if sufficient else Verdict.FAILS,
        because=because,
        inputs=plan.inputs,
        under=(*rule.clauses_on(plan.day), *_cited(choice)),
        leads_to=rule.on_holds if sufficient else rule.on_fails,
    )


def _cited(choice: Chosen | Undecided) -> tuple[Citation, ...]:
    return choice.under if isinstance(choice, Undecided) else (choice.ratio.citation,)
