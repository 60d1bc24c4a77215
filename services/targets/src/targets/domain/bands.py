"""Bands of progress: a province's own way from how far it is (actual / required) to a warning level. All is data.

`barometer.SCALE.bands` names the bands in force. They are written either from the good side, by what is at least
reached for level 3 and level 2 (萧山 style), or from the bad side, by what is exceeded for level 1 and level 2.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from statute.loader import PolicyBundle
from statute.parameter import Version
from targets.domain.levels import Scale, WarningLevel

FAMILY: Final = "barometer.bands"
ONE, TWO, THREE = WarningLevel


@dataclass(frozen=True, slots=True)
class Bands:
    """Two limits between three levels; a limit itself belongs to the better one. `reached`: from the good side."""

    name: str
    reached: bool
    outer: Version
    inner: Version

    def level(self, actual: Decimal, required: Decimal) -> tuple[WarningLevel, Version]:
        """The level, and the limit that decided it. Multiplied, not divided, so that the comparison is exact."""
        assert required
        levels = (THREE, TWO) if self.reached else (ONE, TWO)
        for level, limit in zip(levels, (self.outer, self.inner), strict=True):
            if self._passes(actual, limit.number * required, required):
                return level, limit
        return (ONE if self.reached else THREE), self.inner

    def _passes(self, actual: Decimal, limit: Decimal, required: Decimal) -> bool:
        further = actual - limit if required > 0 else limit - actual
        return further >= 0 if self.reached else further > 0


def bands_name(scale: Scale) -> str:
    return f"barometer.{scale.value}.bands"


def bands_of(name: str, day: date, policy: PolicyBundle) -> Bands | str:
    """The bands of that name on the day, or the parameter that is missing."""
    good = [f"{FAMILY}.{name}.level_{level}.at_least" for level in (3, 2)]
    bad = [f"{FAMILY}.{name}.level_{level}.above" for level in (1, 2)]
    reached = good[0] in policy.parameters
    found = []
    for parameter in good if reached else bad:
        version = policy.on(parameter, day) if parameter in policy.parameters else None
        if version is None:
            return parameter
        found.append(version)
    return Bands(name, reached, *found)
