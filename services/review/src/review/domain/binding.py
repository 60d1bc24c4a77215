"""The duties that bind a standard, and what its values come to by them: the same for every product."""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache, partial
from typing import Final, NamedTuple

from kernel.text import Text
from review.domain.composition import Told, Whole, composed
from review.domain.look import distinct
from review.domain.norm_limit import Limit, fixed_limit
from statute.access.law import AccessDuty, AccessStandard
from statute.finding import Citation, Disposition, Verdict, weigh
from statute.inforce import Law, remembered
from statute.law import RuleText

SPANS_MAX: Final = 1_024
"""Of some bundles: the law changes on some tens of days."""

FIGURE_UNREAD: Final = Text("当日适用的限值未收录", "the value in force on the day is not held here")
MAY_FALL: Final = Text("修正后限值可能更严", "a correction may lower it")
MAY_RISE: Final = Text("修正后限值可能放宽", "a correction may raise it")


class Bound(NamedTuple):
    """A duty that binds a standard, with what is the same for every product.

    `limit` None: it turns on facts. `under` are the clauses, the duty and what `limit` rests on.
    """

    duty: AccessDuty
    rule: RuleText
    limit: Limit | None
    under: tuple[Citation, ...]


Due = tuple[Bound, Limit]
"""A duty with its limit for one product."""


class Binding(NamedTuple):
    """A standard for one kind of project in one span of the law.

    `due`: the duties with their limits, where none of them turns on facts. Then `limits` are the figures of these, and
    `whole` is what a value comes to by which of them it meets; None: not known.
    """

    title: Text
    duties: tuple[Bound, ...]
    due: tuple[Due, ...] | None
    limits: tuple[Decimal | None, ...]
    whole: Callable[[tuple[bool | None, ...]], Whole]


@lru_cache(SPANS_MAX)
def bindings(law: Law) -> Callable[[tuple[str, str]], Binding]:
    """Those of a standard for a kind of project, by the ids of both; each is made once."""
    return remembered(partial(_binding, law))


def _binding(law: Law, asked: tuple[str, str]) -> Binding:
    """Without duties by which nothing is due: the list did not hold the standard then, or no norm bound it."""
    standard_id, kind = asked
    standard = law.bundle.access_standards[standard_id]
    found = []
    for duty in law.access_duties(standard_id, kind):
        rule, limit = law.rule(duty.rule.finding), _fixed(duty, standard, law)
        if limit is None or is_due(limit):
            under = (*rule.clauses, duty.duty.citation, *(() if limit is None else limit.under))
            found.append(Bound(duty, rule.rule, limit, distinct(under)))
    due = tuple([(bound, bound.limit) for bound in found if bound.limit is not None])

    def whole(met: tuple[bool | None, ...]) -> Whole:
        parts = [told(bound, limit, passes) for (bound, limit), passes in zip(due, met, strict=True)]
        return composed(parts, law.bundle.precedence)

    return Binding(
        title=title_of(standard),
        duties=tuple(found),
        due=due if len(due) == len(found) else None,
        limits=tuple([limit.value for _, limit in due]),
        whole=remembered(whole),
    )


def _fixed(duty: AccessDuty, standard: AccessStandard, law: Law) -> Limit | None:
    if duty.of_norm:
        return fixed_limit(standard, duty.rule.requires, law)
    if duty.level is not None:
        return Limit(duty.level.number, under=(duty.level.citation,))
    return Limit() if duty.noted is None else Limit(problem=FIGURE_UNREAD, under=(duty.noted.citation,))


def title_of(standard: AccessStandard) -> Text:
    return Text("{title}: {metric}", "{title}: {metric}", title=standard.title, metric=standard.metric)


def is_due(limit: Limit) -> bool:
    return limit.value is not None or limit.problem is not None


class Stands(NamedTuple):
    verdict: Verdict
    leads_to: Disposition | None
    missing: tuple[str, ...] = ()
    turns_on: Text | None = None
    """What could move the limit to the other side of the value."""


def stands(bound: Bound, limit: Limit, met: bool | None) -> Stands:
    """One value to one limit; `met` is None where the limit is not known."""
    rule = bound.rule
    if met is None:
        leads_to = rule.on_unknown_input if limit.missing else rule.on_unknown_figure
        return Stands(Verdict.UNKNOWN, leads_to, limit.missing)
    if met and limit.tightened_by:
        return Stands(Verdict.UNKNOWN, rule.on_unknown_input, limit.tightened_by, MAY_FALL)
    if met:
        return Stands(Verdict.HOLDS, rule.on_holds)
    if limit.relaxed_by:
        return Stands(Verdict.UNKNOWN, rule.on_unknown_input, limit.relaxed_by, MAY_RISE)
    if limit.open is not None:
        return Stands(Verdict.UNKNOWN, rule.on_unknown_figure, (), limit.open)
    return Stands(Verdict.FAILS, bound.duty.rule.on_fails)


def told(bound: Bound, limit: Limit, met: bool | None) -> Told:
    verdict, leads_to, missing, _ = stands(bound, limit, met)
    return Told(verdict, weigh(leads_to, bound.under if limit is bound.limit else bound.under + limit.under), missing)
