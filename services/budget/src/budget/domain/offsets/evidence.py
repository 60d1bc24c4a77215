"""What identifies a quantity of energy, so that it is used once in the whole province."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from budget.domain.offsets.claims import CertificateRange, Claim
from budget.domain.offsets.savings import Statement
from kernel.regions import RegionCode


class EvidenceKind(Enum):
    METERING_RECORD = "metering_record"
    PROJECT_YEAR = "project_year"
    """A national major project is listed once a year."""
    ACCEPTANCE = "acceptance"
    LOT = "lot"


@dataclass(frozen=True, slots=True)
class EvidenceKey:
    kind: EvidenceKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind.value} {self.id}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that one offset or saving uses up."""

    keys: tuple[EvidenceKey, ...]
    ranges: tuple[CertificateRange, ...]


@dataclass(frozen=True, slots=True)
class User:
    """Who uses evidence up: an offset, a saving or a cancellation, by its name; from when, and when it was learned."""

    name: str
    region: RegionCode
    used_on: date
    known_at: datetime


@dataclass(frozen=True, slots=True)
class CertificateUse:
    range: CertificateRange
    user: User


class CancellationReason(Enum):
    CONSUMED = "consumed"
    EXPIRED = "expired"
    SOLD_OUT_OF_PROVINCE = "sold_out_of_province"


@dataclass(frozen=True, slots=True)
class CertificatesCancelled:
    """核销: certificates were withdrawn from use."""

    use: CertificateUse
    reason: CancellationReason
    document: str


def evidence_of_claim(claim: Claim) -> Evidence:
    keys = [EvidenceKey(EvidenceKind.METERING_RECORD, record) for record in claim.metering_records]
    if claim.major_project is not None:
        keys.append(EvidenceKey(EvidenceKind.PROJECT_YEAR, f"{claim.major_project.project_code}/{claim.year}"))
    return Evidence(tuple(keys), tuple(held.range for held in claim.certificates))


def evidence_of_saving(statement: Statement) -> Evidence:
    keys = [EvidenceKey(EvidenceKind.METERING_RECORD, record) for record in statement.metering_records]
    if statement.acceptance:
        keys.append(EvidenceKey(EvidenceKind.ACCEPTANCE, statement.acceptance))
    if statement.lot:
        keys.append(EvidenceKey(EvidenceKind.LOT, statement.lot))
    return Evidence(tuple(keys), statement.certificates)
