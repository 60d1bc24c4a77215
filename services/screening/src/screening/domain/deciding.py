"""Joins the facts of one case into a decision, or says what it still waits for."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from screening.domain.case import Case, Posted, Reservation
from screening.domain.decision import Content
from screening.domain.demand import RULE as DEMAND_RULE
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
WITHDRAWN: Final = "withdrawn"
"""Why what was made final is undone."""


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
    draft = _without_budget(case, facts, regions, policy, day=law_day)
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
    posted = case.posted
    free, undone = (case, ()) if posted is None else _reversed(case, Reverse(posted, WITHDRAWN))
    free = free.out_of_queue()
    if case.filing is None:
        screened = _without_reservation(free, Waiting(("filing",)))
    else:
        filing = replace(case.filing, revision=case.withdrawal.revision)
        finding = withdrawn(policy, filing.application_date or day)
        # Both are named: only they tell which revision's name and place the decision shows.
        versions = FactVersion("filing", case.filing.version), FactVersion("withdrawal", case.withdrawal.version)
        content = Draft(filing, policy).say(finding, *versions).content()
        screened = _without_reservation(free, Decided(content))
    return replace(screened, commands=undone + screened.commands)


def _settled(case: Case) -> Screened:
    """What is held becomes final with the opinion; an earlier revision's, final before, is undone for it.

    An opinion that does not pass holds no energy. One that passes rests on energy: what was given back before the
    opinion was heard of is asked for again.
    """
    opinion = case.opinion
    assert opinion is not None
    if not opinion.passes:
        return _without_reservation(case.out_of_queue(), Settled())
    if case.is_posted:
        return Screened(case, Settled())
    answered = None if case.deduction is None else case.deduction.state
    if not case.reserved_for(opinion.revision) or answered is DeductionState.VOIDED:
        return _ask_for_settled(case)
    if answered is None:
        return Screened(case, Waiting((DEDUCTION,)))
    return Screened(case, Settled()) if answered is DeductionState.REFUSED else _made_final(case, opinion)


def _made_final(case: Case, opinion: OpinionFact) -> Screened:
    assert case.reservation is not None
    posted = Posted(case.reservation, opinion.document, opinion.signers)
    before = () if case.posted is None else (Reverse(case.posted, opinion.document),)
    return Screened(replace(case, posted=posted), Settled(), (*before, Post(posted)))


def _ask_for_settled(case: Case) -> Screened:
    facts = _complete(case)
    demand = None if facts is None else demand_of(facts.filing, facts.review)
    if facts is None or demand is None or demand.amount_kgce == 0:
        return _without_reservation(case, Settled())
    if case.queue is not None and case.queue.revision == facts.filing.revision:
        return _without_reservation(case, Settled())
    return _ask(case, facts.filing, demand)


def _undone(case: Case) -> tuple[Case, tuple[Command, ...]]:
    """What was made final is undone when its opinion lapsed or was taken back; not when only a newer revision came."""
    posted, opinion = case.posted, case.opinion
    if posted is None or opinion is None or opinion.in_force or opinion.revision != posted.reservation.revision:
        return case, ()
    # The opinion's end names who signed it; what took it back names two persons as well.
    signed = replace(posted, signers=opinion.signers or posted.signers)
    return _reversed(case, Reverse(signed, opinion.reason or opinion.document))


def _reversed(case: Case, reverse: Reverse) -> tuple[Case, tuple[Command, ...]]:
    open_again = case.without_reservation() if case.is_posted else case
    return replace(open_again, posted=None), (reverse,)


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


def _without_budget(case: Case, facts: _Facts, regions: RegionFacts, policy: PolicyBundle, *, day: date) -> Draft:
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
    if taken_back or not _asked_for(case, revision, demand):
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
        # Whatever persons decided: nobody rules that there is energy.
        draft = replace(draft, ruled=draft.ruled - {DEMAND_RULE})
        draft = draft.say(refused_without_objection(draft.policy, day))
    return Screened(case, Decided(draft.content()))


def _asked_for(case: Case, revision: int, demand: Demand) -> bool:
    """Whether just this was asked for: another evaluation of a revision may find that it takes more, or less."""
    asked = case.reservation
    return asked is not None and (asked.revision, asked.year, asked.amount_kgce) == (
        revision,
        demand.year,
        demand.amount_kgce,
    )


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
