"""Makes sources, clauses, industry classes, parks and the calendar from their items."""

from collections.abc import Mapping
from types import MappingProxyType

from kernel.regions import region_code
from kernel.text import Text
from statute.assembly import WORD, Heading, citation
from statute.calendar import Counting, WorkingCalendar
from statute.collection import Collection
from statute.records.items import (
    CountingItem,
    IndustryClassItem,
    ParkItem,
    SeedClauseItem,
    SourceItem,
    WorkingYearItem,
)
from statute.records.law import IndustryClass, Park, SeedClause, Source
from statute.schema import RegionItem, RuleItem


def sources(collection: Collection) -> Mapping[str, Source]:
    return MappingProxyType(
        {item.id: Source(item.id, item.kind, item.what, item.where) for item, _ in collection.items(SourceItem)}
    )


def seed_clauses(collection: Collection) -> Mapping[str, SeedClause]:
    """Raises BadLawData for a clause that nothing carries, and for one that names a rule the law does not have."""
    known = {rule.id for rule, _ in collection.items(RuleItem)}
    built: dict[str, SeedClause] = {}
    for item, place in collection.items(SeedClauseItem):
        if not item.rules and not item.not_built:
            raise place.refuse(
                f"条款 {item.id} 须写明承载的规则 rules, 或将承载的服务 not_built",
                f"the clause {item.id} names the rules that carry it, or in not_built the service that will",
            )
        for index, rule in enumerate(item.rules):
            if rule not in known:
                raise place.child("rules", index).refuse(f"没有规则 {rule}", f"there is no rule {rule}")
        built[item.id] = SeedClause(item.id, item.section, Text(item.zh, item.en), tuple(item.rules), item.not_built)
    return MappingProxyType(built)


def industry_classes(collection: Collection) -> Mapping[str, IndustryClass]:
    items = (item for item, _ in collection.items(IndustryClassItem))
    return MappingProxyType(
        {item.id: IndustryClass(item.id, Text(item.zh, item.en), item.verification) for item in items}
    )


def parks(collection: Collection) -> Mapping[str, Park]:
    """Raises BadLawData for a park in a region, or with a part, that the law does not have."""
    regions = {region.id for region, _ in collection.items(RegionItem)}
    known = {park.id for park, _ in collection.items(ParkItem)}
    built: dict[str, Park] = {}
    for item, place in collection.items(ParkItem):
        if item.region not in regions:
            raise place.child("region").refuse(f"没有地区 {item.region}", f"there is no region {item.region}")
        for index, part in enumerate(item.parks):
            if part not in known:
                raise place.child("parks", index).refuse(f"没有园区 {part}", f"there is no park {part}")
        built[item.id] = Park(
            id=item.id,
            name=Text(item.zh, item.en),
            region=region_code(item.region),
            level=item.level,
            parks=tuple(item.parks),
            industries_zh=tuple(item.industries_zh),
            verification=item.verification,
        )
    return MappingProxyType(built)


def calendar(collection: Collection) -> WorkingCalendar:
    years = [item for item, _ in collection.items(WorkingYearItem)]
    return WorkingCalendar(
        years=frozenset(int(year.id) for year in years),
        off_days=frozenset(day for year in years for day in year.off_days),
        work_days=frozenset(day for year in years for day in year.work_days),
        countings=MappingProxyType({item.id: _counting(item) for item, _ in collection.items(CountingItem)}),
    )


def _counting(item: CountingItem) -> Counting:
    title = Text(item.title_zh, item.title_en)
    under = citation(Heading(f"working_days.{item.id}", title, WORD), item)
    return Counting(item.id, title, Text(item.zh, item.en), item.first_day_counted, under)
