"""Reads a lot of retired capacity: the API's own fields, under shorter names where a case has them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from capacity.domain.lots import LotId
from capacity.domain.replacement import FilingId
from capacity.domain.splitting import Recipient
from capacity.domain.tonnage import Unit
from capacity.wire.replacements import evidence_from_wire, lot_from_wire
from cases.messages import MessageReading
from cases.model import HeldLot
from cases.spot import Spot
from dossier.fact_checks import LOT, check_facts
from dossier.fields import LOT_FORM, LOT_NAME, REGION_FORM
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from kernel.regions import region_code
from servicekit.rpc.checks import Violations
from servicekit.wire import instant_to_wire
from statute.loader import PolicyBundle

LOT_PREFIX: Final = "lots/"
OWNER: Final = "虚构示例企业"
OUTSIDE: Final = "630000"
DOCUMENT: Final = "案例所设"
KNOWN_AT: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""A case knows everything from the start."""
SHORT_NAMES: Final = {"id": "name", "product": "product_id", "region": "region_code"}
RECIPIENTS: Final = "recipients"
OTHERS: Final = FilingId("others")
_RECIPIENT_FIELDS: Final = ("filing", "own_site")


def held_lot(spot: Spot, policy: PolicyBundle) -> HeldLot | None:
    """`id`, `product` and `region` stand for the API's longer names. Owner and place are filled when left out."""
    reading = MessageReading(Spot(_renamed(spot), spot.path, spot.sheet), pb.Lot)
    lot = reading.message(pb.Lot(owner=OWNER, region_code=OUTSIDE))
    violations = Violations()
    _check(spot.path, lot, violations, policy)
    reading.take(violations)
    recipients = _recipients(spot, lot)
    if violations.any:
        return None
    return HeldLot(lot_from_wire(lot), _held(lot), tuple(map(evidence_from_wire, lot.evidence)), recipients)


def _renamed(spot: Spot) -> Any:
    if not isinstance(spot.value, dict):
        return spot.value
    made = {}
    for key, value in spot.value.items():
        if key == RECIPIENTS:
            continue
        name = SHORT_NAMES.get(key, key)
        spot.sheet.aliases[f"{spot.path}.{name}"] = f"{spot.path}.{key}"
        short = name == "name" and isinstance(value, str) and not value.startswith(LOT_PREFIX)
        made[name] = f"{LOT_PREFIX}{value}" if short else value
    return made


def _check(path: str, lot: pb.Lot, violations: Violations, policy: PolicyBundle) -> None:
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
    check_facts(path, lot.facts, violations, policy, of=LOT)
    for place, evidence in enumerate(lot.evidence):
        _check_evidence(f"{path}.evidence[{place}]", evidence, violations, policy)
    if not violations.any and _held(lot) > int(Decimal(lot.quantity.value)):
        violations.add(f"{path}.held", "TOO_LARGE", "超过指标的数量", "is more than the lot's quantity")


def _check_evidence(path: str, evidence: pb.LotEvidence, violations: Violations, policy: PolicyBundle) -> None:
    """The document may be left out: the case itself says it."""
    violations.enum(f"{path}.kind", evidence.kind, pb.LotEvidenceKind, required=True)
    violations.day(f"{path}.effective_date", evidence.effective_date)
    check_facts(path, evidence.facts, violations, policy, of=LOT)
    if (evidence.kind == pb.LOT_EVIDENCE_KIND_FACTS_STATED) != bool(evidence.facts):
        violations.add(f"{path}.facts", "MISPLACED", "仅且必须随 facts_stated 填写", "belong to facts_stated alone")
    evidence.document = evidence.document or DOCUMENT
    evidence.known_time.CopyFrom(instant_to_wire(KNOWN_AT))


def _held(lot: pb.Lot) -> int:
    return sum(int(Decimal(amount.value)) for amount in (lot.held, lot.used) if amount.value)


def _recipients(spot: Spot, lot: pb.Lot) -> tuple[Recipient, ...]:
    """Who else draws on the lot. What others hold of it is held by somebody, named or not."""
    id_ = LotId(lot.name.removeprefix(LOT_PREFIX))
    written = spot.value.get(RECIPIENTS) if isinstance(spot.value, dict) else None
    if written is None:
        return (Recipient(OTHERS, id_, None),) if lot.held.value or lot.used.value else ()
    made = []
    for item in spot.child(RECIPIENTS, written).items():
        found = (
            item.fields(_RECIPIENT_FIELDS, required=("filing",)) if isinstance(item.value, dict) else {"filing": item}
        )
        filing = found["filing"].text() if "filing" in found else None
        own = found["own_site"].yes_no() if "own_site" in found else None
        if filing is not None:
            made.append(Recipient(FilingId(filing), id_, own))
    return tuple(made)
