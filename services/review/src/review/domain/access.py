"""Access standards: every product of a project by itself, every indicator of it by itself (rule access.indicator)."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from kernel.text import Text, joined
from review.domain.indicator import RULE, Filed, indicator_finding
from review.domain.look import APPLICATION_DATE, Inputs, Look
from review.domain.subject import PRODUCTS, Subject
from review.domain.two_high import CODES
from statute.access.law import AccessStandard
from statute.finding import Finding, Verdict

STANDARDS_NAMED_MAX: Final = 12

NO_PRODUCT: Final = Text(
    zh="未填主要产品, 不能对照能效准入标准; 请补填",
    en="No product is stated, so no access standard can be applied. State the main products.",
)


def access_findings(subject: Subject) -> tuple[Finding, ...]:
    """By product as filed, then by standard."""
    if not subject.dossier.products:
        return (subject.look(RULE).asks_for((PRODUCTS,), NO_PRODUCT),)
    findings: list[Finding] = []
    for index, product in enumerate(subject.dossier.products):
        findings += _of_product(Filed(subject, index, product))
    return tuple(findings)


def _of_product(filed: Filed) -> list[Finding]:
    """By the standards of the catalogue's product, and any other that the filing states a value for."""
    subject, values = filed.subject, filed.values
    held: Sequence[AccessStandard] = (subject.law or subject.policy).standards_of(subject.product_ids[filed.index])
    judged = [standard for standard in held if standard.id in values or not standard.by_filing_only]
    findings: list[Finding] = []
    if values and not values.keys() <= {standard.id for standard in judged}:
        known = subject.policy.access_standards
        judged += [known[other] for other in values if other in known and known[other] not in judged]
        findings += _unknown_standards(filed)
    if judged:
        findings += [indicator_finding(standard, filed) for standard in judged]
    elif held:
        findings.append(_unnamed_standard(filed, [standard for standard in held if _may_bind(standard, filed)]))
    else:
        findings.append(_without_standard(filed))
    return findings


def _may_bind(standard: AccessStandard, filed: Filed) -> bool:
    """Whether a list or a norm may hold the standard on the day; without a day any may."""
    law = filed.subject.law
    if law is None or any(law.noted(level.id) is not None for level in standard.levels.values()):
        return True
    return any(law.norm_on(choice) is not None or law.older_edition_unread(choice) for choice in standard.choices)


def _unknown_standards(filed: Filed) -> Iterator[Finding]:
    known = filed.subject.policy.access_standards
    for number, one in enumerate(filed.product.unit_energy):
        if one.standard not in known:
            because = Text(
                "{name}: 没有标准 {standard}; 请改填已收录的标准",
                "{name}: there is no standard {standard}. Name one that is held here.",
                name=filed.product.name,
                standard=one.standard,
            )
            field = f"{filed.value_field(number)}.standard"
            yield filed.subject.look(RULE, (filed.input, (field, one.standard))).asks_for((field,), because)


def _without_standard(filed: Filed) -> Finding:
    subject = filed.subject
    seen = _look(filed)
    if not subject.classed:
        stated = ((APPLICATION_DATE, subject.day), (CODES, subject.dossier.industry_codes or None))
        missing = tuple(field for field, value in stated if value is None)
        return seen.asks_for(missing, _class_open) if missing else seen.undecided(_class_open)
    outside = subject.classed[filed.index].verdict is Verdict.FAILS
    return seen.holds(_not_two_high) if outside else seen.undecided(_none_of_it)


def _unnamed_standard(filed: Filed, held: Sequence[AccessStandard]) -> Finding:
    """The product takes in several kinds of goods, and the filing states no value for a standard that may bind."""
    if not held:
        return _look(filed).holds(_none_binds)
    return _look(filed).asks_for((f"{filed.field}.unit_energy",), partial(_which_one, held))


def _look(filed: Filed) -> Look:
    return Look((filed.subject.start(RULE), _input, (), None, (), filed))


# What explains it, made when somebody reads it.


def _input(filed: Filed) -> Inputs:
    return (filed.input,)


def _class_open(filed: Filed) -> Text:
    return Text(
        "{name}: 是否属于两高未定, 不能判断是否须有能效准入标准",
        "{name}: whether it is two-high is open, and so whether an access standard is due",
        name=filed.product.name,
    )


def _not_two_high(filed: Filed) -> Text:
    return Text(
        "{name}: 不属于两高, 已收录的 {count} 项能效准入标准均不适用",
        "{name}: not two-high, and none of the {count} standards held here applies",
        name=filed.product.name,
        count=len(filed.subject.policy.access_standards),
    )


def _none_of_it(filed: Filed) -> Text:
    return Text(
        "{name}: 两高 (或待定) 产品应对照能效准入标准, 但已收录的 {count} 项中没有该产品; 须人工核对",
        "{name}: a two-high product, or one that may be, has to meet an access standard, but none of the {count} held "
        "here is of it. A person has to check it.",
        name=filed.product.name,
        count=len(filed.subject.policy.access_standards),
    )


def _none_binds(filed: Filed) -> Text:
    return Text(
        "{name}: 当日没有适用的能效准入标准", "{name}: no access standard binds on the day", name=filed.product.name
    )


def _which_one(held: Sequence[AccessStandard], filed: Filed) -> Text:
    names = [
        Text("{title} ({id}, {unit})", "{title} ({id}, {unit})", title=one.title, id=one.id, unit=one.unit)
        for one in held[:STANDARDS_NAMED_MAX]
    ]
    return Text(
        "{name}: 未填单位产品能耗; 请填写并注明对照的标准, 例如 {names}",
        "{name}: no energy per unit is stated. State it with its standard, e.g. {names}.",
        name=filed.product.name,
        names=joined(names, ", ", ", "),
    )
