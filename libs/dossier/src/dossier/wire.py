"""Between a dossier and its message; every field both ways."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from google.protobuf.message import Message
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as ProtoDecimal

from dossier.model import (
    Amount,
    Applicant,
    Dossier,
    EnergyFlow,
    EnergyUse,
    Equipment,
    Fact,
    FlowUse,
    LotUse,
    PriorOpinion,
    ProcessEmission,
    Product,
    ProjectKind,
    ReplacementPlan,
    UnitEnergy,
)
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from kernel.quantities import exact
from kernel.regions import RegionCode
from servicekit.wire import date_from_wire, date_to_wire, decimal_to_wire

LOT_PREFIX = "lots/"
FACTS_KEPT_MAX = 4_096

_USES = {pb.FlowUse.Value(f"FLOW_USE_{use.name}"): use for use in FlowUse}


def kind_to_wire(kind: ProjectKind | None) -> pb.ProjectKind.ValueType:
    return pb.ProjectKind.Value(f"PROJECT_KIND_{kind.name}") if kind else pb.PROJECT_KIND_UNSPECIFIED


def kind_from_wire(value: pb.ProjectKind.ValueType) -> ProjectKind | None:
    """Raises ValueError for a value that is not in the contract."""
    name = pb.ProjectKind.Name(value).removeprefix("PROJECT_KIND_")
    return None if name == "UNSPECIFIED" else ProjectKind[name]


def dossier_to_wire(dossier: Dossier) -> pb.Dossier:
    return pb.Dossier(
        project_code=dossier.project_code,
        project_name=dossier.project_name,
        applicant=pb.Applicant(name=dossier.applicant.name, credit_code=dossier.applicant.credit_code),
        region_code=dossier.region,
        kind=kind_to_wire(dossier.kind),
        application_date=_date(dossier.application_date),
        industry_codes=dossier.industry_codes,
        products=[_product_to_wire(product) for product in dossier.products],
        energy=_energy_to_wire(dossier.energy),
        energy_before=None if dossier.energy_before is None else _energy_to_wire(dossier.energy_before),
        process_emissions=[
            pb.ProcessEmission(process=emission.process, amount_t=decimal_to_wire(emission.amount))
            for emission in dossier.process_emissions
        ],
        annual_co2_t=_decimal(dossier.annual_co2_t),
        equipment=[_piece_to_wire(piece) for piece in dossier.equipment],
        facts=_facts_to_wire(dossier.facts),
        prior_opinion=None if dossier.prior_opinion is None else _opinion_to_wire(dossier.prior_opinion),
        replacement=None if dossier.replacement is None else _plan_to_wire(dossier.replacement),
        nationally_planned=dossier.nationally_planned,
        remark=dossier.remark,
    )


def _product_to_wire(product: Product) -> pb.Product:
    capacity = product.capacity
    return pb.Product(
        product_id=product.product_id,
        name=product.name,
        capacity=None if capacity is None else pb.Amount(value=decimal_to_wire(capacity.value), unit=capacity.unit),
        unit_energy=[
            pb.UnitEnergy(standard=u.standard, value=decimal_to_wire(u.value), unit=u.unit) for u in product.unit_energy
        ],
        facts=_facts_to_wire(product.facts),
    )


def _facts_to_wire(facts: tuple[Fact, ...]) -> list[pb.Fact]:
    return [pb.Fact(fact=fact.fact, value=fact.value) for fact in facts]


def _energy_to_wire(energy: EnergyUse) -> pb.EnergyUse:
    return pb.EnergyUse(
        annual_tce_calorific=_decimal(energy.tce_calorific),
        annual_tce_equivalent=_decimal(energy.tce_equivalent),
        annual_electricity_kwh=_decimal(energy.electricity_kwh),
        annual_coal_t=_decimal(energy.coal_t),
        flows=[flow_to_wire(flow) for flow in energy.flows],
    )


def flow_to_wire(flow: EnergyFlow) -> pb.EnergyFlow:
    return pb.EnergyFlow(
        carrier=flow.carrier,
        use=pb.FlowUse.Value(f"FLOW_USE_{flow.use.name}"),
        amount=decimal_to_wire(flow.amount),
        unit=flow.unit,
        measured_ncv_kj=_decimal(flow.measured_ncv_kj),
    )


def _piece_to_wire(piece: Equipment) -> pb.Equipment:
    return pb.Equipment(name=piece.name, efficiency_grade=piece.efficiency_grade, advanced_level=piece.advanced_level)


def _opinion_to_wire(opinion: PriorOpinion) -> pb.PriorOpinion:
    return pb.PriorOpinion(
        document_number=opinion.document_number,
        issue_date=_date(opinion.issue_date),
        change_consent_date=_date(opinion.change_consent_date),
        construction_start_date=_date(opinion.construction_start_date),
        approved_tce_calorific=_decimal(opinion.approved_tce),
    )


def _plan_to_wire(plan: ReplacementPlan) -> pb.ReplacementPlan:
    return pb.ReplacementPlan(
        publicity_date=_date(plan.publicity_date),
        restricted_or_cross_province=plan.restricted_or_cross_province,
        same_entity_same_site=plan.same_entity_same_site,
        lots=[pb.LotUse(lot=f"{LOT_PREFIX}{use.lot}", quantity=decimal_to_wire(use.quantity)) for use in plan.lots],
    )


def _decimal(number: Decimal | None) -> ProtoDecimal | None:
    return None if number is None else decimal_to_wire(number)


def _date(day: date | None) -> Date | None:
    return None if day is None else date_to_wire(day)


def dossier_from_wire(message: pb.Dossier) -> Dossier:
    """Reads a dossier that was checked before. Raises ValueError for one that was not."""
    return Dossier(
        project_code=message.project_code,
        project_name=message.project_name,
        applicant=Applicant(message.applicant.name, message.applicant.credit_code),
        region=RegionCode(message.region_code),
        kind=kind_from_wire(message.kind),
        application_date=_day(message, "application_date"),
        industry_codes=tuple(message.industry_codes),
        products=tuple(_product_from_wire(product) for product in message.products),
        energy=_energy_from_wire(message.energy),
        energy_before=_energy_from_wire(message.energy_before) if message.HasField("energy_before") else None,
        process_emissions=tuple(ProcessEmission(e.process, exact(e.amount_t.value)) for e in message.process_emissions),
        annual_co2_t=_number(message, "annual_co2_t"),
        equipment=tuple(_piece_from_wire(piece) for piece in message.equipment),
        facts=_facts_from_wire(message),
        prior_opinion=_opinion_from_wire(message.prior_opinion) if message.HasField("prior_opinion") else None,
        replacement=_plan_from_wire(message.replacement) if message.HasField("replacement") else None,
        nationally_planned=_scalar(message, "nationally_planned"),
        remark=message.remark,
    )


def _product_from_wire(message: pb.Product) -> Product:
    capacity = message.capacity
    return Product(
        name=message.name,
        product_id=message.product_id,
        capacity=Amount(exact(capacity.value.value), capacity.unit) if message.HasField("capacity") else None,
        unit_energy=tuple(UnitEnergy(u.standard, exact(u.value.value), u.unit) for u in message.unit_energy),
        facts=_facts_from_wire(message),
    )


def _facts_from_wire(message: pb.Dossier | pb.Product) -> tuple[Fact, ...]:
    return tuple([_fact(fact.fact, fact.value) for fact in message.facts])


@lru_cache(FACTS_KEPT_MAX)
def _fact(fact: str, value: str) -> Fact:
    """Thousands of dossiers state the same few hundred."""
    return Fact(fact, value)


def _energy_from_wire(message: pb.EnergyUse) -> EnergyUse:
    return EnergyUse(
        tce_calorific=_number(message, "annual_tce_calorific"),
        tce_equivalent=_number(message, "annual_tce_equivalent"),
        electricity_kwh=_number(message, "annual_electricity_kwh"),
        coal_t=_number(message, "annual_coal_t"),
        flows=tuple(flow_from_wire(flow) for flow in message.flows),
    )


def flow_from_wire(message: pb.EnergyFlow) -> EnergyFlow:
    return EnergyFlow(
        carrier=message.carrier,
        use=_use(message.use),
        amount=exact(message.amount.value),
        unit=message.unit,
        measured_ncv_kj=_number(message, "measured_ncv_kj"),
    )


def _use(value: pb.FlowUse.ValueType) -> FlowUse:
    if value not in _USES:
        raise ValueError(f"{value} is not what becomes of a flow")
    return _USES[value]


def _piece_from_wire(message: pb.Equipment) -> Equipment:
    return Equipment(
        name=message.name,
        efficiency_grade=_scalar(message, "efficiency_grade"),
        advanced_level=_scalar(message, "advanced_level"),
    )


def _opinion_from_wire(message: pb.PriorOpinion) -> PriorOpinion:
    return PriorOpinion(
        document_number=message.document_number,
        issue_date=_day(message, "issue_date"),
        change_consent_date=_day(message, "change_consent_date"),
        construction_start_date=_day(message, "construction_start_date"),
        approved_tce=_number(message, "approved_tce_calorific"),
    )


def _plan_from_wire(message: pb.ReplacementPlan) -> ReplacementPlan:
    return ReplacementPlan(
        publicity_date=_day(message, "publicity_date"),
        restricted_or_cross_province=_scalar(message, "restricted_or_cross_province"),
        same_entity_same_site=_scalar(message, "same_entity_same_site"),
        lots=tuple(LotUse(use.lot.removeprefix(LOT_PREFIX), exact(use.quantity.value)) for use in message.lots),
    )


def _number(message: Message, field: str) -> Decimal | None:
    return exact(getattr(message, field).value) if message.HasField(field) else None


def _day(message: Message, field: str) -> date | None:
    return date_from_wire(getattr(message, field)) if message.HasField(field) else None


def _scalar(message: Message, field: str) -> Any:
    """A flag or a number; None: not stated."""
    return getattr(message, field) if message.HasField(field) else None
