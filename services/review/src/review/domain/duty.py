"""One duty held against what a dossier answers: whether it binds, whether it is met, and what would meet it."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from typing import Final, NamedTuple

from dossier.model import Amount
from kernel.text import Text
from review.domain.answers import Answer, Answers
from review.domain.duty_words import Stated, ask_for, changed_to, said
from review.domain.look import Look
from review.domain.subject import Subject
from review.domain.two_high import CODES
from statute.access.law import Condition
from statute.duties.law import CAPACITY, Ask, Duty, DutyInForce, Must, Scope
from statute.duties.words import plainly
from statute.finding import Finding, Remedy, Verdict
from statute.inforce import Law, RuleInForce
from statute.parameter import Value

STEP: Final = Decimal("0.001")
"""The smallest step of the API's amounts: how far past an excluded bound a value is tried."""
_PAST: Final = {Must.ABOVE: (">", STEP), Must.BELOW: ("<", -STEP)}

NOT_TWO_HIGH: Final = Text("不属于两高项目, 此要求不适用", "not a two-high project, so this does not bind it")
NOT_REVIEWED: Final = Text("不进行节能审查, 此要求不适用", "not reviewed for energy, so this does not bind it")
NOT_LISTED: Final = Text("所属行业未列入, 此要求不适用", "its industry is not listed, so this does not bind it")
ELSEWHERE: Final = Text("不在该区域内, 此要求不适用", "outside the area, so this does not bind it")
TWO_HIGH_OPEN: Final = Text(
    "是否属于两高未定, 不能判断此要求是否适用", "whether it is two-high is open, and so whether this binds it"
)
AREA_OPEN: Final = Text(
    "是否在该区域内未收录, 须人工判断", "whether it lies in the area is not held here; a person decides"
)
NOT_ON_FILE: Final = Text(
    "当日适用的要求未收录, 须人工判断", "what is asked on the day is not held here; a person decides"
)
FORBIDDEN: Final = Text("属于禁止之列, 无例外", "this is barred without exception")


class Change(NamedTuple):
    """A remedy with the value that it was evaluated with."""

    remedy: Remedy
    value: Stated | Amount


class Part(NamedTuple):
    """The finding on one duty, with the changes that its remedies are."""

    finding: Finding
    changes: tuple[Change, ...] = ()


class Case(NamedTuple):
    """A project, or one product of it, under the law of its day, whatever the rule.

    `reviewed`: whether the project is reviewed for energy; None: not known.
    """

    subject: Subject
    law: Law
    answers: Answers
    inputs: tuple[tuple[str, str], ...]
    reviewed: bool | None


class Judge(NamedTuple):
    """Looks at what is due in one case under one rule."""

    case: Case
    rule: RuleInForce

    def outside(self, duty: Duty) -> Text | None:
        """Why the duty does not concern the project at all, whatever is stated of its facts; None where it may."""
        if duty.scope is Scope.TWO_HIGH and self.case.subject.two_high is Verdict.FAILS:
            return NOT_TWO_HIGH
        if duty.only_in_review and self.case.reviewed is False:
            return NOT_REVIEWED
        if duty.listed_by and self._listed(duty.listed_by) is False:
            return NOT_LISTED
        if duty.area and self.case.law.bundle.in_area(duty.area, self.case.subject.dossier.region) is False:
            return ELSEWHERE
        return None

    def part(self, due: DutyInForce) -> Part:
        """On a duty that is not `outside`."""
        answer = self._answer(due.duty)
        seen = self._look(due, answer)
        because = self._undecided(due)
        if because is not None:
            return Part(seen.undecided(because))
        missing, unmet = self._conditions(due.duty.when)
        if due.duty.listed_by and self._listed(due.duty.listed_by) is None:
            missing = (*missing, CODES)
        if unmet is not None:
            return Part(seen.holds(Text("不适用: {why}", "does not apply: {why}", why=unmet)))
        # What is asked may be met whatever the conditions turn out to be.
        if missing and not _all_met(due.duty.asks, due.version.value, answer):
            return Part(seen.asks_for(missing, self._not_stated(due.duty)))
        return _without_fact(seen, due) if due.duty.asks.fact is None else _held_against(seen, due, answer)

    def settled(self, due: DutyInForce) -> bool:
        """Whether the duty holds for certain: it is met, or by its conditions it does not bind."""
        if self._undecided(due) is not None:
            return False
        _, unmet = self._conditions(due.duty.when)
        return unmet is not None or _all_met(due.duty.asks, due.version.value, self._answer(due.duty))

    def changed(self, field: str, value: Stated | Amount) -> "Judge":
        """The same, with another value tried."""
        return Judge(self.case._replace(answers=self.case.answers.changed(field, value)), self.rule)

    def _look(self, due: DutyInForce, answer: Answer) -> Look:
        inputs = self.case.inputs
        if due.duty.when:
            facts = self.case.law.bundle.facts
            asked = (self.case.answers.of(facts[condition.fact]) for condition in due.duty.when)
            inputs = tuple(dict.fromkeys((*inputs, *chain.from_iterable(one.inputs for one in asked), *answer.inputs)))
        elif answer.inputs:
            inputs = (*inputs, *answer.inputs)
        return Look(self.rule.rule, inputs, (*self.rule.clauses, due.version.citation), due.duty.title)

    def _answer(self, duty: Duty) -> Answer:
        return Answer() if duty.asks.fact is None else self.case.answers.of(duty.asks.fact, duty.asks.unit)

    def _undecided(self, due: DutyInForce) -> Text | None:
        duty = due.duty
        if duty.scope is Scope.TWO_HIGH and self.case.subject.two_high is Verdict.UNKNOWN:
            return TWO_HIGH_OPEN
        if duty.area and self.case.law.bundle.in_area(duty.area, self.case.subject.dossier.region) is None:
            return AREA_OPEN
        unread = due.version.value is None or (duty.listed_by and self.case.law.on(duty.listed_by) is None)
        return NOT_ON_FILE if unread else None

    def _listed(self, parameter: str) -> bool | None:
        """None while the classes are not stated, or the law of the day has no list."""
        listed, codes = self.case.law.on(parameter), self.case.subject.dossier.industry_codes
        if listed is None:
            return None
        if not listed.list_of_words:
            return False
        return any(code in listed.list_of_words for code in codes) if codes else None

    def _conditions(self, conditions: tuple[Condition, ...]) -> tuple[tuple[str, ...], Text | None]:
        """The fields that would tell, and the condition that is not met: one such settles it."""
        missing: list[str] = []
        for condition in conditions:
            answer = self.case.answers.of(self.case.law.bundle.facts[condition.fact])
            if any(not condition.met(value) for _, value in answer.values):
                return (), Text("仅在{when}时适用", "it binds only where {when}", when=condition.text)
            missing += answer.missing
        return tuple(missing), None

    def _not_stated(self, duty: Duty) -> Text:
        facts = self.case.law.bundle.facts
        asked = [facts[condition.fact] for condition in duty.when]
        names = [fact.title for fact in asked if self.case.answers.of(fact).missing]
        return ask_for(names) if names else ask_for([duty.title])


