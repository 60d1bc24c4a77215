"""Between a plan's steps and deadlines and their messages."""

from capacity.domain.deadlines import Due, earliest_announcement, open_dues
from capacity.domain.lapsing import LapsingPlan
from capacity.domain.plan import Plan, PlanStep, PlanStepKind
from capacity.domain.replacement import Replacement
from capacity.wire.replacements import replacement_name, replacement_to_wire
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from servicekit.wire import citation_to_wire, date_from_wire, date_to_wire, instant_from_wire, instant_to_wire
from statute.loader import PolicyBundle


def step_to_wire(step: PlanStep) -> pb.PlanStep:
    return pb.PlanStep(
        kind=kind_to_wire(step.kind),
        effective_date=date_to_wire(step.effective_on),
        document=step.document,
        known_time=instant_to_wire(step.known_at),
    )


def step_from_wire(message: pb.PlanStep) -> PlanStep:
    """Reads a step that was checked before; `known_time` has been set."""
    kind = PlanStepKind[pb.PlanStepKind.Name(message.kind).removeprefix("PLAN_STEP_KIND_")]
    day = date_from_wire(message.effective_date)
    return PlanStep(kind, day, message.document, instant_from_wire(message.known_time))


def kind_to_wire(kind: PlanStepKind) -> pb.PlanStepKind.ValueType:
    return pb.PlanStepKind.Value(f"PLAN_STEP_KIND_{kind.name}")


def due_to_wire(due: Due) -> pb.PlanDeadline:
    return pb.PlanDeadline(
        step=kind_to_wire(due.step),
        last_date=date_to_wire(due.last_day),
        provisional=due.provisional,
        under=citation_to_wire(due.under),
    )


def lapsing_to_wire(plan: LapsingPlan) -> pb.LapsingPlan:
    return pb.LapsingPlan(
        replacement=replacement_name(plan.filing),
        lapse_date=date_to_wire(plan.lapses_on),
        provisional=plan.provisional,
    )


def with_plan(replacement: Replacement, plan: Plan, policy: PolicyBundle) -> pb.Replacement:
    """A replacement with an evaluation, and the way of its plan."""
    message = replacement_to_wire(replacement)
    if plan.current:
        assert replacement.evaluation is not None
        message.plan.CopyFrom(_record(replacement.evaluation.product_ids, plan, policy))
    return message


def _record(products: tuple[str, ...], plan: Plan, policy: PolicyBundle) -> pb.PlanRecord:
    dues = open_dues(products, plan, policy)
    record = pb.PlanRecord(
        steps=[step_to_wire(step) for step in plan.current], deadlines=[due_to_wire(due) for due in dues]
    )
    publicity = plan.day(PlanStepKind.PUBLICITY)
    earliest = earliest_announcement(products, publicity, policy) if publicity is not None else None
    if earliest is not None:
        record.earliest_announcement_date.CopyFrom(date_to_wire(earliest[0].day))
        record.earliest_announcement_provisional = earliest[0].provisional
    if dues:
        record.lapse_date.CopyFrom(date_to_wire(dues[0].lapses_on))
    return record
