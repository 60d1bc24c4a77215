"""A region's newest warning level on each scale: an older report never changes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from kernel.regions import RegionCode


class Scale(Enum):
    INTENSITY = "intensity"
    TOTAL = "total"


class WarningLevel(Enum):
    """预警等级, as the barometer numbers them."""

    ONE = 1
    TWO = 2
    THREE = 3


class LevelBasis(Enum):
    DERIVED = "derived"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Reading:
    """One report's level on one scale. `evidence` is the document, or the reported figures in words."""

    scale: Scale
    level: WarningLevel
    period_end: date
    basis: LevelBasis
    evidence: str
    bundle_hash: str = ""

    def __post_init__(self) -> None:
        assert (self.basis is LevelBasis.DERIVED) == bool(self.bundle_hash)

    @property
    def rank(self) -> tuple[date, bool]:
        """The newest period counts; in one period a published level stands before a derived one."""
        return self.period_end, self.basis is LevelBasis.PUBLISHED


@dataclass(frozen=True, slots=True)
class Report:
    """A reading as it came in. `figures` are actual and schedule of a derived one."""

    region: RegionCode
    reading: Reading
    at: datetime
    figures: tuple[Decimal, Decimal] | None = None

    def __post_init__(self) -> None:
        assert (self.reading.basis is LevelBasis.DERIVED) == (self.figures is not None)


@dataclass(frozen=True, slots=True)
class RegionLevel:
    """A reading, and the region's version that it made; 0 when it never was the newest."""

    region: RegionCode
    reading: Reading
    version: int


@dataclass(frozen=True, slots=True)
class RegionLevelChanged:
    """The region's newest levels changed."""

    region: "Region"


@dataclass(frozen=True, slots=True)
class Region:
    """One region. Invariant: `version` counts the changes that were announced, and no level is of a later one."""

    code: RegionCode
    version: int = 0
    levels: Mapping[Scale, RegionLevel] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert all(1 <= level.version <= self.version for level in self.levels.values())

    def take(self, reading: Reading) -> tuple["Region", RegionLevel, RegionLevelChanged | None]:
        """The region after a report, the report's level, and the event when the newest levels changed.

        Of two readings of the same rank the later one taken stands; one of a lower rank, or the same reading again,
        changes nothing.
        """
        newest = self.levels.get(reading.scale)
        if newest is not None and newest.reading == reading:
            return self, newest, None
        if newest is not None and newest.reading.rank > reading.rank:
            return self, RegionLevel(self.code, reading, version=0), None
        level = RegionLevel(self.code, reading, version=self.version + 1)
        changed = replace(self, version=level.version, levels={**self.levels, reading.scale: level})
        return changed, level, RegionLevelChanged(changed)
