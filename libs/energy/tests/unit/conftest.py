"""Factors under an invented document, so that no figure of the law stands in these tests."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from energy.factors import Factor
from kernel.quantities import Basis
from kernel.text import Text
from statute.finding import Citation

MakeFactor = Callable[..., Factor]


def a_citation(verification: str = "confirmed", until: date | None = None) -> Citation:
    return Citation(
        parameter="energy.calorific.peat",
        document="虚构标准",
        article="",
        value="0.5",
        unit="kgce/kg (当量)",
        in_force_from=date(2020, 1, 1),
        until=until,
        verification=verification,
        kind="figure",
        source="own",
    )


@pytest.fixture(scope="session")
def factor() -> MakeFactor:
    def make(
        kgce: Decimal | str = "0.5",
        per: str = "kg",
        basis: Basis = Basis.CALORIFIC,
        verification: str = "confirmed",
    ) -> Factor:
        return Factor(Text("泥炭", "peat"), Decimal(kgce), per, basis, a_citation(verification))

    return make
