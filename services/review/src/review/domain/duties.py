"""Bans, the industry catalogue and access duties on facts: one finding for each rule and each thing it concerns."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

from kernel.text import Text, joined
from review.domain.answers import Answers
from review.domain.composition import composed, verdict_of
from review.domain.counting import KIND
from review.domain.duty import Case, Judge, Part
from review.domain.look import APPLICATION_DATE, DAY_NOT_STATED, Look
from review.domain.subject import PRODUCTS, Subject
from statute.duties.law import Due, DutyInForce
from statute.finding import Finding, Remedy
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
        return tuple(subject.look(rule).asks_for((APPLICATION_DATE,), DAY_NOT_STATED) for rule in rules)
    groups = _groups(subject, law, reviewed=reviewed)
    stated = subject.kind is not None and bool(subject.dossier.products)
    findings: list[Finding] = []
    for rule, not_concerned in _rules(law):
        if stated and rule not in groups:
            findings.append(not_concerned)
        else:
            findings += _of_rule(rule, groups.get(rule, ()), subject, law)
    return tuple(findings)


def _groups(subject: Subject, law: Law, *, reviewed: bool | None) -> Mapping[str, Sequence[Group]]:
    found: dict[str, list[Group]] = {}
    classed = subject.classed
    for index in (None, *range(len(subject.dossier.products))):
        product_id = None
        if index is not None:
            entry = classed[index].entry if classed else None
            product_id = subject.dossier.products[index].product_id if entry is None else entry.id
        if by_rule := law.duties.by_rule(subject.kind, product_id):
            case = Case(subject, law, Answers(subject, index), _inputs(subject, index), reviewed)
            for rule, due in by_rule.items():
                found.setdefault(rule, []).append((case, due))
    return found


def _inputs(subject: Subject, index: int | None) -> tuple[tuple[str, str], ...]:
    product = () if index is None else (subject.product_inputs[index],)
    return (*subject.day_input, *(() if subject.kind is None else ((KIND, subject.kind),)), *product)


def _of_rule(rule: str, groups: Sequence[Group], subject: Subject, law: Law) -> Iterator[Finding]:
    if not subject.dossier.products and law.duties.names_products(rule, subject.kind):
        yield subject.look(rule).asks_for((PRODUCTS,), PRODUCTS_NOT_STATED)
    elif not groups:
        yield _not_concerned(rule, law)
    if groups and subject.kind is None:
        yield subject.look(rule).asks_for((KIND,), KIND_NOT_STATED)
    elif groups:
        found = law.rule(rule)
        for case, due in groups:
            yield _judged(Judge(case, found), due)


@lru_cache(SPANS_KEPT_MAX)
def _rules(law: Law) -> tuple[tuple[str, Finding], ...]:
    """Each rule that has duties, with what is said where it concerns nothing of a project, as it mostly does."""
    return tuple((rule, _not_concerned(rule, law)) for rule in law.bundle.duty_rules)


def _not_concerned(rule: str, law: Law) -> Finding:
    found = law.rule(rule)
    return Look(found.rule, (), found.clauses).holds(NOT_CONCERNED)


def _judged(judge: Judge, due: Due) -> Finding:
    reasons = [judge.outside(one.duty) for one in due]
    binding = [one for one, why in zip(due, reasons, strict=True) if why is None]
    if not binding:
        return Look(judge.rule.rule, judge.case.inputs, judge.rule.clauses).holds(_distinct(reasons))
    parts = [judge.part(one) for one in binding]
    findings = [part.finding for part in parts]
    if len(parts) == 1:
        return findings[0]
    inputs = dict.fromkeys((*judge.case.inputs, *chain.from_iterable(finding.inputs for finding in findings)))
    whole = Look(judge.rule.rule, tuple(inputs), judge.rule.clauses)
    remedies = tuple(_remedies(judge, binding, parts))
    return composed(whole, findings, _because(binding, findings), judge.case.law.bundle, remedies=remedies)


def _distinct(reasons: Sequence[Text | None]) -> Text:
    return joined(list({id(why): why for why in reasons if why is not None}.values()))


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


def _remedies(judge: Judge, due: Sequence[DutyInForce], parts: Sequence[Part]) -> Iterator[Remedy]:
    """The changes that a failing part offers and with which, judged again, every duty holds."""
    offered = {(one.remedy.field, one.remedy.needed): one for part in parts for one in part.changes}
    for change in offered.values():
        again = judge.changed(change.remedy.field, change.value)
        if all(again.settled(one) for one in due):
            yield change.remedy
