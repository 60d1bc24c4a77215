"""A warning level as it is shown to people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from kernel.regions import RegionCode
from kernel.text import Text
from targets.domain.history import history
from targets.domain.levels import LevelBasis, RegionLevel, Scale, WarningLevel

UNVERIFIED: Final = Text("依据未核验", "basis not verified")
_BETWEEN_LANGUAGES: Final = " | "


@dataclass(frozen=True, slots=True)
class ShownLevel:
    """A region's level on one scale for a period. `evidence` is the document, or the figures in words."""

    region: RegionCode
    scale: Scale
    level: WarningLevel
    period_end: date
    evidence: Text
    unverified: bool


def shown(level: RegionLevel) -> ShownLevel:
    """What it was derived from is told in both languages, marks of what is not verified included."""
    reading = level.reading
    zh, _, en = reading.evidence.partition(_BETWEEN_LANGUAGES)
    derived = reading.basis is LevelBasis.DERIVED
    return ShownLevel(
        level.region,
        reading.scale,
        reading.level,
        reading.period.last,
        Text(zh, en or zh) if derived else Text(reading.evidence, reading.evidence),
        unverified=derived and UNVERIFIED.zh in reading.evidence,
    )


def of_period(levels: Iterable[RegionLevel], period_end: date) -> list[ShownLevel]:
    """The level that stands for the period, of each region and scale; a late one included."""
    return [
        shown(entry.level)
        for told in _apart(levels)
        for entry in history(told)
        if entry.stands and entry.level.reading.period.last == period_end
    ]


def newest_by(levels: Iterable[RegionLevel], day: date) -> list[ShownLevel]:
    """Of each region and scale the level that stands for the newest period that ends by the day."""
    found = []
    for told in _apart(levels):
        ended = [entry for entry in history(told) if entry.stands and entry.level.reading.period.last <= day]
        found += [shown(ended[-1].level)] if ended else []
    return found


def _apart(levels: Iterable[RegionLevel]) -> list[list[RegionLevel]]:
    """By region and scale."""
    apart: dict[tuple[RegionCode, str], list[RegionLevel]] = {}
    for level in levels:
        apart.setdefault((level.region, level.reading.scale.value), []).append(level)
    order = [scale.value for scale in Scale]
    return [apart[key] for key in sorted(apart, key=lambda key: (key[0], order.index(key[1])))]
