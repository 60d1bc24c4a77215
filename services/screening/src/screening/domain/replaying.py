"""Makes a decision again from the facts that it names, under its own law: the same decision, or a difference."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from screening.domain.case import Case, Reservation, absorb
from screening.domain.deciding import Decided, decide
from screening.domain.decision import Cause, Decision
from screening.domain.demand import demand_of
from screening.domain.facts import DeductionFact, Fact, FactVersion, FilingId, QueueFact
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
    case = Case(kept.filing, attempt=max(kept.attempt, 1))
    for fact in facts:
        if not isinstance(fact, RegionFact | QueueFact | DeductionFact):
            case = absorb(case, fact)
    for fact in facts:
        if isinstance(fact, QueueFact):
            case = replace(case, queue=fact)
        elif isinstance(fact, DeductionFact):
            case = _answered(case, fact)
    return case


def _answered(case: Case, answer: DeductionFact) -> Case:
    """With the reservation that the budget answered: what the project asks for by the facts. Else as it was."""
    filing, review = case.filing, case.review
    demand = None if filing is None or review is None else demand_of(filing, review)
    if filing is None or demand is None or demand.amount_kgce <= 0:
        return case
    reservation = Reservation(
        deduction=answer.deduction,
        filing=case.filing_id,
        revision=filing.revision,
        region=filing.region,
        year=demand.year,
        amount_kgce=demand.amount_kgce,
    )
    return absorb(case.with_reservation(reservation), answer)
