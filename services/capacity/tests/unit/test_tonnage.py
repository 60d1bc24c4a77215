"""Whole tonnes, exactly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.domain.tonnage import SPELLINGS, Tonnage, Unit, tonnage
from kernel.text import Text


@pytest.mark.parametrize(
    ("value", "spelling", "tonnes", "unit"),
    [
        ("4000", "t/d", 4_000, Unit.TONNES_PER_DAY),
        ("4000.000", "t/d", 4_000, Unit.TONNES_PER_DAY),
        ("1", "t/a", 1, Unit.TONNES_PER_YEAR),
        ("50", "10kt/a", 500_000, Unit.TONNES_PER_YEAR),
        ("3.82", "10kt/a", 38_200, Unit.TONNES_PER_YEAR),
        ("0.0001", "10kt/a", 1, Unit.TONNES_PER_YEAR),
        ("9999999999999999.9999", "10kt/a", 99_999_999_999_999_999_999, Unit.TONNES_PER_YEAR),
    ],
)
def test_every_unit_is_counted_in_whole_tonnes(value: str, spelling: str, tonnes: int, unit: Unit) -> None:
    assert tonnage(Decimal(value), spelling) == Tonnage(tonnes, unit)


@pytest.mark.parametrize(
    ("value", "spelling"),
    [
        ("0", "t/d"),
        ("-1", "t/d"),
        ("4000.5", "t/d"),
        ("0.00005", "10kt/a"),
        ("1.000000001", "t/a"),
        ("9999999999999999.000000001", "10kt/a"),
    ],
)
def test_nothing_and_a_fraction_of_a_tonne_are_told_in_both_languages(value: str, spelling: str) -> None:
    problem = tonnage(Decimal(value), spelling)

    assert isinstance(problem, Text)
    assert spelling in problem.zh
    assert spelling in problem.en


@given(tonnes=st.integers(1, 10**15), spelling=st.sampled_from(sorted(SPELLINGS)))
def test_a_tonnage_written_in_any_unit_is_read_back_exactly(tonnes: int, spelling: str) -> None:
    unit, each = SPELLINGS[spelling]

    assert tonnage(Decimal(tonnes) / Decimal(each), spelling) == Tonnage(tonnes, unit)
