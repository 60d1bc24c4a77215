"""A case keeps the newest version of each fact, and one answer to the reservation that stands."""

from dataclasses import replace
from typing import Any

import pytest

from kernel.regions import RegionCode
from screening.domain.case import Case, Reservation, absorb
from screening.domain.facts import (
    DeductionFact,
    DeductionId,
    DeductionState,
    FilingFact,
    FilingId,
    ReplacementFact,
    ReviewFact,
    WithdrawalFact,
)
from screening.domain.regions import RegionFact, newest
from statute.finding import Verdict

EMPTY = Case(FilingId("f-1"))
RESERVATION = Reservation(DeductionId("f-1-r1-1"), FilingId("f-1"), 1, RegionCode("630104"), 2026, 5_000)


def filing(revision: int) -> FilingFact:
    return FilingFact(revision, f"revision {revision}", RegionCode("630104"))


@pytest.mark.parametrize("make", [filing, WithdrawalFact, lambda r: ReviewFact(r, Verdict.HOLDS), ReplacementFact])
def test_a_fact_older_than_the_one_held_changes_nothing(make: Any) -> None:
    newer = absorb(EMPTY, make(2))

    assert absorb(newer, make(1)) == newer
    assert absorb(newer, make(2)) == newer
    assert absorb(newer, make(3)) == absorb(EMPTY, make(3))


def test_a_second_fact_of_the_same_revision_does_not_replace_the_first() -> None:
    first = absorb(EMPTY, ReviewFact(1, Verdict.HOLDS))

    assert absorb(first, ReviewFact(1, Verdict.FAILS)) == first


def test_an_answer_to_another_reservation_changes_nothing() -> None:
    stranger = DeductionFact(DeductionId("f-1-r1-2"), DeductionState.RESERVED)

    assert absorb(EMPTY, stranger) == EMPTY
    assert absorb(EMPTY.with_reservation(RESERVATION), stranger) == EMPTY.with_reservation(RESERVATION)


def test_an_answer_is_given_once_and_can_only_be_taken_back() -> None:
    asked = EMPTY.with_reservation(RESERVATION)
    reserved = DeductionFact(RESERVATION.deduction, DeductionState.RESERVED)
    refused, voided = replace(reserved, state=DeductionState.REFUSED), replace(reserved, state=DeductionState.VOIDED)

    answered = absorb(asked, reserved)

    assert answered.deduction == reserved
    assert absorb(answered, refused) == answered
    assert absorb(answered, voided).deduction == voided
    assert absorb(absorb(asked, voided), reserved).deduction == voided


@pytest.mark.parametrize(
    ("state", "held"),
    [(None, True), (DeductionState.RESERVED, True), (DeductionState.REFUSED, False), (DeductionState.VOIDED, False)],
)
def test_energy_may_be_held_until_it_is_refused_or_voided(state: DeductionState | None, held: bool) -> None:
    case = EMPTY.with_reservation(RESERVATION)
    answered = case if state is None else absorb(case, DeductionFact(RESERVATION.deduction, state))

    assert answered.energy_held is held


def test_a_reservation_given_up_takes_its_id_with_it() -> None:
    case = replace(EMPTY, filing=filing(1))
    assert case.next_deduction == "f-1-r1-1"

    freed = case.with_reservation(RESERVATION).without_reservation()

    assert (freed.reservation, freed.deduction, freed.next_deduction) == (None, None, "f-1-r1-2")
    assert freed.without_reservation() == freed


def test_the_newest_levels_of_a_region_stay() -> None:
    first, second = RegionFact(RegionCode("630100"), 1), RegionFact(RegionCode("630100"), 2)

    assert newest(None, first) is first
    assert newest(first, second) is second
    assert newest(second, first) is second
    assert newest(second, replace(second)) is second
