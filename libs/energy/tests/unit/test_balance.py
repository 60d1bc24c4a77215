"""Lines and totals in standard coal."""

from collections.abc import Callable
from decimal import Decimal, Inexact
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from energy.balance import Balance, Line, converted
from energy.factors import Factor
from kernel.quantities import Basis, Quantity, UnitMismatch

MakeFactor = Callable[..., Factor]

amounts = st.integers(0, 10**15).map(lambda thousandths: Decimal(thousandths).scaleb(-3))
coefficients = st.integers(1, 99_999).map(lambda number: Decimal(number).scaleb(-4))
drawn_lines = st.lists(st.tuples(amounts, coefficients, st.sampled_from(Basis)), max_size=6)
with_factor = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def tonnes(value: str) -> Quantity:
    return Quantity(Decimal(value), "t")


def test_tonnes_are_converted_by_a_factor_for_kilogrammes(factor: MakeFactor) -> None:
    line = converted(tonnes("2.5"), factor("0.5"))

    assert line.amount == Quantity(Decimal(2500), "kg")
    assert line.standard_coal == Quantity(Decimal(1250), "kgce", Basis.CALORIFIC)


@pytest.mark.parametrize(
    ("verification", "zh", "en"), [("confirmed", "已核验", "verified"), ("unverified", "未核验", "not")]
)
def test_a_line_shows_its_sum_and_what_it_stands_on(factor: MakeFactor, verification: str, zh: str, en: str) -> None:
    text = converted(tonnes("2.5"), factor(verification=verification)).text

    assert text.zh == f"泥炭 2500 kg × 0.5 kgce/kg = 1250 kgce (当量) [虚构标准, 自 2020-01-01 起, {zh}]"
    assert text.en.startswith("peat 2500 kg × 0.5 kgce/kg = 1250 kgce (当量) [虚构标准, from 2020-01-01, " + en)


def test_an_amount_in_another_unit_has_no_line(factor: MakeFactor) -> None:
    with pytest.raises(UnitMismatch):
        converted(Quantity(Decimal(1), "kWh"), factor())
    with pytest.raises(UnitMismatch):
        Line(tonnes("1"), factor())


def test_what_is_standard_coal_already_is_not_converted_again(factor: MakeFactor) -> None:
    with pytest.raises(UnitMismatch, match="not a physical amount"):
        converted(Quantity(Decimal(1), "kg", Basis.CALORIFIC), factor())


def test_a_basis_without_lines_has_no_total(factor: MakeFactor) -> None:
    balance = Balance((converted(tonnes("0"), factor()),))

    assert balance.total(Basis.CALORIFIC) == Quantity(Decimal(0), "kgce", Basis.CALORIFIC)
    assert balance.total(Basis.EQUIVALENT) is None


@with_factor
@given(drawn=drawn_lines)
def test_a_total_is_the_exact_sum_of_its_own_basis(
    factor: MakeFactor, drawn: list[tuple[Decimal, Decimal, Basis]]
) -> None:
    balance = Balance(tuple(converted(Quantity(a, "t"), factor(c, basis=b)) for a, c, b in drawn))

    for basis in Basis:
        total = balance.total(basis)
        parts = [Fraction(a) * 1000 * Fraction(c) for a, c, b in drawn if b is basis]
        assert (None if total is None else Fraction(total.value)) == (sum(parts) if parts else None)
        assert total is None or (total.unit, total.basis) == ("kgce", basis)


@with_factor
@given(drawn=drawn_lines, data=st.data())
def test_the_order_of_lines_does_not_matter(
    factor: MakeFactor, drawn: list[tuple[Decimal, Decimal, Basis]], data: st.DataObject
) -> None:
    lines = tuple(converted(Quantity(a, "t"), factor(c, basis=b)) for a, c, b in drawn)
    shuffled = tuple(data.draw(st.permutations(lines)))

    assert [Balance(lines).total(basis) for basis in Basis] == [Balance(shuffled).total(basis) for basis in Basis]


def test_totals_on_different_bases_never_meet(factor: MakeFactor) -> None:
    balance = Balance(tuple(converted(tonnes("1"), factor(basis=basis)) for basis in Basis))
    calorific, equivalent = balance.total(Basis.CALORIFIC), balance.total(Basis.EQUIVALENT)

    assert calorific is not None
    assert equivalent is not None
    with pytest.raises(UnitMismatch):
        calorific + equivalent
    with pytest.raises(UnitMismatch):
        _ = calorific < equivalent


def test_a_line_or_total_too_wide_to_be_exact_is_refused_and_not_rounded(factor: MakeFactor) -> None:
    with pytest.raises(Inexact):
        _ = Line(Quantity(Decimal("1" * 28), "kg"), factor("0.33")).standard_coal
    lines = (Line(Quantity(Decimal("9" * 28), "kg"), factor("1")), Line(Quantity(Decimal("0.1"), "kg"), factor("1")))
    with pytest.raises(Inexact):
        Balance(lines).total(Basis.CALORIFIC)
