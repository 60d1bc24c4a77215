"""A factor by the day, from the law's own parameters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from energy.factors import Factor, factor_on
from kernel.quantities import Basis
from kernel.text import Text
from statute.parameter import Parameter, Version

FIRST, LAST, AFTER = date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1)


def parameter(factor: Factor, unit: str = "kgce/kg", basis: str = "当量") -> Parameter:
    version = Version(factor.kgce, replace(factor.citation, until=AFTER))
    return Parameter("energy.calorific.peat", Text("泥炭", "peat"), unit, basis, (version,))


@pytest.mark.parametrize(("day", "held"), [(date(2019, 12, 31), False), (FIRST, True), (LAST, True), (AFTER, False)])
def test_a_factor_converts_only_while_its_edition_is_in_force(
    factor: Callable[..., Factor], day: date, held: bool
) -> None:
    assert (factor_on(parameter(factor()), day) is not None) is held


def test_a_factor_keeps_name_unit_basis_and_document(factor: Callable[..., Factor]) -> None:
    found = factor_on(parameter(factor("0.25"), "kgce/m3", "等价"), FIRST)

    assert found is not None
    assert (found.name.en, found.kgce, found.per, found.basis) == ("peat", Decimal("0.25"), "m3", Basis.EQUIVALENT)
    assert found.citation.document == "虚构标准"


@pytest.mark.parametrize(("unit", "basis"), [("t/a", "当量"), ("kgce", "当量"), ("kgce/kg", ""), ("kgce/", "当量")])
def test_a_parameter_that_is_no_factor_is_refused(factor: Callable[..., Factor], unit: str, basis: str) -> None:
    with pytest.raises(ValueError, match="no factor to kgce"):
        factor_on(parameter(factor(), unit, basis), FIRST)
