"""Reads a lot of retired capacity: the API's own fields, under shorter names where a case has them."""

from decimal import Decimal
from typing import Any, Final

from capacity.domain.tonnage import Unit
from capacity.wire import lot_from_wire
from cases.messages import MessageReading
from cases.model import HeldLot
from cases.spot import Spot
from dossier.fields import LOT_FORM, LOT_NAME, REGION_FORM
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from kernel.regions import region_code
from servicekit.rpc.checks import Violations

LOT_PREFIX: Final = "lots/"
OWNER: Final = "虚构示例企业"
OUTSIDE: Final = "630000"
SHORT_NAMES: Final = {"id": "name", "product": "product_id", "region": "region_code"}


def held_lot(spot: Spot) -> HeldLot | None:
    """`id`, `product` and `region` stand for the API's longer names. Owner and place are filled when left out."""
    reading = MessageReading(Spot(_renamed(spot), spot.path, spot.sheet), pb.Lot)
    lot = reading.message(pb.Lot(owner=OWNER, region_code=OUTSIDE))
    violations = Violations()
    _check(spot.path, lot, violations)
    reading.take(violations)
    return HeldLot(lot_from_wire(lot), _held(lot)) if not violations.any else None


def _renamed(spot: Spot) -> Any:
    if not isinstance(spot.value, dict):
        return spot.value
    made = {}
    for key, value in spot.value.items():
        name = SHORT_NAMES.get(key, key)
        spot.sheet.aliases[f"{spot.path}.{name}"] = f"{spot.path}.{key}"
        short = name == "name" and isinstance(value, str) and not value.startswith(LOT_PREFIX)
        made[name] = f"{LOT_PREFIX}{value}" if short else value
    return made


def _check(path: str, lot: pb.Lot, violations: Violations) -> None:
    violations.matching(f"{path}.name", lot.name, LOT_NAME, LOT_FORM)
    violations.text(f"{path}.product_id", lot.product_id, 63, required=True)
    violations.parsed(f"{path}.region_code", lot.region_code, region_code, REGION_FORM)
    if lot.unit not in {unit.value for unit in Unit}:
        violations.add(f"{path}.unit", "UNKNOWN_UNIT", "单位应为 t/d 或 t/a", "must be t/d or t/a")
    # Whole tonnes and more than none: 1 is the least.
    violations.decimal(f"{path}.quantity", lot.quantity, minimum=1, places_max=0)
    for name in ("held", "used"):
        if lot.HasField(name):
            violations.decimal(f"{path}.{name}", getattr(lot, name), minimum=0, places_max=0)
    if not violations.any and _held(lot) > int(Decimal(lot.quantity.value)):
        violations.add(f"{path}.held", "TOO_LARGE", "超过指标的数量", "is more than the lot's quantity")


def _held(lot: pb.Lot) -> int:
    return sum(int(Decimal(amount.value)) for amount in (lot.held, lot.used) if amount.value)
