"""An amended project takes its new amount in the place of the old one: both, or neither."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from services.budget.tests.support.budgets import COUNTY, Budget, asked

from budget.application.commands import Expire, Post, Reserve, Void
from budget.domain.deductions import DeductionId, DeductionState, Phase
from budget.domain.refusals import (
    DeductionAlreadyVoided,
    DeductionExistsDifferent,
    DeductionIsExpired,
    DeductionIsPosted,
)
from budget.domain.reservation import refusal_error
from kernel.errors import DomainError, NotFound
from statute.loader import PolicyBundle

D1 = DeductionId("d1")


@pytest.fixture
def budget(policy: PolicyBundle) -> Budget:
    """d1 holds 600 of 1,000."""
    made = Budget(policy).grant(1_000)
    made.reserve("d1", Phase(2026, 600))
    return made


@pytest.mark.parametrize("amount", [1, 599, 600, 601, 1_000])
def test_an_amended_amount_is_held_in_the_place_of_the_old_one(budget: Budget, amount: int) -> None:
    """Never: the obligation of an amended project not deducted, or both of its amounts."""
    reserved = budget.reserve("d2", Phase(2026, amount), replaces="d1")

    assert reserved.state is DeductionState.RESERVED
    assert budget.held() == [amount] * 3
    assert budget.known[D1].state is DeductionState.VOIDED


def test_the_replaced_one_is_announced_as_given_back_behind_the_new_one(budget: Budget) -> None:
    budget.reserve("d2", Phase(2026, 700), replaces="d1")

    assert budget.told == ["DeductionReserved d1", "DeductionReserved d2", "DeductionVoided d1"]


def test_the_old_one_stays_when_the_new_one_is_refused(budget: Budget) -> None:
    refused = budget.reserve("d2", Phase(2026, 1_001), replaces="d1")

    assert refused.state is DeductionState.REFUSED
    assert budget.held() == [600] * 3
    assert budget.known[D1].state is DeductionState.RESERVED
    assert budget.told == ["DeductionReserved d1", "DeductionRefused d2"]


def test_what_the_old_one_held_is_available_to_the_new_one_alone(budget: Budget) -> None:
    """Never: the amended amount not held, and spent elsewhere."""
    budget.reserve("d2", Phase(2026, 1_000), replaces="d1")

    other = budget.reserve("d3", Phase(2026, 1))

    assert other.state is DeductionState.REFUSED
    assert budget.held() == [1_000] * 3


def test_the_findings_count_what_is_given_back(budget: Budget) -> None:
    reserved = budget.reserve("d2", Phase(2026, 700), replaces="d1")

    assert reserved.answer is not None
    assert (f"regions/{COUNTY}/accounts/2026.available_kgce_calorific", "1000") in reserved.answer.findings[1].inputs
    assert [level.balances.available for level in reserved.answer.levels] == [300] * 3


def test_a_smaller_amendment_gives_credit_back_and_a_larger_one_takes_more(budget: Budget) -> None:
    """Never: the sign turned round, with the old credit kept."""
    before = budget.balances(COUNTY).available
    budget.reserve("d2", Phase(2026, 500), replaces="d1")
    smaller = budget.balances(COUNTY).available
    budget.reserve("d3", Phase(2026, 800), replaces="d2")
    larger = budget.balances(COUNTY).available

    assert (before, smaller, larger) == (400, 500, 200)


def test_an_amendment_that_changes_nothing_costs_nothing(budget: Budget) -> None:
    budget.reserve("d2", Phase(2026, 600), replaces="d1")

    assert budget.held() == [600] * 3
    assert budget.balances(COUNTY).posted == 0


def test_a_second_amendment_replaces_the_first_and_not_the_original(budget: Budget) -> None:
    budget.reserve("d2", Phase(2026, 700), replaces="d1")

    with pytest.raises(DeductionAlreadyVoided):
        budget.reserve("d3", Phase(2026, 100), replaces="d1")
    budget.reserve("d3", Phase(2026, 100), replaces="d2")

    assert budget.held() == [100] * 3


def test_an_amendment_sent_twice_is_held_once_and_told_once(budget: Budget) -> None:
    first = budget.reserve("d2", Phase(2026, 700), replaces="d1")

    again = budget.reserve("d2", Phase(2026, 700), replaces="d1")

    assert again == first
    assert budget.held() == [700] * 3
    assert budget.told.count("DeductionReserved d2") == budget.told.count("DeductionVoided d1") == 1


def test_a_refused_amendment_asked_again_stays_refused_and_the_old_one_stays(budget: Budget) -> None:
    for _ in range(2):
        assert refusal_error(budget.reserve("d2", Phase(2026, 1_001), replaces="d1")) is not None

    assert budget.known[D1].state is DeductionState.RESERVED


def test_another_filings_deduction_is_not_replaced(budget: Budget) -> None:
    foreign = replace(asked("d2", Phase(2026, 1), replaces="d1"), filing="f-2")

    with pytest.raises(DeductionExistsDifferent):
        budget.do(Reserve(foreign))

    assert budget.held() == [600] * 3
    assert DeductionId("d2") not in budget.known


def test_a_deduction_that_never_took_energy_is_not_replaced(budget: Budget) -> None:
    budget.reserve("short", Phase(2026, 1_001))

    for unknown in ("none", "short"):
        with pytest.raises(NotFound):
            budget.reserve("d2", Phase(2026, 1), replaces=unknown)


@pytest.mark.parametrize(
    ("done", "refusal"),
    [(Post(D1, "批复"), DeductionIsPosted), (Void(D1), DeductionAlreadyVoided), (Expire(D1), DeductionIsExpired)],
    ids=["posted", "voided", "expired"],
)
def test_what_is_no_longer_held_is_not_replaced(
    budget: Budget, done: Post | Void | Expire, refusal: type[DomainError]
) -> None:
    budget.do(done)
    held = budget.held()

    with pytest.raises(refusal):
        budget.reserve("d2", Phase(2026, 1), replaces="d1")

    assert budget.held() == held
    assert DeductionId("d2") not in budget.known


def test_the_old_one_is_not_given_back_a_second_time(budget: Budget) -> None:
    budget.reserve("d2", Phase(2026, 700), replaces="d1")

    voided = budget.do(Void(D1))

    assert voided.state is DeductionState.VOIDED
    assert budget.held() == [700] * 3
    assert budget.told.count("DeductionVoided d1") == 1


def test_an_amendment_may_move_to_another_region_and_year(budget: Budget) -> None:
    budget.grant(1_000, year=2027)

    budget.reserve("d2", Phase(2027, 900), replaces="d1")

    assert (budget.held(2026), budget.held(2027)) == ([0] * 3, [900] * 3)


def test_an_amendment_of_a_closed_envelope_is_refused_and_the_old_one_stays(budget: Budget) -> None:
    budget.close(COUNTY)

    refused = budget.reserve("d2", Phase(2026, 1), replaces="d1")

    assert refused.answer is not None
    assert refused.answer.refusal is not None
    assert budget.held() == [600] * 3


@given(amounts=st.lists(st.integers(1, 1_200), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_after_any_chain_of_amendments_exactly_the_last_one_granted_is_held(
    policy: PolicyBundle, amounts: list[int]
) -> None:
    budget = Budget(policy).grant(1_000)
    standing: str | None = None
    held = 0

    for number, amount in enumerate(amounts):
        made = budget.reserve(f"d{number}", Phase(2026, amount), replaces=standing)
        if amount <= 1_000:
            standing, held = made.id, amount
        assert made.took_energy is (amount <= 1_000)

    assert budget.held() == [held] * 3
