"""What a target allows: exact to the last unit."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.pace import Pace, allowed, factor, ratio, root


@pytest.mark.parametrize(
    ("number", "degree", "found"),
    [
        (0, 5, 0),
        (1, 5, 1),
        (31, 5, 1),
        (32, 5, 2),
        (33, 5, 2),
        (242, 5, 2),
        (243, 5, 3),
        (10**50, 5, 10**10),
        (7, 1, 7),
    ],
)
def test_a_root_is_the_greatest_whole_number_below(number: int, degree: int, found: int) -> None:
    assert root(number, degree) == found


@given(number=st.integers(0, 10**60), degree=st.integers(1, 7))
def test_a_root_is_exact(number: int, degree: int) -> None:
    found = root(number, degree)

    assert found**degree <= number < (found + 1) ** degree


@pytest.mark.parametrize(
    ("year", "pace", "units"),
    [
        (1, Pace.COMPOUNDING, 973_647),
        (3, Pace.COMPOUNDING, 923_006),
        (5, Pace.COMPOUNDING, 875_000),
        (1, Pace.LINEAR, 975_000),
        (3, Pace.LINEAR, 925_000),
        (5, Pace.LINEAR, 875_000),
    ],
)
def test_both_paces_end_at_the_target(year: int, pace: Pace, units: int) -> None:
    assert allowed(Fraction(1_000_000), Decimal("-12.5"), year=year, years=5, pace=pace) == units


@given(base=st.integers(0, 10**15), year=st.integers(1, 5), cents=st.integers(-9_999, 2_000))
def test_what_is_allowed_never_exceeds_the_exact_result_and_misses_it_by_less_than_one_unit(
    base: int, year: int, cents: int
) -> None:
    target = Decimal(cents) / 100

    found = allowed(Fraction(base), target, year=year, years=5, pace=Pace.COMPOUNDING)

    exact = Fraction(base) ** 5 * (1 + Fraction(target) / 100) ** year
    assert found**5 <= exact < (found + 1) ** 5


@given(parts=st.lists(st.integers(0, 10**12), min_size=1, max_size=40), year=st.integers(1, 5))
def test_regions_together_are_never_allowed_more_than_their_province(parts: list[int], year: int) -> None:
    each = [allowed(Fraction(one), Decimal("-12.5"), year=year, years=5, pace=Pace.COMPOUNDING) for one in parts]

    whole = allowed(Fraction(sum(parts)), Decimal("-12.5"), year=year, years=5, pace=Pace.COMPOUNDING)

    assert whole - len(parts) <= sum(each) <= whole


def test_what_is_computed_on_has_more_decimals_than_what_is_read() -> None:
    read = factor(Decimal("-12.5"), year=1, years=5, pace=Pace.COMPOUNDING)
    computed_on = ratio(Decimal("-12.5"), year=1, years=5, pace=Pace.COMPOUNDING)

    assert (read, computed_on) == (Decimal("0.973647"), Fraction("0.973647180615168136"))
