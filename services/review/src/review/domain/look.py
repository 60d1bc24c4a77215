"""One rule looked at: what it saw, the law it stands on, and the finding it comes to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kernel.text import Text
from statute.finding import Citation, Disposition, Finding, Verdict
from statute.law import RuleText

APPLICATION_DATE = "dossier.application_date"
DAY_NOT_STATED = Text(
    zh="未填申请日, 不能确定适用的法规; 请补填",
    en="The day of application is not stated, so the law in force cannot be chosen. State it.",
)


def distinct(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Each once, the first first."""
    return tuple(dict.fromkeys(citations))


@dataclass(frozen=True, slots=True)
class Look:
    """What each verdict leads to is the rule's own, unless the duty that binds says otherwise."""

    rule: RuleText
    inputs: tuple[tuple[str, str], ...] = ()
    under: tuple[Citation, ...] = ()
    title: Text | None = None

    def _finding(
        self, verdict: Verdict, because: Text, leads_to: Disposition | None, missing: Iterable[str] = ()
    ) -> Finding:
        return Finding(
            rule=self.rule.id,
            title=self.title or self.rule.title,
            verdict=verdict,
            because=because,
            inputs=self.inputs,
            under=self.under,
            leads_to=leads_to,
            missing=tuple(missing),
        )

    def holds(self, because: Text) -> Finding:
        return self._finding(Verdict.HOLDS, because, self.rule.on_holds)

    def fails(self, because: Text) -> Finding:
        return self._finding(Verdict.FAILS, because, self.rule.on_fails)

    def breaks_duty(self, because: Text, leads_to: Disposition) -> Finding:
        """Fails a duty that says by itself what failing it leads to."""
        return self._finding(Verdict.FAILS, because, leads_to)

    def asks_for(self, missing: Iterable[str], because: Text) -> Finding:
        """Unknown, because the applicant has not stated `missing`."""
        return self._finding(Verdict.UNKNOWN, because, self.rule.on_unknown_input, missing)

    def undecided(self, because: Text) -> Finding:
        """Unknown, because the law or the data held here does not answer: a person has to."""
        return self._finding(Verdict.UNKNOWN, because, self.rule.on_unknown_figure)


def look(
    rule: RuleText, day: date | None, inputs: Iterable[tuple[str, str]] = (), under: Iterable[Citation] = ()
) -> Look:
    """A look by the law of `day`; without a day no clause can be named."""
    stated = () if day is None else ((APPLICATION_DATE, day.isoformat()),)
    clauses = () if day is None else rule.clauses_on(day)
    return Look(rule, (*stated, *inputs), distinct((*clauses, *under)))
