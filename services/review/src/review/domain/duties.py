"""Bans, the industry catalogue and access duties on facts: one finding for each rule and each thing it concerns."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

from kernel.text import Text, joined
from review.domain.answers import Answers
from review.domain.composition import Whole, composed, rests_on, verdict_of
from review.domain.counting import KIND
from review.domain.duty import Case, Judge, Stands
from review.domain.look import APPLICATION_DATE, DAY_NOT_STATED, Inputs, Look, Start, distinct
from review.domain.subject import PRODUCTS, Subject
from statute.duties.law import Due, DutyInForce
from statute.finding import Finding, Grounds, Remedy, Verdict, judged
from statute.inforce import Law

NOT_CONCERNED: Final = Text(
    "此规则不涉及所填产品和建设性质", "the rule concerns none of the products and no project of this kind"
)
KIND_NOT_STATED: Final = Text(
    "未填建设性质, 不能确定此规则有哪些要求; 请补填",
    "The kind of project is not stated, so what the rule asks cannot be told. State it.",
)
SPANS_KEPT_MAX: Final = 1_024
"""Of some bundles: the law changes on some tens of days."""

Group = tuple[Case, Due]
"""What is due of one product, or of the project as a whole."""

PRODUCTS_NOT_STATED: Final = Text(
    "未填主要产品, 不能确定此规则有哪些要求; 请补填",
    "No product is stated, so what the rule asks cannot be told. State the main products.",
)


def duty_findings(subject: Subject, *, reviewed: bool | None) -> tuple[Finding, ...]:
    """By rule, then the project as a whole, then its products as filed. Sources: the duties of the policy bundle.

    `reviewed`: whether the project is reviewed for energy; while that is not known (None) it is asked as one that is.
    """
    law = subject.law
    if law is None:
        rules = subject.policy.duty_rules
        return tuple([subject.look(rule).asks_for((APPLICATION_DATE,), DAY_NOT_STATED) for rule in rules])
    not_concerned, groups = _not_concerned(law), _groups(subject, law, reviewed=reviewed)
    if subject.kind is None or not subject.dossier.products:
        return tuple(chain.from_iterable(_untold(one, groups.get(one.rule, ()), subject, law) for one in not_concerned))
    if not groups:
        return not_concerned
    findings: list[Finding] = []
    for one in not_concerned:
        concerned = groups.get(one.rule)
        if concerned is None:
            findings.append(one)
        else:
            start = subject.start(one.rule)
            for case, due in concerned:
                findings.append(_judged(Judge(case, start), due))
    return tuple(findings)


def _groups(subject: Subject, law: Law, *, reviewed: bool | None) -> Mapping[str, Sequence[Group]]:
    found: dict[str, list[Group]] = {}
    for index, product_id in ((None, None), *enumerate(subject.product_ids)):
        if by_rule := law.duties.by_rule(subject.kind, product_id):
            case = Case(subject, law, Answers(subject, index), reviewed)
            for rule, due in by_rule.items():
                if rule in found:
                    found[rule].append((case, due))
                else:
                    found[rule] = [(case, due)]
    return found


def _untold(not_concerned: Finding, groups: Sequence[Group], subject: Subject, law: Law) -> Iterator[Finding]:
    """The kind of project, or every product, is not stated: what is due under the rule cannot be told."""
    rule = not_concerned.rule
    if not subject.dossier.products and law.duties.names_products(rule, subject.kind):
        yield subject.look(rule).asks_for((PRODUCTS,), PRODUCTS_NOT_STATED)
    elif not groups:
        yield not_concerned
    if groups and subject.kind is None:
        yield subject.look(rule).asks_for((KIND,), KIND_NOT_STATED)
    else:
        yield from (_judged(Judge(case, subject.start(rule)), due) for case, due in groups)


@lru_cache(SPANS_KEPT_MAX)
def _not_concerned(law: Law) -> tuple[Finding, ...]:
    """What each rule that has duties says where it concerns nothing of a project, as it mostly does."""
    starts = (Start(law.rule(rule).rule, (), law.rule(rule).clauses) for rule in law.bundle.duty_rules)
    return tuple(Look((start, (), (), None, (), None)).holds(NOT_CONCERNED) for start in starts)


class Composed(NamedTuple):
    """The duties that bind one case under one rule, with how it stands to each."""

    judge: Judge
    due: Sequence[DutyInForce]
    stands: Sequence[Stands]
    told: Whole


def _judged(judge: Judge, due: Due) -> Finding:
    if len(due) == 1 and due[0].binds_all:
        return judge.part(due[0], judge.stands(due[0]))
    binding = [one for one in due if one.binds_all or judge.outside(one.duty) is None]
    if not binding:
        return Look((judge.start, _inputs, (), None, (), (judge, due))).holds(_outside)
    if len(binding) == 1:
        return judge.part(binding[0], judge.stands(binding[0]))
    stands = [judge.stands(one) for one in binding]
    told = [judge.told(one, how) for one, how in zip(binding, stands, strict=True)]
    whole = composed(told, judge.case.law.bundle.precedence)
    found_by = (grounds, Composed(judge, binding, stands, whole))
    return judged(judge.start.rule.id, whole.verdict, whole.leads_to, whole.missing, found_by=found_by)


# What explains it, made when somebody reads it.


def _inputs(of: tuple[Judge, Due]) -> Inputs:
    judge, _ = of
    return judge.case.inputs


def _outside(of: tuple[Judge, Due]) -> Text:
    judge, due = of
    reasons = [judge.outside(one.duty) for one in due]
    return joined(list({id(why): why for why in reasons if why is not None}.values()))


def grounds(whole: Composed) -> Grounds:
    judge, due, stands, told = whole
    parts = tuple([judge.part(one, how) for one, how in zip(due, stands, strict=True)])
    inputs = dict.fromkeys(chain.from_iterable(judge.inputs(one) for one in due))
    failing = [part for part in parts if part.verdict is Verdict.FAILS]
    return Grounds(
        title=judge.start.rule.title,
        because=_because(due, parts),
        inputs=tuple(sorted(inputs)),
        under=distinct((*judge.start.under, *rests_on(told, parts))),
        parts=parts,
        remedies=tuple(_remedies(whole)) or (failing[0].remedies if len(failing) == 1 else ()),
    )


def _because(due: Sequence[DutyInForce], parts: Sequence[Finding]) -> Text:
    """What the whole rests on: the parts of its own verdict, those that say the same of one fact once."""
    verdict = verdict_of(parts)
    said = {_said(one, part): part.because for one, part in zip(due, parts, strict=True) if part.verdict is verdict}
    return joined(list(said.values()))


def _said(one: DutyInForce, part: Finding) -> object:
    """What tells sentences apart without writing them out."""
    fact = one.duty.asks.fact
    if part.missing:
        return part.missing
    return one.duty.id if fact is None or one.duty.when else (fact.id, one.version.value)


def _remedies(whole: Composed) -> Iterator[Remedy]:
    """The changes that a failing part offers and with which, judged again, every duty holds."""
    judge, due, stands, _ = whole
    changes = chain.from_iterable(judge.changes(one, how) for one, how in zip(due, stands, strict=True))
    offered = {(one.remedy.field, one.remedy.needed): one for one in changes}
    for change in offered.values():
        again = judge.changed(change.remedy.field, change.value)
        if all(again.settled(one) for one in due):
            yield change.remedy
