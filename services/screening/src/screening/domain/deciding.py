"""Joins the facts of one case into a decision, or says what it still waits for."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from screening.domain.case import Case, Posted, Reservation
from screening.domain.decision import Content
from screening.domain.demand import Demand, demand_finding, demand_of, refused_without_objection
from screening.domain.draft import Draft
from screening.domain.facts import (
    DeductionState,
    FactVersion,
    FilingFact,
    OpinionFact,
    ReplacementFact,
    ReviewFact,
)
from screening.domain.persons import with_persons
from screening.domain.queue import queue_finding
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
class Asking:
    """Nothing stands against the project, unless its energy does: the budget has to be asked."""

    reservation: Reservation


@dataclass(frozen=True, slots=True)
class Decided:
    content: Content


@dataclass(frozen=True, slots=True)
class Settled:
    """An opinion is in force: the decision that it rests on stands."""


Step = Waiting | Asking | Decided | Settled


@dataclass(frozen=True, slots=True)
class Void:
    """Gives a reservation back."""

    reservation: Reservation


@dataclass(frozen=True, slots=True)
class Post:
    """Makes a reservation final."""

    posted: Posted


@dataclass(frozen=True, slots=True)
class Reverse:
    """Undoes what was made final."""

    posted: Posted
    reason: str


Command = Void | Post | Reverse


@dataclass(frozen=True, slots=True)
class Screened:
    """The next step, the case after it, and what is asked of the budget before the step's own reservation."""

    case: Case
    step: Step
    commands: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class _Facts:
    """All of one revision."""

    filing: FilingFact
    review: ReviewFact
    replacement: ReplacementFact


def decide(case: Case, regions: RegionFacts, policy: PolicyBundle, day: date) -> Screened:
    """By the law of the application day, or of `day` when none was stated; `day` is today.

    The order in which facts came leaves no trace in what is decided: the same newest facts under the same policy give
    the same content.
    """
    if case.withdrawal is not None:
        return _withdrawn(case, policy, day)
    if case.settled:
        return _settled(case)
    case, undone = _undone(case)
    screened = _open(case, regions, policy, day)
    return replace(screened, commands=undone + screened.commands)


def _open(case: Case, regions: RegionFacts, policy: PolicyBundle, day: date) -> Screened:
    facts = _complete(case)
    if facts is None:
        return _while_waiting(case)
    law_day = facts.filing.application_date or day
    draft = _without_budget(case, facts, regions, policy, law_day)
    draft = with_persons(draft, case, day, law_day)
    if not draft.approves:
        # No energy is held for a project that something else stands against.
        return _without_reservation(case.out_of_queue(), Decided(draft.content()))
    draft = draft.say(demand_finding(facts.filing, facts.review, policy, law_day))
    demand = demand_of(facts.filing, facts.review)
    if demand is None or demand.amount_kgce == 0:
        return _without_reservation(case.out_of_queue(), Decided(draft.content()))
    return _with_budget(case, draft, demand, law_day)


def _withdrawn(case: Case, policy: PolicyBundle, day: date) -> Screened:
    """The last decision on a withdrawn filing says that it is withdrawn: none before it stands any more."""
    assert case.withdrawal is not None
    closing = replace(case, opinion=None) if case.opinion is None else _ended(case, case.opinion)
    free, undone = _undone(closing)
    free = replace(free, opinion=case.opinion).out_of_queue()
    if case.filing is None:
        screened = _without_reservation(free, Waiting(("filing",)))
    else:
        filing = replace(case.filing, revision=case.withdrawal.revision)
        finding = withdrawn(policy, filing.application_date or day)
        content = Draft(filing, policy).say(finding, FactVersion("filing", filing.revision)).content()
        screened = _without_reservation(free, Decided(content))
    return replace(screened, commands=undone + screened.commands)


