"""Access standards: each product's energy per unit against every duty that binds; lower is better."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kernel.quantities import plain
from kernel.text import Text
from review.domain.dossier import KIND_NAMES, Dossier, Product, ProjectKind, UnitEnergy
from review.domain.look import APPLICATION_DATE, Look, look
from review.domain.two_high import PRODUCTS, Classed
from statute.finding import Finding, Verdict
from statute.law import AccessDuty, AccessStandard
from statute.loader import PolicyBundle

BENCHMARK: Final = "access.benchmark"
BASELINE: Final = "access.baseline"
GB_TIER: Final = "access.gb_tier"
RULES: Final = (BENCHMARK, BASELINE, GB_TIER)
KIND: Final = "dossier.kind"


@dataclass(frozen=True, slots=True)
class _Filed:
    """One product where it stands in the dossier, and how it is classed; None when that cannot be told."""

    field: str
    product: Product
    classed: Classed | None

    def standards(self, policy: PolicyBundle) -> tuple[AccessStandard, ...]:
        entry = self.classed.entry if self.classed else None
        return policy.standards_of(entry.id if entry is not None else self.product.product_id)

    def indicators(self, standard: AccessStandard) -> list[tuple[str, UnitEnergy]]:
        """The values stated for a standard, each with its field."""
        return [
            (f"{self.field}.unit_energy[{number}]", indicator)
            for number, indicator in enumerate(self.product.unit_energy)
            if indicator.standard == standard.id
        ]


def access_findings(dossier: Dossier, classed: Sequence[Classed], policy: PolicyBundle) -> tuple[Finding, ...]:
    """By product as filed, then by standard, then by rule. `classed` is what `class_products` says of the dossier."""
    if not dossier.products:
        because = Text(
            zh="未填主要产品, 不能对照能效准入标准; 请补填",
            en="No product is stated, so no access standard can be applied. State the main products.",
        )
        looks = (look(policy.rule(rule), dossier.application_date) for rule in RULES)
        return tuple(seen.asks_for((PRODUCTS,), because) for seen in looks)
    filed = (
        _Filed(f"{PRODUCTS}[{index}]", product, classed[index] if classed else None)
        for index, product in enumerate(dossier.products)
    )
    return tuple(finding for one in filed for finding in _of_product(one, dossier, policy))


def _of_product(filed: _Filed, dossier: Dossier, policy: PolicyBundle) -> Iterator[Finding]:
    held = filed.standards(policy)
    if not held:
        yield _without_standard(filed, dossier, policy)
        return
    judged = [standard for standard in held if filed.indicators(standard) or not standard.by_filing_only]
    for standard in judged:
        yield from _against(standard, filed, dossier, policy)
    if not judged:
        yield _unnamed_standard(filed, held, dossier, policy)


def _without_standard(filed: _Filed, dossier: Dossier, policy: PolicyBundle) -> Finding:
    name, day = filed.product.name, dossier.application_date
    seen = look(policy.rule(GB_TIER), day, _product_input(filed))
    if filed.classed is None:
        missing = _missing(dossier, APPLICATION_DATE, "dossier.industry_codes")
        because = Text(
            zh=f"{name}: 是否属于两高未定, 不能判断是否须有能效准入标准",
            en=f"{name}: whether it is two-high is open, and so whether an access standard is due",
        )
        return seen.asks_for(missing, because) if missing else seen.undecided(because)
    known = policy.access_standards.values()
    zh, en = "、".join(s.title.zh for s in known), ", ".join(s.title.en for s in known)
    if filed.classed.verdict is Verdict.FAILS:
        because = Text(
            zh=f"{name}: 不属于两高, 已收录的能效准入标准 ({zh}) 均不适用",
            en=f"{name}: not two-high, and no standard of the list held here applies ({en})",
        )
        return seen.holds(because)
    because = Text(
        zh=f"{name}: 两高 (或待定) 产品应对照能效准入标准, 但本平台仅收录: {zh}; 须人工核对",
        en=f"{name}: a two-high product, or one that may be, has to meet an access standard, but only these are held "
        f"here: {en}. A person has to check it.",
    )
    return seen.undecided(because)


def _unnamed_standard(filed: _Filed, held: Sequence[AccessStandard], dossier: Dossier, policy: PolicyBundle) -> Finding:
    """The product takes in several kinds of goods, and the filing states no value for a standard that is held."""
    seen = look(policy.rule(GB_TIER), dossier.application_date, _product_input(filed))
    names = ", ".join(f"{s.title.zh} ({s.id}, {s.unit})" for s in held)
    if filed.product.unit_energy:
        because = Text(
            zh=f"{filed.product.name}: 所填指标没有已收录的标准 (已收录: {names}), 须人工核对",
            en=f"{filed.product.name}: no standard is held for what is stated, only {names}; a person has to check it",
        )
        return seen.undecided(because)
    because = Text(
        zh=f"{filed.product.name}: 未填单位产品能耗, 请注明对照的标准, 例如 {names}",
        en=f"{filed.product.name}: no energy per unit is stated. State it with its standard, e.g. {names}.",
    )
    return seen.asks_for((f"{filed.field}.unit_energy",), because)


def _against(standard: AccessStandard, filed: _Filed, dossier: Dossier, policy: PolicyBundle) -> Iterator[Finding]:
    kind, day = dossier.kind, dossier.application_date
    for rule in RULES:
        seen = look(policy.rule(rule), day, _inputs(standard, filed, kind))
        if kind is None or day is None:
            because = Text(
                zh="未填建设性质或申请日, 不能确定适用哪些能效准入规则; 请补填",
                en="The kind of project or the day of application is not stated, so the access rules that bind are "
                "unknown. State what is missing.",
            )
            yield seen.asks_for(_missing(dossier, KIND, APPLICATION_DATE), because)
            continue
        duties = [d for d in policy.access_duties(standard.id, kind.value, day) if d.rule.finding == rule]
        yield from (_judge(seen, duty, standard, filed) for duty in duties)
        if not duties:
            yield seen.holds(_not_binding(standard, kind, day))


def _not_binding(standard: AccessStandard, kind: ProjectKind, day: date) -> Text:
    name = KIND_NAMES[kind]
    return Text(
        zh=f"{day} 申请的{name.zh}项目: 此规则对{standard.title.zh}不适用",
        en=f"This rule does not bind {standard.title.en} for a {name.en} applied for on {day}",
    )


def _judge(seen: Look, duty: AccessDuty, standard: AccessStandard, filed: _Filed) -> Finding:
    level = duty.level or duty.noted
    under = (*seen.under, duty.duty.citation, *(() if level is None else (level.citation,)))
    seen = Look(seen.rule, seen.inputs, tuple(dict.fromkeys(under)), duty.rule.title)
    stated = filed.indicators(standard)
    if problem := _unusable(stated, standard, filed):
        missing, because = problem
        return seen.asks_for(missing, because)
    if duty.level is None:
        because = Text(
            zh=f"{standard.title.zh}: 当日适用的限值未收录, 须人工核对",
            en=f"{standard.title.en}: the value in force on the day is not held here; a person has to check it",
        )
        return seen.undecided(because)
    ((_, indicator),) = stated
    limit = duty.level.number
    met = indicator.value <= limit
    actual, drawn = f"{plain(indicator.value)} {indicator.unit}", f"{plain(limit)} {standard.unit}"
    because = Text(
        zh=f"{standard.metric.zh} {actual}, {'不高于' if met else '高于'}限值 {drawn}",
        en=f"{standard.metric.en}: {actual} is {'within' if met else 'above'} the limit of {drawn}",
    )
    return seen.holds(because) if met else seen.breaks_duty(because, duty.rule.on_fails)


def _unusable(
    stated: Sequence[tuple[str, UnitEnergy]], standard: AccessStandard, filed: _Filed
) -> tuple[tuple[str, ...], Text] | None:
    """Why the stated values cannot be compared, with the fields to mend; None when they can."""
    if not stated:
        because = Text(
            zh=f"未填{standard.title.zh}的{standard.metric.zh} (标准 {standard.id}, 单位 {standard.unit}); 请补填",
            en=f"{standard.metric.en} is not stated (standard {standard.id}, in {standard.unit}). State it.",
        )
        return (f"{filed.field}.unit_energy",), because
    if len(stated) > 1:
        because = Text(
            zh=f"标准 {standard.id} 填了 {len(stated)} 个值, 请只保留一个",
            en=f"{len(stated)} values are stated for the standard {standard.id}. Keep one.",
        )
        return tuple(field for field, _ in stated), because
    ((field, indicator),) = stated
    if indicator.unit != standard.unit:
        because = Text(
            zh=f"单位应为 {standard.unit}, 所填为 {indicator.unit}, 不能比较; 请按标准的单位填报",
            en=f"The unit has to be {standard.unit}; {indicator.unit} cannot be compared. State it in the standard's.",
        )
        return (f"{field}.unit",), because
    return None


def _missing(dossier: Dossier, *fields: str) -> tuple[str, ...]:
    stated = {
        APPLICATION_DATE: dossier.application_date is not None,
        KIND: dossier.kind is not None,
        "dossier.industry_codes": bool(dossier.industry_codes),
    }
    return tuple(field for field in fields if not stated[field])


def _product_input(filed: _Filed) -> tuple[tuple[str, str], ...]:
    return ((filed.field, f"{filed.product.product_id or '-'} {filed.product.name}"),)


def _inputs(standard: AccessStandard, filed: _Filed, kind: ProjectKind | None) -> Iterable[tuple[str, str]]:
    yield from _product_input(filed)
    if kind is not None:
        yield KIND, kind.value
    for field, indicator in filed.indicators(standard):
        yield field, f"{plain(indicator.value)} {indicator.unit}"
