"""Adds a step to the way of a plan, or refuses it by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from capacity.domain.deadlines import STEP_NAMES, earliest_announcement, open_dues
from capacity.domain.dismantling import check_gone
from capacity.domain.evidence import KnownLot, RecordLimit
from capacity.domain.plan import STEPS_MAX, Plan, PlanStep, PlanStepKind
from capacity.domain.replacement import HoldState, NoLiveHold, Replacement
from kernel.errors import DomainError, ErrorKind
from kernel.text import Text
from statute.loader import PolicyBundle

SUSPENDABLE: Final = (PlanStepKind.PUBLICITY, PlanStepKind.ANNOUNCED)


@dataclass(eq=False)
class StepOutOfOrder(DomainError):
    """The step does not follow on what is recorded."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "STEP_OUT_OF_ORDER"

    step: PlanStepKind
    because: Text

    def text(self) -> Text:
        return Text(
            zh="不能登记{step}: {because}; 请先登记前一步骤, 或核对日期",
            en="{step} cannot be recorded: {because}. Record what comes before it, or check its day.",
            step=STEP_NAMES[self.step],
            because=self.because,
        )

    def metadata(self) -> Mapping[str, str]:
        return {"step": self.step.value, "because": self.because.en}


@dataclass(eq=False)
class AnnouncedTooEarly(DomainError):
    """The announcement lies within the publicity."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "ANNOUNCED_TOO_EARLY"

    announced_on: date
    earliest: date

    def text(self) -> Text:
        return Text(
            zh=f"公示期未满: 最早可于 {self.earliest} 公告, 登记为 {self.announced_on}; 请核对日期",
            en=f"The publicity was not over: the plan may be announced from {self.earliest} on, not on "
            f"{self.announced_on}. Check the day.",
        )


@dataclass(eq=False)
class ReplacementSuspended(DomainError):
    """No plan of the industry could be put to publicity or announced on the day."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "REPLACEMENT_SUSPENDED"

    step: str
    day: date

    def text(self) -> Text:
        return Text(
            zh=f"{self.day} 处于产能置换暂停期间, 不得公示、公告 ({self.step})",
            en=f"On {self.day} capacity replacement was suspended: no publicity, no announcement ({self.step}).",
        )


@dataclass(eq=False)
class PlanLapsed(DomainError):
    """The plan's time was over."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "PLAN_LAPSED"

    filing: str
    lapsed_on: date

    def text(self) -> Text:
        return Text(
            zh=f"{self.filing} 的置换方案自 {self.lapsed_on} 起已失效, 请重新公示新的方案",
            en=f"The plan of {self.filing} has lapsed from {self.lapsed_on} on. Put a new plan to publicity.",
        )


@dataclass(frozen=True, slots=True)
class Way:
    """A filing that owes a plan, what is recorded of it, and the lots that it holds or has used."""

    replacement: Replacement
    plan: Plan
    lots: Sequence[KnownLot]

    @property
    def products(self) -> tuple[str, ...]:
        evaluation = self.replacement.evaluation
        return () if evaluation is None else evaluation.product_ids


def recorded(way: Way, step: PlanStep, policy: PolicyBundle) -> Plan:
    """The plan with the step. Raises RecordLimit and the refusals of this module, NoLiveHold and DismantleFirst."""
    if len(way.plan.steps) >= STEPS_MAX:
        raise RecordLimit(f"filings/{way.replacement.filing}/replacement", STEPS_MAX)
    if step.kind in SUSPENDABLE:
        _check_not_suspended(way, step, policy)
    if step.kind is PlanStepKind.PUBLICITY:
        _check_may_begin(way, step)
    elif step.kind is PlanStepKind.ANNOUNCED:
        _check_may_be_announced(way, step, policy)
    else:
        _check_may_go_on(way, step, policy)
    return Plan((*way.plan.steps, step))


def _check_not_suspended(way: Way, step: PlanStep, policy: PolicyBundle) -> None:
    for product in way.products:
        regime = policy.ratio_regime(product, step.effective_on)
        if regime is not None and regime.suspended is not None:
            raise ReplacementSuspended(step.kind.value, step.effective_on)


def _text(zh: str, en: str, day: date) -> Text:
    return Text(zh, en, day=day)


def _check_may_begin(way: Way, step: PlanStep) -> None:
    """A plan that is announced and holds its lots ends before a new one begins."""
    announced = way.plan.announced_on
    if announced is not None and way.replacement.live:
        raise StepOutOfOrder(
            step.kind,
            _text("{day} 公告的方案仍占用指标", "the plan announced on {day} still holds its lots", announced),
        )
    last = way.plan.day(PlanStepKind.PUBLICITY)
    if last is not None and step.effective_on <= last:
        raise StepOutOfOrder(step.kind, _text("已于 {day} 开始公示", "publicity began on {day} already", last))


def _check_new(way: Way, step: PlanStep, after: PlanStepKind) -> date:
    """The day of the step that this one follows."""
    before = way.plan.day(after)
    if before is None:
        raise StepOutOfOrder(step.kind, Text("未登记{after}", "{after} is not recorded", after=STEP_NAMES[after]))
    made = way.plan.day(step.kind)
    if made is not None:
        raise StepOutOfOrder(step.kind, _text("已登记在 {day}", "it is recorded for {day} already", made))
    if step.effective_on < before:
        raise StepOutOfOrder(step.kind, _text("前一步骤在 {day}", "the step before it was on {day} only", before))
    return before


def _check_may_be_announced(way: Way, step: PlanStep, policy: PolicyBundle) -> None:
    """A day that rests on days off not yet published is a guess, and refuses nothing."""
    publicity = _check_new(way, step, PlanStepKind.PUBLICITY)
    found = earliest_announcement(way.products, publicity, policy)
    if found is not None and not found[0].provisional and step.effective_on < found[0].day:
        raise AnnouncedTooEarly(step.effective_on, found[0].day)
    _check_live(way)


def _check_live(way: Way) -> None:
    if not way.replacement.live:
        raise NoLiveHold(way.replacement.filing, way.replacement.hold_state.value)


def _check_may_go_on(way: Way, step: PlanStep, policy: PolicyBundle) -> None:
    _check_new(way, step, PlanStepKind.ANNOUNCED)
    dues = open_dues(way.products, way.plan, policy)
    late = bool(dues) and not dues[0].provisional and step.effective_on >= dues[0].lapses_on
    if late or way.replacement.hold_state is HoldState.LAPSED:
        raise PlanLapsed(way.replacement.filing, dues[0].lapses_on if dues else step.effective_on)
    _check_live(way)
    if step.kind is PlanStepKind.COMMISSIONED:
        publicity = way.plan.day(PlanStepKind.PUBLICITY)
        assert publicity is not None
        check_gone(way.lots, publicity, step.effective_on, policy)
