"""Between envelopes, deductions and their messages."""

from google.protobuf.message import Message

from budget.domain.deductions import (
    Answer,
    Deduction,
    DeductionRefused,
    DeductionReserved,
    DeductionVoided,
    Refusal,
)
from budget.domain.envelopes import Account, EnvelopeGranted
from dualcontrol.budget.v1 import budget_events_pb2 as events
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from kernel.regions import RegionCode
from ledger.accounts import Balances
from servicekit.wire import findings_from_wire, findings_to_wire


def account_to_wire(account: Account) -> pb.Account:
    balances = account.balances
    return pb.Account(
        name=account.name,
        granted_kgce_calorific=balances.granted,
        available_kgce_calorific=balances.available,
        held_kgce_calorific=balances.held,
        posted_kgce_calorific=balances.posted,
    )


def account_from_wire(message: pb.Account) -> Account:
    """Reads an account that was written here. Raises ValueError for another name."""
    _, region, _, year = message.name.split("/")
    balances = Balances(
        source=-message.granted_kgce_calorific,
        available=message.available_kgce_calorific,
        held=message.held_kgce_calorific,
        posted=message.posted_kgce_calorific,
    )
    return Account(RegionCode(region), int(year), balances)


def deduction_to_wire(deduction: Deduction) -> pb.Deduction:
    """A deduction that took energy."""
    demand = deduction.demand
    assert demand is not None
    assert deduction.took_energy
    return pb.Deduction(
        name=f"deductions/{deduction.id}",
        filing=deduction.filing,
        region_code=demand.region,
        year=demand.year,
        amount_kgce_calorific=demand.amount_kgce,
        state=pb.DeductionState.Value(f"DEDUCTION_STATE_{deduction.state.name}"),
    )


def answer_to_bytes(answer: Answer) -> bytes:
    """An answer as it is kept: levels, findings and bundle hash, of a refusal too."""
    kept = events.DeductionReserved(
        levels=[account_to_wire(level) for level in answer.levels],
        findings=findings_to_wire(answer.findings),
        bundle_hash=answer.bundle_hash,
    )
    return kept.SerializeToString(deterministic=True)


def answer_from_bytes(kept: bytes, refusal: str | None) -> Answer:
    message = events.DeductionReserved.FromString(kept)
    return Answer(
        refusal=None if refusal is None else Refusal(refusal),
        levels=tuple(account_from_wire(level) for level in message.levels),
        findings=findings_from_wire(message.findings),
        bundle_hash=message.bundle_hash,
    )


def event_to_wire(
    event: EnvelopeGranted | DeductionReserved | DeductionRefused | DeductionVoided,
) -> tuple[str, Message]:
    """The key under which the event goes out, and its message."""
    if isinstance(event, EnvelopeGranted):
        return event.account.region, events.EnvelopeGranted(
            account=account_to_wire(event.account),
            amount_kgce_calorific=event.amount_kgce,
            document=event.document,
        )
    deduction = event.deduction
    if isinstance(event, DeductionVoided):
        return deduction.filing, events.DeductionVoided(deduction=deduction_to_wire(deduction))
    answer = deduction.answer
    assert answer is not None
    if isinstance(event, DeductionReserved):
        return deduction.filing, events.DeductionReserved(
            deduction=deduction_to_wire(deduction),
            levels=[account_to_wire(level) for level in answer.levels],
            findings=findings_to_wire(answer.findings),
            bundle_hash=answer.bundle_hash,
        )
    assert answer.refusal is not None
    return deduction.filing, events.DeductionRefused(
        deduction=deduction.id,
        filing=deduction.filing,
        reason=answer.refusal.value,
        findings=findings_to_wire(answer.findings),
        bundle_hash=answer.bundle_hash,
    )
