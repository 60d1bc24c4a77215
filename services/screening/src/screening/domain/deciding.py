"""Joins the facts of one case into a decision, or says what it still waits for."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from screening.domain.case import Case, Reservation
from screening.domain.decision import Content
from screening.domain.demand import Demand, demand_finding, demand_of, refused_without_objection
from screening.domain.draft import Draft
from screening.domain.facts import DeductionState, FactVersion, FilingFact, ReplacementFact, ReviewFact
from screening.domain.region_level import region_level
from screening.domain.regions import RegionFacts
from screening.domain.withdrawal import withdrawn
from statute.loader import PolicyBundle

DEDUCTION: Final = "deduction"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Facts still to come, by name."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reserve:
    """Nothing stands against the project, unless its energy does: the budget is asked."""

    reservation: Reservation


@dataclass(frozen=True, slots=True)
class Decided:
    content: Content


Step = Waiting | Reserve | Decided


@dataclass(frozen=True, slots=True)
class Screened:
    """The next step, the case after it, and a reservation that has to be given back."""

    case: Case
    step: Step
    void: Reservation | None = None


@dataclass(frozen=True, slots=True)
class _Facts:
    """All of one revision."""

    filing: FilingFact
    review: ReviewFact
    replacement: ReplacementFact


def decide(case: Case, regions: RegionFacts, policy: PolicyBundle, day: date) -> Screened:
    """By the law of the application day, or of `day` when none was stated.

    The order in which facts came leaves no trace in what is decided: the same newest facts under the same policy give
    the same content.
    """
    if case.withdrawal is not None:
        return _without_reservation(case, _closed(case, policy, day))
    facts = _complete(case)
    if facts is None:
        return _while_waiting(case)
    law_day = facts.filing.application_date or day
    draft = _without_budget(facts, regions, policy, law_day)
    if not draft.approves:
        # No energy is held for a project that something else stands against.
        return _without_reservation(case, Decided(draft.content()))
    draft = draft.add([demand_finding(facts.filing, facts.review, policy, law_day)])
    demand = demand_of(facts.filing, facts.review)
    if demand is None or demand.amount_kgce == 0:
        return _without_reservation(case, Decided(draft.content()))
    return _with_budget(case, draft, demand, law_day)


def _closed(case: Case, policy: PolicyBundle, day: date) -> Step:
    """The last decision on a withdrawn filing says that it is withdrawn: none before it stands any more."""
    assert case.withdrawal is not None
    if case.filing is None:
        return Waiting(("filing",))
    filing = replace(case.filing, revision=case.withdrawal.revision)
    finding = withdrawn(policy, filing.application_date or day)
    return Decided(Draft(filing, policy).add([finding], FactVersion("filing", filing.revision)).content())


def _complete(case: Case) -> _Facts | None:
    filing, review, replacement = case.filing, case.review, case.replacement
    if not case.complete or filing is None or review is None or replacement is None:
        return None
    return _Facts(filing, review, replacement)


def _while_waiting(case: Case) -> Screened:
    """Names the facts that are absent or older than the newest revision heard of."""
    held = {"filing": case.filing, "review": case.review, "replacement": case.replacement}
    newest = max((fact.revision for fact in held.values() if fact is not None), default=0)
    step = Waiting(tuple(name for name, fact in held.items() if fact is None or fact.revision < newest))
    outdated = case.filing is not None and not case.reserved_for(case.filing.revision)
    return _without_reservation(case, step) if outdated else Screened(case, step)


def _without_reservation(case: Case, step: Step) -> Screened:
    return Screened(case.without_reservation(), step, void=case.reservation if case.energy_held else None)


def _without_budget(facts: _Facts, regions: RegionFacts, policy: PolicyBundle, day: date) -> Draft:
    level, versions = region_level(facts.filing, facts.review, regions, policy, day=day)
    draft = Draft(facts.filing, policy)
    draft = draft.add(facts.filing.findings, FactVersion("filing", facts.filing.revision))
    draft = draft.add(facts.review.findings, FactVersion("review", facts.review.revision))
    draft = draft.add(facts.replacement.findings, FactVersion("replacement", facts.replacement.revision))
    return draft.add([level], *versions)


def _with_budget(case: Case, draft: Draft, demand: Demand, day: date) -> Screened:
    """`draft` approves: what the budget answers decides."""
    answer = case.deduction
    taken_back = answer is not None and answer.state is DeductionState.VOIDED
    if taken_back or not case.reserved_for(draft.filing.revision):
        return _reserve(case, draft.filing, demand)
    if answer is None:
        return Screened(case, Waiting((DEDUCTION,)))
    # The version is the revision that it was made for: how many attempts it took depends on the order of events.
    draft = draft.add(answer.findings, FactVersion(DEDUCTION, draft.filing.revision))
    if answer.state is DeductionState.REFUSED and draft.approves:
        draft = draft.add([refused_without_objection(draft.policy, day)])
    return Screened(case, Decided(draft.content()))


def _reserve(case: Case, filing: FilingFact, demand: Demand) -> Screened:
    """Under a new id, in the place of a reservation for an earlier revision or of one that was taken back."""
    void = case.reservation if case.energy_held else None
    free = case.without_reservation()
    reservation = Reservation(
        deduction=free.next_deduction,
        filing=case.filing_id,
        revision=filing.revision,
        region=filing.region,
        year=demand.year,
        amount_kgce=demand.amount_kgce,
    )
    return Screened(free.with_reservation(reservation), Reserve(reservation), void)
