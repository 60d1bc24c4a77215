"""Takes energy for one filing from its region and from all above it, or from none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from budget.domain.deductions import (
    Answer,
    Asked,
    Deduction,
    DeductionId,
    DeductionRefused,
    DeductionReserved,
    DeductionState,
    Demand,
    Refusal,
)
from budget.domain.envelopes import Account, account_id, account_name, accounts_of
from budget.domain.findings import budget_findings, levels_short, levels_without_envelope
from budget.domain.refusals import DeductionAlreadyVoided, EnvelopeNotSet, InsufficientBudget
from kernel.errors import DomainError
from kernel.regions import lineage
from ledger.accounts import AccountId
from ledger.book import Book, place_hold
from ledger.transfers import Entry, TransferId
from statute.loader import PolicyBundle


def hold_id(deduction: DeductionId) -> TransferId:
    return TransferId(f"deductions/{deduction}")


def legs(demand: Demand) -> dict[AccountId, int]:
    """What the demand takes from each level."""
    return {account_id(level, demand.year): demand.amount_kgce for level in lineage(demand.region)}


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision on a reservation, and what it makes of the book."""

    deduction: Deduction
    event: DeductionReserved | DeductionRefused
    book: Book
    entries: Sequence[Entry] = ()


def reserve(asked: Asked, book: Book, policy: PolicyBundle, *, on: date) -> Decided:
    """`book` holds every account of the lineage that exists. A level without one is unknown, and refuses."""
    demand = asked.demand
    found = accounts_of(demand.region, demand.year, book.accounts)
    findings = budget_findings(demand, found, policy, on=on)
    refusal = _refusal(demand, found)
    if refusal is not None:
        answer = Answer(refusal, found, findings, policy.bundle_hash)
        refused = Deduction(asked.deduction, asked.filing, DeductionState.REFUSED, demand, answer)
        return Decided(refused, DeductionRefused(refused), book)
    after, entries = place_hold(book, hold_id(asked.deduction), legs(demand), effective_on=on)
    left = accounts_of(demand.region, demand.year, after.accounts)
    answer = Answer(None, left, findings, policy.bundle_hash)
    reserved = Deduction(asked.deduction, asked.filing, DeductionState.RESERVED, demand, answer)
    return Decided(reserved, DeductionReserved(reserved), after, entries)


def _refusal(demand: Demand, found: tuple[Account, ...]) -> Refusal | None:
    if levels_without_envelope(demand, found):
        return Refusal.ENVELOPE_NOT_SET
    return Refusal.INSUFFICIENT_BUDGET if levels_short(demand, found) else None


def refusal_error(deduction: Deduction) -> DomainError | None:
    """The answer of a refused deduction as an error; None when energy was taken."""
    answer, demand = deduction.answer, deduction.demand
    if answer is None or demand is None or answer.refusal is None:
        return None
    if answer.refusal is Refusal.DEDUCTION_VOIDED:
        return DeductionAlreadyVoided(deduction.id)
    if answer.refusal is Refusal.ENVELOPE_NOT_SET:
        missing = levels_without_envelope(demand, answer.levels)
        return EnvelopeNotSet(deduction.id, ", ".join(account_name(level, demand.year) for level in missing))
    short = levels_short(demand, answer.levels)
    return InsufficientBudget(
        deduction.id, demand.amount_kgce, ", ".join(f"{level.name}: {level.balances.available}" for level in short)
    )
