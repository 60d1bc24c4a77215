"""Where a target is set and a report comes from: a region by its code, or a park by its id in the policy bundle."""

import re
from typing import Final, NewType

from kernel.regions import RegionCode, region_code
from statute.loader import PolicyBundle

Place = NewType("Place", str)

NATIONAL: Final = "national"
"""The scope of the nation's targets in the law's data."""
_CODE: Final = re.compile(r"[1-9][0-9]{5}", re.ASCII)


def region_of(place: Place) -> RegionCode | None:
    """None for a park: it has targets and reports, and no level of its own."""
    return region_code(place) if _CODE.fullmatch(place) else None


def is_known(place: Place, policy: PolicyBundle) -> bool:
    """Any region code is: it may be retired, or of another province."""
    return region_of(place) is not None or place in policy.parks


def parts_of(place: Place, policy: PolicyBundle) -> tuple[Place, ...]:
    """The regions directly below, by code; empty where the bundle knows of none."""
    if region_of(place) is None or place not in policy.regions:
        return ()
    if place.endswith("0000"):
        below = (code for code in policy.regions if code[:2] == place[:2] and code.endswith("00") and code != place)
    elif place.endswith("00"):
        below = (code for code in policy.regions if code[:4] == place[:4] and code != place)
    else:
        return ()
    return tuple(Place(code) for code in sorted(below) if not policy.regions[code].statistical_only)
