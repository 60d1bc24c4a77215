"""Reads in what circumstances a case is decided: levels of regions, lots, energy budgets, the owner's other filings."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from cases.lots import held_lot
from cases.model import Envelope, HeldLot
from cases.spot import Spot
from dualcontrol.targets.v1 import targets_events_pb2 as events
from dualcontrol.targets.v1 import targets_service_pb2 as pb
from kernel.text import Text
from review.domain.subject import Sibling
from servicekit.wire import date_to_wire
from statute.loader import PolicyBundle

EVIDENCE: Final = "案例所设"
KGCE_PER_TCE: Final = 1000
KGCE: Final = Text("千克标准煤", "kilograms of standard coal")

_LEVELS: Final = {
    "1": pb.WARNING_LEVEL_ONE,
    "2": pb.WARNING_LEVEL_TWO,
    "3": pb.WARNING_LEVEL_THREE,
}
_SCALES: Final = {
    name.removeprefix("SCALE_").lower(): number for name, number in pb.Scale.items() if number != pb.SCALE_UNSPECIFIED
}
_LEVEL_FIELDS: Final = ("level", "scale", "period_end", "evidence")
_ENVELOPE_FIELDS: Final = ("region", "year", "tce", "held_tce")
_SIBLING_FIELDS: Final = ("filing", "region", "products", "application_date", "tce")


def read_levels(spot: Spot, day: date) -> tuple[events.RegionLevelChanged, ...]:
    """`{632800: 2}`, or with scale, end of period and evidence, or a list. The period ends on `day` by default."""
    made = []
    for code, written in spot.entries(Text("{区划代码: 等级}", "{region code: level}")):
        region = Spot(code, written.path, spot.sheet).region()
        several = written.items() if isinstance(written.value, list) else [written]
        levels = [level for one in several if (level := _level(one, code, day)) is not None]
        if region is not None:
            made.append(events.RegionLevelChanged(region_code=region, version=1, levels=levels))
    return tuple(made)


def _level(spot: Spot, code: str, day: date) -> pb.RegionLevel | None:
    if isinstance(spot.value, str):
        spot.sheet.aliases[f"{spot.path}.level"] = spot.path
        spot = Spot({"level": spot.value}, spot.path, spot.sheet)
    found = spot.fields(_LEVEL_FIELDS, required=("level",))
    level = found["level"].word(_LEVELS) if "level" in found else None
    scale = found["scale"].word(_SCALES) if "scale" in found else pb.SCALE_INTENSITY
    period_end = found["period_end"].day() if "period_end" in found else day
    evidence = (found["evidence"].text() if "evidence" in found else None) or EVIDENCE
    if level is None or scale is None or period_end is None:
        return None
    return pb.RegionLevel(
        region_code=code,
        scale=scale,
        level=level,
        period_end=date_to_wire(period_end),
        basis=pb.LEVEL_BASIS_PUBLISHED,
        evidence=evidence,
        version=1,
    )


def read_lots(spot: Spot, policy: PolicyBundle) -> tuple[HeldLot, ...]:
    return tuple(_distinct(spot, [held_lot(item, policy) for item in spot.items()]))


def _distinct(spot: Spot, lots: Iterable[HeldLot | None]) -> Iterable[HeldLot]:
    seen = set()
    for held in lots:
        if held is None:
            continue
        if held.lot.id in seen:
            spot.wrong(f"指标 {held.lot.id} 出现两次", f"the lot {held.lot.id} stands twice")
        seen.add(held.lot.id)
        yield held


def read_envelopes(spot: Spot, year: int) -> tuple[Envelope, ...]:
    """`year` stands for one that is left out."""
    return tuple(made for item in spot.items() if (made := _envelope(item, year)) is not None)


def _envelope(spot: Spot, year: int) -> Envelope | None:
    found = spot.fields(_ENVELOPE_FIELDS, required=("region", "tce"))
    region = found["region"].region() if "region" in found else None
    of_year = found["year"].whole(Text("年", "years")) if "year" in found else year
    granted = found["tce"].whole(KGCE, times=KGCE_PER_TCE) if "tce" in found else None
    held = found["held_tce"].whole(KGCE, times=KGCE_PER_TCE) if "held_tce" in found else 0
    if region is None or of_year is None or granted is None or held is None:
        return None
    if held > granted:
        found["held_tce"].wrong("超过已下达的预算", "is more than was granted")
    return Envelope(region, of_year, granted, held)


def read_siblings(spot: Spot) -> tuple[Sibling, ...]:
    return tuple(made for item in spot.items() if (made := _sibling(item)) is not None)


def _sibling(spot: Spot) -> Sibling | None:
    found = spot.fields(_SIBLING_FIELDS, required=("filing", "region"))
    filing = found["filing"].text() if "filing" in found else None
    region = found["region"].region() if "region" in found else None
    products = [item.text() for item in found["products"].items()] if "products" in found else []
    applied = found["application_date"].day() if "application_date" in found else None
    tce = found["tce"].decimal() if "tce" in found else None
    if filing is None or region is None:
        return None
    return Sibling(filing, region, tuple(sorted(product for product in products if product)), applied, tce)
