"""What targets are set for and regions report: the platform's table of indicators in the policy bundle."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Final

from kernel.text import Text
from statute.finding import Citation
from statute.loader import PolicyBundle
from targets.domain.levels import Scale

TABLE: Final = "indicator."
NO_SCALE: Final = "none"
DAYS_KEPT_MAX: Final = 1_024


class Kind(Enum):
    """What a figure of it is."""

    CHANGE = "change"
    """Per cent, over a base year or over the same period of the year before."""
    INCREMENT = "increment"
    """An amount more, over the same."""
    SHARE = "share"
    AMOUNT = "amount"

    @property
    def compares(self) -> bool:
        return self in (Kind.CHANGE, Kind.INCREMENT)


class Aim(Enum):
    """Which side of what is required is the good one. Exactly what is required meets it."""

    FALL = "fall"
    RISE = "rise"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"

    @property
    def keeps_low(self) -> bool:
        return self in (Aim.FALL, Aim.AT_MOST)


@dataclass(frozen=True, slots=True)
class Indicator:
    """`scale` is the scale of the barometer that it feeds; None: none."""

    id: str
    title: Text
    kind: Kind
    aim: Aim
    scale: Scale | None
    unit: str
    citation: Citation


def indicators_on(day: date, policy: PolicyBundle) -> Mapping[str, Indicator]:
    """By id, in the table's order."""
    return _table(policy, day)


def indicator_ids(policy: PolicyBundle) -> tuple[str, ...]:
    """Of every day, in the table's order."""
    return tuple(id_.removeprefix(TABLE) for id_ in policy.parameters if id_.startswith(TABLE))


def indicator_of(scale: Scale, day: date, policy: PolicyBundle) -> Indicator | None:
    """The first of the table that feeds the scale."""
    return next((one for one in indicators_on(day, policy).values() if one.scale is scale), None)


@lru_cache(DAYS_KEPT_MAX)
def _table(policy: PolicyBundle, day: date) -> Mapping[str, Indicator]:
    found = {}
    for parameter in policy.parameters.values():
        version = parameter.on(day) if parameter.id.startswith(TABLE) else None
        if version is None:
            continue
        kind, aim, scale, unit = version.list_of_words
        id_ = parameter.id.removeprefix(TABLE)
        feeds = None if scale == NO_SCALE else Scale(scale)
        found[id_] = Indicator(id_, parameter.title, Kind(kind), Aim(aim), feeds, unit, version.citation)
    return found
