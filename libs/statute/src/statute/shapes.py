"""Makes rules, the catalogue, access standards, replacement and regions from their items."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from kernel.regions import region_code
from kernel.text import Text
from statute.assembly import WORD, Assembly, Heading, citation, exact_at, printed, refuse_overlap, source_ids
from statute.collection import Collection
from statute.finding import Citation
from statute.law import (
    AccessRule,
    AccessStandard,
    Area,
    Catalogue,
    CatalogueProduct,
    Industry,
    NoPlanCase,
    RatioCase,
    RatioRegime,
    Region,
    Replacement,
    RuleText,
    Standing,
)
from statute.parameter import Version
from statute.reading import Place
from statute.schema import (
    AccessRuleItem,
    AreaItem,
    CatalogueItem,
    DatedValue,
    IndustryItem,
    RatioCaseItem,
    RegimeItem,
    RegionItem,
    ReplacementItem,
    RuleItem,
    StandardItem,
)

LEVELS: Final = ("benchmark", "baseline", "tier1", "tier2", "tier3")
LEVEL_NAMES: Final = {
    "benchmark": Text("能效标杆水平", "efficiency benchmark"),
    "baseline": Text("能效基准水平", "efficiency baseline"),
    "tier1": Text("能耗限额 1 级 (先进值)", "energy quota, tier 1 (advanced)"),
    "tier2": Text("能耗限额 2 级 (准入值)", "energy quota, tier 2 (access)"),
    "tier3": Text("能耗限额 3 级 (限定值)", "energy quota, tier 3 (limit)"),
}


def rules(collection: Collection) -> dict[str, RuleText]:
    built: dict[str, RuleText] = {}
    for item, _ in collection.items(RuleItem):
        title = Text(item.title_zh, item.title_en)
        heading = Heading(f"rule.{item.id}", title, WORD)
        built[item.id] = RuleText(
            id=item.id,
            title=title,
            on_holds=item.on_holds,
            on_fails=item.on_fails,
            on_unknown_input=item.on_unknown_input,
            on_unknown_figure=item.on_unknown_figure,
            clauses=tuple(citation(heading, clause) for clause in item.clauses),
        )
    return built


def catalogues(collection: Collection) -> tuple[Catalogue, ...]:
    """By their first day. Raises BadLawData for editions that share a day or a product named twice."""
    editions = sorted(collection.items(CatalogueItem), key=lambda pair: pair[0].from_)
    refuse_overlap(editions)
    return tuple(_catalogue(item, place) for item, place in editions)


def _catalogue(item: CatalogueItem, place: Place) -> Catalogue:
    seen: set[str] = set()
    for index, industry in enumerate(item.industries):
        for key in ("products", "not_products", "open_products"):
            for number, product in enumerate(getattr(industry, key)):
                if product.id in seen:
                    spot = place.child("industries", index, key, number, "id")
                    raise spot.refuse(f"产品 {product.id} 重复", f"the product {product.id} stands twice")
                seen.add(product.id)
    title = Text(item.title_zh, item.title_en)
    whole = citation(Heading(f"two_high.{item.id}", title, WORD), item)
    return Catalogue(item.id, title, whole, tuple(_industry(item, industry) for industry in item.industries))


def _industry(edition: CatalogueItem, item: IndustryItem) -> Industry:
    name = Text(item.zh, item.en)
    cited = edition.model_copy(update={"verification": item.verification, "confidence": item.confidence})
    under = citation(Heading(f"two_high.{edition.id}.{item.id}", name, WORD), cited, item.zh)
    return Industry(item.id, name, tuple(item.classes), tuple(_products(item, under)), under)


def _products(item: IndustryItem, under: Citation) -> Iterator[CatalogueProduct]:
    for listed in item.products:
        condition = Text(listed.condition.zh, listed.condition.en) if listed.condition else None
        yield CatalogueProduct(
            id=listed.id,
            name=Text(listed.zh, listed.en),
            standing=Standing.LISTED,
            industry=item.id,
            classes=tuple(listed.classes),
            whole_class=listed.whole_class,
            condition=condition,
            citation=under,
        )
    for standing, products in ((Standing.OUTSIDE, item.not_products), (Standing.OPEN, item.open_products)):
        for product in products:
            name = Text(product.zh, product.en)
            yield CatalogueProduct(product.id, name, standing, item.id, (), False, None, under)


def access_standards(collection: Collection, assembly: Assembly) -> dict[str, AccessStandard]:
    built: dict[str, AccessStandard] = {}
    for item, place in collection.items(StandardItem):
        levels = {}
        for level in LEVELS:
            name = LEVEL_NAMES[level]
            title = Text(f"{item.title_zh} {name.zh}", f"{item.title_en}: {name.en}")
            heading = Heading(f"access.{item.id}.{level}", title, item.unit)
            levels[level] = assembly.parameter(heading, getattr(item, level), place, level)
        built[item.id] = AccessStandard(
            id=item.id,
            title=Text(item.title_zh, item.title_en),
            industry=item.industry,
            products=tuple(item.products),
            by_filing_only=item.by_filing_only,
            industry_code=item.industry_code,
            metric=Text(item.metric_zh, item.metric_en),
            unit=item.unit,
            levels=MappingProxyType(levels),
        )
    return built


def access_rules(collection: Collection, assembly: Assembly) -> tuple[AccessRule, ...]:
    """By id. Raises BadLawData for a standard or a rule that the law does not have."""
    standards = {item.id for item, _ in collection.items(StandardItem)}
    known_rules = {item.id for item, _ in collection.items(RuleItem)}
    built: list[AccessRule] = []
    for item, place in collection.items(AccessRuleItem):
        for missing in sorted({*item.standards} - standards):
            raise place.child("standards").refuse(f"没有准入标准 {missing}", f"no access standard {missing}")
        if item.finding not in known_rules:
            raise place.child("finding").refuse(f"没有规则 {item.finding}", f"there is no rule {item.finding}")
        title = Text(item.title_zh, item.title_en)
        heading = Heading(f"access.rule.{item.id}", title, WORD)
        values = [
            DatedValue.model_validate({**clause.model_dump(by_alias=True), "value": item.requires})
            for clause in item.periods
        ]
        built.append(
            AccessRule(
                id=item.id,
                title=title,
                finding=item.finding,
                requires=item.requires,
                kinds=tuple(item.kinds),
                standards=tuple(item.standards),
                on_fails=item.on_fails,
                period=assembly.parameter(heading, values, place, "periods"),
            )
        )
    return tuple(sorted(built, key=lambda rule: rule.id))


def replacements(collection: Collection, assembly: Assembly) -> dict[str, Replacement]:
    built: dict[str, Replacement] = {}
    for item, place in collection.items(ReplacementItem):
        title = Text(item.title_zh, item.title_en)
        plan = assembly.parameter(Heading(f"capacity.plan.{item.id}", title, WORD), item.plan, place, "plan")
        no_plan = []
        for index, case in enumerate(item.no_plan):
            heading = Heading(f"capacity.no_plan.{item.id}.{case.when}", title, WORD)
            duty = assembly.parameter(heading, case.values, place.child("no_plan", index), "values")
            no_plan.append(NoPlanCase(case.when, duty))
        regimes = _regimes(item, place)
        built[item.id] = Replacement(item.id, title, item.unit, plan, regimes, tuple(no_plan))
    return built


def _regimes(item: ReplacementItem, place: Place) -> tuple[RatioRegime, ...]:
    order = sorted(range(len(item.regimes)), key=lambda index: item.regimes[index].from_)
    built: list[RatioRegime] = []
    for index in order:
        regime, spot = item.regimes[index], place.child("regimes", index)
        if built and (built[-1].until is None or built[-1].until > regime.from_):
            raise spot.child("from").refuse(
                f"期间与 {built[-1].id} 重叠", f"the period overlaps that of {built[-1].id}"
            )
        if regime.cases[-1].when != "other":
            raise spot.child("cases").refuse("末项应为 other", "the last case must be other: one always applies")
        cases = tuple(
            _ratio(item, regime, case, spot.child("cases", number)) for number, case in enumerate(regime.cases)
        )
        built.append(RatioRegime(regime.id, regime.from_, regime.until, cases))
    return tuple(built)


def _ratio(item: ReplacementItem, regime: RegimeItem, case: RatioCaseItem, place: Place) -> RatioCase:
    ratio = exact_at(case.ratio, place.child("ratio"))
    under = Citation(
        parameter=f"capacity.ratio.{item.id}.{regime.id}.{case.when}",
        document=regime.document,
        article=regime.article,
        value=printed(ratio),
        unit="t/t",
        in_force_from=regime.from_,
        until=regime.until,
        verification=case.verification,
        kind="figure",
        source=source_ids(case.source),
    )
    return RatioCase(case.when, Version(ratio, under, case.confidence))


def areas(collection: Collection) -> dict[str, Area]:
    built: dict[str, Area] = {}
    for item, _ in collection.items(AreaItem):
        title = Text(item.title_zh, item.title_en)
        outside = item.outside
        built[item.id] = Area(
            id=item.id,
            title=title,
            inside=frozenset(item.inside),
            outside=frozenset() if isinstance(outside, str) else frozenset(outside),
            otherwise_outside=isinstance(outside, str),
            citation=citation(Heading(f"area.{item.id}", title, WORD), item),
        )
    return built


def regions(collection: Collection) -> dict[str, Region]:
    return {
        item.id: Region(region_code(item.id), Text(item.zh, item.en), tuple(item.former_codes), item.statistical_only)
        for item, _ in collection.items(RegionItem)
    }
