"""Between envelopes, deductions and their messages."""

from typing import Final

from google.protobuf.message import Message

from budget.domain.audit import LedgerDiffered, LedgerReopened
from budget.domain.deductions import (
    Answer,
    Deduction,
    DeductionEvent,
    DeductionExpired,
    DeductionId,
    DeductionPosted,
    DeductionRefused,
    DeductionReserved,
    DeductionReversed,
    DeductionState,
    Demand,
    Phase,
    Refusal,
)
from budget.domain.envelopes import ENERGY, Account, EnvelopeGranted, account_from, envelope
from budget.domain.reservation import shortages_of
from budget.wire.accounts import freed_to_wire, shortage_to_wire
from dualcontrol.budget.v1 import budget_events_pb2 as events
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from kernel.regions import RegionCode
from ledger.accounts import AccountId, Balances, Standing
from servicekit.wire import (
    date_from_wire,
    date_to_wire,
    findings_from_wire,
    findings_to_wire,
    text_to_wire,
    write_finding,
)

LEDGER_KEY = "ledger"
"""The key of events about the ledger as a whole."""

_STATES: Final = {
    one.value: pb.DeductionState.Value(f"DEDUCTION_STATE_{one.name}")
    for one in DeductionState
    if one is not DeductionState.REFUSED
}

Event = EnvelopeGranted | DeductionEvent | LedgerDiffered | LedgerReopened


def deduction_name(deduction: str) -> str:
    return f"deductions/{deduction}"


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
    standing = Standing(message.granted_kgce_calorific, message.held_kgce_calorific, message.posted_kgce_calorific)
    return Account(envelope(RegionCode(region), int(year)), standing)


def ledger_account_to_wire(id_: AccountId, standing: Standing) -> pb.LedgerAccount:
    return pb.LedgerAccount(
        name=str(id_),
        granted=standing.granted,
        available=standing.available,
        held=standing.held,
        posted=standing.posted,
        overdraft=standing.overdraft,
        closed=isinstance(standing, Balances) and standing.closed,
    )


def _carbon_to_wire(account: Account) -> pb.LedgerAccount:
    return ledger_account_to_wire(account.id, account.balances)


def _carbon_from_wire(message: pb.LedgerAccount) -> Account:
    standing = Standing(message.granted, message.held, message.posted, message.overdraft)
    return account_from(AccountId.parse(message.name), standing)


def phase_to_wire(phase: Phase) -> pb.Phase:
    return pb.Phase(year=phase.year, amount_kgce_calorific=phase.amount_kgce, amount_kgco2=phase.amount_kgco2)


def phase_from_wire(message: pb.Phase) -> Phase:
    """Reads a phase that was checked before."""
    carbon = message.amount_kgco2 if message.HasField("amount_kgco2") else None
    return Phase(message.year, message.amount_kgce_calorific, carbon)


def deduction_to_wire(deduction: Deduction) -> pb.Deduction:
    """A deduction that took energy."""
    message = pb.Deduction()
    _write_deduction(deduction, message)
    return message


def _write_deduction(deduction: Deduction, message: pb.Deduction) -> None:
    assert deduction.demand is not None
    assert deduction.took_energy
    _write_demand(deduction.demand, message)
    message.name = deduction_name(deduction.id)
    message.filing = deduction.filing
    message.state = _STATES[deduction.state.value]


def demand_to_wire(demand: Demand) -> pb.Deduction:
    message = pb.Deduction()
    _write_demand(demand, message)
    return message


def _write_demand(demand: Demand, message: pb.Deduction) -> None:
    first, *later = demand.phases
    message.region_code = demand.region
    message.year = first.year
    message.amount_kgce_calorific = first.amount_kgce
    if first.amount_kgco2 is not None:
        message.amount_kgco2 = first.amount_kgco2
    if later:
        message.later_phases.extend([phase_to_wire(phase) for phase in later])
    if demand.expires_on is not None:
        message.expire_date.CopyFrom(date_to_wire(demand.expires_on))
    if demand.replaces is not None:
        message.replaces = deduction_name(demand.replaces)


def demand_from_wire(message: pb.Deduction) -> Demand:
    """Reads what was written here."""
    first = Phase(
        message.year,
        message.amount_kgce_calorific,
        message.amount_kgco2 if message.HasField("amount_kgco2") else None,
    )
    return Demand(
        RegionCode(message.region_code),
        (first, *map(phase_from_wire, message.later_phases)),
        date_from_wire(message.expire_date) if message.HasField("expire_date") else None,
        DeductionId(message.replaces.removeprefix("deductions/")) if message.replaces else None,
    )


