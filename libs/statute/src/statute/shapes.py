"""Makes rules, the catalogue, replacement, areas, regions and facts from their items."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from kernel.regions import region_code
from kernel.text import Text
from statute.assembly import WORD, Assembly, Heading, citation, exact_at, printed, refuse_overlap, source_ids
from statute.collection import Collection
from statute.finding import Citation
from statute.law import (
    Area,
    Catalogue,
    CatalogueCondition,
    CatalogueProduct,
    FactDefinition,
    Industry,
    NoPlanCase,
    RatioCase,
    RatioRegime,
    Region,
    Replacement,
    RuleText,
    Standing,
    Suspension,
)
from statute.parameter import Version
from statute.reading import Place
from statute.schema import (
    AreaItem,
    CatalogueItem,
    FactItem,
    IndustryItem,
    RatioCaseItem,
    RegimeItem,
    RegionItem,
    ReplacementItem,
    RuleItem,
)

RENOVATION: Final = "renovation_without_more_capacity"
"""The case without a plan that a filing's kind and capacity tell; every other is claimed by a fact of its name."""


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
        asked = listed.condition
        condition = CatalogueCondition(Text(asked.zh, asked.en), asked.fact, asked.equals) if asked else None
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


def replacements(collection: Collection, assembly: Assembly) -> dict[str, Replacement]:
    """Raises BadLawData for a case without a plan that no filing can claim."""
    asked = (fact for fact, _ in collection.items(FactItem) if fact.of == "product" and fact.holds == "yes_no")
    claimable = {RENOVATION, *(fact.id for fact in asked)}
    built: dict[str, Replacement] = {}
    for item, place in collection.items(ReplacementItem):
        title = Text(item.title_zh, item.title_en)
        plan = assembly.parameter(Heading(f"capacity.plan.{item.id}", title, WORD), item.plan, place, "plan")
        no_plan = []
        for index, case in enumerate(item.no_plan):
            if case.when not in claimable:
                raise place.child("no_plan", index, "when").refuse(
                    f"情形 {case.when} 既不是 {RENOVATION}, 也不是产品的是非事实",
                    f"the case {case.when} is neither {RENOVATION} nor a yes-or-no fact of products",
                )
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
        cases = _cases(item, regime, spot)
        built.append(RatioRegime(regime.id, regime.from_, regime.until, cases, _suspension(item, regime)))
    return tuple(built)


def _cases(item: ReplacementItem, regime: RegimeItem, place: Place) -> tuple[RatioCase, ...]:
    """Raises BadLawData for a list that does not end with `other`, or one that never comes to a case."""
    last = len(regime.cases) - 1
    for number, case in enumerate(regime.cases):
        always = case.when == "other" and not case.also
        if always != (number == last):
            raise place.child("cases", number).refuse(
                "other 应为末项且只在末项: 总有一项适用, 其后各项永不适用",
                "other is the last case and no other: one always applies, and nothing behind it ever does",
            )
    cases = tuple(_ratio(item, regime, case, place.child("cases", n)) for n, case in enumerate(regime.cases))
    names = [case.name for case in cases]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise place.child("cases", number).refuse(f"情形 {name} 重复", f"the case {name} stands twice")
    return cases


def _suspension(item: ReplacementItem, regime: RegimeItem) -> Suspension | None:
    told = regime.suspended
    if told is None:
        return None
    under = Citation(
        parameter=f"capacity.suspension.{item.id}.{regime.id}",
        document=regime.document,
        article=regime.article,
        value="",
        unit="",
        in_force_from=regime.from_,
        until=regime.until,
        verification=told.verification,
        kind="figure",
        source=source_ids(told.source),
    )
    return Suspension(Text(told.zh, told.en), under)


def _ratio(item: ReplacementItem, regime: RegimeItem, case: RatioCaseItem, place: Place) -> RatioCase:
    ratio = exact_at(case.ratio, place.child("ratio"))
    conditions = (case.when, *case.also)
    name = "_and_".join(conditions)
    under = Citation(
        parameter=f"capacity.ratio.{item.id}.{regime.id}.{name}",
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
    return RatioCase(name, conditions, Version(ratio, under, case.confidence))


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


def facts(collection: Collection) -> dict[str, FactDefinition]:
    return {
        item.id: FactDefinition(
            id=item.id,
            title=Text(item.title_zh, item.title_en),
            of=item.of,
            holds=item.holds,
            unit=item.unit,
            words=MappingProxyType({word.id: Text(word.zh, word.en) for word in item.words}),
        )
        for item, _ in collection.items(FactItem)
    }
