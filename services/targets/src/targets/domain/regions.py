"""A region's newest warning level on each scale: an older report never changes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from kernel.regions import RegionCode
from targets.domain.levels import LevelReading, RegionLevel, Scale


@dataclass(frozen=True, slots=True)
class RegionLevelChanged:
    """The region's newest levels changed."""

    region: "Region"


@dataclass(frozen=True, slots=True)
class Region:
    """One region. Invariant: `version` counts the changes that were announced, and no level is of a later one.

    `taken` counts all that was taken in.
    """

    code: RegionCode
    version: int = 0
    taken: int = 0
    levels: Mapping[Scale, RegionLevel] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert all(1 <= level.version <= self.version for level in self.levels.values())
        assert self.version <= self.taken

    def take(
        self, reading: LevelReading, *, valid_from: date, known_at: datetime
    ) -> tuple["Region", RegionLevel, RegionLevelChanged | None]:
        """The region after a report, the report's level, and the event when the newest levels changed.

        Of two readings of the same rank the later one taken stands; one of a lower rank, or the same reading again,
        changes no newest level.
        """
        newest = self.levels.get(reading.scale)
        changes = newest is None or (newest.reading.rank <= reading.rank and newest.reading != reading)
        version = self.version + 1 if changes else 0
        level = RegionLevel(self.code, reading, version, valid_from, known_at, self.taken + 1)
        if not changes:
            return replace(self, taken=level.number), level, None
        levels = {**self.levels, reading.scale: level}
        changed = replace(self, version=version, taken=level.number, levels=levels)
        return changed, level, RegionLevelChanged(changed)
