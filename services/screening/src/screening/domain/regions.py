"""Regions' warning levels as the targets service told them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from kernel.regions import RegionCode


class WarningLevel(Enum):
    """预警等级, as the barometer numbers them."""

    ONE = 1
    TWO = 2
    THREE = 3


@dataclass(frozen=True, slots=True)
class LevelReading:
    """A level and what it rests on. `evidence` is a document, or reported figures in words."""

    level: WarningLevel
    period_end: date
    evidence: str


@dataclass(frozen=True, slots=True)
class RegionFact:
    """One region's newest levels. `intensity` (能耗强度) is None while it is not known: that is not a good level."""

    code: RegionCode
    version: int
    intensity: LevelReading | None = None


RegionFacts = Mapping[RegionCode, RegionFact]
"""The newest fact of each region that is known."""


def newest(held: RegionFact | None, fact: RegionFact) -> RegionFact:
    """The held one when it is of the same version or newer."""
    return held if held is not None and held.version >= fact.version else fact
