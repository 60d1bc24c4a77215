"""Between filings and their messages."""

from decimal import Decimal

from google.type.decimal_pb2 import Decimal as ProtoDecimal

from dualcontrol.filing.v1 import filing_events_pb2 as events
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from filing.domain.dossier import (
    Amount,
    Applicant,
    Dossier,
    EnergyUse,
    LotUse,
    Product,
    ProjectKind,
    ReplacementPlan,
    UnitEnergy,
)
from filing.domain.filing import Accepted, Filing, FilingState, Withdrawn
from kernel.regions import RegionCode
from servicekit.wire import date_from_wire, date_to_wire, decimal_to_wire, findings_to_wire, instant_to_wire


def kind_to_wire(kind: ProjectKind | None) -> pb.ProjectKind.ValueType:
    return pb.ProjectKind.Value(f"PROJECT_KIND_{kind.name}") if kind else pb.PROJECT_KIND_UNSPECIFIED


def kind_from_wire(value: pb.ProjectKind.ValueType) -> ProjectKind | None:
    """Raises ValueError for a value that is not in the contract."""
    name = pb.ProjectKind.Name(value).removeprefix("PROJECT_KIND_")
    return None if name == "UNSPECIFIED" else ProjectKind[name]


def dossier_to_wire(dossier: Dossier) -> pb.Dossier:
    message = pb.Dossier(
        project_code=dossier.project_code,
        project_name=dossier.project_name,
        applicant=pb.Applicant(name=dossier.applicant.name, credit_code=dossier.applicant.credit_code),
        region_code=dossier.region,
        kind=kind_to_wire(dossier.kind),
        industry_codes=dossier.industry_codes,
        products=[_product_to_wire(p) for p in dossier.products],
        energy=_energy_to_wire(dossier.energy),
        nationally_planned=dossier.nationally_planned,
        remark=dossier.remark,
    )
    if dossier.application_date is not None:
        message.application_date.CopyFrom(date_to_wire(dossier.application_date))
    if dossier.replacement is not None:
        message.replacement.CopyFrom(_plan_to_wire(dossier.replacement))
    return message


def _product_to_wire(product: Product) -> pb.Product:
    message = pb.Product(
        product_id=product.product_id,
        name=product.name,
        unit_energy=[
            pb.UnitEnergy(standard=u.standard, value=decimal_to_wire(u.value), unit=u.unit) for u in product.unit_energy
        ],
    )
    if product.capacity is not None:
        amount = pb.Amount(value=decimal_to_wire(product.capacity.value), unit=product.capacity.unit)
        message.capacity.CopyFrom(amount)
    return message


def _energy_to_wire(energy: EnergyUse) -> pb.EnergyUse:
    return pb.EnergyUse(
        annual_tce_calorific=_optional(energy.tce_calorific),
        annual_tce_equivalent=_optional(energy.tce_equivalent),
        annual_electricity_kwh=_optional(energy.electricity_kwh),
        annual_coal_t=_optional(energy.coal_t),
    )


def _optional(number: Decimal | None) -> ProtoDecimal | None:
    return None if number is None else decimal_to_wire(number)


def _plan_to_wire(plan: ReplacementPlan) -> pb.ReplacementPlan:
    return pb.ReplacementPlan(
        publicity_date=None if plan.publicity_date is None else date_to_wire(plan.publicity_date),
        restricted_or_cross_province=plan.restricted_or_cross_province,
        same_entity_same_site=plan.same_entity_same_site,
        lots=[pb.LotUse(lot=f"lots/{use.lot}", quantity=decimal_to_wire(use.quantity)) for use in plan.lots],
    )


def dossier_from_wire(message: pb.Dossier) -> Dossier:
    """Reads a dossier that was checked before. Raises ValueError for one that was not."""
    return Dossier(
        project_code=message.project_code,
        project_name=message.project_name,
        applicant=Applicant(message.applicant.name, message.applicant.credit_code),
        region=RegionCode(message.region_code),
        kind=kind_from_wire(message.kind),
        application_date=date_from_wire(message.application_date) if message.HasField("application_date") else None,
        industry_codes=tuple(message.industry_codes),
        products=tuple(_product_from_wire(p) for p in message.products),
        energy=_energy_from_wire(message.energy),
        replacement=_plan_from_wire(message.replacement) if message.HasField("replacement") else None,
        nationally_planned=message.nationally_planned if message.HasField("nationally_planned") else None,
        remark=message.remark,
    )


def _product_from_wire(message: pb.Product) -> Product:
    capacity = message.capacity
    return Product(
        name=message.name,
        product_id=message.product_id,
        capacity=Amount(Decimal(capacity.value.value), capacity.unit) if message.HasField("capacity") else None,
        unit_energy=tuple(UnitEnergy(u.standard, Decimal(u.value.value), u.unit) for u in message.unit_energy),
    )


def _energy_from_wire(message: pb.EnergyUse) -> EnergyUse:
    def number(field: str) -> Decimal | None:
        return Decimal(getattr(message, field).value) if message.HasField(field) else None  # type: ignore[arg-type]

    return EnergyUse(
        tce_calorific=number("annual_tce_calorific"),
        tce_equivalent=number("annual_tce_equivalent"),
        electricity_kwh=number("annual_electricity_kwh"),
        coal_t=number("annual_coal_t"),
    )


def _plan_from_wire(message: pb.ReplacementPlan) -> ReplacementPlan:
    flag = message.restricted_or_cross_province if message.HasField("restricted_or_cross_province") else None
    return ReplacementPlan(
        publicity_date=date_from_wire(message.publicity_date) if message.HasField("publicity_date") else None,
        restricted_or_cross_province=flag,
        same_entity_same_site=message.same_entity_same_site if message.HasField("same_entity_same_site") else None,
        lots=tuple(LotUse(use.lot.removeprefix("lots/"), Decimal(use.quantity.value)) for use in message.lots),
    )


def filing_to_wire(filing: Filing) -> pb.Filing:
    return pb.Filing(
        name=f"filings/{filing.id}",
        revision=filing.revision,
        state=pb.FilingState.Value(f"FILING_STATE_{FilingState(filing.state).name}"),
        dossier=dossier_to_wire(filing.dossier),
        accept_time=instant_to_wire(filing.accepted_at),
        findings=findings_to_wire(filing.findings),
    )


def event_to_wire(event: Accepted | Withdrawn) -> events.FilingAccepted | events.FilingWithdrawn:
    filing = event.filing
    if isinstance(event, Withdrawn):
        return events.FilingWithdrawn(filing=filing.id, revision=filing.revision, reason=event.reason)
    return events.FilingAccepted(
        filing=filing.id,
        revision=filing.revision,
        dossier=dossier_to_wire(filing.dossier),
        findings=findings_to_wire(filing.findings),
        accept_time=instant_to_wire(filing.accepted_at),
        bundle_hash=filing.bundle_hash,
    )
