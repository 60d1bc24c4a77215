"""One rule looked at: what it saw, the law it stands on, and the finding it comes to."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeAlias, TypeVar

from kernel.text import Text
from statute.finding import Citation, Disposition, Finding, Grounds, Remedy, Verdict, judged
from statute.law import RuleText

APPLICATION_DATE = "dossier.application_date"
DAY_NOT_STATED = Text(
    zh="未填申请日, 不能确定适用的法规; 请补填",
    en="The day of application is not stated, so the law in force cannot be chosen. State it.",
)

Inputs = tuple[tuple[str, str], ...]
"""Fields as a finding shows them, each with its value."""
Value = TypeVar("Value")
OrLater: TypeAlias = Value | Callable[[Any], Value]
"""Or what makes it, of what the rule looks at, when somebody reads the finding: a pure function."""


def distinct(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Each once, the first first. A bundle holds each citation as one object, so none is compared field by field."""
    return tuple({id(one): one for one in citations}.values())


class Start(NamedTuple):
    """A rule, with the inputs and citations that every look at it on one day has."""

    rule: RuleText
    inputs: Inputs = ()
    under: tuple[Citation, ...] = ()


class _Look(NamedTuple):
    start: Start
    inputs: OrLater[Inputs]
    under: OrLater[tuple[Citation, ...]]
    title: Text | None
    parts: OrLater[tuple[Finding, ...]]
    of: Any


class Look(_Look):
    """What each verdict leads to is the rule's own, unless the duty that binds says otherwise.

    A verdict is told at once. Whatever explains it may be told later: then it is made of `of`.
    """

    __slots__ = ()

    # One is made for nearly every finding. A NamedTuple's own way to make one takes three times as long.
    if TYPE_CHECKING:

        def __new__(
            cls,
            fields: tuple[
                Start, OrLater[Inputs], OrLater[tuple[Citation, ...]], Text | None, OrLater[tuple[Finding, ...]], Any
            ],
        ) -> Self: ...

    else:
        __new__ = tuple.__new__

    def under_also(self, *citations: Citation) -> "Look":
        """Nothing is named twice."""
        start, inputs, under, title, parts, of = self
        return Look((start, inputs, (*made(under, of), *citations), title, parts, of))

    def made_of(self, parts: OrLater[tuple[Finding, ...]]) -> "Look":
        start, inputs, under, title, _, of = self
        return Look((start, inputs, under, title, parts, of))

    def holds(self, because: OrLater[Text]) -> Finding:
        rule = self.start.rule
        return judged(rule.id, Verdict.HOLDS, rule.on_holds, (), found_by=(grounds, self, because, ()))

    def fails(self, because: OrLater[Text], remedies: OrLater[tuple[Remedy, ...]] = ()) -> Finding:
        rule = self.start.rule
        return judged(rule.id, Verdict.FAILS, rule.on_fails, (), found_by=(grounds, self, because, remedies))

    def breaks_duty(
        self, because: OrLater[Text], leads_to: Disposition, remedies: OrLater[tuple[Remedy, ...]] = ()
    ) -> Finding:
        """Fails a duty that says by itself what failing it leads to."""
        return self.comes_to(Verdict.FAILS, because, leads_to, remedies=remedies)

    def asks_for(self, missing: Iterable[str], because: OrLater[Text]) -> Finding:
        """Unknown, because the applicant has not stated `missing`."""
        return self.comes_to(Verdict.UNKNOWN, because, self.start.rule.on_unknown_input, missing=tuple(missing))

    def undecided(self, because: OrLater[Text]) -> Finding:
        """Unknown, because the law or the data held here does not answer: a person has to."""
        return self.comes_to(Verdict.UNKNOWN, because, self.start.rule.on_unknown_figure)

    def comes_to(
        self,
        verdict: Verdict,
        because: OrLater[Text],
        leads_to: Disposition | None,
        *,
        missing: tuple[str, ...] = (),
        remedies: OrLater[tuple[Remedy, ...]] = (),
    ) -> Finding:
        return judged(self.start.rule.id, verdict, leads_to, missing, found_by=(grounds, self, because, remedies))


def look_at(rule: RuleText, inputs: Inputs = (), under: tuple[Citation, ...] = (), title: Text | None = None) -> Look:
    """A look that only informs: without the day, and without the rule's clauses."""
    return Look((Start(rule), inputs, under, title, (), None))


def made(later: OrLater[Value], of: Any) -> Value:
    return later(of) if callable(later) else later


def all_inputs(seen: Look) -> Inputs:
    return (*seen.start.inputs, *made(seen.inputs, seen.of))


def all_under(seen: Look) -> tuple[Citation, ...]:
    """Those of the start first; each once."""
    return distinct((*seen.start.under, *made(seen.under, seen.of)))


def grounds(seen: Look, because: OrLater[Text], remedies: OrLater[tuple[Remedy, ...]]) -> Grounds:
    of = seen.of
    return Grounds(
        title=seen.title or seen.start.rule.title,
        because=made(because, of),
        inputs=tuple(sorted(all_inputs(seen))),
        under=all_under(seen),
        parts=made(seen.parts, of),
        remedies=made(remedies, of),
    )
