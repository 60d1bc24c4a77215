"""What a filing owes and brings; a newer revision replaces an older one, never the other way round."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NewType

from capacity.domain.lots import LotId
from capacity.domain.tonnage import Tonnage, Unit
from ledger.book import Book, void
from ledger.transfers import Entry, TransferId
from statute.finding import Finding, Verdict

FilingId = NewType("FilingId", str)


def hold_id(filing: FilingId, revision: int) -> TransferId:
    return TransferId(f"{filing}/{revision}")


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

    `owed` is None when it cannot be told. Invariant: lots are held only for a plan that is owed, and that covers it.
    """

    revision: int
    required: Verdict
    owed: Owed | None
    holds: tuple[LotHold, ...]
    findings: tuple[Finding, ...]
    bundle_hash: str

    def __post_init__(self) -> None:
        assert self.revision >= 1
        if self.holds:
            assert self.required is Verdict.HOLDS
            assert self.owed is not None
            assert sum(hold.quantity.tonnes for hold in self.holds) >= self.owed.tonnes
            assert {hold.quantity.unit for hold in self.holds} == {self.owed.unit}


@dataclass(frozen=True, slots=True)
class Replacement:
    """One filing. `revision` is the newest heard of, a withdrawal counted.

    Invariants: it is never older than the evaluation; a withdrawn filing holds nothing.
    """

    filing: FilingId
    revision: int
    evaluation: Evaluation | None
    withdrawn: bool = False

    def __post_init__(self) -> None:
        assert self.revision >= 1
        assert self.withdrawn or self.evaluation is not None
        if self.evaluation is not None:
            assert self.evaluation.revision <= self.revision
            assert not (self.withdrawn and self.evaluation.holds)


def holds_of(known: Replacement | None) -> tuple[TransferId, ...]:
    """The hold that a newer revision or a withdrawal gives back, if there is one."""
    if known is None or known.evaluation is None or not known.evaluation.holds:
        return ()
    return (hold_id(known.filing, known.evaluation.revision),)


def release(known: Replacement | None, book: Book, *, on: date) -> tuple[Book, tuple[Entry, ...]]:
    """The book without what the filing holds. Raises AlreadyPosted for what was used for good."""
    entries: tuple[Entry, ...] = ()
    for hold in holds_of(known):
        book, made = void(book, hold, effective_on=on)
        entries += made
    return book, entries


def withdrawn(filing: FilingId, revision: int, known: Replacement | None) -> Replacement:
    """The filing after its withdrawal. What was found stays readable; what was held is free."""
    kept = known.evaluation if known is not None else None
    return Replacement(filing, revision, None if kept is None else replace(kept, holds=()), withdrawn=True)


@dataclass(frozen=True, slots=True)
class ReplacementEvaluated:
    """A filing revision was evaluated."""

    filing: FilingId
    evaluation: Evaluation
