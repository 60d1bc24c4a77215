"""Between offsets, savings and their messages."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from google.protobuf.message import Message

from budget.application.offsets.ports import Event
from budget.domain.offsets.claims import (
    CertificateRange,
    Certificates,
    Claim,
    Feedstock,
    FeedstockProduct,
    MajorProject,
    Measure,
    Stated,
    Use,
)
from budget.domain.offsets.deductibles import Offset, OffsetId, OffsetRecorded, OffsetRevoked, Revocation
from budget.domain.offsets.evidence import CertificatesCancelled, CertificateUse
from budget.domain.offsets.headings import BASIS_WORDS, CertificateKind, CertificateOrigin, EnergyKind, Heading
from budget.domain.offsets.saving_holds import Asked, HoldId, HoldState, Mode, SavingHold
from budget.domain.offsets.savings import Saving, SavingId, SavingRegistered, SavingSource, Statement
from dualcontrol.budget.v1 import offsets_events_pb2 as events
from dualcontrol.budget.v1 import offsets_service_pb2 as pb
from kernel.quantities import Basis, exact
from kernel.regions import RegionCode
from servicekit.wire import (
    date_from_wire,
    date_to_wire,
    decimal_to_wire,
    findings_from_wire,
    findings_to_wire,
    instant_from_wire,
    instant_to_wire,
)

BASES = {word: basis for basis, word in BASIS_WORDS.items()}


def enum_to_wire(wrapper: Any, prefix: str, member: Enum) -> Any:
    """The value of the generated enum `wrapper` that has the member's name."""
    return wrapper.Value(f"{prefix}_{member.name}")


def enum_name(wrapper: Any, prefix: str, value: int) -> str:
    """The member's name of a value that was checked."""
    name: str = wrapper.Name(value)
    return name.removeprefix(f"{prefix}_")


def basis_to_wire(basis: Basis) -> pb.OffsetBasis.ValueType:
    return pb.OffsetBasis.Value(f"OFFSET_BASIS_{basis.name}")


def basis_from_wire(value: int) -> Basis:
    return Basis[enum_name(pb.OffsetBasis, "OFFSET_BASIS", value)]


def range_to_wire(held: CertificateRange) -> pb.CertificateRange:
    return pb.CertificateRange(series=held.series, first_number=held.first, last_number=held.last)


def range_from_wire(message: pb.CertificateRange) -> CertificateRange:
    return CertificateRange(message.series, message.first_number, message.last_number)


def month_from_text(text: str) -> date:
    """The first day of `YYYY-MM`. Raises ValueError."""
    year, month = text.split("-")
    return date(int(year), int(month), 1)


def _certificates_to_wire(held: Certificates) -> pb.CertificateEvidence:
    return pb.CertificateEvidence(
        range=range_to_wire(held.range),
        kind=enum_to_wire(pb.CertificateKind, "CERTIFICATE_KIND", held.kind),
        origin=enum_to_wire(pb.CertificateOrigin, "CERTIFICATE_ORIGIN", held.origin),
        generated_in=f"{held.generated_in:%Y-%m}",
        counted_physically=held.counted_physically,
    )


def certificates_from_wire(message: pb.CertificateEvidence) -> Certificates:
    return Certificates(
        range=range_from_wire(message.range),
        kind=CertificateKind[enum_name(pb.CertificateKind, "CERTIFICATE_KIND", message.kind)],
        origin=CertificateOrigin[enum_name(pb.CertificateOrigin, "CERTIFICATE_ORIGIN", message.origin)],
        generated_in=month_from_text(message.generated_in),
        counted_physically=_stated(message, "counted_physically"),
    )


def _stated(message: Any, field: str) -> bool | None:
    return getattr(message, field) if message.HasField(field) else None


_PROJECT_ANSWERS = (
    "approved_by_state", "in_operation", "two_high", "listed_by_ndrc", "national_plan", "benchmark_efficiency",
)  # fmt: skip


def claim_to_wire(claim: Claim) -> pb.OffsetClaim:
    message = pb.OffsetClaim(
        region_code=claim.region,
        year=claim.year,
        assessed_on=date_to_wire(claim.assessed_on),
        heading=enum_to_wire(pb.OffsetHeading, "OFFSET_HEADING", claim.heading),
        basis=basis_to_wire(claim.basis),
        energy=enum_to_wire(pb.OffsetEnergy, "OFFSET_ENERGY", claim.energy),
        certificates=[_certificates_to_wire(held) for held in claim.certificates],
        metering_records=claim.metering_records,
        documents=claim.documents,
        consumption=[
            pb.StatedConsumption(region_code=region, tce=decimal_to_wire(stated.tce), document=stated.document)
            for region, stated in claim.consumption.items()
        ],
    )
    if claim.measure is Measure.TCE:
        message.tce.CopyFrom(decimal_to_wire(claim.amount))
    elif claim.measure is Measure.KWH:
        message.kwh.CopyFrom(decimal_to_wire(claim.amount))
    else:
        message.by_certificates = True
    if claim.feedstock is not None:
        message.feedstock.CopyFrom(_feedstock_to_wire(claim.feedstock))
    if claim.major_project is not None:
        answers = {name: getattr(claim.major_project, name) for name in _PROJECT_ANSWERS}
        project = pb.MajorProject(project_code=claim.major_project.project_code, **answers)
        message.major_project.CopyFrom(project)
    if claim.saving_needed_tce is not None:
        message.saving_needed_tce.CopyFrom(decimal_to_wire(claim.saving_needed_tce))
    return message


