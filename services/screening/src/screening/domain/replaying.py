"""Makes a decision again from the facts that it names, under its own law: the same decision, or a difference."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from screening.domain.case import PLACES, Case, Reservation
from screening.domain.deciding import Decided, decide
from screening.domain.decision import Cause, Decision
from screening.domain.demand import demand_of
from screening.domain.facts import (
    DeductionFact,
    Fact,
    FactVersion,
    FilingFact,
    FilingId,
    OverrideFact,
    QueueFact,
    ReviewFact,
    SavingFact,
)
from screening.domain.refusals import FactNotKept
from screening.domain.regions import RegionFact
from statute.loader import PolicyBundle

AnyFact = Fact | QueueFact | RegionFact


@dataclass(frozen=True, slots=True)
class Kept:
    """A decision as it is kept, but for what it decides: all that it is made of."""

    filing: FilingId
    number: int
    day: date
    at: datetime
    causes: tuple[Cause, ...]
    attempt: int
    facts: tuple[FactVersion, ...]
    bundle_hash: str

    @property
    def name(self) -> str:
        return f"filings/{self.filing}/decisions/{self.number}"


def made_again(kept: Kept, facts: Mapping[FactVersion, AnyFact], policy: PolicyBundle) -> Decision | None:
    """None when nothing would be decided on these facts. Raises FactNotKept."""
    missing = [f"{one.fact}@{one.version}" for one in kept.facts if one not in facts]
    if missing:
        raise FactNotKept(kept.name, ", ".join(missing))
    found = [facts[one] for one in kept.facts]
    regions = {fact.code: fact for fact in found if isinstance(fact, RegionFact)}
    step = decide(_case(kept, found), regions, policy, kept.day).step
    if not isinstance(step, Decided):
        return None
    return Decision(kept.filing, kept.number, step.content, kept.day, kept.at, kept.causes, kept.attempt)


def _case(kept: Kept, facts: list[AnyFact]) -> Case:
    """As it was when it was decided on, as far as that mattered."""
    single = {PLACES[type(fact)]: fact for fact in facts if type(fact) in PLACES}
    savings = [fact for fact in facts if isinstance(fact, SavingFact)]
    overrides = [fact for fact in facts if isinstance(fact, OverrideFact)]
    answer = next((fact for fact in facts if isinstance(fact, DeductionFact)), None)
    reservation = None if answer is None else _reservation(kept, single, answer)
    return Case(
        filing_id=kept.filing,
        savings=tuple(savings),
        overrides=tuple(overrides),
        queue=next((fact for fact in facts if isinstance(fact, QueueFact)), None),
        attempt=max(kept.attempt, 1),
        reservation=reservation,
        deduction=None if reservation is None else answer,
        **single,  # type: ignore[arg-type]  # by the names of its fields
    )


def _reservation(kept: Kept, facts: Mapping[str, object], answer: DeductionFact) -> Reservation | None:
    """What the budget answered: what the project asks for by the facts. None when it asks for nothing."""
    filing, review = facts.get("filing"), facts.get("review")
    if not isinstance(filing, FilingFact) or not isinstance(review, ReviewFact):
        return None
    demand = demand_of(filing, review)
    if demand is None or demand.amount_kgce <= 0:
        return None
    return Reservation(
        deduction=answer.deduction,
        filing=kept.filing,
        revision=filing.revision,
        region=filing.region,
        year=demand.year,
        amount_kgce=demand.amount_kgce,
    )
