"""A deduction and its hold in the ledger say the same, or the difference is named."""

from dataclasses import replace
from datetime import date

import pytest
from services.budget.tests.support.budgets import COUNTY, LATER, LEVELS, Budget

from budget.application.commands import Command, Expire, Post, Reverse, Void
from budget.domain.agreement import disagreement
from budget.domain.deductions import Deduction, DeductionId, DeductionState, Phase
from budget.domain.envelopes import CARBON, account_id
from budget.domain.periods.carried import carried_id
from budget.domain.reservation import hold_id
from ledger.entries import TransferId
from ledger.operations import Hold
from ledger.operations import Void as VoidHold
from ledger.transfers import Transfer
from statute.loader import PolicyBundle

D1 = DeductionId("d1")
ENDINGS: tuple[tuple[Command, ...], ...] = (
    (),
    (Post(D1, "批复"),),
    (Post(D1, "批复", (Phase(2026, 100),)),),
    (Void(D1),),
    (Expire(D1),),
    (Post(D1, "批复"), Reverse(D1, ("甲", "乙"), "误扣")),
)


@pytest.fixture
def budget(policy: PolicyBundle) -> Budget:
    """d1 holds 300 kgce and 900 kgCO2 in 2026, and 200 kgce in 2027, where no carbon is kept."""
    made = Budget(policy).grant(1_000).grant(1_000, year=2027).grant(5_000, instrument=CARBON)
    made.reserve("d1", Phase(2026, 300, 900), Phase(2027, 200, 7), expires_on=date(2027, 3, 1))
    return made


def holds(budget: Budget) -> list[Transfer]:
    ids = (hold_id(D1), carried_id(hold_id(D1), 2026))
    return [budget.book.transfers[id_] for id_ in ids if id_ in budget.book.transfers]


def words(deduction: Deduction, found: list[Transfer]) -> str:
    made = disagreement(deduction, found)
    return "" if made is None else made.text.en


@pytest.mark.parametrize("commands", ENDINGS)
def test_every_ending_agrees_with_its_own_hold(budget: Budget, commands: tuple[Command, ...]) -> None:
    for command in commands:
        budget.do(command)

    assert disagreement(budget.known[D1], holds(budget)) is None


@pytest.mark.parametrize("state", [one for one in DeductionState if one is not DeductionState.REFUSED])
@pytest.mark.parametrize("commands", ENDINGS)
def test_no_other_state_agrees_with_it(budget: Budget, commands: tuple[Command, ...], state: DeductionState) -> None:
    for command in commands:
        budget.do(command)
    stands = budget.known[D1]

    differs = disagreement(replace(stands, state=state), holds(budget)) is not None

    assert differs is (state is not stands.state)


def test_a_deduction_without_its_hold_is_named(budget: Budget) -> None:
    assert "pending" in words(budget.known[D1], [])


def test_one_that_was_refused_or_voided_unasked_has_no_hold(budget: Budget) -> None:
    refused = budget.reserve("d2", Phase(2026, 701))
    unasked = budget.do(Void(DeductionId("d3"), "f-1"))

    assert words(refused, []) == words(unasked, []) == ""
    assert "pending" in words(refused, holds(budget))
    assert "pending" in words(unasked, holds(budget))


@pytest.mark.parametrize(
    "phases",
    [
        (Phase(2026, 301, 900), Phase(2027, 200, 7)),
        (Phase(2026, 300, 901), Phase(2027, 200, 7)),
        (Phase(2026, 300, 900), Phase(2027, 199, 7)),
    ],
    ids=["energy", "carbon", "later year"],
)
def test_another_amount_is_named(budget: Budget, phases: tuple[Phase, ...]) -> None:
    stands = budget.known[D1]
    assert stands.demand is not None

    told = words(replace(stands, demand=replace(stands.demand, phases=phases)), holds(budget))

    assert "amounts" in told


def test_another_last_day_is_named(budget: Budget) -> None:
    stands = budget.known[D1]
    assert stands.demand is not None

    told = words(replace(stands, demand=replace(stands.demand, expires_on=date(2027, 3, 2))), holds(budget))

    assert "lapses" in told


def carry(budget: Budget, energy: int = 500) -> TransferId:
    """As the closing of 2026 does."""
    budget.grant(5_000, year=2027, instrument=CARBON)
    legs = {account_id(level, 2027): energy for level in LEVELS}
    legs |= {account_id(level, 2027, CARBON): 900 for level in LEVELS}
    new = carried_id(hold_id(D1), 2026)
    budget.book.apply_linked([VoidHold(hold_id(D1), LATER), Hold(new, legs, LATER, date(2027, 3, 1))])
    budget.days_later(366)
    return new


@pytest.mark.parametrize("commands", [ENDINGS[0], ENDINGS[1], ENDINGS[3]], ids=["held", "posted", "voided"])
def test_a_hold_that_a_closing_carried_on_counts_in_the_place_of_the_first(
    budget: Budget, commands: tuple[Command, ...]
) -> None:
    carry(budget)
    for command in commands:
        budget.do(command)

    assert disagreement(budget.known[D1], holds(budget)) is None


def test_a_carried_hold_with_another_amount_is_named(budget: Budget) -> None:
    carry(budget, energy=499)

    assert "amounts" in words(budget.known[D1], holds(budget))


def test_two_holds_of_one_deduction_are_named(budget: Budget) -> None:
    legs = {account_id(COUNTY, 2027): 1}
    budget.book.apply(Hold(carried_id(hold_id(D1), 2026), legs, LATER))

    assert words(budget.known[D1], holds(budget)) == (
        "its hold in the ledger should be voided and is deductions/d1: pending"
    )
