"""The intake check: identifiers and completeness. What is missing is asked for, all at once; nothing is guessed."""

from collections.abc import Iterator
from datetime import date

from dossier.model import Dossier
from filing.domain.identifiers import identifier_rules
from kernel.text import Text
from statute.finding import Finding, Verdict
from statute.loader import PolicyBundle

STATED = Text(zh="已填写", en="is stated")


def intake_findings(dossier: Dossier, policy: PolicyBundle, day: date) -> tuple[Finding, ...]:
    """One finding a rule, by the rules in force on `day`; those on identifiers say what the check characters told."""
    return tuple(_findings(dossier, policy, day))


def _findings(dossier: Dossier, policy: PolicyBundle, day: date) -> Iterator[Finding]:
    yield _project_code(dossier, policy, day)
    yield _stated("filing.credit_code", {"dossier.applicant.credit_code": dossier.applicant.credit_code}, policy, day)
    yield _region(dossier, policy, day)
    yield _stated("filing.industry", {"dossier.industry_codes": ", ".join(dossier.industry_codes)}, policy, day)
    applied = dossier.application_date.isoformat() if dossier.application_date else ""
    yield _stated("filing.application_date", {"dossier.application_date": applied}, policy, day)
    completeness = {
        "dossier.kind": dossier.kind.value if dossier.kind else "",
        "dossier.products": ", ".join(product.name for product in dossier.products),
    }
    yield _stated("filing.completeness", completeness, policy, day)


def _stated(rule_id: str, fields: dict[str, str], policy: PolicyBundle, day: date) -> Finding:
    """Holds when every field is stated; unknown, naming the others, when not."""
    rule = policy.rule(rule_id)
    missing = tuple(field for field, value in fields.items() if not value)
    because = STATED
    if missing:
        named = ", ".join(missing)
        because = Text(zh=f"未填写 {named}, 请补充", en=f"{named} not stated; add it")
    return Finding(
        rule=rule_id,
        title=rule.title,
        verdict=Verdict.UNKNOWN if missing else Verdict.HOLDS,
        because=because,
        inputs=tuple(fields.items()),
        under=rule.clauses_on(day),
        leads_to=rule.on_unknown_input if missing else rule.on_holds,
        missing=missing,
    )


def _project_code(dossier: Dossier, policy: PolicyBundle, day: date) -> Finding:
    rule = policy.rule("filing.project_code")
    code = dossier.project_code
    if not code:
        return _stated(rule.id, {"dossier.project_code": ""}, policy, day)
    _, codes = identifier_rules(policy, day)
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.HOLDS,
        because=codes.remark(code),
        inputs=(("dossier.project_code", code),),
        under=rule.clauses_on(day),
        leads_to=rule.on_holds,
    )


def _region(dossier: Dossier, policy: PolicyBundle, day: date) -> Finding:
    rule = policy.rule("filing.region")
    region = policy.region(dossier.region)
    because = Text(
        zh=f"{dossier.region} 不在现行区划表中, 可能是开发区代码或已撤销的代码, 予以受理并提示核对",
        en=f"{dossier.region} is not in the table of divisions; it may be a zone or retired: accepted, to be checked",
    )
    if region is not None:
        because = Text(zh=f"{dossier.region} {region.name.zh}", en=f"{dossier.region} {region.name.en}")
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.HOLDS,
        because=because,
        inputs=(("dossier.region_code", dossier.region),),
        under=rule.clauses_on(day),
        leads_to=rule.on_holds,
    )
