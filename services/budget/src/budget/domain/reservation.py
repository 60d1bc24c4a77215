"""Takes energy and carbon for one filing from its region and from all above it, or from none."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from budget.domain.deductions import (
    PHASES_MAX,
    Answer,
    Asked,
    Deduction,
    DeductionId,
    DeductionRefused,
    DeductionReserved,
    DeductionState,
    Demand,
    Phase,
    Refusal,
)
from budget.domain.draws import Draw, Lacking, draws_of, lacking_in
from budget.domain.envelopes import CARBON, ENERGY, Account, account_id
from budget.domain.findings import budget_findings
from budget.domain.periods.carried import CARRIED, carried_legs, ids_of, root_of
from budget.domain.refusals import BudgetClosed, DeductionAlreadyVoided, EnvelopeNotSet, InsufficientBudget
from kernel.errors import DomainError
from kernel.regions import lineage
from ledger.book import Book
from ledger.entries import TransferId
from ledger.operations import Hold, Legs, Void
from ledger.transfers import Transfer
from statute.loader import PolicyBundle


def hold_id(deduction: DeductionId) -> TransferId:
    return TransferId(f"deductions/{deduction}")


def hold_ids(deduction: DeductionId, on: date) -> tuple[TransferId, ...]:
    """All ids that its hold may have on that day: the closing of a year carries it on under another one."""
    return ids_of(hold_id(deduction), range(on.year - CARRIED_YEARS_MAX, on.year))


def current_hold(deduction: DeductionId, book: Book, on: date) -> Transfer:
    """The hold where it is now. The book has those of `hold_ids` that exist; one of them does."""
    return next(book.transfers[id_] for id_ in reversed(hold_ids(deduction, on)) if id_ in book.transfers)


def deduction_of_hold(hold: TransferId) -> DeductionId | None:
    """None for a hold of something else than a deduction."""
    prefix, _, id_ = root_of(hold).partition("/")
    return DeductionId(id_) if prefix == "deductions" else None


CARRIED_YEARS_MAX: Final = PHASES_MAX
"""So many closings may carry a hold on before it is resolved."""


HOLDS: Final = ("deductions/", CARRIED)
"""How the ids of deductions' holds begin."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision on a reservation."""

    deduction: Deduction
    event: DeductionReserved | DeductionRefused


def reserve(asked: Asked, book: Book, policy: PolicyBundle, *, on: date) -> Decided:
    """Decides, and holds in the book what it grants. A level without an envelope is unknown, and refuses.

    `book` has every account of the demand that exists. What the demand replaces is given back in the same act, and
    counts as available; when the new demand is refused, the old one stays.
    """
    giving_back = _giving_back(asked, book, on)
    before = _applied(giving_back, book)
    draws = draws_of(asked.demand, before.accounts)
    lacking = lacking_in(draws)
    findings = budget_findings(asked.demand, draws, lacking, policy, on=on)
    if lacking:
        answer = Answer(_refusal(lacking), _levels(draws), findings, policy.bundle_hash)
        refused = Deduction(asked.deduction, asked.filing, DeductionState.REFUSED, asked.demand, answer)
        return Decided(refused, DeductionRefused(refused))
    demand = asked.demand
    hold = Hold(hold_id(asked.deduction), {draw.envelope.id: draw.amount for draw in draws}, on, demand.expires_on)
    book.apply_linked([*giving_back, hold]) if giving_back else book.apply(hold)
    accounts = book.accounts
    levels = tuple([Account(draw.envelope, accounts[draw.envelope.id]) for draw in draws])
    answer = Answer(None, levels, findings, policy.bundle_hash)
    reserved = Deduction(asked.deduction, asked.filing, DeductionState.RESERVED, demand, answer)
    return Decided(reserved, DeductionReserved(reserved))


def used_legs(deduction: Deduction, used: tuple[Phase, ...], hold: Transfer) -> Legs | None:
    """What is posted on each account; None for all that is held.

    Carbon counts where the hold has carbon: there, what is not stated is not used.
    """
    demand = deduction.demand
    assert demand is not None
    if not used:
        return None
    legs = {}
    for phase in used:
        for level in lineage(demand.region):
            legs[account_id(level, phase.year, ENERGY)] = phase.amount_kgce
            if phase.amount_kgco2 is not None:
                legs[account_id(level, phase.year, CARBON)] = phase.amount_kgco2
    held = {account for account, _ in hold.first.legs}
    return {
        account: amount
        for account, amount in carried_legs(legs, hold.id).items()
        if account.instrument == ENERGY or account in held
    }


def _giving_back(asked: Asked, book: Book, on: date) -> list[Void]:
    replaced = asked.demand.replaces
    if replaced is None:
        return []
    return [Void(current_hold(replaced, book, on).id, on, f"replaced by {asked.deduction}")]


def _applied(operations: list[Void], book: Book) -> Book:
    """The book as it would be with them; the book itself is not touched."""
    if not operations:
        return book
    with_them = Book(book.accounts, book.transfers)
    with_them.apply_linked(operations)
    return with_them


def _levels(draws: tuple[Draw, ...]) -> tuple[Account, ...]:
    return tuple(account for draw in draws if (account := draw.account) is not None)


def _refusal(lacking: Lacking) -> Refusal:
    if lacking.missing:
        return Refusal.ENVELOPE_NOT_SET
    return Refusal.ACCOUNT_CLOSED if lacking.closed else Refusal.INSUFFICIENT_BUDGET


def _draws_answered(answer: Answer, demand: Demand) -> tuple[Draw, ...]:
    """As they were looked at when it was refused."""
    return draws_of(demand, {account.id: account.balances for account in answer.levels})


def shortages_of(deduction: Deduction) -> tuple[Draw, ...]:
    """What could not be covered when it was refused for that, from the nearest level to the province."""
    answer, demand = deduction.answer, deduction.demand
    if answer is None or demand is None or answer.refusal is not Refusal.INSUFFICIENT_BUDGET:
        return ()
    levels = lineage(demand.region)
    short = lacking_in(_draws_answered(answer, demand)).short
    return tuple(sorted(short, key=lambda draw: levels.index(draw.envelope.region)))


def refusal_error(deduction: Deduction) -> DomainError | None:
    """The answer of a refused deduction as an error; None when energy was taken."""
    answer, demand = deduction.answer, deduction.demand
    if answer is None or demand is None or answer.refusal is None:
        return None
    if answer.refusal is Refusal.DEDUCTION_VOIDED:
        return DeductionAlreadyVoided(deduction.id)
    draws = _draws_answered(answer, demand)
    if answer.refusal is Refusal.ENVELOPE_NOT_SET:
        return EnvelopeNotSet(deduction.id, ", ".join(draw.envelope.label for draw in lacking_in(draws).missing))
    if answer.refusal is Refusal.ACCOUNT_CLOSED:
        return BudgetClosed(deduction.id, ", ".join(draw.envelope.label for draw in draws))
    return InsufficientBudget(
        deduction.id,
        sum(phase.amount_kgce for phase in demand.phases),
        ", ".join(f"{draw.envelope.label}: {draw.available}" for draw in lacking_in(draws).short),
    )
