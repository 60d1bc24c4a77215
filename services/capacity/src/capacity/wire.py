"""Between lots, replacements and their messages."""

from decimal import Decimal

from capacity.domain.lots import Lot, LotId, LotRegistered, LotStanding
from capacity.domain.replacement import Evaluation, FilingId, LotHold, Owed, ReplacementEvaluated
from capacity.domain.tonnage import Tonnage, Unit
from dualcontrol.capacity.v1 import capacity_events_pb2 as events
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from kernel.regions import RegionCode
from servicekit.wire import (
    decimal_to_wire,
    findings_from_wire,
    findings_to_wire,
    verdict_from_wire,
    verdict_to_wire,
)


def lot_name(lot: LotId) -> str:
    return f"lots/{lot}"


def lot_from_name(name: str) -> LotId:
    return LotId(name.removeprefix("lots/"))


def standing_to_wire(standing: LotStanding) -> pb.Lot:
    lot, balances = standing.lot, standing.balances
    return pb.Lot(
        name=lot_name(lot.id),
        product_id=lot.product_id,
        owner=lot.owner,
        region_code=lot.region,
        quantity=decimal_to_wire(lot.quantity.tonnes),
        unit=lot.quantity.unit.value,
        remark=lot.remark,
        held=decimal_to_wire(balances.held),
        used=decimal_to_wire(balances.posted),
    )


def lot_from_wire(message: pb.Lot) -> Lot:
    """Reads a lot that was checked before."""
    return Lot(
        id=lot_from_name(message.name),
        product_id=message.product_id,
        owner=message.owner,
        region=RegionCode(message.region_code),
        quantity=Tonnage(int(Decimal(message.quantity.value)), Unit(message.unit)),
        remark=message.remark,
    )


def replacement_to_wire(filing_id: FilingId, evaluation: Evaluation) -> pb.Replacement:
    owed = evaluation.owed
    return pb.Replacement(
        name=f"filings/{filing_id}/replacement",
        revision=evaluation.revision,
        required=verdict_to_wire(evaluation.required),
        required_capacity=None if owed is None else decimal_to_wire(owed.tonnes),
        unit="" if owed is None else owed.unit.value,
        holds=[_hold_to_wire(hold) for hold in evaluation.holds],
        findings=findings_to_wire(evaluation.findings),
        bundle_hash=evaluation.bundle_hash,
    )


def _hold_to_wire(hold: LotHold) -> pb.LotHold:
    quantity = decimal_to_wire(hold.quantity.tonnes)
    return pb.LotHold(lot=lot_name(hold.lot), quantity=quantity, unit=hold.quantity.unit.value)


def evaluation_from_wire(message: pb.Replacement) -> Evaluation:
    """Reads what this service wrote itself."""
    owed = Decimal(message.required_capacity.value) if message.HasField("required_capacity") else None
    return Evaluation(
        revision=message.revision,
        required=verdict_from_wire(message.required),
        owed=None if owed is None else Owed(owed, Unit(message.unit)),
        holds=tuple(
            LotHold(lot_from_name(h.lot), Tonnage(int(Decimal(h.quantity.value)), Unit(h.unit))) for h in message.holds
        ),
        findings=findings_from_wire(message.findings),
        bundle_hash=message.bundle_hash,
    )


def event_to_wire(
    event: LotRegistered | ReplacementEvaluated,
) -> tuple[str, events.LotRegistered | events.ReplacementEvaluated]:
    """The key and the message."""
    if isinstance(event, LotRegistered):
        return event.standing.lot.id, events.LotRegistered(lot=standing_to_wire(event.standing))
    replacement = replacement_to_wire(event.filing, event.evaluation)
    return event.filing, events.ReplacementEvaluated(filing=event.filing, replacement=replacement)
