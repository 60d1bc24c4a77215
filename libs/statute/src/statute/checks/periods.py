"""Days on which the law held here says nothing although it does before: between editions, and for rules."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from kernel.text import Text
from statute.checks.report import Observation, note
from statute.collection import Collection
from statute.differences import document
from statute.law import RuleText
from statute.parameter import Parameter
from statute.reading import Place
from statute.schema import RuleItem

Period = tuple[date, date | None]


def gaps(parameters: Mapping[str, Parameter], places: Mapping[str, Place]) -> Iterator[Observation]:
    """Between two editions of one parameter. A parameter that ended for good has no gap."""
    for parameter in parameters.values():
        for begins, ends in uncovered((v.citation.in_force_from, v.citation.until) for v in parameter.versions):
            if ends is not None:
                words = {"id": parameter.id, "begins": begins, "ends": ends}
                text = Text(
                    "{id}: 自 {begins} 至 {ends} 前没有版本", "{id}: no edition from {begins} until {ends}", **words
                )
                yield note("gap", places.get(parameter.id), text)


def not_found(parameters: Mapping[str, Parameter], places: Mapping[str, Place]) -> Iterator[Observation]:
    for parameter in parameters.values():
        for version in parameter.versions:
            if version.value is None:
                words = {"id": parameter.id, "day": version.citation.in_force_from, "law": document(version.citation)}
                text = Text("{id}, 自 {day} 起 ({law})", "{id} from {day} ({law})", **words)
                yield note("not_found", places.get(parameter.id), text)


def without_clause(rules: Mapping[str, RuleText], collection: Collection) -> Iterator[Observation]:
    """Since the rule's own first day: a finding of such a day would cite nothing."""
    places = {item.id: place.child("clauses") for item, place in collection.items(RuleItem)}
    for rule in rules.values():
        for begins, ends in uncovered((clause.in_force_from, clause.until) for clause in rule.clauses):
            words = {"id": rule.id, "begins": begins}
            text = Text("{id}: 自 {begins} 起没有条款", "{id}: no clause from {begins} on", **words)
            if ends is not None:
                words["ends"] = ends
                text = Text(
                    "{id}: 自 {begins} 至 {ends} 前没有条款", "{id}: no clause from {begins} until {ends}", **words
                )
            yield note("clause", places.get(rule.id), text)


def uncovered(periods: Iterable[Period]) -> Iterator[Period]:
    """The half-open stretches after the first day that no period covers; the last one is open where the law ended."""
    covered: date | None = None
    for begins, until in sorted(periods, key=lambda period: period[0]):
        if covered is not None and begins > covered:
            yield covered, begins
        if until is None:
            return
        covered = until if covered is None else max(covered, until)
    if covered is not None:
        yield covered, None
