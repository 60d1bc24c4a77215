"""Regions by their GB/T 2260 code: province, prefecture, county. Matched by code, never by name."""

import re
from typing import NewType

RegionCode = NewType("RegionCode", str)
"""Six digits: two for the province, two for the prefecture, two for the county (GB/T 2260)."""

_CODE = re.compile(r"[1-9][0-9]{5}", re.ASCII)


def region_code(text: str) -> RegionCode:
    """Raises ValueError when `text` is not six digits. A code outside the table is accepted: it may be retired."""
    if not _CODE.fullmatch(text):
        raise ValueError(f"{text!r} is not a GB/T 2260 code of six digits")
    return RegionCode(text)


def province_of(region: RegionCode) -> RegionCode:
    return RegionCode(region[:2] + "0000")


def prefecture_of(region: RegionCode) -> RegionCode | None:
    """The prefecture that holds the region, or None when the code names a whole province."""
    return None if region[2:4] == "00" else RegionCode(region[:4] + "00")


def lineage(region: RegionCode) -> tuple[RegionCode, ...]:
    """The region and all above it, from the nearest to the province."""
    above = [region, prefecture_of(region), province_of(region)]
    return tuple(dict.fromkeys(r for r in above if r is not None))


def code_prefix(region: RegionCode) -> str:
    """What the codes of the region and of all below it begin with."""
    return region[:2] if region.endswith("0000") else region.removesuffix("00")
