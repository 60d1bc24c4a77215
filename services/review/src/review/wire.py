"""Between reviews and their messages."""

from decimal import Decimal

from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.review.v1 import review_events_pb2 as events
from dualcontrol.review.v1 import review_service_pb2 as pb
from review.domain.dossier import Dossier, EnergyUse, Product, ProjectKind, UnitEnergy
from review.domain.review import CompetentLevel, Evaluation, FilingId, Review, ReviewEvaluated
from servicekit.wire import date_from_wire, findings_from_wire, findings_to_wire, verdict_from_wire, verdict_to_wire

_LEVEL = "COMPETENT_LEVEL_"


def dossier_from_wire(message: filing.Dossier) -> Dossier:
    """Reads a dossier that was checked before. Raises ValueError for one that was not."""
    return Dossier(
        kind=_kind_from_wire(message.kind),
        application_date=date_from_wire(message.application_date) if message.HasField("application_date") else None,
        industry_codes=tuple(message.industry_codes),
        products=tuple(_product_from_wire(p) for p in message.products),
        energy=_energy_from_wire(message.energy),
    )


def _kind_from_wire(value: filing.ProjectKind.ValueType) -> ProjectKind | None:
    name = filing.ProjectKind.Name(value).removeprefix("PROJECT_KIND_")
    return None if name == "UNSPECIFIED" else ProjectKind[name]


def _product_from_wire(message: filing.Product) -> Product:
    indicators = tuple(UnitEnergy(u.standard, Decimal(u.value.value), u.unit) for u in message.unit_energy)
    return Product(name=message.name, product_id=message.product_id, unit_energy=indicators)


def _energy_from_wire(message: filing.EnergyUse) -> EnergyUse:
    def number(field: str) -> Decimal | None:
        return Decimal(getattr(message, field).value) if message.HasField(field) else None  # type: ignore[arg-type]

    return EnergyUse(
        tce_calorific=number("annual_tce_calorific"),
        tce_equivalent=number("annual_tce_equivalent"),
        electricity_kwh=number("annual_electricity_kwh"),
        coal_t=number("annual_coal_t"),
    )


def _level_to_wire(level: CompetentLevel | None) -> pb.CompetentLevel.ValueType:
    return pb.CompetentLevel.Value(f"{_LEVEL}{level.name}") if level else pb.COMPETENT_LEVEL_UNSPECIFIED


def _level_from_wire(value: pb.CompetentLevel.ValueType) -> CompetentLevel | None:
    name = pb.CompetentLevel.Name(value).removeprefix(_LEVEL)
    return None if name == "UNSPECIFIED" else CompetentLevel[name]


def evaluation_to_wire(evaluation: Evaluation) -> pb.Review:
    """A review of no filing: without name and revision."""
    return pb.Review(
        two_high=verdict_to_wire(evaluation.two_high),
        competent_level=_level_to_wire(evaluation.competent_level),
        annual_kgce_calorific=evaluation.annual_kgce,
        findings=findings_to_wire(evaluation.findings),
        bundle_hash=evaluation.bundle_hash,
    )


def review_to_wire(review: Review) -> pb.Review:
    message = evaluation_to_wire(review.evaluation)
    message.name = f"filings/{review.filing}/review"
    message.revision = review.revision
    return message


def review_from_wire(message: pb.Review) -> Review:
    """Reads what this service wrote itself."""
    kgce = message.annual_kgce_calorific if message.HasField("annual_kgce_calorific") else None
    evaluation = Evaluation(
        two_high=verdict_from_wire(message.two_high),
        competent_level=_level_from_wire(message.competent_level),
        annual_kgce=kgce,
        findings=findings_from_wire(message.findings),
        bundle_hash=message.bundle_hash,
    )
    filing_id = message.name.removeprefix("filings/").removesuffix("/review")
    return Review(FilingId(filing_id), message.revision, evaluation)


def event_to_wire(event: ReviewEvaluated) -> events.ReviewEvaluated:
    return events.ReviewEvaluated(filing=event.review.filing, review=review_to_wire(event.review))
