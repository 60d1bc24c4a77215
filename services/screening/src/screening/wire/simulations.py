"""What a draft of the law would change, as messages."""

from dualcontrol.screening.v1 import simulation_service_pb2 as pb
from screening.application.simulate import Changed, Effect, Simulated
from screening.wire.findings import told_to_wire
from servicekit.wire import disposition_to_wire, outcome_to_wire


def simulated_to_wire(simulated: Simulated, bundle_hash: str) -> pb.SimulatePolicyResponse:
    done = simulated.effects is not None
    return pb.SimulatePolicyResponse(
        looked_at=simulated.looked_at,
        total=simulated.total,
        changed=[_changed(one) for one in simulated.changed],
        effects=[_effect(one) for one in simulated.effects or ()],
        bundle_hash=bundle_hash if done else "",
    )


def _changed(one: Changed) -> pb.ChangedDecision:
    before, after = one.before.standing, one.after
    message = pb.ChangedDecision(
        filing=after.filing,
        project_name=after.project_name,
        region_code=after.region,
        outcome_after=outcome_to_wire(after.outcome),
        disposition_after=disposition_to_wire(after.disposition),
        reasons=told_to_wire(after.reasons),
        asks_kgce_calorific=0 if after.asks is None else after.asks.amount_kgce,
        gives_back_kgce_calorific=0 if after.gives_back is None else after.gives_back.amount_kgce,
    )
    if before is not None:
        message.decision = f"filings/{after.filing}/decisions/{before.number}"
        message.outcome_before = outcome_to_wire(before.outcome)
        message.disposition_before = disposition_to_wire(before.disposition)
    return message


def _effect(one: Effect) -> pb.BudgetEffect:
    return pb.BudgetEffect(
        region_code=one.region,
        year=one.year,
        asked_kgce_calorific=one.asked_kgce,
        given_back_kgce_calorific=one.given_back_kgce,
    )
