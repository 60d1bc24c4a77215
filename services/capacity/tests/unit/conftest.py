"""Invented projects and lots, and what is made of them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import pytest

from capacity.domain.availability import Register
from capacity.domain.evaluation import Decided, Revision, evaluate
from capacity.domain.evidence import EvidenceKind, LotEvidence
from capacity.domain.lots import Equipment, Lot, LotId
from capacity.domain.plan import Plan, PlanStep, PlanStepKind
from capacity.domain.replacement import FilingId, Replacement
from capacity.domain.tonnage import Tonnage, Unit
from capacity.domain.utilisation import Sector, YearFigure
from dossier.model import Amount, Applicant, Dossier, Fact, LotUse, Product, ProjectKind, ReplacementPlan
from kernel.regions import RegionCode
from ledger.book import Book
from statute.loader import PolicyBundle

DAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
HAIDONG = RegionCode("630200")

CLEAN: Final = {
    "clinker": ("inefficiently_run", "below_baseline", "past_elimination_date", "subsidised_exit"),
    "steel": (
        "reduction_task", "subsidised_exit", "ground_bar_steel", "outdated", "zombie_not_restructured",
        "non_steel_smelting", "idle",
    ),
}  # fmt: skip
"""What has to be answered with no, by industry."""


class Invented:
    """Makes invented things: a clinker line of 4,000 t/d in Qinghai on a lot of 10,000 t/d, unless told otherwise."""

    def __init__(self, policy: PolicyBundle) -> None:
        self._policy = policy

    @staticmethod
    def clean(industry: str = "clinker", **other: str) -> tuple[Fact, ...]:
        """Facts of a lot that may be used, but for `other`; an empty answer leaves the fact out."""
        stated = dict.fromkeys(CLEAN[industry], "no")
        if industry == "steel":
            stated["steel_capacity_origin"] = "list_of_2016"
        return tuple(Fact(name, value) for name, value in {**stated, **other}.items() if value)

    @staticmethod
    def fact(name: str, value: str) -> Fact:
        return Fact(name, value)

    @staticmethod
    def figures(*outputs: int) -> dict[int, YearFigure]:
        """Of a province with 10,000 t/a of kilns, by year, from 2022 on; the plan of the tests is of 2025."""
        sector = Sector("clinker", RegionCode("630000"))
        years = enumerate(outputs, 2022)
        return {year: YearFigure(sector, year, 10_000, output, "虚构统计", NOW) for year, output in years}

    @staticmethod
    def lot(
        id_: str = "lot-a",
        tonnes: int = 10_000,
        *,
        product: str = "clinker",
        unit: Unit = Unit.TONNES_PER_DAY,
        region: str = "630121",
        facts: tuple[Fact, ...] | None = None,
        equipment: tuple[Equipment, ...] = (),
    ) -> Lot:
        stated = Invented.clean() if facts is None else facts
        quantity = Tonnage(tonnes, unit)
        return Lot(
            LotId(id_), product, "虚构水泥有限公司", RegionCode(region), quantity, facts=stated, equipment=equipment
        )

    @staticmethod
    def register(*lots: Lot) -> Register:
        book = Book()
        for lot in lots:
            book.apply(lot.grant(DAY))
        return Register({lot.id: lot for lot in lots}, book)

    @staticmethod
    def evidence(kind: EvidenceKind, day: date, *facts: Fact) -> LotEvidence:
        return LotEvidence(kind, day, "虚构文件", NOW, facts)

    @staticmethod
    def step(kind: str, day: date) -> PlanStep:
        return PlanStep(PlanStepKind(kind), day, "虚构文件", NOW)

    def way(self, **days: date) -> Plan:
        """A plan with steps by their words, in the order given."""
        return Plan(tuple(self.step(kind, day) for kind, day in days.items()))

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
            "facts": (Fact("replacement_plan_announced", "yes"),),
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
        on: date = DAY,
    ) -> Decided:
        asked = Revision(FilingId(filing), revision, dossier)
        return evaluate(asked, known, register or self.register(self.lot()), self._policy, on=on)

    def take(self, dossier: Dossier, register: Register, **other: Any) -> Decided:
        """As `decide`, and done in the register's book."""
        decided = self.decide(dossier, register, **other)
        register.book.apply_linked(decided.operations)
        return decided

    @staticmethod
    def on_the_way(register: Register, plan: Plan) -> Register:
        return replace(register, plan=plan)


@pytest.fixture(scope="session")
def invented(policy: PolicyBundle) -> Invented:
    return Invented(policy)
