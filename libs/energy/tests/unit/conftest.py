"""Factors under an invented document, and the law as shipped."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from energy.factors import Factor
from energy.flow import Flow, Use
from kernel.quantities import Basis, Quantity
from kernel.text import Text
from statute.finding import Citation
from statute.inforce import Law
from statute.loader import PolicyBundle, load_bundle

MakeFactor = Callable[..., Factor]
MakeFlow = Callable[..., Flow]


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


@pytest.fixture(scope="session")
def policy() -> PolicyBundle:
    return load_bundle("qinghai")


@pytest.fixture(scope="session")
def law(policy: PolicyBundle) -> Law:
    return policy.at(date(2026, 3, 2))


@pytest.fixture(scope="session")
def flow() -> MakeFlow:
    def make(carrier: str, use: str, amount: str, unit: str, ncv: str | None = None) -> Flow:
        measured = None if ncv is None else Decimal(ncv)
        return Flow(carrier, Use(use), Quantity(Decimal(amount), unit), measured)

    return make
