from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.quantities import Basis, Quantity, UnitMismatch, exact, plain

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**12), max_value=10**12)


def tce(value: str, basis: Basis = Basis.CALORIFIC) -> Quantity:
    return Quantity(Decimal(value), "tce", basis)


def test_amounts_of_one_unit_and_basis_add_and_compare_exactly() -> None:
    assert tce("0.1") + tce("0.2") == tce("0.3")
    assert tce("0.3") - tce("0.1") == tce("0.2")
    assert tce("9999.999") < tce("10000") <= tce("10000")
    assert tce("10000") >= tce("9999.999")
    assert tce("10000") > tce("9999.999")


@pytest.mark.parametrize("other", [tce("1", Basis.EQUIVALENT), Quantity(Decimal(1), "tce"), Quantity(Decimal(1), "t")])
def test_amounts_of_another_unit_or_basis_never_meet(other: Quantity) -> None:
    for meet in (
        lambda: tce("1") + other,
        lambda: tce("1") - other,
        lambda: tce("1") < other,
        lambda: tce("1") <= other,
        lambda: tce("1") > other,
        lambda: tce("1") >= other,
    ):
        with pytest.raises(UnitMismatch):
            meet()
    assert tce("1") != other


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "", "abc", "1,000", "1" * 29, "1e29", "1e-29"])
def test_a_text_that_is_no_bounded_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"number|digits"):
        exact(text)


@given(DECIMALS)
def test_a_number_is_written_in_one_way_and_comes_back(number: Decimal) -> None:
    written = plain(number)
    assert exact(written) == number
    assert plain(exact(written)) == written
    assert "E" not in written


@pytest.mark.parametrize(
    ("number", "written"),
    [("-0", "0"), ("0.000", "0"), ("1.500", "1.5"), ("100", "100"), ("1E+3", "1000"), ("-30", "-30")],
)
def test_trailing_zeros_exponents_and_the_negative_zero_go(number: str, written: str) -> None:
    assert plain(Decimal(number)) == written


def test_an_amount_says_its_unit_and_basis() -> None:
    assert str(tce("1.50")) == "1.5 tce (当量)"
    assert str(Quantity(Decimal(-30), "kgce/t")) == "-30 kgce/t"
