"""Between cases, region levels and decisions and their messages."""

from google.protobuf.message import Message

from dualcontrol.budget.v1 import budget_commands_pb2 as commands
from dualcontrol.budget.v1 import budget_events_pb2 as budget
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity_pb
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.filing.v1 import filing_service_pb2 as filing_pb
from dualcontrol.review.v1 import review_service_pb2 as review_pb
from dualcontrol.screening.v1 import screening_events_pb2 as events
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from dualcontrol.targets.v1 import targets_events_pb2 as targets
from dualcontrol.targets.v1 import targets_service_pb2 as targets_pb
from kernel.regions import RegionCode, region_code
from screening.domain.case import Reservation
from screening.domain.decision import Content, Decision
from screening.domain.facts import (
    CompetentLevel,
    DeductionFact,
    DeductionId,
    DeductionState,
    FactVersion,
    FilingFact,
    FilingId,
    ReplacementFact,
    ReviewFact,
    WithdrawalFact,
)
from screening.domain.regions import LevelReading, RegionFact, WarningLevel
from servicekit.wire import (
    date_from_wire,
    date_to_wire,
    disposition_to_wire,
    findings_from_wire,
    findings_to_wire,
    instant_from_wire,
    instant_to_wire,
    outcome_to_wire,
    verdict_from_wire,
    verdict_to_wire,
)
from statute.finding import Disposition, Outcome

DEDUCTIONS = "deductions/"


def canonical(message: Message) -> bytes:
    return message.SerializeToString(deterministic=True)


def _version(number: int) -> int:
    if number < 1:
        raise ValueError(f"the version {number} is not counted from 1")
    return number


def filing_from_wire(message: filing.FilingAccepted) -> FilingFact:
    """Raises ValueError for a malformed region, day or revision."""
    dossier = message.dossier
    return FilingFact(
        revision=_version(message.revision),
        project_name=dossier.project_name,
        region=region_code(dossier.region_code),
        application_date=date_from_wire(dossier.application_date) if dossier.HasField("application_date") else None,
        nationally_planned=dossier.nationally_planned if dossier.HasField("nationally_planned") else None,
        findings=findings_from_wire(message.findings),
    )


def filing_to_wire(fact: FilingFact) -> filing.FilingAccepted:
    """What screening keeps of a filing."""
    dossier = filing_pb.Dossier(
        project_name=fact.project_name,
        region_code=fact.region,
        application_date=None if fact.application_date is None else date_to_wire(fact.application_date),
        nationally_planned=fact.nationally_planned,
    )
    return filing.FilingAccepted(revision=fact.revision, dossier=dossier, findings=findings_to_wire(fact.findings))


def withdrawal_from_wire(message: filing.FilingWithdrawn) -> WithdrawalFact:
    """Raises ValueError for a malformed revision."""
    return WithdrawalFact(_version(message.revision))


def _competent_level(value: review_pb.CompetentLevel.ValueType) -> CompetentLevel | None:
    """A level of a newer sender is not determined."""
    if value == review_pb.COMPETENT_LEVEL_UNSPECIFIED or value not in review_pb.CompetentLevel.values():
        return None
    return CompetentLevel[review_pb.CompetentLevel.Name(value).removeprefix("COMPETENT_LEVEL_")]


def review_from_wire(message: review_pb.Review) -> ReviewFact:
    """Raises ValueError for a malformed revision, amount or finding."""
    annual = message.annual_kgce_calorific if message.HasField("annual_kgce_calorific") else None
    if annual is not None and annual < 0:
        raise ValueError(f"the annual energy {annual} is negative")
    return ReviewFact(
        revision=_version(message.revision),
        two_high=verdict_from_wire(message.two_high),
        annual_kgce=annual,
        competent_level=_competent_level(message.competent_level),
        findings=findings_from_wire(message.findings),
        bundle_hash=message.bundle_hash,
    )


def review_to_wire(fact: ReviewFact) -> review_pb.Review:
    level = fact.competent_level
    return review_pb.Review(
        revision=fact.revision,
        two_high=verdict_to_wire(fact.two_high),
        competent_level=review_pb.CompetentLevel.Value(f"COMPETENT_LEVEL_{level.name if level else 'UNSPECIFIED'}"),
        annual_kgce_calorific=fact.annual_kgce,
        findings=findings_to_wire(fact.findings),
        bundle_hash=fact.bundle_hash,
    )


def replacement_from_wire(message: capacity_pb.Replacement) -> ReplacementFact:
    """Raises ValueError for a malformed revision or finding."""
    return ReplacementFact(_version(message.revision), findings_from_wire(message.findings), message.bundle_hash)


def replacement_to_wire(fact: ReplacementFact) -> capacity_pb.Replacement:
    return capacity_pb.Replacement(
        revision=fact.revision, findings=findings_to_wire(fact.findings), bundle_hash=fact.bundle_hash
    )


def _deduction_id(text: str) -> DeductionId:
    if not text:
        raise ValueError("the deduction has no id")
    return DeductionId(text)


def reserved_from_wire(message: budget.DeductionReserved) -> DeductionFact:
    """Raises ValueError for a malformed name or finding."""
    id_ = _deduction_id(message.deduction.name.removeprefix(DEDUCTIONS))
    return DeductionFact(id_, DeductionState.RESERVED, findings_from_wire(message.findings))


