"""One deduction id's story: answered once, given back once, and a void that overtakes wins."""

import pytest

from budget.domain.deductions import (
    Answer,
    Asked,
    Deduction,
    DeductionId,
    DeductionRefused,
    DeductionState,
    DeductionVoided,
    Demand,
    Refusal,
    known_by_name,
    voided_unasked,
)
from budget.domain.refusals import DeductionAlreadyVoided, DeductionExistsDifferent, DeductionPosted
from budget.domain.reservation import refusal_error
from kernel.errors import NotFound
from kernel.regions import RegionCode

ID = DeductionId("d1")
DEMAND = Demand(RegionCode("630121"), 2026, 400)
ASKED = Asked(ID, "f-1", DEMAND)


def made(state: DeductionState, refusal: Refusal | None = None) -> Deduction:
    return Deduction(ID, "f-1", state, DEMAND, Answer(refusal, levels=(), findings=(), bundle_hash="b"))


RESERVED = made(DeductionState.RESERVED)
REFUSED = made(DeductionState.REFUSED, Refusal.INSUFFICIENT_BUDGET)
POSTED = made(DeductionState.POSTED)
VOIDED = made(DeductionState.VOIDED)
UNASKED = voided_unasked(ID, "f-1")


@pytest.mark.parametrize("known", [RESERVED, REFUSED, POSTED, VOIDED])
def test_the_same_asked_again_gives_the_same_and_is_not_announced_again(known: Deduction) -> None:
    assert known.ask(ASKED, "later bundle") == (known, None)


@pytest.mark.parametrize(
    "other",
    [
        Asked(ID, "f-2", DEMAND),
        Asked(ID, "f-1", Demand(RegionCode("630122"), 2026, 400)),
        Asked(ID, "f-1", Demand(RegionCode("630121"), 2027, 400)),
        Asked(ID, "f-1", Demand(RegionCode("630121"), 2026, 401)),
    ],
    ids=["filing", "region", "year", "amount"],
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


def test_what_was_posted_is_not_given_back() -> None:
    with pytest.raises(DeductionPosted):
        POSTED.void()


@pytest.mark.parametrize("unknown", [None, REFUSED, UNASKED], ids=["unknown", "refused", "unasked"])
def test_a_deduction_that_took_no_energy_has_no_name(unknown: Deduction | None) -> None:
    with pytest.raises(NotFound, match="deductions/d1"):
        known_by_name(ID, unknown)
