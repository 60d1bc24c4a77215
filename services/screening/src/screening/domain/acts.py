"""What persons decide of a case: rulings on what the law leaves to a person, and overrides that two persons sign."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final

from kernel.persons import are_two
from screening.domain import demand, queue, withdrawal
from screening.domain.case import Case
from screening.domain.decision import Decision
from screening.domain.facts import FilingId, OverrideFact, RulingFact
from screening.domain.persons import OPINION_RULE, OVERRIDE_RULE, RULING_RULE, never_set_aside
from screening.domain.refusals import (
    DecisionChanged,
    NotAgainstTheProject,
    NotForAPerson,
    NotToBeOverridden,
    OpinionInForce,
    OverrideNotOpen,
    SamePerson,
)
from statute.finding import Disposition, Outcome
from statute.loader import PolicyBundle

DAYS_MAX: Final = "screening.override.days_max"
"""For how long rules may be set aside."""

RULINGS: Final = (
    Disposition.APPROVE,
    Disposition.CONDITIONAL,
    Disposition.NOT_PASS,
    Disposition.PROHIBIT,
    Disposition.RETURN,
    Disposition.DEFER,
)
"""What a ruling may come to: never that a person must look."""

_MADE_HERE: Final = frozenset(
    {demand.RULE, queue.RULE, withdrawal.RULE, OPINION_RULE, OVERRIDE_RULE, RULING_RULE},
)
"""Rules of the platform's own course, no law of the project: nobody sets them aside."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one person decided of the rules that waited for a person. A newer one on the revision replaces it."""

    filing: FilingId
    number: int
    revision: int
    decision: int
    disposition: Disposition
    rules: tuple[str, ...]
    person: str
    clause: str
    reason: str
    at: datetime

    @property
    def fact(self) -> RulingFact:
        return RulingFact(
            version=self.number,
            revision=self.revision,
            disposition=self.disposition,
            rules=self.rules,
            person=self.person,
            clause=self.clause,
            reason=self.reason,
        )


class OverrideState(Enum):
    PROPOSED = "proposed"
    STANDING = "standing"
    LAPSED = "lapsed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Step:
    """What a person did to an override, and when; `reason` is empty for a signature."""

    person: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """Rules that are set aside for one filing revision once another person signs; `until` is the first day after."""

    filing: FilingId
    number: int
    revision: int
    decision: int
    rules: tuple[str, ...]
    reason: str
    evidence: str
    until: date
    proposed: Step
    signed: Step | None = None
    ended: Step | None = None

    def __post_init__(self) -> None:
        assert self.signed is None or are_two((self.proposed.person, self.signed.person))

    @property
    def name(self) -> str:
        return f"filings/{self.filing}/overrides/{self.number}"

    def state(self, day: date) -> OverrideState:
        if self.ended is not None:
            return OverrideState.ENDED
        if day >= self.until:
            return OverrideState.LAPSED
        return OverrideState.PROPOSED if self.signed is None else OverrideState.STANDING

    @property
    def fact(self) -> OverrideFact:
        """Of one that was signed."""
        assert self.signed is not None
        return OverrideFact(
            id=str(self.number),
            version=1 if self.ended is None else 2,
            revision=self.revision,
            rules=self.rules,
            until=self.until,
            signers=(self.proposed.person, self.signed.person),
            reason=self.reason,
            evidence=self.evidence,
            ended=self.ended is not None,
        )


def check_open(case: Case, revision: int, stated: str) -> None:
    """That persons may decide of this revision. `stated` names what they saw.

    Raises DecisionChanged and OpinionInForce.
    """
    name = f"filings/{case.filing_id}"
    if case.withdrawal is not None:
        raise DecisionChanged(stated, f"{name} withdrawn@{case.withdrawal.revision}")
    if case.filing is None or case.filing.revision != revision:
        raise DecisionChanged(stated, f"{name} revision@{case.filing.revision if case.filing else 0}")
    if case.settled:
        assert case.opinion is not None
        raise OpinionInForce(case.filing_id, case.opinion.document)


def rules_for_a_person(decision: Decision, case: Case) -> tuple[str, ...]:
    """Those whose findings wait for a person, or were decided by one. Raises NotForAPerson.

    What the budget says is not among them: nobody rules that there is energy.
    """
    asked = dict.fromkeys(one.rule for one in decision.content.findings if one.asks is Disposition.MANUAL)
    of_budget = _rules_of_budget(case)
    rules = tuple(rule for rule in asked if rule not in of_budget)
    if not rules:
        raise NotForAPerson(decision.name, ", ".join(rule for rule in asked if rule in of_budget))
    return rules


def check_set_aside(rules: Iterable[str], decision: Decision, case: Case, policy: PolicyBundle) -> None:
    """Raises NotToBeOverridden and NotAgainstTheProject, each with all the rules that it is about."""
    law_day = decision.day if case.filing is None else case.filing.application_date or decision.day
    never = never_set_aside(policy, law_day)
    findings = decision.content.findings
    closed = _MADE_HERE | _rules_of_budget(case) | {one.rule for one in findings if one.asks in never}
    against = {one.rule for one in findings if one.asks is not None and _objects(one.asks, policy)}
    if refused := [rule for rule in rules if rule in closed]:
        raise NotToBeOverridden(", ".join(refused))
    if idle := [rule for rule in rules if rule not in against]:
        raise NotAgainstTheProject(decision.name, ", ".join(idle))


def _objects(asks: Disposition, policy: PolicyBundle) -> bool:
    return policy.outcome_of(asks) is not Outcome.APPROVE


def _rules_of_budget(case: Case) -> frozenset[str]:
    answered = () if case.deduction is None else case.deduction.findings
    return frozenset({demand.RULE, queue.RULE, *(one.rule for one in answered)})


def latest_end(policy: PolicyBundle, day: date) -> date | None:
    """The last end date that an override proposed on the day may have. None: the law of the day allows none."""
    longest = policy.on(DAYS_MAX, day)
    return None if longest is None else day + timedelta(days=int(longest.number))


def sign(override: Override, signature: Step, day: date) -> Override:
    """Raises OverrideNotOpen and SamePerson."""
    if (state := override.state(day)) is not OverrideState.PROPOSED:
        raise OverrideNotOpen(override.name, state.value)
    if not are_two((override.proposed.person, signature.person)):
        raise SamePerson(signature.person)
    return replace(override, signed=signature)


def end(override: Override, step: Step, day: date) -> Override:
    """One that was proposed or stands. Raises OverrideNotOpen."""
    if (state := override.state(day)) not in (OverrideState.PROPOSED, OverrideState.STANDING):
        raise OverrideNotOpen(override.name, state.value)
    return replace(override, ended=step)
