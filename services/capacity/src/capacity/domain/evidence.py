"""What is learned of a lot after its registration: added, each with its day and document, and never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import ClassVar, Final

from capacity.domain.lots import Lot, LotId
from dossier.model import Fact
from kernel.errors import DomainError, ErrorKind
from kernel.text import Text
from ledger.accounts import Standing
from statute.finding import Finding

EVIDENCE_MAX: Final = 100
"""Of one lot."""


class EvidenceKind(Enum):
    CLOSED = "closed"
    DISMANTLED = "dismantled"
    ANNOUNCED = "announced"
    ELIMINATION_DUE = "elimination_due"
    """Its day is the last on which the capacity may still run."""
    FACTS_STATED = "facts_stated"


@dataclass(eq=False)
class RecordLimit(DomainError):
    """A lot, or a plan, has as many records as one may have."""

    kind: ClassVar = ErrorKind.EXHAUSTED
    reason: ClassVar = "RECORD_LIMIT"

    resource: str
    limit: int

    def text(self) -> Text:
        return Text(
            zh=f"{self.resource} 的记录已达上限 {self.limit} 条, 请联系运维人员",
            en=f"{self.resource} has {self.limit} records already, which is the most. Tell the operators.",
        )


@dataclass(frozen=True, slots=True)
class LotEvidence:
    """One thing learned of a lot, true from `effective_on` on. Invariant: facts are stated by FACTS_STATED alone."""

    kind: EvidenceKind
    effective_on: date
    document: str
    known_at: datetime
    facts: tuple[Fact, ...] = ()

    def __post_init__(self) -> None:
        assert self.document
        assert bool(self.facts) == (self.kind is EvidenceKind.FACTS_STATED)


@dataclass(frozen=True, slots=True)
class KnownLot:
    """A lot with its evidence, in the order in which it became known. Of each kind the newest statement counts."""

    lot: Lot
    evidence: tuple[LotEvidence, ...] = ()

    def fact(self, name: str) -> str | None:
        """None: not stated."""
        later = (fact for one in reversed(self.evidence) for fact in one.facts)
        return next((fact.value for fact in (*later, *self.lot.facts) if fact.fact == name), None)

    def day(self, kind: EvidenceKind) -> date | None:
        return next((one.effective_on for one in reversed(self.evidence) if one.kind is kind), None)

    def with_evidence(self, added: LotEvidence) -> "KnownLot":
        """Raises RecordLimit."""
        if len(self.evidence) >= EVIDENCE_MAX:
            raise RecordLimit(f"lots/{self.lot.id}", EVIDENCE_MAX)
        return KnownLot(self.lot, (*self.evidence, added))


@dataclass(frozen=True, slots=True)
class AsOf:
    """What is true by `effective_on`, as far as it was known by `known_at`. None: no limit."""

    effective_on: date | None = None
    known_at: datetime | None = None

    def evidence(self, all_of_it: Iterable[LotEvidence]) -> tuple[LotEvidence, ...]:
        return tuple(
            one
            for one in all_of_it
            if (self.effective_on is None or one.effective_on <= self.effective_on)
            and (self.known_at is None or one.known_at <= self.known_at)
        )


@dataclass(frozen=True, slots=True)
class LotStanding:
    """A lot with its evidence, what is held and used of it, and what was found when it was registered."""

    known: KnownLot
    balances: Standing
    findings: tuple[Finding, ...] = ()
    bundle_hash: str = ""

    @property
    def lot(self) -> Lot:
        return self.known.lot


@dataclass(frozen=True, slots=True)
class LotRegistered:
    """A lot was registered."""

    standing: LotStanding


@dataclass(frozen=True, slots=True)
class LotEvidenceRecorded:
    """Something was learned of a lot."""

    lot: LotId
    evidence: LotEvidence