def _ended(case: Case, opinion: OpinionFact) -> Case:
    """As if the opinion were no longer in force: the filing that it is on was withdrawn."""
    return replace(case, opinion=replace(opinion, in_force=False, reason=opinion.reason or "withdrawn"))


def _settled(case: Case) -> Screened:
    """What is held becomes final with the opinion; an earlier revision's, final before, is undone for it."""
    opinion, reservation = case.opinion, case.reservation
    assert opinion is not None
    reserved = case.deduction is not None and case.deduction.state is DeductionState.RESERVED
    if case.is_posted or reservation is None or not opinion.passes or not reserved:
        return Screened(case, Settled())
    posted = Posted(reservation, opinion.document, opinion.signers)
    before = () if case.posted is None else (Reverse(case.posted, opinion.document),)
    return Screened(replace(case, posted=posted), Settled(), (*before, Post(posted)))


def _undone(case: Case) -> tuple[Case, tuple[Command, ...]]:
    """What was made final is undone when its opinion lapsed or was taken back; not when only a newer revision came."""
    posted, opinion = case.posted, case.opinion
    if posted is None or opinion is None or opinion.in_force:
        return case, ()
    standing = case.is_posted
    case = replace(case, posted=None)
    # The opinion's end names who signed it; what took it back names two persons as well.
    reverse = Reverse(replace(posted, signers=opinion.signers or posted.signers), opinion.reason or opinion.document)
    return (case.without_reservation() if standing else case), (reverse,)


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
    return _without_reservation(case.out_of_queue(), step) if outdated else Screened(case, step)


def _without_reservation(case: Case, step: Step) -> Screened:
    """What was made final for an earlier revision stays until an opinion on the new one takes its place."""
    void = (Void(case.reservation),) if case.reservation is not None and case.energy_held else ()
    return Screened(case.without_reservation(), step, void)


def _without_budget(case: Case, facts: _Facts, regions: RegionFacts, policy: PolicyBundle, day: date) -> Draft:
    level, versions = region_level(facts.filing, facts.review, case.savings, regions, policy=policy, day=day)
    draft = Draft(facts.filing, policy)
    draft = draft.add(facts.filing.findings, FactVersion("filing", facts.filing.version))
    draft = draft.add(facts.review.findings, FactVersion("review", facts.review.version))
    draft = draft.add(facts.replacement.findings, FactVersion("replacement", facts.replacement.version))
    return draft.say(level, *versions)


def _with_budget(case: Case, draft: Draft, demand: Demand, day: date) -> Screened:
    """`draft` approves: what the budget answers decides."""
    answer, revision = case.deduction, draft.filing.revision
    taken_back = answer is not None and answer.state is DeductionState.VOIDED
    if taken_back or not case.reserved_for(revision):
        if case.queue is not None and case.queue.revision == revision:
            finding = queue_finding(case.queue, draft.policy, day)
            draft = draft.say(finding, FactVersion("queue", case.queue.version))
            return _without_reservation(case, Decided(draft.content()))
        return _ask(case, draft.filing, demand)
    if answer is None:
        return Screened(case, Waiting((DEDUCTION,)))
    # The version is the revision that it was made for: how many attempts it took depends on the order of events.
    draft = draft.add(answer.findings, FactVersion(DEDUCTION, revision))
    if answer.state is DeductionState.REFUSED and draft.approves:
        draft = draft.say(refused_without_objection(draft.policy, day))
    return Screened(case, Decided(draft.content()))


def _ask(case: Case, filing: FilingFact, demand: Demand) -> Screened:
    """Under a new id, in the place of a reservation for an earlier revision or of one that was taken back."""
    void = (Void(case.reservation),) if case.reservation is not None and case.energy_held else ()
    free = case.without_reservation()
    reservation = Reservation(
        deduction=free.next_deduction,
        filing=case.filing_id,
        revision=filing.revision,
        region=filing.region,
        year=demand.year,
        amount_kgce=demand.amount_kgce,
    )
    return Screened(free.with_reservation(reservation), Asking(reservation), void)
