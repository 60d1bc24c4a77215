"""Access standards: every product of a project by itself, every indicator of it by itself (rule access.indicator)."""

from collections.abc import Iterator, Sequence
from typing import Final

from kernel.text import Text, joined
from review.domain.indicator import RULE, Filed, indicator_finding
from review.domain.look import APPLICATION_DATE
from review.domain.subject import PRODUCTS, Subject
from review.domain.two_high import CODES
from statute.access.law import AccessStandard
from statute.finding import Finding, Verdict

STANDARDS_NAMED_MAX: Final = 12


def access_findings(subject: Subject) -> tuple[Finding, ...]:
    """By product as filed, then by standard."""
    if not subject.dossier.products:
        because = Text(
            zh="未填主要产品, 不能对照能效准入标准; 请补填",
            en="No product is stated, so no access standard can be applied. State the main products.",
        )
        return (subject.look(RULE).asks_for((PRODUCTS,), because),)
    findings: list[Finding] = []
    for index, product in enumerate(subject.dossier.products):
        findings += _of_product(Filed(subject, index, product))
    return tuple(findings)


def _of_product(filed: Filed) -> list[Finding]:
    held = _held(filed)
    findings = [*_unknown_standards(filed)]
    if not held:
        return [*findings, _without_standard(filed)]
    judged = [standard for standard in held if not standard.by_filing_only or standard.id in filed.values]
    if not judged:
        return [*findings, _unnamed_standard(filed, [standard for standard in held if _may_bind(standard, filed)])]
    return [*findings, *[indicator_finding(standard, filed) for standard in judged]]


def _held(filed: Filed) -> tuple[AccessStandard, ...]:
    """Those of the catalogue's product, and any other that the filing states a value for."""
    subject = filed.subject
    entry = subject.classed[filed.index].entry if subject.classed else None
    product_id = filed.product.product_id if entry is None else entry.id
    of_product = (subject.law or subject.policy).standards_of(product_id)
    known, held = subject.policy.access_standards, {one.id: one for one in of_product}
    for standard in filed.values:
        if standard not in held and standard in known:
            held[standard] = known[standard]
    return tuple(held.values())


def _may_bind(standard: AccessStandard, filed: Filed) -> bool:
    """Whether a list or a norm may hold the standard on the day; without a day any may."""
    law = filed.subject.law
    if law is None or any(law.noted(level.id) is not None for level in standard.levels.values()):
        return True
    return any(law.norm_on(choice) is not None or law.older_edition_unread(choice) for choice in standard.choices)


def _unknown_standards(filed: Filed) -> Iterator[Finding]:
    known = filed.subject.policy.access_standards
    if all(map(known.__contains__, filed.values)):
        return
    for number, one in enumerate(filed.product.unit_energy):
        if one.standard not in known:
            because = Text(
                "{name}: 没有标准 {standard}; 请改填已收录的标准",
                "{name}: there is no standard {standard}. Name one that is held here.",
                name=filed.product.name,
                standard=one.standard,
            )
            field = f"{filed.field}.unit_energy[{number}].standard"
            yield filed.subject.look(RULE, (filed.input, (field, one.standard))).asks_for((field,), because)


def _without_standard(filed: Filed) -> Finding:
    subject, name = filed.subject, filed.product.name
    seen = subject.look(RULE, (filed.input,))
    classed = subject.classed[filed.index] if subject.classed else None
    if classed is None:
        stated = ((APPLICATION_DATE, subject.day), (CODES, subject.dossier.industry_codes or None))
        missing = tuple(field for field, value in stated if value is None)
        because = Text(
            "{name}: 是否属于两高未定, 不能判断是否须有能效准入标准",
            "{name}: whether it is two-high is open, and so whether an access standard is due",
            name=name,
        )
        return seen.asks_for(missing, because) if missing else seen.undecided(because)
    count = len(subject.policy.access_standards)
    if classed.verdict is Verdict.FAILS:
        because = Text(
            "{name}: 不属于两高, 已收录的 {count} 项能效准入标准均不适用",
            "{name}: not two-high, and none of the {count} standards held here applies",
            name=name,
            count=count,
        )
        return seen.holds(because)
    because = Text(
        "{name}: 两高 (或待定) 产品应对照能效准入标准, 但已收录的 {count} 项中没有该产品; 须人工核对",
        "{name}: a two-high product, or one that may be, has to meet an access standard, but none of the {count} held "
        "here is of it. A person has to check it.",
        name=name,
        count=count,
    )
    return seen.undecided(because)


def _unnamed_standard(filed: Filed, held: Sequence[AccessStandard]) -> Finding:
    """The product takes in several kinds of goods, and the filing states no value for a standard that may bind."""
    if not held:
        because = Text(
            "{name}: 当日没有适用的能效准入标准",
            "{name}: no access standard binds on the day",
            name=filed.product.name,
        )
        return filed.subject.look(RULE, (filed.input,)).holds(because)
    names = [
        Text("{title} ({id}, {unit})", "{title} ({id}, {unit})", title=one.title, id=one.id, unit=one.unit)
        for one in held[:STANDARDS_NAMED_MAX]
    ]
    because = Text(
        "{name}: 未填单位产品能耗; 请填写并注明对照的标准, 例如 {names}",
        "{name}: no energy per unit is stated. State it with its standard, e.g. {names}.",
        name=filed.product.name,
        names=joined(names, ", ", ", "),
    )
    return filed.subject.look(RULE, (filed.input,)).asks_for((f"{filed.field}.unit_energy",), because)
