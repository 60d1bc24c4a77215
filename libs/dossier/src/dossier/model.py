"""What an applicant states about a project. None and empty mean: not stated; nothing is ever guessed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

from kernel.quantities import plain
from kernel.regions import RegionCode
from kernel.text import Text


class ProjectKind(Enum):
    """建设性质, by the statute's words."""

    NEW_BUILD = "new_build"
    REBUILD = "rebuild"
    EXPANSION = "expansion"
    TECHNICAL_RENOVATION = "technical_renovation"

    # There is one object of each: its own hash is written in C, that of an enum in Python.
    __hash__ = object.__hash__


KIND_NAMES: Final = {
    ProjectKind.NEW_BUILD: Text("新建", "new build"),
    ProjectKind.REBUILD: Text("改建", "rebuilding"),
    ProjectKind.EXPANSION: Text("扩建", "expansion"),
    ProjectKind.TECHNICAL_RENOVATION: Text("技术改造", "technical renovation"),
}


class FlowUse(Enum):
    """What becomes of a flow of energy at the project's boundary (GB/T 2589)."""

    FUEL = "fuel"
    """Bought or taken from nature, and used as fuel or power."""
    FEEDSTOCK = "feedstock"
    """原料用能: bought, and used as raw material."""
    OWN_RENEWABLE = "own_renewable"
    """Power made inside from wind, sun or water: no fuel of it counts anywhere else."""
    INTERNAL = "internal"
    """Made inside out of what is counted already, and used inside: shown, never added."""
    SOLD = "sold"
    """外供: made inside and delivered outside as energy."""

    # As ProjectKind's.
    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class Applicant:
    name: str
    credit_code: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    value: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{plain(self.value)} {self.unit}"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a rule of law asks about a project or a product; the policy bundle lists them (`facts`).

    `value` is a plain number in the fact's own unit, `yes` or `no`, or one of the fact's words.
    """

    fact: str
    value: str


@dataclass(frozen=True, slots=True)
class UnitEnergy:
    """Energy per unit of product, answering to one indicator. Negative where a process gives energy back."""

    standard: str
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Product:
    """One main product; `product_id` is its id in the two-high catalogue, empty when the catalogue has none for it."""

    name: str
    product_id: str = ""
    capacity: Amount | None = None
    unit_energy: tuple[UnitEnergy, ...] = ()
    facts: tuple[Fact, ...] = ()

    def fact(self, name: str) -> str | None:
        """None: not stated."""
        return _stated(self.facts, name)


@dataclass(frozen=True, slots=True)
class EnergyFlow:
    """One carrier's yearly amount in a physical unit.

    `measured_ncv_kj`: the measured 低位发热量 in kJ for each of the carrier's own unit; it comes before the table's.
    """

    carrier: str
    use: FlowUse
    amount: Decimal
    unit: str
    measured_ncv_kj: Decimal | None = None


@dataclass(frozen=True, slots=True)
class EnergyUse:
    """A year's energy: tce on the basis named, kWh, physical tonnes of coal, and the flows that they are made of."""

    tce_calorific: Decimal | None = None
    tce_equivalent: Decimal | None = None
    electricity_kwh: Decimal | None = None
    coal_t: Decimal | None = None
    flows: tuple[EnergyFlow, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcessEmission:
    """A yearly amount of what a process gives off CO2 for, e.g. tonnes of clinker, in the process's own unit."""

    process: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Equipment:
    """One piece of main energy-using equipment. `efficiency_grade`: of its mandatory efficiency standard, 1 is best."""

    name: str
    efficiency_grade: int | None = None
    advanced_level: bool | None = None
    """Whether it reaches the advanced efficiency level (能效先进水平)."""


@dataclass(frozen=True, slots=True)
class PriorOpinion:
    """The review opinion that a project has already, where it applies for a change or goes on under it."""

    document_number: str
    issue_date: date | None = None
    change_consent_date: date | None = None
    construction_start_date: date | None = None
    approved_tce: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LotUse:
    """A quantity drawn from one lot of retired capacity, in the unit of the product's capacity."""

    lot: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class ReplacementPlan:
    """产能置换方案. Invariant: no lot is named twice."""

    publicity_date: date | None = None
    restricted_or_cross_province: bool | None = None
    same_entity_same_site: bool | None = None
    lots: tuple[LotUse, ...] = ()

    def __post_init__(self) -> None:
        assert len({use.lot for use in self.lots}) == len(self.lots)


@dataclass(frozen=True, slots=True, kw_only=True)
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
    energy_before: EnergyUse | None = None
    """Of a plant that is rebuilt, expanded or renovated: the year before the project."""
    process_emissions: tuple[ProcessEmission, ...] = ()
    annual_co2_t: Decimal | None = None
    """A year's CO2 of energy and process after completion, tonnes."""
    equipment: tuple[Equipment, ...] = ()
    facts: tuple[Fact, ...] = ()
    prior_opinion: PriorOpinion | None = None
    replacement: ReplacementPlan | None = None
    nationally_planned: bool | None = None
    remark: str = ""

    def fact(self, name: str) -> str | None:
        """None: not stated."""
        return _stated(self.facts, name)


def _stated(facts: tuple[Fact, ...], name: str) -> str | None:
    for fact in facts:
        if fact.fact == name:
            return fact.value
    return None