def _feedstock_to_wire(feedstock: Feedstock) -> pb.FeedstockUse:
    message = pb.FeedstockUse(use=enum_to_wire(pb.FeedstockUse.Use, "USE", feedstock.use))
    if feedstock.product is not None:
        message.product = enum_to_wire(pb.FeedstockUse.Product, "PRODUCT", feedstock.product)
    return message


def claim_from_wire(message: pb.OffsetClaim) -> Claim:
    """Reads a claim that was checked, or was written here."""
    certificates = tuple(certificates_from_wire(held) for held in message.certificates)
    measure, amount = _quantity(message, certificates)
    return Claim(
        region=RegionCode(message.region_code),
        year=message.year,
        assessed_on=date_from_wire(message.assessed_on),
        heading=Heading[enum_name(pb.OffsetHeading, "OFFSET_HEADING", message.heading)],
        basis=basis_from_wire(message.basis),
        energy=EnergyKind[enum_name(pb.OffsetEnergy, "OFFSET_ENERGY", message.energy)],
        measure=measure,
        amount=amount,
        documents=tuple(message.documents),
        certificates=certificates,
        metering_records=tuple(message.metering_records),
        feedstock=_feedstock_from_wire(message.feedstock) if message.HasField("feedstock") else None,
        major_project=_project_from_wire(message.major_project) if message.HasField("major_project") else None,
        consumption={
            RegionCode(stated.region_code): Stated(exact(stated.tce.value), stated.document)
            for stated in message.consumption
        },
        saving_needed_tce=exact(message.saving_needed_tce.value) if message.HasField("saving_needed_tce") else None,
    )


def _quantity(message: pb.OffsetClaim, certificates: tuple[Certificates, ...]) -> tuple[Measure, Decimal]:
    if message.HasField("tce"):
        return Measure.TCE, exact(message.tce.value)
    if message.HasField("kwh"):
        return Measure.KWH, exact(message.kwh.value)
    return Measure.CERTIFICATES, Decimal(sum(held.range.count for held in certificates))


def _feedstock_from_wire(message: pb.FeedstockUse) -> Feedstock:
    product = enum_name(pb.FeedstockUse.Product, "PRODUCT", message.product) if message.product else ""
    use = Use[enum_name(pb.FeedstockUse.Use, "USE", message.use)]
    return Feedstock(use, FeedstockProduct[product] if product else None)


def _project_from_wire(message: pb.MajorProject) -> MajorProject:
    return MajorProject(message.project_code, **{name: _stated(message, name) for name in _PROJECT_ANSWERS})


def offset_to_wire(offset: Offset) -> pb.Offset:
    message = pb.Offset(
        name=offset.name,
        claim=claim_to_wire(offset.claim),
        state=enum_to_wire(pb.OffsetState, "OFFSET_STATE", offset.state),
        booked_kgce=offset.booked_kgce,
        findings=findings_to_wire(offset.findings),
        bundle_hash=offset.bundle_hash,
        recorded_at=instant_to_wire(offset.recorded_at),
    )
    if offset.exact_kgce is not None:
        message.exact_kgce.CopyFrom(decimal_to_wire(offset.exact_kgce))
    if offset.revocation is not None:
        message.revocation.CopyFrom(_revocation_to_wire(offset.revocation))
    return message


def _revocation_to_wire(revocation: Revocation) -> pb.OffsetRevocation:
    return pb.OffsetRevocation(
        effective_on=date_to_wire(revocation.effective_on),
        known_at=instant_to_wire(revocation.known_at),
        signers=revocation.signers,
        reason=revocation.reason,
    )


def offset_from_wire(message: pb.Offset, across_kgce: Decimal, revocation: Revocation | None) -> Offset:
    """Reads an offset that was written here before it was revoked."""
    return Offset(
        id=OffsetId(message.name.removeprefix("offsets/")),
        claim=claim_from_wire(message.claim),
        accepted=message.state == pb.OFFSET_STATE_RECORDED,
        findings=findings_from_wire(message.findings),
        bundle_hash=message.bundle_hash,
        recorded_at=instant_from_wire(message.recorded_at),
        exact_kgce=exact(message.exact_kgce.value) if message.HasField("exact_kgce") else None,
        booked_kgce=message.booked_kgce,
        across_kgce=across_kgce,
        revocation=revocation,
    )


def use_to_wire(use: CertificateUse) -> pb.CertificateUse:
    return pb.CertificateUse(
        range=range_to_wire(use.range),
        used_by=use.user.name,
        region_code=use.user.region,
        used_on=date_to_wire(use.user.used_on),
        known_at=instant_to_wire(use.user.known_at),
    )


