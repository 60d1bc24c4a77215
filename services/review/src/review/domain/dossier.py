"""What a review looks at of a project. None and empty mean: not stated; nothing is ever guessed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

from kernel.text import Text


class ProjectKind(Enum):
    """建设性质, by the statute's words."""

    NEW_BUILD = "new_build"
    REBUILD = "rebuild"
    EXPANSION = "expansion"
    TECHNICAL_RENOVATION = "technical_renovation"


KIND_NAMES: Final = {
    ProjectKind.NEW_BUILD: Text(zh="新建", en="new build"),
    ProjectKind.REBUILD: Text(zh="改建", en="rebuilding"),
    ProjectKind.EXPANSION: Text(zh="扩建", en="expansion"),
    ProjectKind.TECHNICAL_RENOVATION: Text(zh="技术改造", en="technical renovation"),
}


@dataclass(frozen=True, slots=True)
class UnitEnergy:
    """Energy per unit of product, answering to one access standard. Negative where a process gives energy back."""

    standard: str
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Product:
    """One main product; `product_id` is its id in the two-high catalogue, empty when the catalogue has none for it."""

    name: str
    product_id: str = ""
    unit_energy: tuple[UnitEnergy, ...] = ()


@dataclass(frozen=True, slots=True)
class EnergyUse:
    """A year's energy after completion: tce on the basis named, kWh, tonnes of coal; at most three decimals."""

    tce_calorific: Decimal | None = None
    tce_equivalent: Decimal | None = None
    electricity_kwh: Decimal | None = None
    coal_t: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    kind: ProjectKind | None = None
    application_date: date | None = None
    industry_codes: tuple[str, ...] = ()
    products: tuple[Product, ...] = ()
    energy: EnergyUse = EnergyUse()
