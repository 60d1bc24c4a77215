"""One filing's case: the newest version of each fact, and the reservation that stands for it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from kernel.regions import RegionCode, lineage
from screening.domain.facts import (
    DeductionFact,
    DeductionId,
    DeductionState,
    Fact,
    FilingFact,
    FilingId,
    OpinionFact,
    OverrideFact,
    QueueFact,
    ReplacementFact,
    ReviewFact,
    RulingFact,
    SavingFact,
    WithdrawalFact,
)


@dataclass(frozen=True, slots=True)
class Reservation:
    """Energy asked of the budget for one filing revision. `amount_kgce` is a year's energy on the 当量 basis."""

    deduction: DeductionId
    filing: FilingId
    revision: int
    region: RegionCode
    year: int
    amount_kgce: int

    def __post_init__(self) -> None:
        assert self.amount_kgce > 0


@dataclass(frozen=True, slots=True)
class Posted:
    """A reservation that an opinion made final, and who signed it; `document` is the opinion's."""

    reservation: Reservation
    document: str
    signers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """How the case stands in the queue for budget: how often it was refused, and by whose accounts last.

    `fits` when what is granted there would cover it, were it free: else waiting alone never helps.
    """

    refusals: int = 0
    overtaken: int = 0
    """In so many of the intervals between two refusals somebody behind it was served."""
    short: tuple[RegionCode, ...] = ()
    fits: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """Invariants: no fact ever grows older; an answer belongs to the reservation that stands; attempts only grow."""

    filing_id: FilingId
    filing: FilingFact | None = None
    withdrawal: WithdrawalFact | None = None
    review: ReviewFact | None = None
    replacement: ReplacementFact | None = None
    savings: tuple[SavingFact, ...] = ()
    opinion: OpinionFact | None = None
    ruling: RulingFact | None = None
    overrides: tuple[OverrideFact, ...] = ()
    queue: QueueFact | None = None
    queued: int = 0
    """How often it was told to wait behind another."""
    attempt: int = 1
    reservation: Reservation | None = None
    deduction: DeductionFact | None = None
    posted: Posted | None = None
    turn: Turn = Turn()

    def __post_init__(self) -> None:
        assert self.attempt >= 1
        if self.deduction is not None:
            assert self.reservation is not None
            assert self.deduction.deduction == self.reservation.deduction

    @property
    def complete(self) -> bool:
        """Whether filing, review and replacement are there, all of one revision."""
        filing, review, replacement = self.filing, self.review, self.replacement
        if filing is None or review is None or replacement is None:
            return False
        return filing.revision == review.revision == replacement.revision

    @property
    def energy_held(self) -> bool:
        """Whether the budget holds energy for this case, or may come to hold it; what is final is not held."""
        answered = None if self.deduction is None else self.deduction.state
        return self.reservation is not None and not self.is_posted and answered in (None, DeductionState.RESERVED)

    @property
    def is_posted(self) -> bool:
        """Whether the reservation that stands was made final."""
        return self.posted is not None and self.posted.reservation == self.reservation

    @property
    def settled(self) -> bool:
        """An opinion on the revision that stands is in force: nothing is decided any more."""
        return (
            self.opinion is not None
            and self.opinion.in_force
            and self.filing is not None
            and self.opinion.revision == self.filing.revision
        )

    @property
    def waits_on(self) -> tuple[RegionCode, ...]:
        """Whose budget the case waits for, those of the one it waits behind among them; empty when it does not."""
        return tuple(dict.fromkeys((*self.turn.short, *(() if self.queue is None else (self.queue.region,)))))

    @property
    def fits(self) -> bool:
        """Whether it may be served when others give back; one that waits behind another is asked for anew then."""
        return self.turn.fits or self.queue is not None

    def reserved_for(self, revision: int) -> bool:
        return self.reservation is not None and self.reservation.revision == revision

    def without_reservation(self) -> "Case":
        """The next reservation takes a new id: an id is answered once."""
        if self.reservation is None:
            return self
        return replace(self, reservation=None, deduction=None, attempt=self.attempt + 1)

    def with_reservation(self, reservation: Reservation) -> "Case":
        assert self.reservation is None
        return replace(self, reservation=reservation)

    def out_of_queue(self) -> "Case":
        """It no longer waits for budget: it has it, or something else stands against the project."""
        if self.queue is None and self.turn == Turn():
            return self
        return replace(self, queue=None, turn=Turn())

    def waiting_as(self, before: "Case", region: RegionCode) -> "Case":
        """It would ask now, but another comes first for the region's budget. `before` may have waited for it."""
        assert self.filing is not None
        fact = QueueFact(self.queued + 1, self.filing.revision, region)
        waited = before.queue
        if waited is not None and (waited.revision, waited.region) == (fact.revision, fact.region):
            return replace(self, queue=waited)
        return replace(self, queue=fact, queued=fact.version)

    def overtaken_once_more(self) -> "Case":
        """It is asked for again, and somebody behind it was served meanwhile."""
        return replace(self, turn=replace(self.turn, overtaken=self.turn.overtaken + 1))

    def asking_again(self) -> "Case":
        """As before it asked: what the budget refused, and whom it waited behind, counts no more. It keeps its turn."""
        refused = self.deduction is not None and self.deduction.state is DeductionState.REFUSED
        case = self.without_reservation() if refused else self
        return case if case.queue is None else replace(case, queue=None)

    @property
    def next_deduction(self) -> DeductionId:
        assert self.filing is not None
        return DeductionId(f"{self.filing_id}-r{self.filing.revision}-{self.attempt}")


