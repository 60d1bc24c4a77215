"""Records a step on the way of a filing's plan."""

from capacity.application.ports import Work
from capacity.domain.lapsing import next_due
from capacity.domain.plan import Plan, PlanStep, PlanStepRecorded
from capacity.domain.recording import Way, recorded
from capacity.domain.replacement import FilingId, Replacement
from kernel.errors import NotFound
from statute.finding import Verdict
from statute.loader import PolicyBundle


async def record_step(filing: FilingId, step: PlanStep, work: Work, policy: PolicyBundle) -> tuple[Replacement, Plan]:
    """Raises NotFound for a filing that owes no plan, and the refusals of `capacity.domain.recording`."""
    known = await work.replacements.get_for_update(filing)
    if known is None or known.evaluation is None or known.evaluation.required is not Verdict.HOLDS:
        raise NotFound(f"filings/{filing}/replacement")
    await work.acting_on(await work.replacements.region_of(filing), filing)
    lots = await work.lots.get(hold.lot for hold in known.holds)
    plan = recorded(Way(known, await work.plans.get(filing), tuple(lots.values())), step, policy)
    await work.plans.add_step(filing, len(plan.steps), step)
    await work.plans.set_deadline(filing, next_due(known, plan, policy))
    await work.announce(PlanStepRecorded(filing, step))
    await work.reevaluations.add(filing, f"step {step.kind.value}")
    return known, plan