def refused_from_wire(message: budget.DeductionRefused) -> DeductionFact:
    """Raises ValueError for a malformed id or finding."""
    return DeductionFact(_deduction_id(message.deduction), DeductionState.REFUSED, findings_from_wire(message.findings))


def voided_from_wire(message: budget.DeductionVoided | budget.DeductionExpired) -> DeductionFact:
    """Raises ValueError for a malformed name."""
    return DeductionFact(_deduction_id(message.deduction.name.removeprefix(DEDUCTIONS)), DeductionState.VOIDED)


def deduction_to_bytes(fact: DeductionFact) -> bytes:
    """An answer as it is kept; its state stands beside it."""
    return canonical(budget.DeductionRefused(deduction=fact.deduction, findings=findings_to_wire(fact.findings)))


def deduction_from_bytes(kept: bytes, state: str) -> DeductionFact:
    message = budget.DeductionRefused.FromString(kept)
    return DeductionFact(DeductionId(message.deduction), DeductionState(state), findings_from_wire(message.findings))


def reserve_to_wire(reservation: Reservation) -> commands.ReserveDeduction:
    return commands.ReserveDeduction(
        deduction=reservation.deduction,
        filing=reservation.filing,
        region_code=reservation.region,
        year=reservation.year,
        amount_kgce_calorific=reservation.amount_kgce,
    )


def reserve_from_wire(message: commands.ReserveDeduction, revision: int) -> Reservation:
    """Reads a command that was written here."""
    return Reservation(
        deduction=DeductionId(message.deduction),
        filing=FilingId(message.filing),
        revision=revision,
        region=RegionCode(message.region_code),
        year=message.year,
        amount_kgce=message.amount_kgce_calorific,
    )


def void_to_wire(reservation: Reservation) -> commands.VoidDeduction:
    return commands.VoidDeduction(deduction=reservation.deduction, filing=reservation.filing)


def _reading(level: targets_pb.RegionLevel) -> LevelReading | None:
    """A level of a newer sender is not known."""
    if level.level == targets_pb.WARNING_LEVEL_UNSPECIFIED or level.level not in targets_pb.WarningLevel.values():
        return None
    name = targets_pb.WarningLevel.Name(level.level).removeprefix("WARNING_LEVEL_")
    return LevelReading(WarningLevel[name], date_from_wire(level.period_end), level.evidence)


def region_from_wire(message: targets.RegionLevelChanged) -> RegionFact:
    """Raises ValueError for a malformed region, version or period."""
    intensity = [level for level in message.levels if level.scale == targets_pb.SCALE_INTENSITY]
    if len(intensity) > 1:
        raise ValueError(f"region {message.region_code} has {len(intensity)} levels on the intensity scale")
    return RegionFact(
        code=region_code(message.region_code),
        version=_version(message.version),
        intensity=_reading(intensity[0]) if intensity else None,
    )


def region_to_wire(fact: RegionFact) -> targets.RegionLevelChanged:
    """What screening keeps of a region."""
    message = targets.RegionLevelChanged(region_code=fact.code, version=fact.version)
    if fact.intensity is not None:
        message.levels.add(
            region_code=fact.code,
            scale=targets_pb.SCALE_INTENSITY,
            level=targets_pb.WarningLevel.Value(f"WARNING_LEVEL_{fact.intensity.level.name}"),
            period_end=date_to_wire(fact.intensity.period_end),
            evidence=fact.intensity.evidence,
        )
    return message


def versions_to_wire(versions: tuple[FactVersion, ...]) -> list[pb.FactVersion]:
    return [pb.FactVersion(fact=known.fact, version=known.version) for known in versions]


def decision_to_wire(decision: Decision) -> pb.Decision:
    content = decision.content
    return pb.Decision(
        name=f"filings/{decision.filing}/decisions/{decision.number}",
        outcome=outcome_to_wire(content.outcome),
        disposition=disposition_to_wire(content.disposition),
        findings=findings_to_wire(content.findings),
        basis_unverified=content.basis_unverified,
        missing=content.missing,
        filing_revision=content.filing_revision,
        facts=versions_to_wire(content.facts),
        bundle_hash=content.bundle_hash,
        decide_date=date_to_wire(decision.day),
        decide_time=instant_to_wire(decision.at),
        project_name=content.project_name,
        region_code=content.region,
    )


def decision_from_wire(message: pb.Decision) -> Decision:
    """Reads a decision that was written here."""
    _, filing_id, _, number = message.name.split("/")
    content = Content(
        project_name=message.project_name,
        region=RegionCode(message.region_code),
        filing_revision=message.filing_revision,
        outcome=Outcome[common.Outcome.Name(message.outcome).removeprefix("OUTCOME_")],
        disposition=Disposition[common.Disposition.Name(message.disposition).removeprefix("DISPOSITION_")],
        findings=findings_from_wire(message.findings),
        basis_unverified=message.basis_unverified,
        missing=tuple(message.missing),
        facts=tuple(FactVersion(known.fact, known.version) for known in message.facts),
        bundle_hash=message.bundle_hash,
    )
    at = instant_from_wire(message.decide_time)
    return Decision(FilingId(filing_id), int(number), content, date_from_wire(message.decide_date), at)


def event_to_wire(decision: Decision) -> events.ProjectScreened:
    return events.ProjectScreened(filing=decision.filing, decision=decision_to_wire(decision))