def answer_to_bytes(answer: Answer) -> bytes:
    """An answer as it is kept: levels, findings and bundle hash, of a refusal too."""
    return _answered(answer).SerializeToString(deterministic=True)


def _answered(answer: Answer) -> events.DeductionReserved:
    message = events.DeductionReserved(bundle_hash=answer.bundle_hash)
    for of, standing in answer.levels:
        if of.instrument == ENERGY:
            message.levels.add(
                name=of.name,
                granted_kgce_calorific=standing.granted,
                available_kgce_calorific=standing.available,
                held_kgce_calorific=standing.held,
                posted_kgce_calorific=standing.posted,
            )
        else:
            message.carbon_levels.append(ledger_account_to_wire(of.id, standing))
    for finding in answer.findings:
        write_finding(finding, message.findings.add())
    return message


def levels_from_bytes(kept: bytes) -> tuple[Account, ...]:
    """Of an answer that was kept."""
    return _levels(events.DeductionReserved.FromString(kept))


def _levels(message: events.DeductionReserved) -> tuple[Account, ...]:
    return (*map(account_from_wire, message.levels), *map(_carbon_from_wire, message.carbon_levels))


def answer_from_bytes(kept: bytes, refusal: str | None) -> Answer:
    message = events.DeductionReserved.FromString(kept)
    return Answer(
        refusal=None if refusal is None else Refusal(refusal),
        levels=_levels(message),
        findings=findings_from_wire(message.findings),
        bundle_hash=message.bundle_hash,
    )


def reserved_to_bytes(event: DeductionReserved, kept: bytes) -> bytes:
    """The event's message as it is written, from what `answer_to_bytes` made of its answer.

    A message is written field by field; the deduction is its first one, and all others are in the answer.
    """
    head = events.DeductionReserved()
    _write_deduction(event.deduction, head.deduction)
    return head.SerializeToString(deterministic=True) + kept


def event_to_wire(event: Event) -> tuple[str, Message]:
    """The key under which the event goes out, and its message."""
    if isinstance(event, EnvelopeGranted):
        return event.account.region, _granted(event)
    if isinstance(event, LedgerDiffered):
        accounts = [str(account) for account in event.closed]
        return LEDGER_KEY, events.LedgerDiffered(difference=text_to_wire(event.difference), closed_accounts=accounts)
    if isinstance(event, LedgerReopened):
        accounts, freed = [str(account) for account in event.accounts], freed_to_wire(event.accounts)
        reopened = events.LedgerReopened(accounts=accounts, person=event.person, reason=event.reason, freed=freed)
        return LEDGER_KEY, reopened
    return event.deduction.filing, _deduction_event(event)


def _granted(event: EnvelopeGranted) -> events.EnvelopeGranted:
    return events.EnvelopeGranted(
        account=account_to_wire(event.account),
        amount_kgce_calorific=event.amount_kgce,
        document=event.document,
        amount_kgco2=event.amount_kgco2,
        carbon=None if event.carbon is None else _carbon_to_wire(event.carbon),
        freed=freed_to_wire(account.id for account in (event.account, event.carbon) if account is not None),
    )


def _deduction_event(event: DeductionEvent) -> Message:
    deduction = event.deduction
    if isinstance(event, DeductionReserved | DeductionRefused):
        return _answer_event(event)
    message = deduction_to_wire(deduction)
    freed = freed_to_wire(event.freed)
    if isinstance(event, DeductionPosted):
        used = [phase_to_wire(phase) for phase in event.used]
        return events.DeductionPosted(deduction=message, used=used, document=event.document, freed=freed)
    if isinstance(event, DeductionReversed):
        return events.DeductionReversed(deduction=message, signers=event.signers, reason=event.reason, freed=freed)
    if isinstance(event, DeductionExpired):
        return events.DeductionExpired(deduction=message, freed=freed)
    return events.DeductionVoided(deduction=message, freed=freed)


def _answer_event(event: DeductionReserved | DeductionRefused) -> Message:
    deduction, answer = event.deduction, event.deduction.answer
    assert answer is not None
    if isinstance(event, DeductionReserved):
        message = _answered(answer)
        _write_deduction(deduction, message.deduction)
        return message
    assert answer.refusal is not None
    return events.DeductionRefused(
        deduction=deduction.id,
        filing=deduction.filing,
        reason=answer.refusal.value,
        findings=findings_to_wire(answer.findings),
        bundle_hash=answer.bundle_hash,
        shortages=[shortage_to_wire(draw) for draw in shortages_of(deduction)],
    )
