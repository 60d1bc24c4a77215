"""Gives a reservation back."""

from dataclasses import dataclass
from datetime import date

from budget.application.ports import Work
from budget.domain.deductions import Deduction, DeductionId, known_by_name, voided_unasked
from budget.domain.refusals import DeductionExistsDifferent
from budget.domain.reservation import hold_id


@dataclass(frozen=True, slots=True)
class VoidDeduction:
    deduction: DeductionId
    filing: str


async def void_deduction(deduction: DeductionId, work: Work, on: date) -> Deduction:
    """Raises NotFound when no energy was ever taken under this id, DeductionPosted when it is final."""
    known = known_by_name(deduction, await work.deductions.get_for_update(deduction))
    return await _void(known, work, on)


async def take_back_deduction(command: VoidDeduction, work: Work, on: date) -> Deduction:
    """As `void_deduction`, but an id never heard of is remembered as voided: its reservation may still be on its way.

    Raises DeductionExistsDifferent for another filing than the one it was made for, and DeductionPosted.
    """
    known = await work.deductions.get_for_update(command.deduction)
    if known is None:
        voided = voided_unasked(command.deduction, command.filing)
        await work.deductions.save(voided)
        return voided
    if known.filing != command.filing:
        raise DeductionExistsDifferent(command.deduction)
    return await _void(known, work, on)


async def _void(known: Deduction, work: Work, on: date) -> Deduction:
    voided, event = known.void()
    if event is not None:
        await work.ledger.void(hold_id(known.id), effective_on=on)
        await work.announce(event)
    if voided != known:
        await work.deductions.save(voided)
    return voided
