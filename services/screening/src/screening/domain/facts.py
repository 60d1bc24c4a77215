"""What the other services and persons found, each fact with the version that tells newer from older."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import NewType

from kernel.regions import RegionCode
from screening.domain.told import Told
from statute.finding import Disposition, Verdict

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
    findings: tuple[Told, ...] = ()
    owner_name: str = ""
    credit_code: str = ""
    project_code: str = ""
    industry_codes: tuple[str, ...] = ()
    """These four are found by and listed; nothing is decided by them here."""

    @property
    def version(self) -> int:
        return self.revision


@dataclass(frozen=True, slots=True)
class WithdrawalFact:
    """The filing was withdrawn for good; no revision follows."""

    revision: int

    @property
    def version(self) -> int:
        return self.revision


@dataclass(frozen=True, slots=True)
class ReviewFact:
    """One review of a revision. `annual_kgce` (当量) and `competent_level` are None when they cannot be told."""

    revision: int
    two_high: Verdict
    annual_kgce: int | None = None
    competent_level: CompetentLevel | None = None
    findings: tuple[Told, ...] = ()
    bundle_hash: str = ""
    version: int = 0

    def __post_init__(self) -> None:
        if self.version == 0:
            object.__setattr__(self, "version", self.revision)


@dataclass(frozen=True, slots=True)
class ReplacementFact:
    """What capacity replacement found of one revision."""

    revision: int
    findings: tuple[Told, ...] = ()
    bundle_hash: str = ""
    version: int = 0

    def __post_init__(self) -> None:
        if self.version == 0:
            object.__setattr__(self, "version", self.revision)


class DeductionState(Enum):
    RESERVED = "reserved"
    REFUSED = "refused"
    VOIDED = "voided"
    POSTED = "posted"


@dataclass(frozen=True, slots=True)
class Shortage:
    """One account that could not cover what was asked; `fits` when all that was ever granted to it would."""

    region: RegionCode
    fits: bool


@dataclass(frozen=True, slots=True)
class DeductionFact:
    """The budget's answer to one reservation; one that was voided or posted had been answered before."""

    deduction: DeductionId
    state: DeductionState
    findings: tuple[Told, ...] = ()
    shortages: tuple[Shortage, ...] = ()


@dataclass(frozen=True, slots=True)
class SavingFact:
    """Savings that are held to replace the project's new consumption: how much of it they replace, on their basis."""

    hold: str
    version: int
    """1 while it is reserved; 2 when it was posted or given back."""
    live: bool
    replaces_kgce: int
    calorific: bool

    @property
    def key(self) -> str:
        return self.hold


@dataclass(frozen=True, slots=True)
class OpinionFact:
    """The newest opinion that was issued on the filing, or what became of it."""

    version: int
    revision: int
    passes: bool
    in_force: bool
    lapsed: bool = False
    document: str = ""
    signers: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RulingFact:
    """What a person decided of the rules that the law left to a person, for one filing revision."""

    version: int
    revision: int
    disposition: Disposition
    rules: tuple[str, ...]
    person: str
    clause: str
    reason: str


@dataclass(frozen=True, slots=True)
class OverrideFact:
    """Two persons set rules aside for one filing revision until a day, the first on which they count again.

    `ended` when two persons ended it before. Versions of one id only grow.
    """

    id: str
    version: int
    revision: int
    rules: tuple[str, ...]
    until: date
    signers: tuple[str, ...]
    reason: str
    evidence: str
    ended: bool = False

    @property
    def key(self) -> str:
        return self.id

    def stands(self, revision: int, day: date) -> bool:
        return not self.ended and self.revision == revision and day < self.until


@dataclass(frozen=True, slots=True)
class QueueFact:
    """The project waits behind another: of the same region's budget, and first in the published order."""

    version: int
    revision: int
    region: RegionCode


Fact = (
    FilingFact
    | WithdrawalFact
    | ReviewFact
    | ReplacementFact
    | DeductionFact
    | SavingFact
    | OpinionFact
    | RulingFact
    | OverrideFact
)


@dataclass(frozen=True, slots=True)
class FactVersion:
    """`fact` is `filing`, `withdrawal`, `review`, `replacement`, `deduction`, `ruling`, `opinion` or `queue`.

    One of several is named `region/{code}`, `saving/{hold}` or `override/{id}`.
    """

    fact: str
    version: int
