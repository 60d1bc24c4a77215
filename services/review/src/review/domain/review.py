"""The newest evaluation of one filing; a newer revision replaces an older one, never the other way round."""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, NewType

from kernel.later import PartlyLater
from review.domain.sheet import AccountSheet
from statute.finding import Finding, Verdict

FilingId = NewType("FilingId", str)


class CompetentLevel(Enum):
    """Who reviews."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    PREFECTURE = "prefecture"
    EXEMPT = "exempt"
    """Below the line of review."""


@dataclass(frozen=True, slots=True)
class Evaluation(PartlyLater):
    """What the law of one policy bundle says of one dossier.

    `competent_level` and the amounts (当量) are None when the dossier does not tell them. `annual_kgce` is what a
    regional budget has to carry, `counted_kgce` what the lines of review are held against: the whole or the increment.
    """

    LATER: ClassVar = ("account",)

    two_high: Verdict
    competent_level: CompetentLevel | None
    annual_kgce: int | None
    counted_kgce: int | None
    findings: tuple[Finding, ...]
    bundle_hash: str
    account: AccountSheet | None = None
    """None when no flow of energy is stated."""


@dataclass(frozen=True, slots=True)
class Review:
    """The evaluation of one filing revision.

    `version` grows with every evaluation of the filing: of a new revision, or of the same under another law. Left out,
    it is the revision: each was evaluated once.
    """

    filing: FilingId
    revision: int
    evaluation: Evaluation
    version: int = 0

    def __post_init__(self) -> None:
        if self.version == 0:
            object.__setattr__(self, "version", self.revision)
        assert 1 <= self.revision <= self.version


@dataclass(frozen=True, slots=True)
class ReviewEvaluated:
    """A filing revision was evaluated."""

    review: Review
