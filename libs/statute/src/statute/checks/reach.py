"""Rows of law that can never apply, whatever is filed: a slip of whoever wrote them."""

from collections.abc import Iterator
from datetime import date

from kernel.text import Text
from statute.access.law import AccessRule, AccessStandard
from statute.bundle import PolicyBundle
from statute.checks.report import Observation, error
from statute.collection import Collection
from statute.parameter import Parameter
from statute.reading import Place
from statute.schema import CatalogueConditionItem, CatalogueItem, RegimeItem, ReplacementItem

OTHER = "other"
"""The case that always applies."""

YES_NO = ("yes", "no")


def unreachable(bundle: PolicyBundle, collection: Collection, places: dict[str, Place]) -> Iterator[Observation]:
    for item, place in collection.items(ReplacementItem):
        for index, regime in enumerate(item.regimes):
            yield from _cases(item, regime, place.child("regimes", index, "cases"))
    for rule in bundle.access_rules:
        if not any(_meet(rule.period, level) for level in _levels(bundle, rule)):
            words = {"id": rule.id, "level": rule.requires}
            text = Text(
                "{id}: 施行期间没有任何标准的 {level} 数值",
                "{id}: no standard that it covers has a {level} while it is in force",
                **words,
            )
            yield error("unreachable", places.get(rule.period.id), text)
    yield from _conditions(bundle, collection)


def _cases(item: ReplacementItem, regime: RegimeItem, place: Place) -> Iterator[Observation]:
    """The first case that is met decides: one that asks no more than a later one leaves nothing to it."""
    seen: list[frozenset[str]] = []
    for index, case in enumerate(regime.cases):
        asks = frozenset({case.when, *case.also} - {OTHER})
        if any(earlier <= asks for earlier in seen):
            words = {"id": f"{item.id}.{regime.id}", "case": case.when}
            text = Text(
                "{id}: 情形 {case} 之前已有必然适用的情形", "{id}: a case before {case} always applies", **words
            )
            yield error("unreachable", place.child(index), text)
        seen.append(asks)


def _levels(bundle: PolicyBundle, rule: AccessRule) -> Iterator[Parameter]:
    for standard in bundle.access_standards.values():
        if not rule.covers(standard):
            continue
        if rule.requires in standard.levels:
            yield standard.levels[rule.requires]
        else:
            yield from _tiers(bundle, standard, rule.requires)


def _tiers(bundle: PolicyBundle, standard: AccessStandard, tier: str) -> Iterator[Parameter]:
    for choice in standard.choices:
        for norm in choice.norms:
            item = bundle.norms[norm].items.get(choice.key)
            if item is not None and tier in item.tiers:
                yield item.tiers[tier]


def _meet(one: Parameter, other: Parameter) -> bool:
    return any(_overlap(a, b) for a in _periods(one) for b in _periods(other))


def _periods(parameter: Parameter) -> list[tuple[date, date | None]]:
    return [(version.citation.in_force_from, version.citation.until) for version in parameter.versions]


def _overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    return (one[1] is None or other[0] < one[1]) and (other[1] is None or one[0] < other[1])


def _conditions(bundle: PolicyBundle, collection: Collection) -> Iterator[Observation]:
    """A product of the catalogue that counts only where a fact says what it never can."""
    for edition, place in collection.items(CatalogueItem):
        for number, industry in enumerate(edition.industries):
            for index, product in enumerate(industry.products):
                asked = product.condition
                if asked is not None and not _possible(bundle, asked):
                    words = {"id": product.id, "fact": asked.fact, "word": asked.equals}
                    text = Text("{id}: 事实 {fact} 不会是 {word}", "{id}: the fact {fact} can never be {word}", **words)
                    spot = place.child("industries", number, "products", index, "condition")
                    yield error("unreachable", spot, text)


def _possible(bundle: PolicyBundle, asked: CatalogueConditionItem) -> bool:
    fact = bundle.facts.get(asked.fact)
    return fact is not None and asked.equals in (fact.words or YES_NO) and fact.holds != "number"
