"""What one product of a project owes in retired capacity: a plan, nothing, or it cannot be told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dossier.model import Dossier, Product, ProjectKind
from kernel.text import Text
from statute.finding import Citation, Verdict
from statute.law import Standing
from statute.loader import PolicyBundle
from statute.parameter import Version

REQUIRED: Final = "required"
HEARING: Final = "hearing"
EQUAL_OR_REDUCED: Final = "equal_or_reduced"
NONE: Final = "none"
"""The plan's words, as `statute.law.Replacement` explains them."""

YES: Final = "yes"
RENOVATION_WITHOUT_MORE_CAPACITY: Final = "renovation_without_more_capacity"
"""The case of the law in which a renovation that adds nothing makes no plan."""

POSSIBLE: Final[Mapping[Standing, frozenset[bool]]] = {
    Standing.LISTED: frozenset({True}),
    Standing.OUTSIDE: frozenset({False}),
    Standing.OPEN: frozenset({True, False}),
}
"""Whether a product of the catalogue is two-high."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One product's duty. `owes` HOLDS when it owes a plan; UNKNOWN without `missing`: the law does not answer."""

    owes: Verdict
    because: Text
    under: tuple[Citation, ...] = ()
    missing: tuple[str, ...] = ()


def duty_of(index: int, dossier: Dossier, day: date, policy: PolicyBundle) -> Duty:
    """The duty of product `index` by the law of `day`."""
    product = dossier.products[index]
    two_high = _two_high(product, dossier.industry_codes, day, policy)
    if isinstance(two_high, Duty):
        return two_high
    stated = [policy.plan_duty(product.product_id, two_high=answer, day=day) for answer in sorted(two_high)]
    if len({version and version.word for version in stated}) > 1:
        return _open(product, stated)
    version = stated[0]
    if version is None:
        return _unanswered(product, day, policy)
    if version.word == REQUIRED and policy.replacements[product.product_id].regimes:
        claimed = _claimed(product, day, policy)
        return claimed or _required(index, dossier, version, _freed(product, day, policy))
    return _by_word(product, version)


def _two_high(
    product: Product, industry_codes: Sequence[str], day: date, policy: PolicyBundle
) -> frozenset[bool] | Duty:
    """Whether the product is two-high: the answers that are possible, or why not even these can be told.

    A class alone never decides, but under a listed class a product that no list names may be any of the listed ones.
    """
    catalogue = policy.catalogue(day)
    known = catalogue.product(product.product_id) if catalogue is not None else None
    if known is not None:
        return POSSIBLE[known.standing]
    if catalogue is None and _ever_named(product, policy):
        return POSSIBLE[Standing.OPEN]
    if not industry_codes:
        because = Text(
            zh="目录中没有产品“{product}”, 行业小类也未填写, 无法判断是否须产能置换",
            en="No list names “{product}”, and no industry class is stated: what it owes cannot be told.",
            product=product.name,
        )
        return Duty(Verdict.UNKNOWN, because, missing=("dossier.industry_codes",))
    if catalogue is not None and not any(catalogue.industries_of_class(code) for code in industry_codes):
        return POSSIBLE[Standing.OUTSIDE]
    because = Text(
        zh="产品“{product}”未列入任何清单, 而行业小类可能属“两高”, 由人工判定; 如为目录内产品请填写其标识",
        en="No list names “{product}”, and its industry class may be two-high: a person decides. "
        "If it is a product of the catalogue, state its id.",
        product=product.name,
    )
    return Duty(Verdict.UNKNOWN, because)


def _ever_named(product: Product, policy: PolicyBundle) -> bool:
    editions = (edition.product(product.product_id) for edition in policy.catalogues)
    return product.product_id in policy.replacements or any(named is not None for named in editions)


def _open(product: Product, stated: Iterable[Version | None]) -> Duty:
    because = Text(
        zh="产品“{product}”是否属“两高”尚无定论, 是否须产能置换由人工判定",
        en="Whether “{product}” is two-high is open: a person decides whether it owes replacement.",
        product=product.name,
    )
    return Duty(Verdict.UNKNOWN, because, tuple(version.citation for version in stated if version is not None))


def _unanswered(product: Product, day: date, policy: PolicyBundle) -> Duty:
    held = policy.replacements.get(product.product_id)
    noted = held.plan.noted_on(day) if held is not None else None
    because = Text(
        zh="产品“{product}”在 {day} 是否须产能置换, 本平台未载明依据, 由人工判定",
        en="The law on file does not say whether “{product}” owed replacement on {day}: a person decides.",
        product=product.name,
        day=day,
    )
    return Duty(Verdict.UNKNOWN, because, under=() if noted is None else (noted.citation,))


