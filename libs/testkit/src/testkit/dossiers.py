"""Dossiers for tests of pure rules: a clinker line of nobody, with what a test changes of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from dossier.model import Applicant, Dossier, EnergyUse, Fact, Product, ProjectKind, UnitEnergy
from kernel.regions import RegionCode

CREDIT_CODE: Final = "91632801MA7T0X1K6P"
"""A synthetic code with a right check character; it belongs to nobody."""

_PLAIN: Final = Dossier(
    project_name="【虚构】水泥熟料生产线",
    applicant=Applicant("虚构示例企业", CREDIT_CODE),
    region=RegionCode("632801"),
    kind=ProjectKind.NEW_BUILD,
    application_date=date(2026, 3, 2),
    industry_codes=("3011",),
    products=(Product("水泥熟料", "clinker"),),
)


def dossier(**changes: Any) -> Dossier:
    """A dossier with `changes` in its fields; `kind=None` and the like leave a field unstated."""
    return replace(_PLAIN, **changes)


def energy(
    tce: str | None = None, kwh: str | None = None, coal: str | None = None, equivalent: str | None = None
) -> EnergyUse:
    """A year's amounts as they would be written."""
    return EnergyUse(_number(tce), _number(equivalent), _number(kwh), _number(coal))


def product(product_id: str, name: str = "产品", /, *indicators: tuple[str, str, str], **facts: str) -> Product:
    """A product with its indicators, each standard, value and unit, and its facts."""
    stated = tuple(UnitEnergy(standard, Decimal(value), unit) for standard, value, unit in indicators)
    return Product(name, product_id, unit_energy=stated, facts=facts_of(**facts))


def facts_of(**facts: str) -> tuple[Fact, ...]:
    return tuple(Fact(name, value) for name, value in facts.items())


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
