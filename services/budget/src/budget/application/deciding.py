"""Decides one command on deductions: the next deduction, its event, and what the ledger does. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from budget.application.commands import Command, Post, Reserve, Reverse, Void
from budget.domain.deductions import (
    POSTED_ONCE,
    Deduction,
    DeductionEvent,
    DeductionId,
    known_by_name,
    voided_unasked,
)
from budget.domain.freeing import freed_between, freed_by
from budget.domain.refusals import DeductionExistsDifferent
from budget.domain.reservation import current_hold, hold_id, reserve, used_legs
from kernel.persons import are_two
from ledger import operations
from ledger.book import Book
from ledger.entries import note_of
from ledger.refusals import SignaturesMissing
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class Decision:
    """A deduction as it is now; the event only when something happened."""

    deduction: Deduction
    event: DeductionEvent | None = None


def decide(
    command: Command, book: Book, known: Mapping[DeductionId, Deduction], policy: PolicyBundle, *, on: date
) -> Decision:
    """A refusal of budget is an answer; other refusals are raised, and then nothing was done.

    Raises NotFound for a deduction that never took energy, DeductionExistsDifferent, and what the ledger refuses.
    """
    if isinstance(command, Reserve):
        return _reserve(command, book, known, policy, on=on)
    if isinstance(command, Void):
        return _void(command, _heard_of(command, known), book, on)
    if isinstance(command, Reverse):
        return _reverse(command, _heard_of(command, known), book, on)
    deduction = known_by_name(command.deduction, known.get(command.deduction))
    if isinstance(command, Post):
        return _post(command, deduction, book, on)
    return _expire(deduction, book, on)


def give_way(replaced: Deduction, by: DeductionId, book: Book, *, on: date) -> Decision:
    """What becomes of the one whose place was taken; the ledger gave it back in the same act."""
    voided, event = replaced.give_way()
    freed = freed_between(current_hold(replaced.id, book, on), book.transfers[hold_id(by)])
    return Decision(voided, replace(event, freed=freed))


def _reserve(
    command: Reserve, book: Book, known: Mapping[DeductionId, Deduction], policy: PolicyBundle, *, on: date
) -> Decision:
    asked = command.asked
    before = known.get(asked.deduction)
    if before is not None:
        return Decision(*before.ask(asked, policy.bundle_hash))
    replaced = asked.demand.replaces
    if replaced is None:
        decided = reserve(asked, book, policy, on=on)
        return Decision(decided.deduction, decided.event)
    old = known_by_name(replaced, known.get(replaced))
    if old.filing != asked.filing:
        raise DeductionExistsDifferent(replaced)
    old.give_way()  # raises when it cannot
    decided = reserve(asked, book, policy, on=on)
    return Decision(decided.deduction, decided.event)


def _heard_of(command: Void | Reverse, known: Mapping[DeductionId, Deduction]) -> Deduction | None:
    """None for one never heard of, when the filing is named. Raises NotFound, DeductionExistsDifferent."""
    before = known.get(command.deduction)
    if command.filing is None:
        return known_by_name(command.deduction, before)
    if before is not None and before.filing != command.filing:
        raise DeductionExistsDifferent(command.deduction)
    return before


def _void(command: Void | Reverse, before: Deduction | None, book: Book, on: date) -> Decision:
    if before is None:
        assert command.filing is not None
        return Decision(voided_unasked(command.deduction, command.filing))
    voided, event = before.void()
    if event is None:
        return Decision(voided)
    entries = book.apply(operations.Void(current_hold(before.id, book, on).id, on))
    return Decision(voided, replace(event, freed=freed_by(entries)))


def _post(command: Post, before: Deduction, book: Book, on: date) -> Decision:
    if command.filing not in (None, before.filing):
        raise DeductionExistsDifferent(command.deduction)
    used = command.used or (() if before.demand is None else before.demand.phases)
    posted, event = before.post(used, command.document)
    hold = current_hold(before.id, book, on)
    legs = used_legs(before, command.used, hold)
    # Again the same is nothing again; anything else is refused by the ledger.
    day = on if hold.resolution is None else hold.resolution.effective_on
    entries = book.apply(operations.Post(hold.id, day, legs, note_of(command.document)))
    return Decision(posted, event and replace(event, freed=freed_by(entries)))


def _expire(before: Deduction, book: Book, on: date) -> Decision:
    expired, event = before.expire()
    if event is None:
        return Decision(expired)
    entries = book.apply(operations.Expire(current_hold(before.id, book, on).id, on))
    return Decision(expired, replace(event, freed=freed_by(entries)))


def _reverse(command: Reverse, before: Deduction | None, book: Book, on: date) -> Decision:
    """Raises SignaturesMissing unless two persons sign, and NotPosted where Void would not do either."""
    if before is None or (command.filing is not None and before.state not in POSTED_ONCE):
        return _void(command, before, book, on)
    reversed_, event = before.reverse(command.signers, command.reason)
    if event is None:
        return Decision(reversed_)
    hold = current_hold(before.id, book, on).id
    if not are_two(command.signers):
        raise SignaturesMissing(hold)
    entries = book.apply(operations.Reverse(hold, on, command.signers, note_of(command.reason)))
    return Decision(reversed_, replace(event, freed=freed_by(entries)))
