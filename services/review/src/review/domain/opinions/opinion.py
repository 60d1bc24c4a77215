"""One opinion on one filing revision: drafted by one person, signed by another."""

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Final

from kernel.persons import are_two, key_of
from review.domain.opinions.decided import Decided, Result
from review.domain.opinions.refusals import (
    NotADraft,
    NotAPass,
    OpinionNotInForce,
    SamePerson,
    StartOutOfTime,
)
from review.domain.review import FilingId
from statute.finding import Citation


class OpinionState(Enum):
    DRAFT = "draft"
    RETURNED = "returned"
    """Sent back to the drafter; drafted anew it gets the next number."""
    ISSUED = "issued"
    LAPSED = "lapsed"
    REVOKED = "revoked"
    OVERTAKEN = "overtaken"
    """A draft: the decision changed before it was signed. An issued one: a later opinion took its place."""


LIVE: Final = (OpinionState.DRAFT, OpinionState.ISSUED)
"""Where something may still become of it."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """The first day on which an opinion no longer holds unless construction started, and the law that says so."""

    day: date
    under: Citation


@dataclass(frozen=True, slots=True)
class Wording:
    """What a drafter writes."""

    result: Result
    text: str
    conditions: tuple[str, ...]
    drafter: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """Invariant: it has a day of issue, a document and a signer other than its drafter, or none of them."""

    filing: FilingId
    number: int
    decision: Decided
    """What it rests on."""
    wording: Wording
    version: int
    state: OpinionState = OpinionState.DRAFT
    signer: str = ""
    document: str = ""
    issued_on: date | None = None
    lapse: Lapse | None = None
    """None: not issued, not a pass, or how long it holds is not on file or not verified."""
    construction_started_on: date | None = None
    construction_evidence: str = ""
    reason: str = ""
    """Why it was sent back, or taken back."""
    revokers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        issued = self.issued_on is not None
        assert self.decision.bears(self.wording.result)
        assert issued == bool(self.document) == bool(self.signer)
        assert not issued or key_of(self.signer) != key_of(self.wording.drafter)
        assert issued or self.state in (OpinionState.DRAFT, OpinionState.RETURNED, OpinionState.OVERTAKEN)
        assert not issued or self.state not in (OpinionState.DRAFT, OpinionState.RETURNED)
        assert self.lapse is None or (issued and self.passes)
        assert (self.state is OpinionState.REVOKED) == bool(self.revokers)
        assert self.state is not OpinionState.LAPSED or (self.lapse is not None and not self.started)

    @property
    def name(self) -> str:
        return f"filings/{self.filing}/opinions/{self.number}"

    @property
    def revision(self) -> int:
        """The filing revision that it is on."""
        return self.decision.revision

    @property
    def passes(self) -> bool:
        return self.wording.result is Result.PASS

    @property
    def in_force(self) -> bool:
        return self.state is OpinionState.ISSUED

    @property
    def started(self) -> bool:
        return self.construction_started_on is not None

    def is_due(self, on: date) -> bool:
        """Whether it lapses: the day has come, and construction has not started."""
        return self.in_force and not self.started and self.lapse is not None and on >= self.lapse.day

    def returned(self, reason: str) -> "Opinion":
        """Raises NotADraft."""
        self._is_draft()
        return replace(self, state=OpinionState.RETURNED, reason=reason)

    def rebased(self, decision: Decided) -> "Opinion":
        """On a newer decision that says the same."""
        assert self.state is OpinionState.DRAFT
        assert decision.number > self.decision.number
        assert decision.says == self.decision.says
        return replace(self, decision=decision)

    def overtaken(self) -> "Opinion":
        assert self.state in LIVE
        return replace(self, state=OpinionState.OVERTAKEN)

    def signed(self, signer: str, document: str, lapse: Lapse | None, *, on: date) -> "Opinion":
        """Raises NotADraft, SamePerson."""
        self._is_draft()
        if not are_two((self.wording.drafter, signer)):
            raise SamePerson(f"{self.wording.drafter}, {signer}")
        return replace(self, state=OpinionState.ISSUED, signer=signer, document=document, issued_on=on, lapse=lapse)

    def lapsed(self, on: date) -> "Opinion":
        assert self.is_due(on)
        return replace(self, state=OpinionState.LAPSED)

    def revoked(self, signers: tuple[str, ...], reason: str) -> "Opinion":
        """Raises OpinionNotInForce, SamePerson."""
        self._is_in_force()
        if not are_two(signers):
            raise SamePerson(", ".join(signers))
        return replace(self, state=OpinionState.REVOKED, revokers=signers, reason=reason)

    def construction_started(self, on: date, evidence: str) -> "Opinion":
        """A further record corrects the one before. Raises OpinionNotInForce, NotAPass, StartOutOfTime."""
        issued = self._is_in_force()
        if not self.passes:
            raise NotAPass(self.name)
        if on < issued or (self.lapse is not None and on >= self.lapse.day):
            raise StartOutOfTime(self.name, on, issued, "" if self.lapse is None else str(self.lapse.day))
        return replace(self, construction_started_on=on, construction_evidence=evidence)

    def _is_draft(self) -> None:
        if self.state is not OpinionState.DRAFT:
            raise NotADraft(self.name, self.state.value)

    def _is_in_force(self) -> date:
        """The day of issue."""
        if not self.in_force:
            raise OpinionNotInForce(self.name, self.state.value)
        assert self.issued_on is not None
        return self.issued_on
