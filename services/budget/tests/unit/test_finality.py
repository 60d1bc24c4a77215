"""How a reservation ends: posted whole or in part, given back, lapsed, reversed by two persons."""

import pytest
from services.budget.tests.support.budgets import COUNTY, LATER, LEVELS, Budget

from budget.application.commands import Command, Expire, Post, Reverse, Void
from budget.domain.deductions import DeductionId, DeductionPosted, DeductionState, Phase
from budget.domain.envelopes import CARBON
from budget.domain.periods.carried import carried_id
from budget.domain.refusals import (
    DeductionAlreadyVoided,
    DeductionExistsDifferent,
    DeductionIsExpired,
    DeductionIsPosted,
    DeductionIsReversed,
    NotPosted,
)
from budget.domain.reservation import deduction_of_hold, hold_id
from kernel.errors import DomainError, NotFound
from ledger.entries import TransferId
from ledger.operations import Hold
from ledger.operations import Void as VoidHold
from ledger.refusals import AlreadyPosted, HoldExceeded, SignaturesMissing
from statute.loader import PolicyBundle

D1 = DeductionId("d1")
POST = Post(D1, "批复一")
PERSONS = ("甲", "乙")


@pytest.fixture
def budget(policy: PolicyBundle) -> Budget:
    """d1 holds 300 kgce and 900 kgCO2 in 2026, and 200 kgce in 2027."""
    made = Budget(policy).grant(1_000).grant(1_000, year=2027).grant(5_000, instrument=CARBON)
    made.reserve("d1", Phase(2026, 300, 900), Phase(2027, 200))
    return made


def posted(budget: Budget, year: int = 2026, instrument: str | None = None) -> list[int]:
    extra = () if instrument is None else (instrument,)
    return [budget.balances(level, year, *extra).posted for level in LEVELS]


def test_all_that_is_held_is_posted_when_nothing_else_is_said(budget: Budget) -> None:
    made = budget.do(POST)

    assert made.state is DeductionState.POSTED
    assert (posted(budget), posted(budget, 2027), posted(budget, 2026, CARBON)) == ([300] * 3, [200] * 3, [900] * 3)
    assert budget.held() == [0] * 3
    event = budget.events[-1]
    assert isinstance(event, DeductionPosted)
    assert (event.used, event.document) == ((Phase(2026, 300, 900), Phase(2027, 200)), "批复一")


def test_what_is_not_used_is_released(budget: Budget) -> None:
    budget.do(Post(D1, "批复一", (Phase(2026, 250, 700),)))

    assert (posted(budget), posted(budget, 2027), posted(budget, 2026, CARBON)) == ([250] * 3, [0] * 3, [700] * 3)
    assert (budget.held(), budget.held(2027), budget.held(2026, CARBON)) == ([0] * 3, [0] * 3, [0] * 3)
    assert budget.balances(COUNTY).available == 750


def test_of_carbon_what_is_not_stated_is_not_used(budget: Budget) -> None:
    budget.do(Post(D1, "批复一", (Phase(2026, 300),)))

    assert posted(budget, 2026, CARBON) == [0] * 3
    assert budget.held(2026, CARBON) == [0] * 3


def test_carbon_is_not_counted_where_none_is_held_even_when_the_province_keeps_it_since(budget: Budget) -> None:
    budget.grant(5_000, year=2027, instrument=CARBON)

    budget.do(Post(D1, "批复一", (Phase(2026, 300, 900), Phase(2027, 200, 1))))

    assert posted(budget, 2027) == [200] * 3
    assert posted(budget, 2027, CARBON) == [0] * 3


@pytest.mark.parametrize(
    "used",
    [(Phase(2026, 301),), (Phase(2027, 201),), (Phase(2026, 300, 901),), (Phase(2028, 1),)],
    ids=["energy", "later year", "carbon", "another year"],
)
def test_more_than_is_held_is_not_posted_and_nothing_is(budget: Budget, used: tuple[Phase, ...]) -> None:
    with pytest.raises(HoldExceeded):
        budget.do(Post(D1, "批复一", used))

    assert budget.known[D1].state is DeductionState.RESERVED
    assert budget.held() == [300] * 3
    assert budget.told == ["DeductionReserved d1"]


def test_posted_again_the_same_is_nothing_again_even_on_a_later_day(budget: Budget) -> None:
    first = budget.do(POST)
    budget.days_later(3)

    assert budget.do(POST) == first
    assert budget.do(Post(D1, "批复一", (Phase(2026, 300, 900), Phase(2027, 200)))) == first
    assert posted(budget) == [300] * 3
    assert budget.told.count("DeductionPosted d1") == 1


@pytest.mark.parametrize(
    "other",
    [Post(D1, "批复二"), Post(D1, "批复一", (Phase(2026, 299, 900), Phase(2027, 200)))],
    ids=["document", "amount"],
)
def test_posted_again_with_another_content_is_refused(budget: Budget, other: Post) -> None:
    budget.do(POST)

    with pytest.raises(AlreadyPosted):
        budget.do(other)

    assert posted(budget) == [300] * 3


@pytest.mark.parametrize(
    ("first", "then", "refusal"),
    [
        (Void(D1), POST, DeductionAlreadyVoided),
        (Expire(D1), POST, DeductionIsExpired),
        (POST, Void(D1), DeductionIsPosted),
        (Void(D1), Reverse(D1, PERSONS, "误扣"), NotPosted),
        (Expire(D1), Reverse(D1, PERSONS, "误扣"), NotPosted),
    ],
)
def test_a_deduction_ends_once(budget: Budget, first: Command, then: Command, refusal: type[DomainError]) -> None:
    budget.do(first)
    before = dict(budget.book.accounts)

    with pytest.raises(refusal):
        budget.do(then)

    assert budget.book.accounts == before