def _without_fact(seen: Look, due: DutyInForce) -> Part:
    words = due.version.words or due.duty.title
    if due.duty.asks.must is Must.OPEN:
        return Part(seen.undecided(Text("{words}; 由人工判断", "{words}; a person decides", words=words)))
    because = Text("{words}: {barred}", "{words}: {barred}", words=words, barred=FORBIDDEN)
    return Part(seen.breaks_duty(because, due.duty.on_fails))


def _held_against(seen: Look, due: DutyInForce, answer: Answer) -> Part:
    """One value that fails settles it, whatever is still missing."""
    asks, bound = due.duty.asks, due.version.value
    assert asks.fact is not None
    assert bound is not None
    failing = [(field, value) for field, value in answer.values if not asks.met(value, bound)]
    if failing:
        only = len(failing) == 1 and not answer.missing and due.duty.mendable
        changes = tuple(_changes(asks, bound, *failing[0])) if only else ()
        because = said(asks, due, failing[0][1])
        return Part(seen.breaks_duty(because, due.duty.on_fails, tuple(one.remedy for one in changes)), changes)
    if answer.missing:
        return Part(seen.asks_for(answer.missing, ask_for([asks.fact.title], due.required)))
    return Part(seen.holds(said(asks, due, answer.values[0][1])))


def _changes(asks: Ask, bound: Value, field: str, stated: Stated) -> Iterator[Change]:
    """Each change of the one value that fails with which the duty, evaluated again, is met."""
    fact = asks.fact
    assert fact is not None
    for sign, needed in _tried(asks, bound):
        if asks.met(needed, bound):
            written = f"{sign} {plainly(bound, asks.unit)}" if sign else plainly(needed, asks.unit)
            text = changed_to(asks, stated, written=written, needed=needed)
            value = Amount(needed, asks.unit) if fact.id == CAPACITY and isinstance(needed, Decimal) else needed
            yield Change(Remedy(field, plainly(stated, asks.unit), written, text), value)


def _all_met(asks: Ask, bound: Value | None, answer: Answer) -> bool:
    if bound is None or answer.missing or not answer.values:
        return False
    return all(asks.met(value, bound) for _, value in answer.values)


def _tried(asks: Ask, bound: Value) -> Iterator[tuple[str, Stated]]:
    """The smallest values that may pass: the bound itself, a step past one that is excluded, or each word."""
    if isinstance(bound, tuple):
        yield from (("", word) for word in bound)
    elif isinstance(bound, Decimal) and asks.must in _PAST:
        sign, step = _PAST[asks.must]
        yield sign, bound + step
    else:
        yield "", bound
