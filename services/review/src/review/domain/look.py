"""One rule looked at: what it saw, the law it stands on, and the finding it comes to."""

from collections.abc import Iterable
from typing import NamedTuple

from kernel.text import Text
from statute.finding import Citation, Disposition, Finding, Remedy, Verdict, closed
from statute.law import RuleText

APPLICATION_DATE = "dossier.application_date"
DAY_NOT_STATED = Text(
    zh="未填申请日, 不能确定适用的法规; 请补填",
    en="The day of application is not stated, so the law in force cannot be chosen. State it.",
)


def distinct(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Each once, the first first. A bundle holds each citation as one object, so none is compared field by field."""
    return tuple({id(one): one for one in citations}.values())


class Look(NamedTuple):
    """What each verdict leads to is the rule's own, unless the duty that binds says otherwise.

    A tuple, since one is made for nearly every finding: a frozen dataclass takes four times as long.
    """

    rule: RuleText
    inputs: tuple[tuple[str, str], ...] = ()
    under: tuple[Citation, ...] = ()
    title: Text | None = None
    parts: tuple[Finding, ...] = ()

    def under_also(self, *citations: Citation) -> "Look":
        return Look(self.rule, self.inputs, distinct((*self.under, *citations)), self.title, self.parts)

    def made_of(self, parts: Iterable[Finding]) -> "Look":
        return Look(self.rule, self.inputs, self.under, self.title, tuple(parts))

    def holds(self, because: Text) -> Finding:
        return self.comes_to(Verdict.HOLDS, because, self.rule.on_holds)

    def fails(self, because: Text, remedies: tuple[Remedy, ...] = ()) -> Finding:
        return self.comes_to(Verdict.FAILS, because, self.rule.on_fails, remedies=remedies)

    def breaks_duty(self, because: Text, leads_to: Disposition, remedies: tuple[Remedy, ...] = ()) -> Finding:
        """Fails a duty that says by itself what failing it leads to."""
        return self.comes_to(Verdict.FAILS, because, leads_to, remedies=remedies)

    def asks_for(self, missing: Iterable[str], because: Text) -> Finding:
        """Unknown, because the applicant has not stated `missing`."""
        return self.comes_to(Verdict.UNKNOWN, because, self.rule.on_unknown_input, missing=tuple(missing))

    def undecided(self, because: Text) -> Finding:
        """Unknown, because the law or the data held here does not answer: a person has to."""
        return self.comes_to(Verdict.UNKNOWN, because, self.rule.on_unknown_figure)

    def comes_to(
        self,
        verdict: Verdict,
        because: Text,
        leads_to: Disposition | None,
        *,
        missing: tuple[str, ...] = (),
        remedies: tuple[Remedy, ...] = (),
    ) -> Finding:
        rule, inputs, under, title, parts = self
        if len(inputs) > 1:
            inputs = tuple(sorted(inputs))
        return closed(rule.id, title or rule.title, verdict, because, inputs, under, leads_to, missing, parts, remedies)
