"""One filing's case: the newest version of each fact, and the reservation that stands for it."""

from dataclasses import dataclass, replace
from typing import TypeVar

from kernel.regions import RegionCode
from screening.domain.facts import (
    DeductionFact,
    DeductionId,
    DeductionState,
    Fact,
    FilingFact,
    FilingId,
    ReplacementFact,
    ReviewFact,
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
class Case:
    """Invariants: no fact ever grows older; an answer belongs to the reservation that stands; attempts only grow."""

    filing_id: FilingId
    filing: FilingFact | None = None
    withdrawal: WithdrawalFact | None = None
    review: ReviewFact | None = None
    replacement: ReplacementFact | None = None
    attempt: int = 1
    reservation: Reservation | None = None
    deduction: DeductionFact | None = None

    def __post_init__(self) -> None:
        assert self.attempt >= 1
        if self.deduction is not None:
            assert self.reservation is not None
            assert self.deduction.deduction == self.reservation.deduction

    @property
    def complete(self) -> bool:
        """Whether filing, review and replacement are there, all of one revision."""
        facts = (self.filing, self.review, self.replacement)
        return None not in facts and len({fact.revision for fact in facts if fact is not None}) == 1

    @property
    def energy_held(self) -> bool:
        """Whether the budget holds energy for this case, or may come to hold it."""
        answered = None if self.deduction is None else self.deduction.state
        return self.reservation is not None and answered in (None, DeductionState.RESERVED)

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

    @property
    def next_deduction(self) -> DeductionId:
        assert self.filing is not None
        return DeductionId(f"{self.filing_id}-r{self.filing.revision}-{self.attempt}")


def absorb(case: Case, fact: Fact) -> Case:
    """The case with the fact in it; an equal case when it holds this version or a newer one."""
    if isinstance(fact, DeductionFact):
        return _absorb_answer(case, fact)
    if isinstance(fact, FilingFact):
        return replace(case, filing=_newest(case.filing, fact))
    if isinstance(fact, WithdrawalFact):
        return replace(case, withdrawal=_newest(case.withdrawal, fact))
    if isinstance(fact, ReviewFact):
        return replace(case, review=_newest(case.review, fact))
    return replace(case, replacement=_newest(case.replacement, fact))


_Revised = TypeVar("_Revised", FilingFact, WithdrawalFact, ReviewFact, ReplacementFact)


def _newest(held: _Revised | None, fact: _Revised) -> _Revised:
    return held if held is not None and held.revision >= fact.revision else fact


def _absorb_answer(case: Case, fact: DeductionFact) -> Case:
    if case.reservation is None or fact.deduction != case.reservation.deduction:
        return case
    # An answer is given once; the only thing that can follow it is that it is taken back.
    newer = case.deduction is None or (
        fact.state is DeductionState.VOIDED and case.deduction.state is not DeductionState.VOIDED
    )
    return replace(case, deduction=fact) if newer else case
