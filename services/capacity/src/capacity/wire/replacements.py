"""Between lots, replacements and their messages."""

from collections.abc import Iterable
from decimal import Decimal

from capacity.domain.evidence import EvidenceKind, KnownLot, LotEvidence, LotStanding
from capacity.domain.lots import Equipment, Lot, LotId
from capacity.domain.replacement import Evaluation, FilingId, HoldState, LotHold, Owed, Replacement
from capacity.domain.tonnage import Tonnage, Unit
from dossier.model import Fact
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from dualcontrol.filing.v1 import filing_service_pb2 as filing_pb
from kernel.regions import RegionCode
from ledger.accounts import Balances
from servicekit.wire import (
    date_from_wire,
    date_to_wire,
    decimal_to_wire,
    findings_from_wire,
    findings_to_wire,
    instant_from_wire,
    instant_to_wire,
    verdict_from_wire,
    verdict_to_wire,
)


def lot_name(lot: LotId) -> str:
    return f"lots/{lot}"


def lot_from_name(name: str) -> LotId:
    return LotId(name.removeprefix("lots/"))


def standing_to_wire(standing: LotStanding) -> pb.Lot:
    lot, balances = standing.lot, standing.balances
    message = pb.Lot(
        name=lot_name(lot.id),
        product_id=lot.product_id,
        owner=lot.owner,
        region_code=lot.region,
        quantity=decimal_to_wire(lot.quantity.tonnes),
        unit=lot.quantity.unit.value,
        remark=lot.remark,
        held=decimal_to_wire(balances.held),
        used=decimal_to_wire(balances.posted),
        evidence=[evidence_to_wire(one) for one in standing.known.evidence],
        findings=findings_to_wire(standing.findings),
        bundle_hash=standing.bundle_hash,
        account_closed=isinstance(balances, Balances) and balances.closed,
    )
    message.MergeFrom(details_to_wire(lot))
    return message


def details_to_wire(lot: Lot) -> pb.Lot:
    """What a lot has beside its identity and quantity."""
    return pb.Lot(
        equipment=[
            pb.RetiredEquipment(kind=one.kind, size=decimal_to_wire(one.size), size_unit=one.size_unit, count=one.count)
            for one in lot.equipment
        ],
        facts=_facts_to_wire(lot.facts),
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
        equipment=equipment_from_wire(message),
        facts=facts_from_wire(message.facts),
    )


def equipment_from_wire(message: pb.Lot) -> tuple[Equipment, ...]:
    return tuple(Equipment(one.kind, Decimal(one.size.value), one.size_unit, one.count) for one in message.equipment)


def facts_from_wire(messages: Iterable[filing_pb.Fact]) -> tuple[Fact, ...]:
    return tuple(Fact(one.fact, one.value) for one in messages)


def _facts_to_wire(facts: Iterable[Fact]) -> list[filing_pb.Fact]:
    return [filing_pb.Fact(fact=one.fact, value=one.value) for one in facts]


def evidence_to_wire(evidence: LotEvidence) -> pb.LotEvidence:
    return pb.LotEvidence(
        kind=pb.LotEvidenceKind.Value(f"LOT_EVIDENCE_KIND_{evidence.kind.name}"),
        effective_date=date_to_wire(evidence.effective_on),
        document=evidence.document,
        facts=_facts_to_wire(evidence.facts),
        known_time=instant_to_wire(evidence.known_at),
    )


def evidence_from_wire(message: pb.LotEvidence) -> LotEvidence:
    """Reads evidence that was checked before; `known_time` has been set."""
    return LotEvidence(
        kind=EvidenceKind[pb.LotEvidenceKind.Name(message.kind).removeprefix("LOT_EVIDENCE_KIND_")],
        effective_on=date_from_wire(message.effective_date),
        document=message.document,
        known_at=instant_from_wire(message.known_time),
        facts=facts_from_wire(message.facts),
    )


def known_lot_from_wire(message: pb.Lot) -> KnownLot:
    """Reads a lot to be registered that was checked before."""
    return KnownLot(lot_from_wire(message), tuple(evidence_from_wire(one) for one in message.evidence))


def replacement_name(filing: FilingId) -> str:
    return f"filings/{filing}/replacement"


def replacement_to_wire(replacement: Replacement) -> pb.Replacement:
    """A replacement with an evaluation; without its plan."""
    evaluation = replacement.evaluation
    assert evaluation is not None
    owed = evaluation.owed
    return pb.Replacement(
        name=replacement_name(replacement.filing),
        revision=evaluation.revision,
        required=verdict_to_wire(evaluation.required),
        required_capacity=None if owed is None else decimal_to_wire(owed.tonnes),
        unit="" if owed is None else owed.unit.value,
        holds=[hold_to_wire(hold) for hold in evaluation.holds],
        findings=findings_to_wire(evaluation.findings),
        bundle_hash=evaluation.bundle_hash,
        hold_state=hold_state_to_wire(replacement.hold_state),
        hold_revision=replacement.hold_revision or 0,
        version=replacement.version,
        hold_version=replacement.hold_version or 0,
        product_ids=evaluation.product_ids,
        same_entity_same_site=evaluation.own_site,
        publicity_date=None if evaluation.publicity is None else date_to_wire(evaluation.publicity),
    )


def hold_state_to_wire(state: HoldState) -> pb.HoldState.ValueType:
    return pb.HOLD_STATE_UNSPECIFIED if state is HoldState.NONE else pb.HoldState.Value(f"HOLD_STATE_{state.name}")


def hold_to_wire(hold: LotHold) -> pb.LotHold:
    quantity = decimal_to_wire(hold.quantity.tonnes)
    return pb.LotHold(lot=lot_name(hold.lot), quantity=quantity, unit=hold.quantity.unit.value)


def _held_before(message: pb.Replacement) -> bool:
    """Before there were versions, revisions told; before there was a `hold_revision`, it was the message's own."""
    held = message.hold_version or message.hold_revision
    return held not in (0, message.version or message.revision)


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
        kept=bool(message.holds) and _held_before(message),
        product_ids=tuple(message.product_ids),
        own_site=message.same_entity_same_site if message.HasField("same_entity_same_site") else None,
        publicity=date_from_wire(message.publicity_date) if message.HasField("publicity_date") else None,
    )
