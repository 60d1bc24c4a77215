"""Whether the retired capacity in a plan covers what is owed for the capacity to be built (rule capacity.ratio)."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Final

from capacity.domain.ratio import Chosen, Undecided
from capacity.domain.replacement import Owed
from capacity.domain.shares import Figures, Problem
from capacity.domain.situation import Situation
from capacity.domain.tonnage import EXACT, Tonnage
from kernel.text import Text, joined
from statute.finding import Citation, Finding, Remedy, Verdict
from statute.law import RuleText

RULE: Final = "capacity.ratio"
LOTS: Final = "dossier.replacement.lots"


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
    told = [Text("{field}: {problem}", "{field}: {problem}", field=p.field, problem=p.text) for p in problems]
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.UNKNOWN,
        because=joined([*told, undecided.because] if undecided else told),
        inputs=plan.inputs,
        under=(*rule.clauses_on(plan.day), *_cited(choice)),
        leads_to=rule.on_unknown_input if missing else rule.on_unknown_figure,
        missing=tuple(dict.fromkeys(missing)),
    )


def _weighed(plan: Plan, choice: Chosen, owed: Owed, rule: RuleText) -> Finding:
    brought = plan.figures.brought
    sufficient = covers(brought, owed)
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.HOLDS if sufficient else Verdict.FAILS,
        because=_compared(plan, choice, owed, sufficient=sufficient),
        inputs=plan.inputs,
        under=(*rule.clauses_on(plan.day), *_cited(choice)),
        leads_to=rule.on_holds if sufficient else rule.on_fails,
        remedies=() if sufficient else (_remedy(brought, owed),),
    )


def covers(tonnes: int, owed: Owed) -> bool:
    """Whether so much retired capacity is enough."""
    return tonnes >= owed.tonnes


def _remedy(brought: int, owed: Owed) -> Remedy:
    """What is missing, in whole tonnes: the least that is enough."""
    needed = int(owed.tonnes.to_integral_value(ROUND_CEILING))
    assert covers(needed, owed)
    assert not covers(needed - 1, owed)
    unit = owed.unit.value
    return Remedy(
        field=LOTS,
        stated=f"{brought} {unit}",
        needed=f"{needed} {unit}",
        text=Text(
            "再落实退出产能 {more} {unit}",
            "bring {more} {unit} more of retired capacity",
            more=needed - brought,
            unit=unit,
        ),
    )


def _compared(plan: Plan, choice: Chosen, owed: Owed, *, sufficient: bool) -> Text:
    values = {
        "built": plan.figures.capacity,
        "ratio": choice.ratio.number,
        "owed": owed.tonnes,
        "brought": plan.figures.brought,
        "short": EXACT.subtract(owed.tonnes, Decimal(plan.figures.brought)),
        "unit": owed.unit.value,
    }
    due_zh = "拟建 {built} × {ratio} = 须退出 {owed} {unit}; 方案合计 {brought} {unit}"
    due_en = "{built} × {ratio} = {owed} {unit} to be retired; the plan brings {brought} {unit}"
    if sufficient:
        return Text(f"{due_zh}, 已满足", f"{due_en}: enough.", **values)
    return Text(
        f"{due_zh}, 缺 {{short}} {{unit}}, 须补足",
        f"{due_en}: {{short}} {{unit}} are missing and have to be added.",
        **values,
    )


def _cited(choice: Chosen | Undecided) -> tuple[Citation, ...]:
    return choice.under if isinstance(choice, Undecided) else (choice.ratio.citation,)
