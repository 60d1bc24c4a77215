"""The published order, who bars those behind, and what a case remembers of its turn."""

from dataclasses import replace
from datetime import date

import pytest

from kernel.regions import RegionCode
from screening.domain.case import Case, Reservation, Turn, absorb
from screening.domain.facts import (
    DeductionFact,
    DeductionId,
    DeductionState,
    FilingFact,
    FilingId,
    QueueFact,
    Shortage,
)
from screening.domain.queue import barred_by, bars, overtaken_before_barrier, place_of, queue_finding
from statute.finding import Disposition, Verdict
from statute.loader import PolicyBundle

DAY = date(2026, 3, 2)
COUNTY, PREFECTURE, PROVINCE = RegionCode("630104"), RegionCode("630100"), RegionCode("630000")
RESERVATION = Reservation(DeductionId("f-1-r1-1"), FilingId("f-1"), 1, COUNTY, 2026, 5_000)
WAITING = QueueFact(1, 1, PREFECTURE)


def a_case(filing: str = "f-1", day: date | None = DAY, revision: int = 1) -> Case:
    return Case(FilingId(filing), filing=FilingFact(revision, "a project", COUNTY, day))


def refused(case: Case, *shortages: Shortage) -> Case:
    assert case.reservation is not None
    return absorb(case, DeductionFact(case.reservation.deduction, DeductionState.REFUSED, shortages=shortages))


def test_the_order_is_by_application_date_then_by_code_and_who_states_no_day_comes_last() -> None:
    later, undated, second, first = (
        a_case("a-1", date(2026, 3, 3)), a_case("a-0", None), a_case("b-1"), a_case("a-2"),
    )  # fmt: skip

    ordered = sorted((later, undated, second, first), key=place_of)

    assert [case.filing_id for case in ordered] == ["a-2", "b-1", "a-1", "a-0"]


@pytest.mark.parametrize(
    ("overtaken", "fits", "short", "barring"),
    [
        (2, True, (PREFECTURE,), False),
        (3, True, (PREFECTURE,), True),
        (4, True, (PREFECTURE,), True),
        # It would bar others for ever.
        (3, False, (PREFECTURE,), False),
        (3, True, (), False),
    ],
)
def test_who_was_overtaken_often_enough_and_fits_bars_those_behind(
    overtaken: int, fits: bool, short: tuple[RegionCode, ...], barring: bool
) -> None:
    case = replace(a_case(), turn=Turn(9, overtaken, short, fits))

    assert bars(case, 3) is barring
    assert barred_by(case, 3) == (short if barring else ())


def test_how_often_is_policy(policy: PolicyBundle) -> None:
    assert overtaken_before_barrier(policy, DAY) == 3


def test_who_waits_behind_another_is_told_whose_budget_it_is(policy: PolicyBundle) -> None:
    finding = queue_finding(WAITING, policy, DAY)

    assert (finding.rule, finding.verdict, finding.leads_to) == ("screening.queue", Verdict.FAILS, Disposition.DEFER)
    assert finding.inputs == (("region_code", PREFECTURE),)
    assert PREFECTURE in finding.because.en
    assert finding.under


@pytest.mark.parametrize(
    ("shortages", "turn"),
    [
        ((Shortage(PREFECTURE, fits=True),), Turn(1, 0, (PREFECTURE,), fits=True)),
        ((Shortage(COUNTY, fits=True), Shortage(PROVINCE, fits=False)), Turn(1, 0, (COUNTY, PROVINCE), fits=False)),
        # An envelope is absent or closed: waiting for others does not help.
        ((), Turn(1, 0, (COUNTY, PREFECTURE, PROVINCE), fits=False)),
    ],
)
def test_a_refusal_counts_and_names_the_budgets_that_were_short(shortages: tuple[Shortage, ...], turn: Turn) -> None:
    case = refused(a_case().with_reservation(RESERVATION), *shortages)

    assert case.turn == turn
    assert case.waits_on == turn.short