def absorb(case: Case, fact: Fact) -> Case:
    """The case with the fact in it; the same case when it holds this version or a newer one."""
    if isinstance(fact, DeductionFact):
        return _absorb_answer(case, fact)
    if isinstance(fact, SavingFact):
        savings = _among(case.savings, fact)
        return case if savings is case.savings else replace(case, savings=savings)
    if isinstance(fact, OverrideFact):
        overrides = _among(case.overrides, fact)
        return case if overrides is case.overrides else replace(case, overrides=overrides)
    place = PLACES[type(fact)]
    held = getattr(case, place)
    if held is not None and _age(held) >= _age(fact):
        return case
    # Another revision may have another place in the queue: it begins anew, whichever of its facts came first.
    before = case.out_of_queue() if isinstance(fact, FilingFact) else case
    return replace(before, **{place: fact})  # type: ignore[arg-type]  # the place is that of its type


PLACES: Final[Mapping[type, str]] = {
    FilingFact: "filing",
    WithdrawalFact: "withdrawal",
    ReviewFact: "review",
    ReplacementFact: "replacement",
    OpinionFact: "opinion",
    RulingFact: "ruling",
}
"""Where a case keeps the facts of which only the newest counts."""


_Single = FilingFact | WithdrawalFact | ReviewFact | ReplacementFact | OpinionFact | RulingFact
_Keyed = TypeVar("_Keyed", SavingFact, OverrideFact)


def _age(fact: _Single) -> tuple[int, int]:
    """What becomes of an opinion on an earlier revision says nothing of the one on a later revision."""
    return (fact.revision, fact.version) if isinstance(fact, OpinionFact) else (0, fact.version)


def _among(held: tuple[_Keyed, ...], fact: _Keyed) -> tuple[_Keyed, ...]:
    """By key, so that no order of arrival leaves a trace."""
    kept = {one.key: one for one in held}
    known = kept.get(fact.key)
    if known is not None and known.version >= fact.version:
        return held
    kept[fact.key] = fact
    return tuple(kept[key] for key in sorted(kept))


_RANK: Final = {
    DeductionState.REFUSED: 1,
    DeductionState.RESERVED: 1,
    DeductionState.POSTED: 2,
    DeductionState.VOIDED: 3,
}
"""An answer is given once; what can follow it is that it is made final, or taken back."""


def _absorb_answer(case: Case, fact: DeductionFact) -> Case:
    if case.reservation is None or fact.deduction != case.reservation.deduction:
        return case
    if case.deduction is not None and _RANK[case.deduction.state] >= _RANK[fact.state]:
        return case
    if fact.state is DeductionState.REFUSED:
        return replace(case, deduction=fact, turn=_refused(case, case.reservation, fact))
    if fact.state is DeductionState.VOIDED and case.is_posted and not _was_posted(case):
        # It was given back before it could be made final.
        case = replace(case, posted=None)
    # What was posted goes on resting on the findings under which it was reserved.
    findings = fact.findings if case.deduction is None else fact.findings or case.deduction.findings
    return replace(case, deduction=replace(fact, findings=findings), turn=Turn())


def _was_posted(case: Case) -> bool:
    return case.deduction is not None and case.deduction.state is DeductionState.POSTED


def _refused(case: Case, reservation: Reservation, answer: DeductionFact) -> Turn:
    """Without a shortage some envelope is absent or closed: then waiting for others does not help."""
    short = tuple(one.region for one in answer.shortages) or lineage(reservation.region)
    fits = bool(answer.shortages) and all(one.fits for one in answer.shortages)
    return Turn(case.turn.refusals + 1, case.turn.overtaken, short, fits)
