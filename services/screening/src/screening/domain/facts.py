"""What the other services found, each fact with the version that tells newer from older."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import NewType

from kernel.regions import RegionCode
from statute.finding import Finding, Verdict

FilingId = NewType("FilingId", str)
DeductionId = NewType("DeductionId", str)


class CompetentLevel(Enum):
    """Who reviews."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    PREFECTURE = "prefecture"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class FilingFact:
    """One revision as filed. `application_date` and `nationally_planned` are None when not stated."""

    revision: int
    project_name: str
    region: RegionCode
    application_date: date | None = None
    nationally_planned: bool | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class WithdrawalFact:
    """The filing was withdrawn for good; no revision follows."""

    revision: int


@dataclass(frozen=True, slots=True)
class ReviewFact:
    """The review of one revision. `annual_kgce` (当量) and `competent_level` are None when they cannot be told."""

    revision: int
    two_high: Verdict
    annual_kgce: int | None = None
    competent_level: CompetentLevel | None = None
    findings: tuple[Finding, ...] = ()
    bundle_hash: str = ""


@dataclass(frozen=True, slots=True)
class ReplacementFact:
    """What capacity replacement found of one revision."""

    revision: int
    findings: tuple[Finding, ...] = ()
    bundle_hash: str = ""


class DeductionState(Enum):
    RESERVED = "reserved"
    REFUSED = "refused"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class DeductionFact:
    """The budget's answer to one reservation; one that was voided had been answered before."""

    deduction: DeductionId
    state: DeductionState
    findings: tuple[Finding, ...] = ()


Fact = FilingFact | WithdrawalFact | ReviewFact | ReplacementFact | DeductionFact


@dataclass(frozen=True, slots=True)
class FactVersion:
    """`fact` is `filing`, `review`, `replacement`, `deduction` or `region/{code}`."""

    fact: str
    version: int
