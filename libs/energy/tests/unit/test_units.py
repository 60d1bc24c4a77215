"""Amounts in another unit of the same kind."""

from decimal import Decimal, Inexact

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.units import KGCE, TCE, in_unit
from kernel.quantities import Basis, Quantity, UnitMismatch

thousandths = st.integers(-(10**24), 10**24).map(lambda number: Decimal(number).scaleb(-3))


@pytest.mark.parametrize(
    ("amount", "unit", "expected"), [("1.234", "kg", "1234"), ("0", "kg", "0"), ("1.234", "t", "1.234")]
)
def test_a_tonne_is_a_thousand_kilogrammes(amount: str, unit: str, expected: str) -> None:
    assert in_unit(Quantity(Decimal(amount), "t"), unit) == Quantity(Decimal(expected), unit)


@given(value=thousandths, basis=st.sampled_from(Basis))
def test_there_and_back_is_the_same_amount_on_the_same_basis(value: Decimal, basis: Basis) -> None:
    amount = Quantity(value, TCE, basis)

    assert in_unit(in_unit(amount, KGCE), TCE) == amount


@pytest.mark.parametrize("unit", ["kWh", "kgce", "m3"])
def test_units_of_another_kind_never_meet(unit: str) -> None:
    with pytest.raises(UnitMismatch, match=unit):
        in_unit(Quantity(Decimal(1), "t"), unit)


def test_an_amount_too_wide_to_be_exact_is_refused_and_not_rounded() -> None:
    with pytest.raises(Inexact):
        in_unit(Quantity(Decimal("1" * 29), "t"), "kg")
