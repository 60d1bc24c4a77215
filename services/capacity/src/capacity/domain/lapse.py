"""Whether a plan's time is over (rule capacity.lapse)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from capacity.domain.deadlines import STEP_NAMES, TIME_LIMIT, Due, first_due_if_announced_since, open_dues
from capacity.domain.judging import FAILS, HOLDS, UNKNOWN, Judged
from capacity.domain.plan import Plan, PlanStepKind
from capacity.domain.ratio import PUBLICITY_DATE
from kernel.text import Text
from statute.finding import Citation
from statute.loader import PolicyBundle

RULE: Final = "capacity.lapse"
BUILT: Final = (PlanStepKind.CONSTRUCTION_STARTED, PlanStepKind.IGNITED, PlanStepKind.COMMISSIONED)


@dataclass(frozen=True, slots=True)
class Running:
    """One filing's plan: of which products, since when in publicity, and what is recorded of it."""

    filing: str
    products: Collection[str]
    publicity: date | None
    plan: Plan


def in_time(running: Running, on: date, policy: PolicyBundle) -> Judged:
    """Whether it stands on the day `on`."""
    if running.publicity is None:
        because = Text("未填写公示起始日", "the first day of publicity is not stated")
        return Judged(UNKNOWN, because, (PUBLICITY_DATE,))
    if running.plan.announced_on is None:
        return _unrecorded(running, running.publicity, on, policy)
    dues = open_dues(running.products, running.plan, policy)
    if dues:
        return _weighed(dues[0], running.plan.announced_on, on, policy)
    if any(running.plan.day(step) is not None for step in BUILT):
        return Judged(HOLDS, Text("方案各期限均已满足", "every deadline of the plan is met"))
    because = Text(
        zh="{announced} 公告的该行业方案的有效期限未载明, 由人工判定",
        en="by when a plan of this industry announced on {announced} has to be built is not on file: a person decides",
        announced=running.plan.announced_on,
    )
    return Judged(UNKNOWN, because)


def _cited(due: Due, policy: PolicyBundle) -> tuple[Citation, ...]:
    return (due.under, policy.calendar.countings[TIME_LIMIT].citation)


def _weighed(due: Due, announced: date, on: date, policy: PolicyBundle) -> Judged:
    values = {"announced": announced, "step": STEP_NAMES[due.step], "last": due.last_day, "lapsed": due.lapses_on}
    if on < due.lapses_on:
        because = Text(
            zh="方案于 {announced} 公告, 应于 {last} 前 (含当日) {step}",
            en="announced on {announced}; the last day for {step} is {last}",
            **values,
        )
        return Judged(HOLDS, because, under=_cited(due, policy))
    because = Text(
        zh="方案于 {announced} 公告, 至 {last} 未{step}, 自 {lapsed} 起失效",
        en="announced on {announced}; without {step} by {last} it has lapsed from {lapsed} on",
        **values,
    )
    return Judged(FAILS, because, under=_cited(due, policy))


def _unrecorded(running: Running, publicity: date, on: date, policy: PolicyBundle) -> Judged:
    """Nothing is recorded of an announcement, and it cannot have been before the publicity."""
    due = first_due_if_announced_since(running.products, publicity, on, policy)
    if due is None:
        because = Text(
            "未登记公告, 本平台未载该行业方案的有效期限", "no announcement is recorded, and no deadline is on file"
        )
        return Judged(HOLDS, because)
    if on < due.lapses_on:
        because = Text(
            zh="未登记公告; 即使公示当日即公告, 最早的期限也在 {last}",
            en="no announcement is recorded; whenever it was, no deadline passes before {last}",
            last=due.last_day,
        )
        return Judged(HOLDS, because, under=_cited(due, policy))
    because = Text(
        zh="方案于 {publicity} 公示而未登记公告, 是否已失效无法判断, 请登记方案各步骤",
        en="put to publicity on {publicity} and no announcement is recorded: whether it has lapsed cannot be told. "
        "Record the steps of the plan.",
        publicity=publicity,
    )
    missing = (f"filings/{running.filing}/replacement.plan",)
    return Judged(UNKNOWN, because, missing, _cited(due, policy))
