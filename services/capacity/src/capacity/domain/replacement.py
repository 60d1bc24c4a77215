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
from ledger.operations import Expire, Operation, Post, Void
from statute.finding import Finding, Verdict

FilingId = NewType("FilingId", str)


def hold_id(filing: FilingId, revision: int) -> TransferId:
    return TransferId(f"{filing}/{revision}")


class HoldState(Enum):
    """What has become of what a filing holds. What is posted stays so; what was given back may be held anew."""

    NONE = "none"
    HELD = "held"
    POSTED = "posted"
    VOIDED = "voided"
    LAPSED = "lapsed"


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

    `owed` is None when it cannot be told. `kept`: `holds` are those of an earlier revision, which are locked or used.
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

    Invariants: it is never older than the evaluation; lots stand in the evaluation exactly while they are held or used;
    a withdrawn filing holds nothing, though it may have used something for good.
    """

    filing: FilingId
    revision: int
    evaluation: Evaluation | None
    withdrawn: bool = False
    hold_state: HoldState = HoldState.NONE
    hold_revision: int | None = None

    def __post_init__(self) -> None:
        assert self.revision >= 1
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
        return None if self.hold_revision is None else hold_id(self.filing, self.hold_revision)


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
    return replace(known, revision=revision, evaluation=kept, withdrawn=True, hold_state=state)


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
    freed = replace(known, hold_state=HoldState.VOIDED, evaluation=_emptied(known.evaluation))
    return freed, (Void(hold, on, note=note_of(note)),)


def lapse(known: Replacement, *, on: date, note: str) -> Change:
    """Gives back what is held for lapse of time. Raises NoLiveHold."""
    hold = _held(known)
    freed = replace(known, hold_state=HoldState.LAPSED, evaluation=_emptied(known.evaluation))
    return freed, (Expire(hold, on, note=note),)


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
class ReplacementVoided:
    """What a filing held was given back by a decision."""

    filing: FilingId
    holds: tuple[LotHold, ...]
    reason: str
