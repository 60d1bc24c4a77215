"""Seeded dossiers, spread as real ones are: listed products and others, figures on both sides of every line, gaps."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from dossier.model import (
    Applicant,
    Dossier,
    EnergyFlow,
    EnergyUse,
    Equipment,
    Fact,
    FlowUse,
    PriorOpinion,
    ProcessEmission,
    Product,
    ProjectKind,
    UnitEnergy,
)
from kernel.regions import RegionCode
from statute.access.law import AccessStandard
from statute.law import CatalogueProduct, FactDefinition
from statute.loader import PolicyBundle
from statute.parameter import Parameter

FIRST_DAY = date(2021, 1, 1)
LAST_DAY = date(2026, 12, 31)
FACT_STATED = 0.4
FACT_VALUES = 6
APPLICANTS = tuple(Applicant(f"虚构企业{number}") for number in range(50))

AROUND = tuple(Decimal(share) for share in ("0.2", "0.7", "0.999", "1", "1.001", "1.3", "4"))
"""Where a yearly amount lies beside a line of the law."""
BESIDE = tuple(Decimal(share) for share in ("0.8", "0.95", "0.999", "1", "1.001", "1.05", "1.3"))
"""Where energy per unit lies beside a level."""

KINDS = (
    *[ProjectKind.NEW_BUILD] * 6,
    *[ProjectKind.EXPANSION] * 2,
    ProjectKind.REBUILD,
    ProjectKind.TECHNICAL_RENOVATION,
)


def dossiers(count: int, seed: int, policy: PolicyBundle) -> Iterator[Dossier]:
    """The same ones for the same seed and law."""
    maker = _Maker(seed, policy)
    return (maker.dossier(number) for number in range(count))


class _Maker:
    def __init__(self, seed: int, policy: PolicyBundle) -> None:
        self._chance = random.Random(seed)
        products = {p.id: p for c in policy.catalogues for i in c.industries for p in i.products}
        self._products = list(products.values())
        self._classes = sorted({code for product in self._products for code in product.classes})
        self._standards = {product.id: policy.standards_of(product.id) for product in self._products}
        self._regions = [region.code for region in policy.regions.values() if not region.statistical_only]
        self._carriers = [(name, p.unit.partition("/")[2]) for name, p in _under("energy.calorific.", policy)]
        self._processes = [name for name, _ in _under("co2.process.", policy)]
        self._facts = {
            of: [self._pool(f) for f in policy.facts.values() if f.of == of] for of in ("project", "product")
        }
        self._lines = {
            unit: [version.number for p in _lines(policy, unit) for version in p.versions if version.value is not None]
            for unit in ("tce/a", "kWh/a", "t/a")
        }

    def dossier(self, number: int) -> Dossier:
        chance = self._chance
        made = chance.choices(self._products, k=chance.choice((1, 1, 1, 2, 3)))
        kind = None if self._gap(0.03) else chance.choice(KINDS)
        renewed = kind is not None and kind is not ProjectKind.NEW_BUILD
        return Dossier(
            project_name=f"虚构项目 {number}",
            applicant=chance.choice(APPLICANTS),
            region=RegionCode(chance.choice(self._regions)),
            kind=kind,
            application_date=None if self._gap(0.02) else self._day(FIRST_DAY, LAST_DAY),
            industry_codes=() if self._gap(0.03) else tuple(dict.fromkeys(self._class_of(one) for one in made)),
            products=() if self._gap(0.02) else tuple(self._product(one) for one in made),
            energy=self._energy(),
            energy_before=self._energy() if renewed and not self._gap(0.4) else None,
            process_emissions=tuple(self._emission() for _ in range(chance.choice((0, 0, 0, 1)))),
            annual_co2_t=None if self._gap(0.3) else Decimal(chance.randrange(100, 2_000_000)),
            equipment=tuple(self._equipment(n) for n in range(chance.choice((0, 1, 2, 4)))),
            facts=self._some(self._facts["project"]),
            prior_opinion=self._opinion() if self._gap(0.1) else None,
            nationally_planned=chance.choice((None, True, False)),
        )

    def _gap(self, share: float) -> bool:
        return self._chance.random() < share

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self._chance.randint(0, (last - first).days))

    def _class_of(self, product: CatalogueProduct) -> str:
        right = product.classes and not self._gap(0.1)
        return self._chance.choice(product.classes if right else self._classes)

    def _product(self, product: CatalogueProduct) -> Product:
        return Product(
            name=product.name.zh,
            product_id="" if self._gap(0.05) else product.id,
            unit_energy=tuple(self._unit_energy(s) for s in self._standards[product.id] if not self._gap(0.25)),
            facts=self._some(self._facts["product"]),
        )

    def _unit_energy(self, standard: AccessStandard) -> UnitEnergy:
        levels = [v.number for level in standard.levels.values() for v in level.versions if v.value is not None]
        value = self._chance.choice(levels) * self._chance.choice(BESIDE) if levels else Decimal(100)
        return UnitEnergy(standard.id, value, standard.unit)

    def _energy(self) -> EnergyUse:
        chance = self._chance
        tce = None if self._gap(0.08) else chance.choice(self._lines["tce/a"]) * chance.choice(AROUND)
        known = tce if tce is not None else Decimal(chance.choice(self._lines["tce/a"]))
        # About 8,000 kWh are a tonne of standard coal, so that most inputs fit within their total.
        return EnergyUse(
            tce_calorific=tce,
            tce_equivalent=None if self._gap(0.3) else known * Decimal(chance.randint(10, 25)) / 10,
            electricity_kwh=None if self._gap(0.2) else known * chance.randint(0, 8_500),
            coal_t=None if self._gap(0.3) else known * Decimal(chance.randint(0, 13)) / 10,
            flows=tuple(self._flow(known) for _ in range(chance.choice((0, 0, 1, 3)))),
        )

    def _flow(self, tce: Decimal) -> EnergyFlow:
        carrier, per = self._chance.choice(self._carriers)
        unit = "t" if per == "kg" else per
        return EnergyFlow(carrier, self._chance.choice(tuple(FlowUse)), tce * self._chance.randint(1, 100) / 10, unit)

    def _emission(self) -> ProcessEmission:
        return ProcessEmission(self._chance.choice(self._processes), Decimal(self._chance.randrange(1_000, 3_000_000)))

    def _equipment(self, number: int) -> Equipment:
        grade = self._chance.choice((None, 1, 2, 3))
        return Equipment(f"设备 {number}", grade, self._chance.choice((None, True, False)))

    def _opinion(self) -> PriorOpinion:
        issued = self._day(FIRST_DAY, LAST_DAY)
        return PriorOpinion(
            document_number="虚构〔2021〕1号",
            issue_date=issued,
            construction_start_date=None if self._gap(0.4) else issued + timedelta(days=self._chance.randint(0, 1_200)),
            approved_tce=self._chance.choice(self._lines["tce/a"]),
        )

    def _pool(self, fact: FactDefinition) -> list[Fact]:
        if fact.holds == "yes_no":
            return [Fact(fact.id, "yes"), Fact(fact.id, "no")]
        if fact.holds == "word":
            return [Fact(fact.id, word) for word in fact.words]
        return [Fact(fact.id, str(Decimal(self._chance.randint(0, 400)) / 100)) for _ in range(FACT_VALUES)]

    def _some(self, pools: list[list[Fact]]) -> tuple[Fact, ...]:
        return tuple(self._chance.choice(pool) for pool in pools if self._gap(FACT_STATED))


def _under(prefix: str, policy: PolicyBundle) -> Iterator[tuple[str, Parameter]]:
    """The parameters of one family by their own names; not what belongs to one of them (`natural_gas.low`)."""
    for parameter in policy.parameters.values():
        name = parameter.id.removeprefix(prefix)
        if name != parameter.id and "." not in name:
            yield name, parameter


def _lines(policy: PolicyBundle, unit: str) -> Iterator[Parameter]:
    return (p for p in policy.parameters.values() if p.id.startswith("review.") and p.unit == unit)