def statement_to_wire(statement: Statement) -> pb.SavingStatement:
    return pb.SavingStatement(
        name=statement.name,
        source=enum_to_wire(pb.SavingSource, "SAVING_SOURCE", statement.source),
        region_code=statement.region,
        made_on=date_to_wire(statement.made_on),
        plan_year=statement.plan_year,
        basis=basis_to_wire(statement.basis),
        amount_kgce=statement.amount_kgce,
        acceptance=statement.acceptance,
        metering_records=statement.metering_records,
        certificates=[range_to_wire(held) for held in statement.certificates],
        lot=statement.lot,
        eliminated_by_order=statement.eliminated_by_order,
    )


def statement_from_wire(message: pb.SavingStatement) -> Statement:
    """Reads a statement that was checked, or was written here."""
    return Statement(
        id=SavingId(message.name.removeprefix("savings/")),
        source=SavingSource[enum_name(pb.SavingSource, "SAVING_SOURCE", message.source)],
        region=RegionCode(message.region_code),
        made_on=date_from_wire(message.made_on),
        plan_year=message.plan_year,
        basis=basis_from_wire(message.basis),
        amount_kgce=message.amount_kgce,
        acceptance=message.acceptance,
        metering_records=tuple(message.metering_records),
        certificates=tuple(range_from_wire(held) for held in message.certificates),
        lot=message.lot,
        eliminated_by_order=_stated(message, "eliminated_by_order"),
    )


def saving_to_wire(saving: Saving) -> pb.Saving:
    return pb.Saving(
        statement=statement_to_wire(saving.statement),
        available_kgce=saving.balances.available,
        held_kgce=saving.balances.held,
        posted_kgce=saving.balances.posted,
        registered_at=instant_to_wire(saving.registered_at),
    )


def hold_to_wire(hold: SavingHold) -> pb.SavingHold:
    asked = hold.asked
    return pb.SavingHold(
        name=hold.name,
        filing=asked.filing,
        region_code=asked.region,
        year=asked.year,
        basis=basis_to_wire(asked.basis),
        energy_kgce=asked.energy_kgce,
        mode=enum_to_wire(pb.ReplacementMode, "REPLACEMENT_MODE", asked.mode),
        shares=[
            pb.SavingShare(saving=f"savings/{saving}", amount_kgce=amount) for saving, amount in asked.shares.items()
        ],
        state=enum_to_wire(pb.SavingHoldState, "SAVING_HOLD_STATE", hold.state),
        ratio=decimal_to_wire(hold.ratio),
        required_kgce=hold.required_kgce,
        findings=findings_to_wire(hold.findings),
        bundle_hash=hold.bundle_hash,
    )


def hold_from_wire(message: pb.SavingHold, state: HoldState) -> SavingHold:
    """Reads a hold that was written here."""
    return SavingHold(
        id=HoldId(message.name.removeprefix("savingHolds/")),
        asked=Asked(
            filing=message.filing,
            region=RegionCode(message.region_code),
            year=message.year,
            basis=basis_from_wire(message.basis),
            energy_kgce=message.energy_kgce,
            mode=Mode[enum_name(pb.ReplacementMode, "REPLACEMENT_MODE", message.mode)],
            shares={SavingId(share.saving.removeprefix("savings/")): share.amount_kgce for share in message.shares},
        ),
        required_kgce=message.required_kgce,
        ratio=exact(message.ratio.value),
        findings=findings_from_wire(message.findings),
        bundle_hash=message.bundle_hash,
        state=state,
    )


def event_to_wire(event: Event) -> tuple[str, Message]:
    """The key under which the event goes out, and its message."""
    if isinstance(event, OffsetRecorded):
        message = events.OffsetRecorded if event.offset.accepted else events.OffsetRefused
        return event.offset.claim.region, message(offset=offset_to_wire(event.offset))
    if isinstance(event, OffsetRevoked):
        return event.offset.claim.region, events.OffsetRevoked(offset=offset_to_wire(event.offset))
    if isinstance(event, CertificatesCancelled):
        reason = enum_to_wire(pb.CancellationReason, "CANCELLATION_REASON", event.reason)
        return event.use.user.region, events.CertificatesCancelled(
            use=use_to_wire(event.use), reason=reason, document=event.document
        )
    if isinstance(event, SavingRegistered):
        return event.saving.statement.id, events.SavingRegistered(
            saving=saving_to_wire(event.saving),
            findings=findings_to_wire(event.findings),
            bundle_hash=event.bundle_hash,
        )
    return event.hold.asked.filing, _HOLD_EVENTS[event.hold.state](hold=hold_to_wire(event.hold))


_HOLD_EVENTS: Mapping[HoldState, Callable[..., Message]] = {
    HoldState.RESERVED: events.SavingReserved,
    HoldState.POSTED: events.SavingPosted,
    HoldState.VOIDED: events.SavingVoided,
}
