"""Whether a deduction and its hold in the ledger say the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from budget.domain.deductions import Deduction, DeductionState
from budget.domain.envelopes import ENERGY
from budget.domain.periods.carried import carried_legs
from kernel.text import Text
from ledger.accounts import AccountId
from ledger.transfers import Transfer, TransferState

STATES: Final[Mapping[DeductionState, TransferState]] = {
    DeductionState.RESERVED: TransferState.PENDING,
    DeductionState.POSTED: TransferState.POSTED,
    DeductionState.VOIDED: TransferState.VOIDED,
    DeductionState.EXPIRED: TransferState.EXPIRED,
    DeductionState.REVERSED: TransferState.REVERSED,
}
"""What the hold of a deduction that took energy is."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """`deduction` is empty when it is about a filing, `filing` for a hold of which no deduction is known."""

    deduction: str
    filing: str
    text: Text


def disagreement(deduction: Deduction, holds: Sequence[Transfer]) -> Disagreement | None:
    """`holds` are all of its holds, the one that it began with first: closings carried it on to the others."""
    if (text := _differs(deduction, holds)) is None:
        return None
    return Disagreement(deduction.id, deduction.filing, text)


def hold_alone(deduction: str) -> Disagreement:
    text = Text("账本中有占用, 但没有对应的扣减", "the ledger has a hold, and no deduction is known for it")
    return Disagreement(deduction, "", text)


def live_together(filing: str, deductions: Sequence[str]) -> Disagreement:
    """More than one deduction of the filing is held or posted."""
    text = Text(
        "同一备案有多笔有效扣减: {names}",
        "several deductions of one filing are held or posted: {names}",
        names=", ".join(deductions),
    )
    return Disagreement("", filing, text)


def _differs(deduction: Deduction, holds: Sequence[Transfer]) -> Text | None:
    if not deduction.took_energy:
        return _state("-", holds[-1].state.value) if holds else None
    expected = STATES[deduction.state]
    if not holds:
        return _state(expected.value, "-")
    *before, hold = holds
    for one in before:
        if one.state is not TransferState.VOIDED:
            return _state(TransferState.VOIDED.value, f"{one.id}: {one.state.value}")
    if hold.state is not expected:
        return _state(expected.value, hold.state.value)
    return _other_content(deduction, hold)


def _state(expected: str, found: str) -> Text:
    return Text(
        "账本中的占用应为 {expected}, 实为 {found}",
        "its hold in the ledger should be {expected} and is {found}",
        expected=expected,
        found=found,
    )


def _other_content(deduction: Deduction, hold: Transfer) -> Text | None:
    demand = deduction.demand
    assert demand is not None
    if hold.first.expires_on != demand.expires_on:
        return Text("占用的到期日与扣减不符", "the hold lapses on another day than the deduction")
    if dict(hold.first.legs) != carried_legs(_legs(deduction), hold.id):
        return Text("占用的账户或数额与扣减不符", "the hold has other accounts or amounts than the deduction")
    return None


def _legs(deduction: Deduction) -> dict[AccountId, int]:
    """What was taken from each account that answered."""
    demand, answer = deduction.demand, deduction.answer
    assert demand is not None
    assert answer is not None
    years = {phase.year: phase for phase in demand.phases}
    amounts = {
        level.id: years[level.year].amount_kgce if level.instrument == ENERGY else years[level.year].amount_kgco2
        for level in answer.levels
    }
    return {account: amount or 0 for account, amount in amounts.items()}
