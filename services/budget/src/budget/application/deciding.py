"""Decides one command on deductions: the next deduction, its event, and what the ledger does. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from budget.application.commands import Command, Expire, Post, Reserve, Reverse, Void
from budget.domain.deductions import Deduction, DeductionEvent, DeductionId, known_by_name, voided_unasked
from budget.domain.refusals import DeductionExistsDifferent
from budget.domain.reservation import current_hold, reserve, used_legs
from ledger import operations
from ledger.book import Book
from ledger.entries import note_of
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
        return _void(command, book, known, on)
    deduction = known_by_name(command.deduction, known.get(command.deduction))
    if isinstance(command, Post):
        return _post(command, deduction, book, on)
    if isinstance(command, Expire):
        return _expire(deduction, book, on)
    return _reverse(command, deduction, book, on)


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


def _void(command: Void, book: Book, known: Mapping[DeductionId, Deduction], on: date) -> Decision:
    before = known.get(command.deduction)
    if command.filing is None:
        before = known_by_name(command.deduction, before)
    elif before is None:
        return Decision(voided_unasked(command.deduction, command.filing))
    elif before.filing != command.filing:
        raise DeductionExistsDifferent(command.deduction)
    voided, event = before.void()
    if event is not None:
        book.apply(operations.Void(current_hold(before.id, book, on).id, on))
    return Decision(voided, event)


def _post(command: Post, before: Deduction, book: Book, on: date) -> Decision:
    if command.filing not in (None, before.filing):
        raise DeductionExistsDifferent(command.deduction)
    used = command.used or (() if before.demand is None else before.demand.phases)
    posted, event = before.post(used, command.document)
    hold = current_hold(before.id, book, on)
    legs = used_legs(before, command.used, hold)
    # Again the same is nothing again; anything else is refused by the ledger.
    day = on if hold.resolution is None else hold.resolution.effective_on
    book.apply(operations.Post(hold.id, day, legs, note_of(command.document)))
    return Decision(posted, event)


def _expire(before: Deduction, book: Book, on: date) -> Decision:
    expired, event = before.expire()
    if event is not None:
        book.apply(operations.Expire(current_hold(before.id, book, on).id, on))
    return Decision(expired, event)


def _reverse(command: Reverse, before: Deduction, book: Book, on: date) -> Decision:
    reversed_, event = before.reverse(command.signers, command.reason)
    if event is not None:
        book.apply(
            operations.Reverse(current_hold(before.id, book, on).id, on, command.signers, note_of(command.reason))
        )
    return Decision(reversed_, event)
