"""Makes duties from their items, and refuses what does not fit the facts, the rules or the catalogue."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from kernel.text import Text
from statute.access.conditions import RELATIONS, YES_NO, Facts
from statute.access.law import AccessStandard
from statute.assembly import WORD, WORDS, Assembly, Heading
from statute.collection import Collection
from statute.duties.items import AskEntry, DutyItem
from statute.duties.law import CAPACITY, CAPACITY_UNITS, NUMBER, SPECIAL_FACTS, Ask, Duty, Must, Scope
from statute.law import FactDefinition
from statute.reading import Place
from statute.schema import AreaItem, CatalogueItem, RuleItem

_WORDED: Final = {"equals": Text("须为", "must be"), "one_of": Text("须为其一", "must be one of")}
_PRODUCT: Final = "product"


def duties(
    collection: Collection,
    assembly: Assembly,
    facts: Mapping[str, FactDefinition],
    standards: Iterable[AccessStandard],
) -> tuple[Duty, ...]:
    """By id. Raises BadLawData for a fact, rule, product, area or list that the law does not have, or a misfit value.

    A duty may name the products of the two-high catalogue and those of `standards`.
    """
    builder = DutyBuilder(collection, assembly, {**facts, **SPECIAL_FACTS}, standards)
    built = (builder.duty(item, place) for item, place in collection.items(DutyItem))
    return tuple(sorted(built, key=lambda duty: duty.id))


class DutyBuilder:
    """`facts` are all that a duty may ask for; conditions (`when`) ask only those of the data."""

    def __init__(
        self,
        collection: Collection,
        assembly: Assembly,
        facts: Mapping[str, FactDefinition],
        standards: Iterable[AccessStandard],
    ) -> None:
        self._assembly = assembly
        self._facts = facts
        self._conditions = Facts(collection)
        self._rules = {item.id for item, _ in collection.items(RuleItem)}
        self._areas = {item.id for item, _ in collection.items(AreaItem)}
        self._industries = _industries(collection)
        known = chain(_named_outside(collection), *self._industries.values(), *(one.products for one in standards))
        self._products = frozenset(known)

    def duty(self, item: DutyItem, place: Place) -> Duty:
        self._refuse_unknown(item, place)
        asks = self._ask(item.asks, place.child("asks"))
        self._refuse_fact_of_product(item, asks, place)
        holds = WORDS if asks.must is Must.ONE_OF else WORD
        heading = Heading(f"duty.{item.id}", Text(item.title_zh, item.title_en), asks.unit or holds)
        bound = self._assembly.parameter(heading, item.values, place, "values")
        self._refuse_misfit(asks, item, place)
        return Duty(
            id=item.id,
            title=heading.title,
            rule=item.rule,
            scope=Scope(item.scope),
            products=frozenset(self._bound_products(item)),
            kinds=tuple(item.kinds),
            only_in_review=item.only_in_review,
            area=item.area or "",
            listed_by=item.listed_by or "",
            when=self._conditions.conditions(item.when, place.child("when")),
            asks=asks,
            mendable=item.mendable,
            claim=item.claim,
            on_fails=item.on_fails,
            bound=bound,
        )

    def _bound_products(self, item: DutyItem) -> Iterator[str]:
        yield from item.products
        yield from (product.id for product in item.other_products)
        for industry in item.industries:
            yield from self._industries[industry]

    def _refuse_unknown(self, item: DutyItem, place: Place) -> None:
        if item.rule not in self._rules:
            raise place.child("rule").refuse(f"没有规则 {item.rule}", f"there is no rule {item.rule}")
        for index, product in enumerate(item.products):
            if product not in self._products:
                raise place.child("products", index).refuse(
                    f"两高目录和准入标准中没有产品 {product}",
                    f"neither the two-high catalogue nor a standard has {product}",
                )
        for index, industry in enumerate(item.industries):
            if industry not in self._industries:
                raise place.child("industries", index).refuse(
                    f"两高目录中没有行业 {industry}", f"the two-high catalogue has no industry {industry}"
                )
        if item.area is not None and item.area not in self._areas:
            raise place.child("area").refuse(f"没有区域 {item.area}", f"there is no area {item.area}")
        listed = None if item.listed_by is None else self._assembly.parameters.get(item.listed_by)
        if item.listed_by is not None and (listed is None or listed.unit != WORDS):
            raise place.child("listed_by").refuse(
                f"没有列表参数 {item.listed_by}", f"there is no list parameter {item.listed_by}"
            )

    def _ask(self, entry: AskEntry, place: Place) -> Ask:
        if entry.fact is None or entry.must is None:
            return Ask(Must.OPEN if entry.open else Must.NEVER, None, "", Text("", ""))
        fact = self._facts.get(entry.fact)
        if fact is None:
            raise place.child("fact").refuse(f"没有事实项 {entry.fact}", f"there is no fact {entry.fact}")
        if (entry.must in RELATIONS) != (fact.holds == NUMBER):
            raise place.child("must").refuse(
                f"事实项 {fact.id} ({fact.holds}) 不能用 {entry.must}",
                f"the fact {fact.id} holds {fact.holds}: {entry.must} does not fit it",
            )
        relation = RELATIONS[entry.must] if entry.must in RELATIONS else _WORDED[entry.must]
        return Ask(Must(entry.must), _worded(fact), self._unit(entry, fact, place), relation)

    def _unit(self, entry: AskEntry, fact: FactDefinition, place: Place) -> str:
        if fact.id != CAPACITY:
            if entry.unit:
                raise place.child("unit").refuse("仅 capacity 可写 unit", "only capacity takes a unit here")
            return fact.unit
        if entry.unit not in CAPACITY_UNITS:
            units = ", ".join(CAPACITY_UNITS)
            raise place.child("unit").refuse(
                f"capacity 的单位应为 {units} 之一", f"the unit of capacity is one of {units}"
            )
        return entry.unit

    def _refuse_fact_of_product(self, item: DutyItem, asks: Ask, place: Place) -> None:
        """A duty of a whole project cannot ask one product."""
        if item.scope == _PRODUCT:
            return
        asked = [(asks.fact.id if asks.fact else "", place.child("asks", "fact"))]
        asked += [(entry.fact, place.child("when", index, "fact")) for index, entry in enumerate(item.when)]
        for fact, spot in asked:
            known = self._facts.get(fact)
            if known is not None and known.of == _PRODUCT:
                raise spot.refuse(
                    f"{fact} 由产品填报, 仅 scope: product 可用",
                    f"{fact} is stated by a product: only scope: product asks it",
                )

    def _refuse_misfit(self, asks: Ask, item: DutyItem, place: Place) -> None:
        """The words of a value are those of the fact; an open or a never duty says just that."""
        known: Sequence[str] = (asks.must.value,) if asks.fact is None else tuple(asks.fact.words)
        if asks.unit:
            return
        for index, dated in enumerate(item.values):
            written = dated.value if isinstance(dated.value, list) else [dated.value]
            for word in written:
                if word is not None and word not in known:
                    raise place.child("values", index, "value").refuse(
                        f"{word} 不在取值 {', '.join(known)} 之内", f"{word} is none of the words {', '.join(known)}"
                    )


def _worded(fact: FactDefinition) -> FactDefinition:
    """With yes and no spelt out, as words like any other."""
    return replace(fact, words=YES_NO) if fact.holds == "yes_no" else fact


def _industries(collection: Collection) -> Mapping[str, Sequence[str]]:
    """The products that the catalogue lists or leaves open, by industry; those named outside are none of them."""
    found: dict[str, list[str]] = {}
    for edition, _ in collection.items(CatalogueItem):
        for industry in edition.industries:
            named = found.setdefault(industry.id, [])
            named += [product.id for product in industry.products]
            named += [product.id for product in industry.open_products]
    return found


def _named_outside(collection: Collection) -> Iterator[str]:
    for edition, _ in collection.items(CatalogueItem):
        for industry in edition.industries:
            yield from (product.id for product in industry.not_products)
