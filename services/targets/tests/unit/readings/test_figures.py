"""Figures: physical sums, in standard coal where the law has a factor; what it has none for is unknown, not zero."""

from datetime import date
from decimal import Decimal

import pytest

from statute.loader import PolicyBundle
from targets.domain.readings.figures import (
    Days,
    DayTally,
    FigurePeriod,
    figures_of,
    period_of,
    totals_of,
)
from targets.domain.readings.tallies import Tally

DAY = date(2026, 3, 1)


def tally(carrier: str, amount: str, unit: str, day: date = DAY) -> DayTally:
    return DayTally(carrier, day, unit, Tally(Decimal(amount), 1, 0, 0))


def test_electricity_counts_differently_on_the_two_bases_and_both_are_exact(policy: PolicyBundle) -> None:
    (figure,) = figures_of(
        [tally("electricity", "1000", "kWh"), tally("electricity", "0.5", "MWh")], FigurePeriod.DAY, policy
    )

    calorific = policy.on("energy.calorific.electricity", DAY)
    equivalent = policy.on("energy.equivalent.electricity", DAY)
    assert calorific is not None
    assert equivalent is not None
    assert (figure.tally.amount, figure.unit, figure.tally.readings) == (Decimal(1500), "kWh", 2)
    assert figure.kgce_calorific == 1500 * calorific.number
    assert figure.kgce_equivalent == 1500 * equivalent.number
    assert {citation.parameter for citation in figure.under} == {
        "energy.calorific.electricity",
        "energy.equivalent.electricity",
    }


def test_before_the_first_edition_on_file_nothing_is_converted(policy: PolicyBundle) -> None:
    (figure,) = figures_of([tally("electricity", "1000", "kWh", date(2021, 3, 31))], FigurePeriod.DAY, policy)

    assert figure.kgce_calorific is None
    assert figure.tally.amount == 1000


def test_a_month_in_which_one_day_cannot_be_converted_is_unknown_as_a_whole(policy: PolicyBundle) -> None:
    known, unknown = tally("raw_coal", "5", "t", DAY), tally("raw_coal", "5", "kWh", date(2026, 3, 2))

    figures = figures_of([known, unknown], FigurePeriod.MONTH, policy)
    (total,) = totals_of(figures)

    assert [(figure.unit, figure.kgce_calorific is None) for figure in figures] == [("kWh", True), ("kg", False)]
    assert total.unknown_calorific == ("raw_coal",)


def test_an_energy_that_the_law_does_not_know_is_apart_from_the_total(policy: PolicyBundle) -> None:
    figures = figures_of([tally("phlogiston", "3", "t"), tally("electricity", "10", "kWh")], FigurePeriod.DAY, policy)
    (total,) = totals_of(figures)

    assert [figure.carrier for figure in figures] == ["electricity", "phlogiston"]
    assert total.kgce_calorific == figures[0].kgce_calorific
    assert total.unknown_calorific == total.unknown_equivalent == ("phlogiston",)


@pytest.mark.parametrize(
    ("day", "days"),
    [
        (date(2026, 2, 28), Days(date(2026, 2, 1), date(2026, 3, 1))),
        (date(2026, 12, 31), Days(date(2026, 12, 1), date(2027, 1, 1))),
        (date(2027, 1, 1), Days(date(2027, 1, 1), date(2027, 2, 1))),
    ],
)
def test_a_month_ends_with_its_last_day(day: date, days: Days) -> None:
    assert period_of(day, FigurePeriod.MONTH) == days
