"""One duty held against what a dossier answers: whether it binds, whether it is met, and what would meet it."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import chain
from typing import Final, NamedTuple

from dossier.model import Amount
from kernel.text import Text
from review.domain.answers import NOTHING_ASKED, Answer, Answers
from review.domain.composition import Told
from review.domain.counting import KIND
from review.domain.duty_words import Stated, ask_for, changed_to, said
from review.domain.look import Inputs, Start
from review.domain.subject import Subject
from review.domain.two_high import CODES
from statute.access.law import Condition
from statute.duties.law import CAPACITY, Ask, Duty, DutyInForce, Must, Scope
from statute.duties.words import plainly
from statute.finding import Citation, Disposition, Finding, Grounds, Remedy, Verdict, judged, weigh
from statute.inforce import Law
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


class Case(NamedTuple):
    """A project, or one product of it, under the law of its day, whatever the rule.

    `reviewed`: whether the project is reviewed for energy; None: not known.
    """

    subject: Subject
    law: Law
    answers: Answers
    reviewed: bool | None

    @property
    def inputs(self) -> Inputs:
        subject, index = self.subject, self.answers.index
        kind = () if subject.kind is None else ((KIND, subject.kind),)
        return (*kind, *(() if index is None else (subject.product_input(index),)))


class Stands(NamedTuple):
    """How a case stands to one duty; `words` gives the sentence on it."""

    verdict: Verdict
    leads_to: Disposition | None
    missing: tuple[str, ...]
    words: "Callable[[Judge, DutyInForce], Text]"


class Judge(NamedTuple):
    """Looks at what is due in one case under one rule."""

    case: Case
    start: Start

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

    def stands(self, due: DutyInForce) -> Stands:
        """To a duty that is not `outside`."""
        duty, rule = due.duty, self.start.rule
        if not duty.when and due.binds_all:
            return self._without_fact(due) if duty.asks.fact is None else self._held_against(due)
        open_words = self._undecided(due)
        if open_words is not None:
            return Stands(Verdict.UNKNOWN, rule.on_unknown_figure, (), open_words)
        missing, unmet = self.conditions(duty.when)
        if duty.listed_by and self._listed(duty.listed_by) is None:
            missing = (*missing, CODES)
        if unmet is not None:
            return Stands(Verdict.HOLDS, rule.on_holds, (), _does_not_apply)
        # What is asked may be met whatever the conditions turn out to be.
        if missing and not _all_met(duty.asks, due.version.value, self.answer(duty)):
            return Stands(Verdict.UNKNOWN, rule.on_unknown_input, missing, _conditions_not_stated)
        return self._without_fact(due) if duty.asks.fact is None else self._held_against(due)

    def _without_fact(self, due: DutyInForce) -> Stands:
        if due.duty.asks.must is Must.OPEN:
            return Stands(Verdict.UNKNOWN, self.start.rule.on_unknown_figure, (), _for_a_person)
        return Stands(Verdict.FAILS, due.duty.on_fails, (), _forbidden)

    def _held_against(self, due: DutyInForce) -> Stands:
        """One value that fails settles it, whatever is still missing."""
        rule, answer, asks, bound = self.start.rule, self.answer(due.duty), due.duty.asks, due.version.value
        assert bound is not None
        for _, value in answer.values:
            if not asks.met(value, bound):
                return Stands(Verdict.FAILS, due.duty.on_fails, (), _fails)
        if not answer.missing:
            return Stands(Verdict.HOLDS, rule.on_holds, (), _met)
        if due.duty.claim:
            return Stands(Verdict.HOLDS, rule.on_holds, (), _not_claimed)
        return Stands(Verdict.UNKNOWN, rule.on_unknown_input, answer.missing, _fact_not_stated)

    def told(self, due: DutyInForce, stands: Stands) -> Told:
        return Told(stands.verdict, weigh(stands.leads_to, self.under(due)), stands.missing)

    def part(self, due: DutyInForce, stands: Stands) -> Finding:
        verdict, leads_to, missing, _ = stands
        return judged(self.start.rule.id, verdict, leads_to, missing, found_by=(grounds, self, due, stands))

    def changes(self, due: DutyInForce, stands: Stands) -> tuple[Change, ...]:
        """Each change of the one value that fails with which the duty, evaluated again, is met."""
        if stands.words is not _fails:
            return ()
        answer = self.answer(due.duty)
        failing = _failing(due, answer)
        only = len(failing) == 1 and not answer.missing and due.duty.mendable
        bound = due.version.value
        return tuple(_changes(due.duty.asks, bound, *failing[0])) if only and bound is not None else ()

    def settled(self, due: DutyInForce) -> bool:
        """Whether the duty holds for certain: it is met, or by its conditions it does not bind."""
        if self._undecided(due) is not None:
            return False
        _, unmet = self.conditions(due.duty.when)
        return unmet is not None or _all_met(due.duty.asks, due.version.value, self.answer(due.duty))

    def changed(self, field: str, value: Stated | Amount) -> "Judge":
        """The same, with another value tried."""
        return Judge(self.case._replace(answers=self.case.answers.changed(field, value)), self.start)

    def under(self, due: DutyInForce) -> tuple[Citation, ...]:
        return (*self.start.under, due.version.citation)

    def inputs(self, due: DutyInForce) -> Inputs:
        facts, answers = self.case.law.bundle.facts, self.case.answers
        asked = [answers.of(facts[condition.fact]).inputs for condition in due.duty.when]
        shown = (*self.start.inputs, *self.case.inputs, *chain.from_iterable(asked), *self.answer(due.duty).inputs)
        return tuple(dict.fromkeys(shown))

    def answer(self, duty: Duty) -> Answer:
        asks = duty.asks
        return NOTHING_ASKED if asks.fact is None else self.case.answers.of(asks.fact, asks.unit)

    def _undecided(self, due: DutyInForce) -> "Callable[[Judge, DutyInForce], Text] | None":
        duty = due.duty
        if duty.scope is Scope.TWO_HIGH and self.case.subject.two_high is Verdict.UNKNOWN:
            return _two_high_open
        if duty.area and self.case.law.bundle.in_area(duty.area, self.case.subject.dossier.region) is None:
            return _area_open
        unread = due.version.value is None or (duty.listed_by and self.case.law.on(duty.listed_by) is None)
        return _not_on_file if unread else None

    def _listed(self, parameter: str) -> bool | None:
        """None while the classes are not stated, or the law of the day has no list."""
        listed, codes = self.case.law.on(parameter), self.case.subject.dossier.industry_codes
        if listed is None:
            return None
        if not listed.list_of_words:
            return False
        return any(code in listed.list_of_words for code in codes) if codes else None

    def conditions(self, conditions: tuple[Condition, ...]) -> tuple[tuple[str, ...], Condition | None]:
        """The fields that would tell, and the condition that is not met: one such settles it."""
        missing: list[str] = []
        for condition in conditions:
            answer = self.case.answers.of(self.case.law.bundle.facts[condition.fact])
            if any(not condition.met(value) for _, value in answer.values):
                return (), condition
            missing += answer.missing
        return tuple(missing), None


def _failing(due: DutyInForce, answer: Answer) -> list[tuple[str, Stated]]:
    asks, bound = due.duty.asks, due.version.value
    assert bound is not None
    return [(field, value) for field, value in answer.values if not asks.met(value, bound)]


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


# What explains it, made when somebody reads it.


def grounds(judge: Judge, due: DutyInForce, stands: Stands) -> Grounds:
    return Grounds(
        title=due.duty.title,
        because=stands.words(judge, due),
        inputs=tuple(sorted(judge.inputs(due))),
        under=judge.under(due),
        remedies=tuple(change.remedy for change in judge.changes(due, stands)),
    )


def _two_high_open(_judge: Judge, _due: DutyInForce) -> Text:
    return TWO_HIGH_OPEN


def _area_open(_judge: Judge, _due: DutyInForce) -> Text:
    return AREA_OPEN


def _not_on_file(_judge: Judge, _due: DutyInForce) -> Text:
    return NOT_ON_FILE


def _does_not_apply(judge: Judge, due: DutyInForce) -> Text:
    _, unmet = judge.conditions(due.duty.when)
    assert unmet is not None
    why = Text("仅在{when}时适用", "it binds only where {when}", when=unmet.text)
    return Text("不适用: {why}", "does not apply: {why}", why=why)


def _conditions_not_stated(judge: Judge, due: DutyInForce) -> Text:
    facts = judge.case.law.bundle.facts
    asked = [facts[condition.fact] for condition in due.duty.when]
    names = [fact.title for fact in asked if judge.case.answers.of(fact).missing]
    return ask_for(names or [due.duty.title])


def _for_a_person(_judge: Judge, due: DutyInForce) -> Text:
    words = due.version.words or due.duty.title
    return Text("{words}; 由人工判断", "{words}; a person decides", words=words)


def _forbidden(_judge: Judge, due: DutyInForce) -> Text:
    words = due.version.words or due.duty.title
    return Text("{words}: {barred}", "{words}: {barred}", words=words, barred=FORBIDDEN)


def _fails(judge: Judge, due: DutyInForce) -> Text:
    return said(due.duty.asks, due, _failing(due, judge.answer(due.duty))[0][1])


def _fact_not_stated(_judge: Judge, due: DutyInForce) -> Text:
    assert due.duty.asks.fact is not None
    return ask_for([due.duty.asks.fact.title], due.required)


def _not_claimed(_judge: Judge, due: DutyInForce) -> Text:
    assert due.duty.asks.fact is not None
    return Text("未申报: {claim}", "not claimed: {claim}", claim=due.duty.asks.fact.title)


def _met(judge: Judge, due: DutyInForce) -> Text:
    return said(due.duty.asks, due, judge.answer(due.duty).values[0][1])
