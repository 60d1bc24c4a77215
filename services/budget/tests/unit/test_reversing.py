"""A reversal by command: what was posted is undone, what is only held is given back, and it is remembered."""

import pytest
from services.budget.tests.support.budgets import COUNTY, LEVELS, Budget

from budget.application.commands import Expire, Post, Reverse, Void
from budget.domain.deductions import DeductionId, DeductionReversed, DeductionState, Phase
from budget.domain.refusals import DeductionExistsDifferent, NotPosted
from kernel.errors import NotFound
from ledger.refusals import SignaturesMissing
from statute.loader import PolicyBundle

D1 = DeductionId("d1")
REVERSE = Reverse(D1, ("甲", "乙"), "意见失效", "f-1")


@pytest.fixture
def budget(policy: PolicyBundle) -> Budget:
    """d1 holds 300 kgce."""
    made = Budget(policy).grant(1_000)
    made.reserve("d1", Phase(2026, 300))
    return made


def available(budget: Budget) -> list[int]:
    return [budget.balances(level).available for level in LEVELS]


def test_what_was_posted_is_reversed_once(budget: Budget) -> None:
    budget.do(Post(D1, "批复", filing="f-1"))

    first, again = budget.do(REVERSE), budget.do(REVERSE)

    assert first == again
    assert first.state is DeductionState.REVERSED
    assert budget.balances(COUNTY).posted == 0
    assert available(budget) == [1_000] * 3
    event = budget.events[-1]
    assert isinstance(event, DeductionReversed)
    assert (event.signers, event.reason) == (("甲", "乙"), "意见失效")
    assert budget.told == ["DeductionReserved d1", "DeductionPosted d1", "DeductionReversed d1"]


def test_what_is_only_held_is_given_back_once(budget: Budget) -> None:
    first, again = budget.do(REVERSE), budget.do(REVERSE)

    assert first == again
    assert first.state is DeductionState.VOIDED
    assert available(budget) == [1_000] * 3
    assert budget.told == ["DeductionReserved d1", "DeductionVoided d1"]


@pytest.mark.parametrize(
    ("before", "state"),
    [(Void(D1, "f-1"), DeductionState.VOIDED), (Expire(D1), DeductionState.EXPIRED)],
    ids=["voided", "expired"],
)
def test_what_was_given_back_before_stays_so_without_a_word(
    budget: Budget, before: Void | Expire, state: DeductionState
) -> None:
    budget.do(before)
    told = list(budget.told)

    assert budget.do(REVERSE).state is state
    assert budget.told == told


def test_what_was_refused_is_voided_without_a_word(budget: Budget) -> None:
    budget.reserve("d2", Phase(2026, 701))

    made = budget.do(Reverse(DeductionId("d2"), ("甲", "乙"), "意见失效", "f-1"))

    assert made.state is DeductionState.VOIDED
    assert budget.told[-1] == "DeductionRefused d2"


def test_one_that_overtakes_its_reservation_wins(policy: PolicyBundle) -> None:
    budget = Budget(policy).grant(1_000)

    budget.do(REVERSE)
    late = budget.reserve("d1", Phase(2026, 300))

    assert not late.took_energy
    assert available(budget) == [1_000] * 3
    assert budget.told == ["DeductionRefused d1"]


@pytest.mark.parametrize("posted", [True, False])
def test_another_filing_reverses_nothing(budget: Budget, *, posted: bool) -> None:
    if posted:
        budget.do(Post(D1, "批复"))
    before = available(budget)

    with pytest.raises(DeductionExistsDifferent):
        budget.do(Reverse(D1, ("甲", "乙"), "意见失效", "f-2"))

    assert available(budget) == before


@pytest.mark.parametrize("signers", [("甲", "甲 "), ("Zhang San", "ZHANGSAN"), ("Ａ", "a")])
def test_two_spellings_of_one_name_are_one_person(budget: Budget, signers: tuple[str, str]) -> None:
    budget.do(Post(D1, "批复"))

    with pytest.raises(SignaturesMissing):
        budget.do(Reverse(D1, signers, "意见失效", "f-1"))

    assert budget.balances(COUNTY).posted == 300


def test_a_person_who_names_no_filing_reverses_only_what_is_posted(budget: Budget) -> None:
    with pytest.raises(NotPosted):
        budget.do(Reverse(D1, ("甲", "乙"), "误扣"))
    with pytest.raises(NotFound):
        budget.do(Reverse(DeductionId("none"), ("甲", "乙"), "误扣"))
