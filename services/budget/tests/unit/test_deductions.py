"""One deduction id's story: answered once, made final once, and a void that overtakes wins."""

from collections.abc import Callable
from datetime import date

import pytest

from budget.domain.deductions import (
    Answer,
    Asked,
    Deduction,
    DeductionExpired,
    DeductionId,
    DeductionPosted,
    DeductionRefused,
    DeductionReversed,
    DeductionState,
    DeductionVoided,
    Demand,
    Phase,
    Refusal,
    demand_of,
    known_by_name,
    voided_unasked,
)
from budget.domain.refusals import (
    DeductionAlreadyVoided,
    DeductionExistsDifferent,
    DeductionIsExpired,
    DeductionIsPosted,
    DeductionIsReversed,
    NotPosted,
)
from budget.domain.reservation import refusal_error
from kernel.errors import DomainError, NotFound
from kernel.regions import RegionCode

ID = DeductionId("d1")
COUNTY = RegionCode("630121")
DEMAND = demand_of(COUNTY, 2026, 400)
ASKED = Asked(ID, "f-1", DEMAND)


def made(state: DeductionState, refusal: Refusal | None = None) -> Deduction:
    return Deduction(ID, "f-1", state, DEMAND, Answer(refusal, levels=(), findings=(), bundle_hash="b"))


RESERVED = made(DeductionState.RESERVED)
REFUSED = made(DeductionState.REFUSED, Refusal.INSUFFICIENT_BUDGET)
POSTED = made(DeductionState.POSTED)
VOIDED = made(DeductionState.VOIDED)
EXPIRED = made(DeductionState.EXPIRED)
REVERSED = made(DeductionState.REVERSED)
UNASKED = voided_unasked(ID, "f-1")


@pytest.mark.parametrize("known", [RESERVED, REFUSED, POSTED, VOIDED, EXPIRED, REVERSED])
def test_the_same_asked_again_gives_the_same_and_is_not_announced_again(known: Deduction) -> None:
    assert known.ask(ASKED, "later bundle") == (known, None)


@pytest.mark.parametrize(
    "other",
    [
        Asked(ID, "f-2", DEMAND),
        Asked(ID, "f-1", demand_of(RegionCode("630122"), 2026, 400)),
        Asked(ID, "f-1", demand_of(COUNTY, 2027, 400)),
        Asked(ID, "f-1", demand_of(COUNTY, 2026, 401)),
        Asked(ID, "f-1", Demand(COUNTY, (Phase(2026, 400, 1),))),
        Asked(ID, "f-1", Demand(COUNTY, (Phase(2026, 400), Phase(2027, 1)))),
        Asked(ID, "f-1", Demand(COUNTY, (Phase(2026, 400),), date(2026, 12, 31))),
        Asked(ID, "f-1", Demand(COUNTY, (Phase(2026, 400),), replaces=DeductionId("d0"))),
    ],
    ids=["filing", "region", "year", "amount", "carbon", "later phase", "expiry", "replaces"],
)
def test_another_body_under_the_same_id_is_refused_by_name(other: Asked) -> None:
    with pytest.raises(DeductionExistsDifferent):
        RESERVED.ask(other, "b")


def test_a_reservation_that_comes_after_its_void_is_refused_and_told_once() -> None:
    refused, event = UNASKED.ask(ASKED, "b")

    assert event == DeductionRefused(refused)
    assert refused.state is DeductionState.VOIDED
    assert isinstance(refusal_error(refused), DeductionAlreadyVoided)
    assert refused.ask(ASKED, "b") == (refused, None)


def test_a_void_of_another_filing_does_not_refuse_this_ones_reservation() -> None:
    with pytest.raises(DeductionExistsDifferent):
        UNASKED.ask(Asked(ID, "f-2", DEMAND), "b")


@pytest.mark.parametrize(
    ("known", "announced"),
    [(RESERVED, True), (REFUSED, False), (VOIDED, False), (UNASKED, False)],
    ids=["reserved", "refused", "voided", "unasked"],
)
def test_only_energy_that_was_held_is_announced_as_given_back(known: Deduction, announced: bool) -> None:
    voided, event = known.void()

    assert voided.state is DeductionState.VOIDED
    assert event == (DeductionVoided(voided) if announced else None)


def test_a_refused_deduction_that_is_voided_still_answers_why_it_was_refused() -> None:
    voided, _ = REFUSED.void()

    assert voided.ask(ASKED, "b") == (voided, None)
    assert voided.answer == REFUSED.answer


def test_what_has_lapsed_is_given_back_already() -> None:
    assert EXPIRED.void() == (EXPIRED, None)


def test_each_turn_is_announced_once() -> None:
    posted, first = RESERVED.post(DEMAND.phases, "批复")
    expired, lapsed = RESERVED.expire()
    reversed_, undone = posted.reverse(("甲", "乙"), "误扣")

    assert first == DeductionPosted(posted, DEMAND.phases, "批复")
    assert posted.post(DEMAND.phases, "批复") == (posted, None)
    assert lapsed == DeductionExpired(expired)
    assert expired.expire() == (expired, None)
    assert undone == DeductionReversed(reversed_, ("甲", "乙"), "误扣")
    assert reversed_.reverse(("甲", "乙"), "误扣") == (reversed_, None)


@pytest.mark.parametrize(
    ("known", "turn", "refusal"),
    [
        (POSTED, Deduction.void, DeductionIsPosted),
        (REVERSED, Deduction.void, DeductionIsReversed),
        (VOIDED, lambda d: d.post((), "文件"), DeductionAlreadyVoided),
        (EXPIRED, lambda d: d.post((), "文件"), DeductionIsExpired),
        (REVERSED, lambda d: d.post((), "文件"), DeductionIsReversed),
        (RESERVED, lambda d: d.reverse(("甲", "乙"), "误"), NotPosted),
        (VOIDED, lambda d: d.reverse(("甲", "乙"), "误"), NotPosted),
        (EXPIRED, lambda d: d.reverse(("甲", "乙"), "误"), NotPosted),
        (POSTED, Deduction.give_way, DeductionIsPosted),
        (VOIDED, Deduction.give_way, DeductionAlreadyVoided),
        (EXPIRED, Deduction.give_way, DeductionIsExpired),
        (REVERSED, Deduction.give_way, DeductionIsReversed),
    ],
)
def test_a_turn_that_its_state_does_not_allow_is_refused_by_name(
    known: Deduction, turn: Callable[[Deduction], object], refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        turn(known)


@pytest.mark.parametrize("closed", [POSTED, VOIDED, REVERSED, REFUSED])
def test_what_is_not_held_does_not_lapse(closed: Deduction) -> None:
    assert closed.expire() == (closed, None)


@pytest.mark.parametrize("unknown", [None, REFUSED, UNASKED], ids=["unknown", "refused", "unasked"])
def test_a_deduction_that_took_no_energy_has_no_name(unknown: Deduction | None) -> None:
    with pytest.raises(NotFound, match="deductions/d1"):
        known_by_name(ID, unknown)
