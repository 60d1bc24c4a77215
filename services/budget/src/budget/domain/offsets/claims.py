"""One quantity as it is claimed, and what is said for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cached_property

from budget.domain.offsets.headings import CertificateKind, CertificateOrigin, EnergyKind, Heading
from kernel.quantities import Basis
from kernel.regions import RegionCode
from ledger.accounts import GRANTED_MAX

NUMBER_MAX = GRANTED_MAX
"""The highest number of a certificate: as wide as the database counts."""


class Measure(Enum):
    """What the quantity is counted in."""

    TCE = "tce"
    KWH = "kWh"
    CERTIFICATES = "certificates"


class Use(Enum):
    RAW_MATERIAL = "raw_material"
    FUEL_OR_POWER = "fuel_or_power"
    REDUCTANT = "reductant"


class FeedstockProduct(Enum):
    OLEFINS = "olefins"
    AROMATICS = "aromatics"
    ALKYNES = "alkynes"
    ALCOHOLS = "alcohols"
    AMMONIA = "ammonia"
    ENERGY_PRODUCTS = "energy_products"
    OTHER_NON_ENERGY = "other_non_energy"


@dataclass(frozen=True, slots=True)
class CertificateRange:
    """Consecutive certificates of one series. Invariant: 0 <= first <= last."""

    series: str
    first: int
    last: int

    def __post_init__(self) -> None:
        assert self.series
        assert 0 <= self.first <= self.last <= NUMBER_MAX

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    def overlaps(self, other: "CertificateRange") -> bool:
        return self.series == other.series and self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        return f"{self.series} {self.first}" if self.count == 1 else f"{self.series} {self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Certificates:
    """A range with what must be known of it. `generated_in` is the first day of the month of generation."""

    range: CertificateRange
    kind: CertificateKind
    origin: CertificateOrigin
    generated_in: date
    counted_physically: bool | None = None

    def __post_init__(self) -> None:
        assert self.generated_in.day == 1


@dataclass(frozen=True, slots=True)
class Feedstock:
    use: Use
    product: FeedstockProduct | None = None


@dataclass(frozen=True, slots=True)
class MajorProject:
    """None: not stated."""

    project_code: str
    approved_by_state: bool | None = None
    in_operation: bool | None = None
    two_high: bool | None = None
    listed_by_ndrc: bool | None = None
    national_plan: bool | None = None
    benchmark_efficiency: bool | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure in tce on the claim's basis, with its document."""

    tce: Decimal
    document: str


@dataclass(frozen=True)
class Claim:
    """Never changes. Invariant: certificates as the quantity are counted by their ranges, which do not overlap."""

    region: RegionCode
    year: int
    assessed_on: date
    heading: Heading
    basis: Basis
    energy: EnergyKind
    measure: Measure
    amount: Decimal
    documents: tuple[str, ...]
    certificates: tuple[Certificates, ...] = ()
    metering_records: tuple[str, ...] = ()
    feedstock: Feedstock | None = None
    major_project: MajorProject | None = None
    consumption: Mapping[RegionCode, Stated] = field(default_factory=dict)
    saving_needed_tce: Decimal | None = None

    def __post_init__(self) -> None:
        assert self.amount > 0
        assert self.documents
        if self.measure is Measure.CERTIFICATES:
            assert self.amount == self.certificate_count

    @cached_property
    def certificate_count(self) -> int:
        return sum(held.range.count for held in self.certificates)

    @property
    def certificates_across_provinces(self) -> int:
        """How many certificates of other provinces are the quantity itself."""
        if self.measure is not Measure.CERTIFICATES:
            return 0
        across = (c for c in self.certificates if c.origin is CertificateOrigin.TRADED_ACROSS_PROVINCES)
        return sum(held.range.count for held in across)
