"""All that is open or in force for one filing: the decision that stands, its draft, its opinions."""

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from review.domain.opinions.decided import Decided
from review.domain.opinions.opinion import LIVE, Lapse, Opinion, OpinionState, Wording
from review.domain.opinions.refusals import (
    DecisionChanged,
    DraftExists,
    FilingAmended,
    FilingIsWithdrawn,
    NotOpenToOpinion,
    OpinionInForce,
)
from review.domain.review import FilingId


class ChangeKind(Enum):
    DRAFTED = "drafted"
    REBASED = "rebased"
    RETURNED = "returned"
    OVERTAKEN = "overtaken"
    ISSUED = "issued"
    STARTED = "started"
    LAPSED = "lapsed"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one opinion: how it is afterwards, who did it, why or by which evidence."""

    kind: ChangeKind
    opinion: Opinion
    persons: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class OpinionIssued:
    """An opinion was signed and is in force."""

    opinion: Opinion


@dataclass(frozen=True, slots=True)
class OpinionLapsed:
    """An opinion lapsed by itself: construction had not started in time."""

    opinion: Opinion


@dataclass(frozen=True, slots=True)
class OpinionRevoked:
    """An opinion was taken back by two persons."""

    opinion: Opinion


OpinionEvent = OpinionIssued | OpinionLapsed | OpinionRevoked


@dataclass(frozen=True, slots=True)
class Turn:
    """What an operation makes: the docket afterwards, each change in the order of versions, what is announced."""

    docket: "Docket"
    changes: tuple[Change, ...]
    event: OpinionEvent | None = None

    @property
    def opinion(self) -> Opinion:
        """The one that the operation is about."""
        return self.changes[-1].opinion


@dataclass(frozen=True, slots=True)
class Docket:
    """Invariant: at most one draft; in force at most one for a revision, and at most one that passes the project."""

    filing: FilingId
    decision: Decided | None = None
    """None: nothing was decided yet."""
    withdrawn: bool = False
    numbered: int = 0
    """How many opinions there are, ended ones too."""
    version: int = 0
    """Grows with every change of any of them."""
    live: tuple[Opinion, ...] = ()
    """Those that are drafts or in force."""

    def __post_init__(self) -> None:
        in_force = [one for one in self.live if one.in_force]
        assert all(one.state in LIVE for one in self.live)
        assert len(self.live) - len(in_force) <= 1
        assert len({one.revision for one in in_force}) == len(in_force)
        assert sum(one.passes for one in in_force) <= 1
        assert all(one.number <= self.numbered and one.version <= self.version for one in self.live)

    @property
    def open_draft(self) -> Opinion | None:
        return next((one for one in self.live if one.state is OpinionState.DRAFT), None)

    def draft(self, wording: Wording, decision: int, *, newest_revision: int) -> Turn:
        """On the decision of that number. `newest_revision` is the newest that was evaluated.

        Raises FilingIsWithdrawn, DecisionChanged, FilingAmended, NotOpenToOpinion, DraftExists, OpinionInForce.
        """
        current = self._current(decision, newest_revision)
        if not current.bears(wording.result):
            raise NotOpenToOpinion(self._name_of(decision), current.outcome.value, wording.result.value)
        if (draft := self.open_draft) is not None:
            raise DraftExists(draft.name, draft.wording.drafter)
        for one in self.live:
            if one.revision == current.revision:
                raise OpinionInForce(one.name, one.document)
        drafted = Opinion(self.filing, self.numbered + 1, current, wording, self.version + 1)
        return self._turn(Change(ChangeKind.DRAFTED, drafted, (wording.drafter,)))

    def send_back(self, draft: Opinion, reviewer: str, reason: str) -> Turn:
        """Raises NotADraft."""
        return self._turn(Change(ChangeKind.RETURNED, draft.returned(reason), (reviewer,), reason))

    def issue(
        self, draft: Opinion, signer: str, document: str, lapse: Lapse | None, *, on: date, newest_revision: int
    ) -> Turn:
        """Raises NotADraft, SamePerson, FilingIsWithdrawn, DecisionChanged, FilingAmended."""
        signed = draft.signed(signer, document, lapse, on=on)
        self._current(draft.decision.number, newest_revision)
        replaced = [one for one in self.live if one.in_force and (signed.passes or not one.passes)]
        turn = self._turn(
            *(Change(ChangeKind.OVERTAKEN, one.overtaken(), note=signed.name) for one in replaced),
            Change(ChangeKind.ISSUED, signed, (signer,), document),
        )
        return replace(turn, event=OpinionIssued(turn.opinion))

    def revoke(self, opinion: Opinion, signers: tuple[str, ...], reason: str) -> Turn:
        """Raises OpinionNotInForce, SamePerson."""
        turn = self._turn(Change(ChangeKind.REVOKED, opinion.revoked(signers, reason), signers, reason))
        return replace(turn, event=OpinionRevoked(turn.opinion))

    def start(self, opinion: Opinion, started_on: date, evidence: str) -> Turn:
        """Raises OpinionNotInForce, NotAPass, StartOutOfTime."""
        started = opinion.construction_started(started_on, evidence)
        return self._turn(Change(ChangeKind.STARTED, started, note=evidence))

    def lapse(self, number: int, *, on: date) -> Turn | None:
        """None when the opinion of that number does not lapse on the day, or did before."""
        due = next((one for one in self.live if one.number == number and one.is_due(on)), None)
        if due is None:
            return None
        assert due.lapse is not None
        turn = self._turn(Change(ChangeKind.LAPSED, due.lapsed(on), note=str(due.lapse.day)))
        return replace(turn, event=OpinionLapsed(turn.opinion))

    def reconciled(self) -> Turn | None:
        """Brings the draft into line with what was decided since, or with the withdrawal; None: it is.

        A newer decision that says the same takes the draft along; any other overtakes it.
        """
        draft, decision = self.open_draft, self.decision
        if draft is None or decision is None:
            return None
        if self.withdrawn:
            return self._turn(Change(ChangeKind.OVERTAKEN, draft.overtaken(), note=f"filings/{self.filing}"))
        if decision.number == draft.decision.number:
            return None
        name = self._name_of(decision.number)
        if decision.says == draft.decision.says:
            return self._turn(Change(ChangeKind.REBASED, draft.rebased(decision), note=name))
        return self._turn(Change(ChangeKind.OVERTAKEN, draft.overtaken(), note=name))

    def _current(self, number: int, newest_revision: int) -> Decided:
        if self.withdrawn:
            raise FilingIsWithdrawn(f"filings/{self.filing}")
        assert self.decision is not None
        if number != self.decision.number:
            raise DecisionChanged(self._name_of(number), self._name_of(self.decision.number))
        if newest_revision > self.decision.revision:
            raise FilingAmended(self._name_of(number), newest_revision)
        return self.decision

    def _name_of(self, decision: int) -> str:
        return f"filings/{self.filing}/decisions/{decision}"

    def _turn(self, *changes: Change) -> Turn:
        """The docket after the changes, each with the next version."""
        versioned = tuple(
            replace(change, opinion=replace(change.opinion, version=self.version + place))
            for place, change in enumerate(changes, 1)
        )
        live = {one.number: one for one in self.live} | {change.opinion.number: change.opinion for change in versioned}
        after = replace(
            self,
            numbered=max(self.numbered, *live),
            version=self.version + len(versioned),
            live=tuple(one for one in live.values() if one.state in LIVE),
        )
        return Turn(after, versioned)