def test_what_it_suffered_adds_up_while_it_waits_and_is_forgotten_once_it_is_served() -> None:
    asked = a_case().with_reservation(RESERVATION)
    for number in (1, 2, 3):
        short = refused(asked, Shortage(PREFECTURE, fits=True))
        assert (short.turn.refusals, short.turn.overtaken) == (number, number - 1)
        free = short.asking_again().overtaken_once_more()
        asked = free.with_reservation(replace(RESERVATION, deduction=free.next_deduction))

    assert asked.reservation is not None
    assert bars(asked, 3)
    served = absorb(asked, DeductionFact(asked.reservation.deduction, DeductionState.RESERVED))

    assert (served.turn, served.waits_on) == (Turn(), ())


def test_a_refusal_told_twice_counts_once() -> None:
    once = refused(a_case().with_reservation(RESERVATION), Shortage(PREFECTURE, fits=True))

    assert refused(once, Shortage(PREFECTURE, fits=True)) is once


@pytest.mark.parametrize("state", [None, DeductionState.RESERVED])
def test_asking_again_leaves_a_reservation_that_was_not_refused(state: DeductionState | None) -> None:
    asked = a_case().with_reservation(RESERVATION)
    case = asked if state is None else absorb(asked, DeductionFact(RESERVATION.deduction, state))

    assert case.asking_again() is case


def test_asking_again_drops_what_was_refused_and_whom_it_waited_behind_but_keeps_its_turn() -> None:
    case = replace(refused(a_case().with_reservation(RESERVATION), Shortage(PREFECTURE, fits=True)), queue=WAITING)

    again = case.asking_again()

    assert (again.reservation, again.queue, again.attempt) == (None, None, 2)
    assert again.turn == case.turn


def test_who_goes_on_waiting_behind_the_same_budget_waits_as_before() -> None:
    before = a_case().waiting_as(a_case(), PREFECTURE)
    assert (before.queue, before.queued, before.waits_on) == (WAITING, 1, (PREFECTURE,))

    same = before.asking_again().waiting_as(before, PREFECTURE)
    other = before.asking_again().waiting_as(before, PROVINCE)
    revised = replace(before.asking_again(), filing=a_case(revision=2).filing).waiting_as(before, PREFECTURE)

    assert same == before
    assert (other.queue, other.queued) == (QueueFact(2, 1, PROVINCE), 2)
    assert (revised.queue, revised.queued) == (QueueFact(2, 2, PREFECTURE), 2)


def test_who_waits_behind_another_waits_for_that_budget_too_and_may_fit_when_it_is_given_back() -> None:
    """Else nobody would come back to it when the one before it is served."""
    short = refused(a_case().with_reservation(RESERVATION), Shortage(PROVINCE, fits=False))

    behind = short.asking_again().waiting_as(short, COUNTY)

    assert behind.waits_on == (PROVINCE, COUNTY)
    assert (short.fits, behind.fits) == (False, True)


def test_out_of_the_queue_nothing_of_it_is_left() -> None:
    case = replace(a_case(), queue=WAITING, turn=Turn(4, 2, (PREFECTURE,)))

    left = case.out_of_queue()

    assert (left.queue, left.turn, left.waits_on) == (None, Turn(), ())
    assert left.out_of_queue() is left


def test_another_revision_begins_its_turn_anew_whichever_of_its_facts_came_first() -> None:
    """It may have another application date, and so another place."""
    waited = replace(refused(a_case().with_reservation(RESERVATION), Shortage(PREFECTURE, fits=True)), queue=WAITING)
    amended = FilingFact(2, "a project", COUNTY, date(2026, 4, 1))

    assert absorb(waited, amended).turn == Turn()
    assert absorb(waited, amended).queue is None
    assert absorb(waited, FilingFact(1, "the same again", COUNTY, DAY)) is waited