def test_what_is_posted_or_given_back_does_not_lapse(budget: Budget) -> None:
    budget.do(POST)

    assert budget.do(Expire(D1)).state is DeductionState.POSTED
    assert posted(budget) == [300] * 3


def test_what_lapses_is_given_back_and_told_once(budget: Budget) -> None:
    for _ in range(2):
        assert budget.do(Expire(D1)).state is DeductionState.EXPIRED

    assert budget.held() == [0] * 3
    assert budget.told == ["DeductionReserved d1", "DeductionExpired d1"]


@pytest.mark.parametrize("command", [POST, Reverse(D1, PERSONS, "误扣"), Expire(D1)])
def test_what_never_took_energy_has_no_end(policy: PolicyBundle, command: Command) -> None:
    budget = Budget(policy).grant(1)
    budget.reserve("d1", Phase(2026, 2))

    with pytest.raises(NotFound):
        budget.do(command)


def test_another_filing_does_not_post_it(budget: Budget) -> None:
    with pytest.raises(DeductionExistsDifferent):
        budget.do(Post(D1, "批复一", filing="f-2"))

    assert budget.held() == [300] * 3


def test_two_persons_undo_what_was_posted(budget: Budget) -> None:
    budget.do(Post(D1, "批复一", (Phase(2026, 250, 700),)))

    reversed_ = budget.do(Reverse(D1, PERSONS, "误扣"))

    assert reversed_.state is DeductionState.REVERSED
    assert (posted(budget), posted(budget, 2026, CARBON)) == ([0] * 3, [0] * 3)
    assert budget.balances(COUNTY).available == 1_000
    assert budget.do(Reverse(D1, PERSONS, "误扣")) == reversed_
    assert budget.told.count("DeductionReversed d1") == 1


@pytest.mark.parametrize("signers", [("甲",), ("甲", "甲"), ("甲", " 甲 "), (), ("", "甲")])
def test_one_person_alone_undoes_nothing(budget: Budget, signers: tuple[str, ...]) -> None:
    budget.do(POST)

    with pytest.raises(SignaturesMissing):
        budget.do(Reverse(D1, signers, "误扣"))

    assert budget.known[D1].state is DeductionState.POSTED
    assert posted(budget) == [300] * 3


@pytest.mark.parametrize("then", [POST, Void(D1)])
def test_what_was_reversed_stays_so(budget: Budget, then: Command) -> None:
    budget.do(POST)
    budget.do(Reverse(D1, PERSONS, "误扣"))

    with pytest.raises(DeductionIsReversed):
        budget.do(then)


@pytest.mark.parametrize("command", [POST, Void(D1), Expire(D1)], ids=["post", "void", "expire"])
def test_a_closed_account_still_lets_its_holds_end(budget: Budget, command: Command) -> None:
    budget.close(COUNTY)

    budget.do(command)

    assert budget.held() == [0] * 3


def carry(budget: Budget) -> TransferId:
    """As the closing of 2026 does: the hold of d1 goes on in 2027, with what it has there already."""
    old = budget.book.transfers[hold_id(D1)]
    new = carried_id(old.id, 2026)
    legs = dict.fromkeys((leg.account._replace(period="2027") for leg in old.first.legs), 0)
    for account, amount in old.first.legs:
        legs[account._replace(period="2027")] += amount
    budget.grant(5_000, year=2027, instrument=CARBON)
    budget.book.apply_linked([VoidHold(old.id, LATER), Hold(new, legs, LATER)])
    budget.days_later(366)
    return new


@pytest.mark.parametrize("command", [POST, Void(D1), Expire(D1)], ids=["post", "void", "expire"])
def test_a_hold_that_a_closing_carried_on_ends_where_it_is_now(budget: Budget, command: Command) -> None:
    carry(budget)
    assert budget.held(2027) == [500] * 3

    ended = budget.do(command)

    assert budget.held(2027) == [0] * 3
    assert posted(budget, 2027) == [500 if ended.state is DeductionState.POSTED else 0] * 3
    assert posted(budget) == [0] * 3


def test_a_carried_hold_is_posted_by_the_years_it_was_asked_for(budget: Budget) -> None:
    carry(budget)

    budget.do(Post(D1, "批复一", (Phase(2026, 250, 700), Phase(2027, 100))))

    assert (posted(budget, 2027), posted(budget, 2027, CARBON)) == ([350] * 3, [700] * 3)
    assert (budget.held(2027), budget.held(2027, CARBON)) == ([0] * 3, [0] * 3)


def test_a_carried_hold_is_replaced_and_reversed_where_it_is_now(budget: Budget) -> None:
    carry(budget)

    budget.reserve("d2", Phase(2027, 900), replaces="d1")
    budget.do(Post(DeductionId("d2"), "批复"))
    budget.do(Reverse(DeductionId("d2"), PERSONS, "误扣"))

    assert (budget.held(2027), posted(budget, 2027)) == ([0] * 3, [0] * 3)


@pytest.mark.parametrize(
    ("hold", "deduction"),
    [("deductions/d1", "d1"), ("carried/2027/deductions/d1", "d1"), ("trades/t1", None), ("savings/d1", None)],
)
def test_a_hold_tells_whether_it_is_of_a_deduction(hold: str, deduction: str | None) -> None:
    assert deduction_of_hold(TransferId(hold)) == deduction
