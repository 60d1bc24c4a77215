"""Invented projects and lots, and what is made of them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from capacity.domain.availability import Register
from capacity.domain.evaluation import Decided, Revision, evaluate
from capacity.domain.lots import Lot, LotId
from capacity.domain.replacement import FilingId, Replacement
from capacity.domain.tonnage import Tonnage, Unit
from dossier.model import Amount, Applicant, Dossier, LotUse, Product, ProjectKind, ReplacementPlan
from kernel.regions import RegionCode
from ledger.book import Book, grant
from statute.loader import PolicyBundle

DAY = date(2026, 3, 1)
HAIDONG = RegionCode("630200")


class Invented:
    """Makes invented things: a clinker line of 4,000 t/d in Qinghai on a lot of 10,000 t/d, unless told otherwise."""

    def __init__(self, policy: PolicyBundle) -> None:
        self._policy = policy

    @staticmethod
    def lot(
        id_: str = "lot-a",
        tonnes: int = 10_000,
        *,
        product: str = "clinker",
        unit: Unit = Unit.TONNES_PER_DAY,
        region: str = "630121",
    ) -> Lot:
        return Lot(LotId(id_), product, "虚构水泥有限公司", RegionCode(region), Tonnage(tonnes, unit))

    @staticmethod
    def register(*lots: Lot) -> Register:
        book = Book()
        for lot in lots:
            book, _ = grant(book, lot.grant, lot.account, lot.quantity.tonnes, effective_on=DAY)
        return Register({lot.id: lot for lot in lots}, book)

    @staticmethod
    def plan(quantity: str = "6000", **other: Any) -> ReplacementPlan:
        stated = {
            "publicity_date": date(2025, 1, 6),
            "restricted_or_cross_province": False,
            "same_entity_same_site": False,
            "lots": (LotUse("lot-a", Decimal(quantity)),),
        }
        return ReplacementPlan(**{**stated, **other})

    @staticmethod
    def product(capacity: str | None = "4000", unit: str = "t/d", product_id: str = "clinker") -> Product:
        return Product("熟料", product_id, None if capacity is None else Amount(Decimal(capacity), unit))

    def dossier(self, **other: Any) -> Dossier:
        stated = {
            "project_name": "【虚构】熟料项目",
            "applicant": Applicant("虚构水泥有限公司"),
            "region": HAIDONG,
            "kind": ProjectKind.NEW_BUILD,
            "application_date": date(2025, 3, 3),
            "industry_codes": ("3011",),
            "products": (self.product(),),
            "replacement": self.plan(),
        }
        return Dossier(**{**stated, **other})

    def decide(
        self,
        dossier: Dossier,
        register: Register | None = None,
        *,
        filing: str = "f-1",
        revision: int = 1,
        known: Replacement | None = None,
    ) -> Decided:
        asked = Revision(FilingId(filing), revision, dossier)
        return evaluate(asked, known, register or self.register(self.lot()), self._policy, on=DAY)


@pytest.fixture(scope="session")
def invented(policy: PolicyBundle) -> Invented:
    return Invented(policy)
