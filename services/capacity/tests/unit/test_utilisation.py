"""How far a sector uses its capacity: exact, corrected by later records, and without a level nobody has set."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.domain.utilisation import OvercapacityLevel, look_at, mean_before, newest, rounded
from statute.loader import PolicyBundle

DAY = date(2025, 6, 2)


@pytest.mark.parametrize(
    ("rate", "written"),
    [
        (Fraction(1, 3), "0.3333"),
        (Fraction(2, 3), "0.6667"),
        # Exactly between two: to the even one.
        (Fraction(12345, 100_000), "0.1234"),
        (Fraction(12355, 100_000), "0.1236"),
        (Fraction(123450001, 1_000_000_000), "0.1235"),
        (Fraction(1), "1"),
        (Fraction(11, 10), "1.1"),
        (Fraction(0), "0"),
    ],
)
def test_a_rate_is_written_to_four_places_halves_to_even(rate: Fraction, written: str) -> None:
    assert rounded(rate, 4) == Decimal(written)


@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_what_is_written_is_never_further_from_the_rate_than_half_a_place(output: int, capacity: int) -> None:
    rate = Fraction(output, capacity)

    assert abs(Fraction(rounded(rate, 4)) - rate) <= Fraction(1, 20_000)


def test_the_mean_is_that_of_the_three_years_before_and_exact(invented: Any, policy: PolicyBundle) -> None:
    mean = mean_before(invented.figures(1, 2, 4), DAY, policy)

    assert (mean.years, mean.missing) == ((2022, 2023, 2024), ())
    assert mean.rate == Fraction(7, 30_000)
    assert {citation.parameter for citation in mean.under} == {
        "capacity.clinker.import_limit.years",
        "capacity.clinker.import_limit.mean",
    }


def test_a_missing_year_is_not_taken_as_zero(invented: Any, policy: PolicyBundle) -> None:
    mean = mean_before(invented.figures(1, 2), DAY, policy)

    assert (mean.rate, mean.missing) == (None, (2024,))


@pytest.mark.parametrize(("day", "years"), [(date(2024, 10, 31), ()), (date(2024, 11, 1), (2021, 2022, 2023))])
def test_before_the_measures_of_2024_the_law_looks_at_no_years(
    day: date, years: tuple[int, ...], invented: Any, policy: PolicyBundle
) -> None:
    assert mean_before(invented.figures(1, 2), day, policy).years == years


def test_a_later_record_of_a_year_corrects_it(invented: Any, policy: PolicyBundle) -> None:
    (year, first), *_ = invented.figures(4_000).items()
    corrected = replace(first, output=4_500, version=2)

    assert newest([corrected, first]) == {year: corrected}
    shown = look_at([first, corrected], DAY, policy)
    assert [(figure.year, figure.output) for figure in shown.figures] == [(2022, 4_500)]


def test_a_warning_level_is_not_invented(invented: Any, policy: PolicyBundle) -> None:
    seen = look_at(list(invented.figures(1, 1, 1).values()), DAY, policy)

    assert seen.mean.rate == Fraction(1, 10_000)
    assert seen.level is OvercapacityLevel.UNKNOWN
    assert "未载明" in seen.because.zh
    assert "not_found" in {citation.verification for citation in seen.under}


def test_a_year_that_lies_ahead_of_the_day_is_not_shown(invented: Any, policy: PolicyBundle) -> None:
    seen = look_at(list(invented.figures(1, 2, 3, 4, 5).values()), DAY, policy)

    assert [figure.year for figure in seen.figures] == [2025, 2024, 2023, 2022]
