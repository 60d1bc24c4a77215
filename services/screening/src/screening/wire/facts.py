"""Between the facts of a case and their messages."""

from typing import Final

from dualcontrol.budget.v1 import budget_events_pb2 as budget
from dualcontrol.budget.v1 import offsets_service_pb2 as offsets_pb
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity_pb
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.filing.v1 import filing_service_pb2 as filing_pb
from dualcontrol.review.v1 import opinion_service_pb2 as opinion_pb
from dualcontrol.review.v1 import review_service_pb2 as review_pb
from dualcontrol.targets.v1 import targets_events_pb2 as targets
from dualcontrol.targets.v1 import targets_service_pb2 as targets_pb
from kernel.regions import region_code
from screening.domain.facts import (
    CompetentLevel,
    DeductionFact,
    DeductionId,
    DeductionState,
    FilingFact,
    OpinionFact,
    ReplacementFact,
    ReviewFact,
    SavingFact,
    Shortage,
    WithdrawalFact,
)
from screening.domain.regions import LevelReading, RegionFact, WarningLevel
from screening.wire.findings import told_from_wire, told_to_wire
from servicekit.wire import date_from_wire, date_to_wire, verdict_from_wire, verdict_to_wire

DEDUCTIONS: Final = "deductions/"


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
        findings=told_from_wire(message.findings),
        owner_name=dossier.applicant.name,
        credit_code=dossier.applicant.credit_code,
        project_code=dossier.project_code,
        industry_codes=tuple(dossier.industry_codes),
    )


def filing_to_wire(fact: FilingFact) -> filing.FilingAccepted:
    """What screening keeps of a filing."""
    dossier = filing_pb.Dossier(
        project_name=fact.project_name,
        region_code=fact.region,
        application_date=None if fact.application_date is None else date_to_wire(fact.application_date),
        nationally_planned=fact.nationally_planned,
        project_code=fact.project_code,
        industry_codes=fact.industry_codes,
    )
    if fact.owner_name or fact.credit_code:
        dossier.applicant.name, dossier.applicant.credit_code = fact.owner_name, fact.credit_code
    return filing.FilingAccepted(revision=fact.revision, dossier=dossier, findings=told_to_wire(fact.findings))


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
        findings=told_from_wire(message.findings),
        bundle_hash=message.bundle_hash,
        version=_version(message.version or message.revision),
    )


def review_to_wire(fact: ReviewFact) -> review_pb.Review:
    level = fact.competent_level
    return review_pb.Review(
        revision=fact.revision,
        two_high=verdict_to_wire(fact.two_high),
        competent_level=review_pb.CompetentLevel.Value(f"COMPETENT_LEVEL_{level.name if level else 'UNSPECIFIED'}"),
        annual_kgce_calorific=fact.annual_kgce,
        findings=told_to_wire(fact.findings),
        bundle_hash=fact.bundle_hash,
        version=fact.version,
    )


def replacement_from_wire(message: capacity_pb.Replacement) -> ReplacementFact:
    """Raises ValueError for a malformed revision or finding."""
    return ReplacementFact(
        revision=_version(message.revision),
        findings=told_from_wire(message.findings),
        bundle_hash=message.bundle_hash,
        version=_version(message.version or message.revision),
    )


def replacement_to_wire(fact: ReplacementFact) -> capacity_pb.Replacement:
    return capacity_pb.Replacement(
        revision=fact.revision,
        findings=told_to_wire(fact.findings),
        bundle_hash=fact.bundle_hash,
        version=fact.version,
    )


def _deduction_id(text: str) -> DeductionId:
    if not text:
        raise ValueError("the deduction has no id")
    return DeductionId(text)


def reserved_from_wire(message: budget.DeductionReserved) -> DeductionFact:
    """Raises ValueError for a malformed name or finding."""
    id_ = _deduction_id(message.deduction.name.removeprefix(DEDUCTIONS))
    return DeductionFact(id_, DeductionState.RESERVED, told_from_wire(message.findings))


def refused_from_wire(message: budget.DeductionRefused) -> DeductionFact:
    """Raises ValueError for a malformed id or finding."""
    return DeductionFact(
        _deduction_id(message.deduction),
        DeductionState.REFUSED,
        told_from_wire(message.findings),
        tuple(Shortage(region_code(one.region_code), one.asked <= one.granted) for one in message.shortages),
    )


def voided_from_wire(
    message: budget.DeductionVoided | budget.DeductionExpired | budget.DeductionReversed,
) -> DeductionFact:
    """Raises ValueError for a malformed name."""
    return DeductionFact(_deduction_id(message.deduction.name.removeprefix(DEDUCTIONS)), DeductionState.VOIDED)


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


def posted_from_wire(message: budget.DeductionPosted) -> DeductionFact:
    """Raises ValueError for a malformed name."""
    return DeductionFact(_deduction_id(message.deduction.name.removeprefix(DEDUCTIONS)), DeductionState.POSTED)


def opinion_from_wire(message: opinion_pb.Opinion) -> OpinionFact:
    """Raises ValueError for an opinion that was never issued."""
    state = message.state
    ended = (opinion_pb.OPINION_STATE_LAPSED, opinion_pb.OPINION_STATE_REVOKED)
    if state not in (opinion_pb.OPINION_STATE_ISSUED, *ended):
        raise ValueError(f"{message.name} is in state {state} and was not issued")
    revoked = state == opinion_pb.OPINION_STATE_REVOKED
    return OpinionFact(
        version=_version(message.version),
        revision=_version(message.revision),
        passes=message.result == opinion_pb.OPINION_RESULT_PASS,
        in_force=state not in ended,
        lapsed=state == opinion_pb.OPINION_STATE_LAPSED,
        document=message.document,
        signers=tuple(message.revokers) if revoked else (message.drafter, message.signer),
        reason=message.reason,
    )


_LIVE: Final = (offsets_pb.SAVING_HOLD_STATE_RESERVED, offsets_pb.SAVING_HOLD_STATE_POSTED)


def saving_from_wire(message: offsets_pb.SavingHold) -> SavingFact:
    """Raises ValueError for a malformed name."""
    prefix, _, hold = message.name.partition("/")
    if prefix != "savingHolds" or not hold:
        raise ValueError(f"{message.name!r} is not the name of a hold of savings")
    return SavingFact(
        hold=hold,
        version=1 if message.state == offsets_pb.SAVING_HOLD_STATE_RESERVED else 2,
        live=message.state in _LIVE,
        replaces_kgce=message.energy_kgce,
        calorific=message.basis == offsets_pb.OFFSET_BASIS_CALORIFIC,
    )
