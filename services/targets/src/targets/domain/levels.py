"""A warning level: on which scale, of which period, how it came about, and since when it is valid."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from kernel.regions import RegionCode
from targets.domain.periods import Period
from targets.domain.reports import ReportStatus


class Scale(Enum):
    INTENSITY = "intensity"
    TOTAL = "total"
    CARBON = "carbon"


class WarningLevel(Enum):
    """预警等级, as the barometer numbers them."""

    ONE = 1
    TWO = 2
    THREE = 3


class LevelBasis(Enum):
    DERIVED = "derived"
    PUBLISHED = "published"


LevelRank = tuple[date, bool, int]


@dataclass(frozen=True, slots=True)
class LevelReading:
    """One report's level on one scale. `evidence` is the document, or the reported figures in words.

    `status` is that of the report; a published level is final.
    """

    scale: Scale
    level: WarningLevel
    period: Period
    basis: LevelBasis
    evidence: str
    bundle_hash: str = ""
    status: ReportStatus = ReportStatus.FINAL

    def __post_init__(self) -> None:
        assert (self.basis is LevelBasis.DERIVED) == bool(self.bundle_hash)

    @property
    def rank(self) -> LevelRank:
        """The newest period counts; in one period a published level before a derived one, then the later status."""
        return self.period.last, self.basis is LevelBasis.PUBLISHED, self.status.rank


@dataclass(frozen=True, slots=True)
class RegionLevel:
    """A reading, valid from its day of publication or the day it became known.

    `version` is the region's version that it made; 0 when it never was the newest. `number` counts what was taken in
    of the region, whatever became of it.
    """

    region: RegionCode
    reading: LevelReading
    version: int
    valid_from: date
    known_at: datetime
    number: int

    @property
    def rank(self) -> tuple[LevelRank, int]:
        """Of two readings of the same rank the later one taken stands."""
        return self.reading.rank, self.number
