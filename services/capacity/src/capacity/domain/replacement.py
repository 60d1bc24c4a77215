"""What a filing owes and brings; a newer revision replaces an older one, never the other way round."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import ClassVar, Final, NewType

from capacity.domain.lots import LotId
from capacity.domain.tonnage import Tonnage, Unit
from kernel.errors import DomainError, ErrorKind
from kernel.text import Text
from ledger.entries import TransferId, note_of
from ledger.operations import Expire, Operation, Post, Reverse, Void
from statute.finding import Finding, Verdict

FilingId = NewType("FilingId", str)


def hold_id(filing: FilingId, version: int) -> TransferId:
    """Of what was taken with that version of the filing's evaluation."""
    return TransferId(f"{filing}/{version}")


class HoldState(Enum):
    """What has become of what a filing holds. What was given back may be held anew, under another id."""

    NONE = "none"
    HELD = "held"
    POSTED = "posted"
    VOIDED = "voided"
    LAPSED = "lapsed"
    REVERSED = "reversed"
    """Was used, until its opinion held no more."""


LIVE: Final = (HoldState.HELD, HoldState.POSTED)


@dataclass(eq=False)
class NoLiveHold(DomainError):
    """The filing holds nothing that could be used, given back or locked."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "NO_LIVE_HOLD"

    filing: str
    state: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.filing} 没有可处理的占用指标 (状态 {self.state}), 请先查看其产能置换认定",
            en=f"{self.filing} holds nothing for this (its hold is {self.state}). Read its replacement first.",
        )


@dataclass(frozen=True, slots=True)
class LotHold:
    """One lot's share in a replacement."""

    lot: LotId
    quantity: Tonnage


