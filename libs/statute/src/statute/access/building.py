"""Makes access standards and duties from their items, and refuses what does not fit the norms and the catalogue."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

from kernel.text import Text
from statute.access.conditions import Facts
from statute.access.items import AccessRuleItem, ChoiceEntry, NormEntry, NormRow, StandardItem
from statute.access.law import AccessRule, AccessStandard, Norm, NormChoice
from statute.access.norms import DAY, NormBuilder
from statute.access.rows import Spot, rows
from statute.assembly import WORD, Assembly, Heading
from statute.collection import Collection
from statute.reading import Place
from statute.schema import CatalogueItem, DatedValue, RuleItem

LEVELS: Final[Mapping[Literal["benchmark", "baseline"], Text]] = MappingProxyType(
    {
        "benchmark": Text("能效标杆水平", "efficiency benchmark"),
        "baseline": Text("能效基准水平", "efficiency baseline"),
    }
)


class AccessBuilder:
    """Builds norms first, then standards, then the rows of norms that no standard names as standards of their own."""

    def __init__(self, collection: Collection, assembly: Assembly) -> None:
        self._collection = collection
        self._assembly = assembly
        self._facts = Facts(collection)
        self._industries = dict(_industries(collection))
        self.norms: Mapping[str, Norm] = MappingProxyType(NormBuilder(collection, assembly, self._facts).norms())

    def standards(self) -> dict[str, AccessStandard]:
        """Raises BadLawData for an unknown norm or row, a unit that is not the row's, or choices that are unclear."""
        built = {item.id: self._standard(item, place) for item, place in self._collection.items(StandardItem)}
        named = {
            (norm, choice.key) for standard in built.values() for choice in standard.choices for norm in choice.norms
        }
        for entry, place in self._collection.items(NormEntry):
            for index, row in enumerate(entry.items):
                if (entry.id, row.key) not in named:
                    spot = place.child("items", index)
                    if row.key in built:
                        raise spot.child("key").refuse(
                            f"准入标准 {row.key} 已有, 请在其 norms 中列入本标准",
                            f"there is a standard {row.key} already; name this norm among its norms",
                        )
                    built[row.key] = self._row_alone(entry, row, spot)
        return built

    def _standard(self, item: StandardItem, place: Place) -> AccessStandard:
        levels = {}
        for level, name in LEVELS.items():
            values: list[DatedValue] = getattr(item, level)
            if item.unit is None and any(dated.value is not None for dated in values):
                raise place.child("unit").refuse("有数值须写单位", "a level with a figure needs its unit")
            title = Text(f"{item.title_zh} {name.zh}", f"{item.title_en}: {name.en}")
            heading = Heading(f"access.{item.id}.{level}", title, item.unit or WORD)
            levels[str(level)] = self._assembly.parameter(heading, values, place, level)
        self._existing_until(item, place)
        choices = tuple(self._choices(item, place))
        return AccessStandard(
            id=item.id,
            title=Text(item.title_zh, item.title_en),
            industry=self._industry(item.products),
            industry_code=item.industry_code,
            products=tuple(item.products),
            by_filing_only=item.by_filing_only,
            metric=Text(item.metric_zh, item.metric_en),
            unit=item.unit or "",
            levels=MappingProxyType(levels),
            choices=tuple(choice for choice, _ in choices),
            rows=rows(choices, self._facts),
            listed_from=item.listed_from,
        )

    def _existing_until(self, item: StandardItem, place: Place) -> None:
        if not item.existing_until:
            return
        title = Text(
            f"{item.title_zh} 低于基准水平的存量项目改造期满次日",
            f"{item.title_en}: first day on which an existing plant below the baseline is late",
        )
        heading = Heading(f"access.{item.id}.baseline.existing_until", title, DAY)
        built = self._assembly.parameter(heading, item.existing_until, place, "existing_until")
        for index, version in enumerate(built.versions):
            if version.value is not None:
                _day(version.word, place.child("existing_until", index, "value"))

    def _choices(self, item: StandardItem, place: Place) -> Iterator[Spot]:
        for index, entry in enumerate(item.norms):
            spot = place.child("norms", index)
            self._refuse_other_row(entry, item.unit, spot)
            conditions = self._facts.conditions(entry.when, spot.child("when"))
            ordered = sorted(entry.norms, key=lambda norm: self.norms[norm].citation.in_force_from)
            yield NormChoice(tuple(ordered), entry.key, conditions), spot

    def _refuse_other_row(self, entry: ChoiceEntry, unit: str | None, place: Place) -> None:
        for norm in entry.norms:
            if norm not in self.norms:
                raise place.child("norms").refuse(f"没有能耗限额标准 {norm}", f"there is no norm {norm}")
            row = self.norms[norm].items.get(entry.key)
            if row is None:
                raise place.child("key").refuse(f"{norm} 没有条目 {entry.key}", f"{norm} has no row {entry.key}")
            if row.unit != unit:
                raise place.refuse(
                    f"单位 {unit} 与 {norm} 的 {entry.key} 的单位 {row.unit} 不一致",
                    f"the unit {unit} is not that of the row {entry.key} of {norm}: {row.unit}",
                )

    def _row_alone(self, entry: NormEntry, row: NormRow, place: Place) -> AccessStandard:
        if not row.products:
            raise place.refuse(
                f"{row.key} 未被任何准入标准引用, 须写 products",
                f"no standard names the row {row.key}; say which products it is for",
            )
        empty = {}
        for level, name in LEVELS.items():
            title = Text(f"{row.zh} {name.zh}", f"{row.en}: {name.en}")
            heading = Heading(f"access.{row.key}.{level}", title, row.unit)
            empty[str(level)] = self._assembly.parameter(heading, (), place, level)
        return AccessStandard(
            id=row.key,
            title=Text(row.zh, row.en),
            industry=self._industry(row.products),
            industry_code=row.industry_code,
            products=tuple(row.products),
            by_filing_only=True,
            metric=Text(f"{row.zh} ({entry.document})", f"{row.en} ({entry.document})"),
            unit=row.unit,
            levels=MappingProxyType(empty),
            choices=(NormChoice((entry.id,), row.key, ()),),
            rows=None,
            listed_from="",
        )

    def _industry(self, products: list[str]) -> str:
        return next((self._industries[p] for p in products if p in self._industries), "")

    def rules(self, standards: Mapping[str, AccessStandard]) -> tuple[AccessRule, ...]:
        """By id. Raises BadLawData for a standard, an industry, a product or a rule that the law does not have."""
        built = (self._rule(item, place, standards) for item, place in self._collection.items(AccessRuleItem))
        return tuple(sorted(built, key=lambda rule: rule.id))

    def _rule(self, item: AccessRuleItem, place: Place, standards: Mapping[str, AccessStandard]) -> AccessRule:
        known = {
            "standards": set(standards),
            "industries": set(self._industries.values()),
            "products": {product for standard in standards.values() for product in standard.products},
            "finding": {rule.id for rule, _ in self._collection.items(RuleItem)},
        }
        for key, ids in known.items():
            named = getattr(item, key)
            for missing in sorted({named} - ids if isinstance(named, str) else {*named} - ids):
                raise place.child(key).refuse(f"{key} 中没有 {missing}", f"there is no {missing} among the {key} held")
        title = Text(item.title_zh, item.title_en)
        values = [
            DatedValue.model_validate({**clause.model_dump(by_alias=True, exclude_unset=True), "value": item.requires})
            for clause in item.periods
        ]
        return AccessRule(
            id=item.id,
            title=title,
            finding=item.finding,
            requires=item.requires,
            kinds=tuple(item.kinds),
            standards=tuple(item.standards),
            industries=tuple(item.industries),
            products=tuple(item.products),
            on_fails=item.on_fails,
            period=self._assembly.parameter(Heading(f"access.rule.{item.id}", title, WORD), values, place, "periods"),
        )


def _industries(collection: Collection) -> Iterator[tuple[str, str]]:
    """The industry of each product that the catalogue lists or leaves open."""
    for edition, _ in collection.items(CatalogueItem):
        for industry in edition.industries:
            yield from ((product.id, industry.id) for product in industry.products)
            yield from ((product.id, industry.id) for product in industry.open_products)


def _day(written: str, place: Place) -> None:
    try:
        date.fromisoformat(written)
    except ValueError:
        raise place.refuse(f"{written} 不是日期 YYYY-MM-DD", f"{written} is no day YYYY-MM-DD") from None
