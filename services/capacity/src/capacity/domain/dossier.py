"""What is looked at of a project's dossier. None and empty mean: not stated; nothing is ever guessed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from capacity.domain.lots import LotId
from kernel.quantities import plain
from kernel.regions import RegionCode


class ProjectKind(Enum):
    """建设性质."""

    NEW_BUILD = "new_build"
    REBUILD = "rebuild"
    EXPANSION = "expansion"
    TECHNICAL_RENOVATION = "technical_renovation"


@dataclass(frozen=True, slots=True)
class Amount:
    value: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{plain(self.value)} {self.unit}"


@dataclass(frozen=True, slots=True)
class Product:
    """One main product; `product_id` is its id in the two-high catalogue, empty when the catalogue has none for it."""

    name: str
    product_id: str = ""
    capacity: Amount | None = None


@dataclass(frozen=True, slots=True)
class LotUse:
    """A quantity drawn from one lot, in the unit of the product's capacity."""

    lot: LotId
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


@dataclass(frozen=True, slots=True)
class Dossier:
    region: RegionCode
    kind: ProjectKind | None = None
    application_date: date | None = None
    industry_codes: tuple[str, ...] = ()
    products: tuple[Product, ...] = ()
    replacement: ReplacementPlan | None = None

    @property
    def named_lots(self) -> tuple[LotId, ...]:
        return tuple(use.lot for use in self.replacement.lots) if self.replacement is not None else ()