@dataclass(frozen=True, slots=True)
class Owed:
    """Retired capacity owed; exact, so it may end in a fraction of a tonne."""

    tonnes: Decimal
    unit: Unit


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the law of one policy bundle says of one revision. `required`: whether a plan is owed at all.

    `owed` is None when it cannot be told. `kept`: `holds` were taken with an earlier evaluation and stay as they are.
    Invariant: new lots are held only for a plan that is owed, and that covers it.
    """

    revision: int
    required: Verdict
    owed: Owed | None
    holds: tuple[LotHold, ...]
    findings: tuple[Finding, ...]
    bundle_hash: str
    kept: bool = False
    product_ids: tuple[str, ...] = ()
    """Of the products that owe the plan."""
    own_site: bool | None = None
    """Whether owner and plant site stay the same; None: not stated."""
    publicity: date | None = None

    def __post_init__(self) -> None:
        assert self.revision >= 1
        if self.holds and not self.kept:
            assert self.required is Verdict.HOLDS
            assert self.owed is not None
            assert sum(hold.quantity.tonnes for hold in self.holds) >= self.owed.tonnes
            assert {hold.quantity.unit for hold in self.holds} == {self.owed.unit}


@dataclass(frozen=True, slots=True)
class Replacement:
    """One filing. `revision` is the newest heard of, a withdrawal counted; `hold_revision` is that of its hold.

    `version` grows with every evaluation: of a new revision, or of the same because a lot, a step or the law changed.
    Left out, it is the revision. `hold_version` is the one with which the hold was taken. `ended`: what the revision
    held was given back by a decision, or its time was over; only a newer revision holds anew.

    Invariants: it is never older than the evaluation; lots stand in the evaluation exactly while they are held or used;
    a withdrawn filing holds nothing, though it may have used something for good.
    """

    filing: FilingId
    revision: int
    evaluation: Evaluation | None
    withdrawn: bool = False
    hold_state: HoldState = HoldState.NONE
    hold_revision: int | None = None
    version: int = 0
    hold_version: int | None = None
    ended: bool = False

    def __post_init__(self) -> None:
        if self.version == 0:
            object.__setattr__(self, "version", self.revision)
        if self.hold_version is None:
            object.__setattr__(self, "hold_version", self.hold_revision)
        assert 1 <= self.revision <= self.version
        assert self.hold_version is None or 1 <= self.hold_version <= self.version
        assert not (self.ended and self.live)
        assert self.withdrawn or self.evaluation is not None
        assert (self.hold_state is HoldState.NONE) == (self.hold_revision is None)
        assert self.live == bool(self.holds)
        assert not (self.withdrawn and self.hold_state is HoldState.HELD)
        if self.evaluation is not None:
            assert self.evaluation.revision <= self.revision

    @property
    def live(self) -> bool:
        """Whether it holds lots, or has used them for good."""
        return self.hold_state in LIVE

    @property
    def holds(self) -> tuple[LotHold, ...]:
        return () if self.evaluation is None else self.evaluation.holds

    @property
    def hold(self) -> TransferId | None:
        return None if self.hold_version is None else hold_id(self.filing, self.hold_version)


Change = tuple[Replacement, tuple[Operation, ...]]
"""What stands of the filing afterwards, and what that asks of the ledger."""


def holds_of(known: Replacement | None) -> tuple[TransferId, ...]:
    """The transfer of what the filing holds or has used, if there is one."""
    return (known.hold,) if known is not None and known.live and known.hold is not None else ()


def release(known: Replacement | None, *, on: date) -> tuple[Operation, ...]:
    """Gives back what is held. What was used for good stays used."""
    if known is None or known.hold_state is not HoldState.HELD or known.hold is None:
        return ()
    return (Void(known.hold, on),)


def withdrawn(filing: FilingId, revision: int, known: Replacement | None) -> Replacement:
    """The filing after its withdrawal. What was found stays readable; what was held is free, what was used is used."""
    if known is None:
        return Replacement(filing, revision, None, withdrawn=True)
    state = HoldState.VOIDED if known.hold_state is HoldState.HELD else known.hold_state
    kept = known.evaluation if known.hold_state is HoldState.POSTED else _emptied(known.evaluation)
    version = next_version(revision, known)
    return replace(known, revision=revision, version=version, evaluation=kept, withdrawn=True, hold_state=state)


def next_version(revision: int, known: Replacement | None) -> int:
    """Where each revision is evaluated once, versions are revisions."""
    return revision if known is None else max(known.version + 1, revision)


def post(known: Replacement, *, on: date, note: str) -> Change:
    """Uses what is held for good; the same again changes nothing. Raises NoLiveHold."""
    if known.hold_state is HoldState.POSTED:
        return known, ()
    hold = _held(known)
    return replace(known, hold_state=HoldState.POSTED), (Post(hold, on, note=note_of(note)),)


def void(known: Replacement, *, on: date, note: str) -> Change:
    """Gives back what is held; the same again changes nothing. Raises NoLiveHold, also for what is used for good."""
    if known.hold_state is HoldState.VOIDED:
        return known, ()
    hold = _held(known)
    freed = _ended(known, HoldState.VOIDED)
    return freed, (Void(hold, on, note=note_of(note)),)


def lapse(known: Replacement, *, on: date, note: str) -> Change:
    """Gives back what is held for lapse of time. Raises NoLiveHold."""
    hold = _held(known)
    return _ended(known, HoldState.LAPSED), (Expire(hold, on, note=note),)


def reverse(known: Replacement, *, on: date, signers: tuple[str, ...], note: str) -> Change:
    """Gives back what was used; the same again changes nothing. Raises NoLiveHold for what is not used."""
    if known.hold_state is HoldState.REVERSED:
        return known, ()
    if known.hold_state is not HoldState.POSTED or known.hold is None:
        raise NoLiveHold(known.filing, known.hold_state.value)
    return _ended(known, HoldState.REVERSED), (Reverse(known.hold, on, signers, note_of(note)),)


def same_content(one: Evaluation, other: Evaluation) -> bool:
    """Whether they say the same to the letter, whatever policy bundle and evaluation their holds come from."""
    return replace(one, kept=True, bundle_hash="") == replace(other, kept=True, bundle_hash="")


def freed_lots(before: Replacement | None, after: Replacement) -> tuple[LotId, ...]:
    """The lots of which more is left afterwards."""
    kept = {hold.lot: hold.quantity.tonnes for hold in after.holds}
    held = () if before is None else before.holds
    return tuple(hold.lot for hold in held if hold.quantity.tonnes > kept.get(hold.lot, 0))


def _ended(known: Replacement, state: HoldState) -> Replacement:
    return replace(known, hold_state=state, evaluation=_emptied(known.evaluation), ended=True)


def _held(known: Replacement) -> TransferId:
    if known.hold_state is not HoldState.HELD or known.hold is None:
        raise NoLiveHold(known.filing, known.hold_state.value)
    return known.hold


def _emptied(evaluation: Evaluation | None) -> Evaluation | None:
    return None if evaluation is None else replace(evaluation, holds=(), kept=False)


@dataclass(frozen=True, slots=True)
class ReplacementEvaluated:
    """A filing revision was evaluated."""

    replacement: Replacement


@dataclass(frozen=True, slots=True)
class ReplacementPosted:
    """What a filing held is used for good."""

    filing: FilingId
    holds: tuple[LotHold, ...]
    document: str


@dataclass(frozen=True, slots=True)
class ReplacementReversed:
    """What a filing had used was given back, because its opinion holds no more."""

    filing: FilingId
    holds: tuple[LotHold, ...]
    reason: str
    signers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplacementVoided:
    """What a filing held was given back by a decision."""

    filing: FilingId
    holds: tuple[LotHold, ...]
    reason: str
