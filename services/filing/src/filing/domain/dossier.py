"""What an applicant states about a project. None and empty mean: not stated; nothing is ever guessed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from kernel.regions import RegionCode


class ProjectKind(Enum):
    """建设性质."""

    NEW_BUILD = "new_build"
    REBUILD = "rebuild"
    EXPANSION = "expansion"
    TECHNICAL_RENOVATION = "technical_renovation"


@dataclass(frozen=True, slots=True)
class Applicant:
    name: str
    credit_code: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class UnitEnergy:
    """Energy per unit of product, answering to one access standard. May be negative."""

    standard: str
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Product:
    name: str
    product_id: str = ""
    capacity: Amount | None = None
    unit_energy: tuple[UnitEnergy, ...] = ()


@dataclass(frozen=True, slots=True)
class EnergyUse:
    """A year's energy after completion: tce on the basis named, kWh, and physical tonnes of coal."""

    tce_calorific: Decimal | None = None
    tce_equivalent: Decimal | None = None
    electricity_kwh: Decimal | None = None
    coal_t: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LotUse:
    lot: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class ReplacementPlan:
    publicity_date: date | None = None
    restricted_or_cross_province: bool | None = None
    same_entity_same_site: bool | None = None
    lots: tuple[LotUse, ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    project_name: str
    applicant: Applicant
    region: RegionCode
    project_code: str = ""
    kind: ProjectKind | None = None
    application_date: date | None = None
    industry_codes: tuple[str, ...] = ()
    products: tuple[Product, ...] = ()
    energy: EnergyUse = EnergyUse()
    replacement: ReplacementPlan | None = None
    nationally_planned: bool | None = None
    remark: str = ""