def _by_word(product: Product, version: Version) -> Duty:
    under = (version.citation,)
    if version.word in (REQUIRED, EQUAL_OR_REDUCED):
        because = Text(
            zh="产品“{product}”须产能置换, 但本平台未载该行业的置换比例, 由人工判定{words}",
            en="“{product}” owes replacement, but the ratio of this industry is not on file here: "
            "a person decides{words}",
            product=product.name,
            words=_suffix(version),
        )
        return Duty(Verdict.UNKNOWN, because, under)
    if version.word == HEARING:
        because = Text(
            zh="产品“{product}”不制定产能置换方案, 改为听证等程序{words}",
            en="“{product}” makes no replacement plan; a hearing takes its place{words}",
            product=product.name,
            words=_suffix(version),
        )
        return Duty(Verdict.FAILS, because, under)
    assert version.word == NONE
    because = Text(
        zh="产品“{product}”无须产能置换{words}",
        en="“{product}” owes no replacement{words}",
        product=product.name,
        words=_suffix(version),
    )
    return Duty(Verdict.FAILS, because, under)


def _freed(product: Product, day: date, policy: PolicyBundle) -> Version | None:
    """What the law of the day says of a renovation that adds no capacity; None when it says nothing."""
    cases = policy.replacements[product.product_id].no_plan_cases
    case = next((c for c in cases if c.when == RENOVATION_WITHOUT_MORE_CAPACITY), None)
    return case.duty.noted_on(day) if case is not None else None


def _claimed(product: Product, day: date, policy: PolicyBundle) -> Duty | None:
    """A case without a plan that the filing claims by its fact, as the law of the day has it.

    Nobody is asked for one: who claims none owes the plan like everybody.
    """
    for case in policy.replacements[product.product_id].no_plan_cases:
        noted = case.duty.noted_on(day) if product.fact(case.when) == YES else None
        if noted is None:
            continue
        values = {"product": product.name, "case": policy.facts[case.when].title, "words": _suffix(noted)}
        if noted.value is None:
            because = Text(
                zh="产品“{product}”申报“{case}”, 当日规定是否免于制定方案未载明, 由人工判定",
                en="“{product}” claims “{case}”; the law on file does not say whether this is free of a plan on that "
                "day: a person decides.",
                **values,
            )
            return Duty(Verdict.UNKNOWN, because, (noted.citation,))
        because = Text(
            zh="产品“{product}”属“{case}”, 无须制定产能置换方案{words}",
            en="“{product}”: {case}; it owes no plan{words}",
            **values,
        )
        return Duty(Verdict.FAILS, because, (noted.citation,))
    return None


def _suffix(version: Version) -> Text:
    return Text("", "") if version.words is None else Text(": {words}", ": {words}", words=version.words)


def _required(index: int, dossier: Dossier, version: Version, freed: Version | None) -> Duty:
    product, under = dossier.products[index], (version.citation,)
    if dossier.kind is None:
        because = Text(
            zh="未填写建设性质, 无法判断产品“{product}”是否须产能置换",
            en="The kind of project is not stated: whether “{product}” owes a plan cannot be told.",
            product=product.name,
        )
        return Duty(Verdict.UNKNOWN, because, under, missing=("dossier.kind",))
    if dossier.kind is ProjectKind.TECHNICAL_RENOVATION:
        return _renovation(index, product, version, freed)
    because = Text(
        zh="产品“{product}”属新建、改建或扩建, 须制定产能置换方案",
        en="“{product}” is built new, rebuilt or expanded: it owes a replacement plan.",
        product=product.name,
    )
    return Duty(Verdict.HOLDS, because, under)


def _renovation(index: int, product: Product, version: Version, freed: Version | None) -> Duty:
    """A renovation that builds capacity owes a plan; one that builds none is free where the law of the day frees it."""
    if product.capacity is None:
        because = Text(
            zh="技术改造未填写产品“{product}”的拟建产能 (不新增请填 0), 无法判断是否须产能置换",
            en="The renovation does not state the capacity of “{product}” to be built (0 when it adds none): "
            "whether it owes a plan cannot be told.",
            product=product.name,
        )
        missing = (f"dossier.products[{index}].capacity",)
        return Duty(Verdict.UNKNOWN, because, (version.citation,), missing)
    if product.capacity.value > 0:
        because = Text(
            zh="技术改造拟建产品“{product}”的产能, 须制定产能置换方案 (不新增产能请填 0)",
            en="The renovation builds capacity of “{product}”: it owes a plan (state 0 if it adds none).",
            product=product.name,
        )
        return Duty(Verdict.HOLDS, because, (version.citation,))
    return _adds_nothing(product, version, freed)


def _adds_nothing(product: Product, version: Version, freed: Version | None) -> Duty:
    if freed is None or freed.value is None:
        because = Text(
            zh="产品“{product}”的技术改造不新增产能, 但当日规定是否免于制定方案未载明, 由人工判定",
            en="The renovation adds no capacity of “{product}”, but the law on file does not say whether this is "
            "free of a plan on that day: a person decides.",
            product=product.name,
        )
        return Duty(Verdict.UNKNOWN, because, ((version if freed is None else freed).citation,))
    because = Text(
        zh="产品“{product}”的技术改造不新增产能, 无须制定产能置换方案{words}",
        en="The renovation adds no capacity of “{product}”: it owes no plan{words}",
        product=product.name,
        words=_suffix(freed),
    )
    return Duty(Verdict.FAILS, because, (freed.citation,))
