"""What the law names and does not have, and what it has and nothing names."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kernel.text import Text
from statute.bundle import PolicyBundle
from statute.checks.code import Names
from statute.checks.report import Observation, error, note
from statute.collection import UNITS, Collection, Entry, mentions
from statute.law import Standing
from statute.schema import ParameterItem, RuleItem

SOURCES: Final = "sources"
FACTS: Final = "facts"
SEED: Final = "seed_clauses"
HOLDS_WORDS: Final = ("word", "words", "disposition")
"""Units of what is no number; the platform's own, so one that is not used is no slip."""


def units(collection: Collection) -> Iterator[Observation]:
    """That a unit used is listed is asked at load; here: those that nothing uses."""
    used = {unit for section, _, entry in collection.entries() if section != UNITS for unit in _words(entry, "unit")}
    for section, name, entry in collection.entries():
        if section == UNITS and name not in used and name not in HOLDS_WORDS:
            yield note("unit", entry.place, Text("{unit} 没有用到", "{unit} is not used", unit=name))


def _words(entry: Entry, *keys: str) -> set[str]:
    return {word for word, _ in mentions(entry.raw, *keys)}


def sources(collection: Collection) -> Iterator[Observation]:
    """That a cited source is known is asked at load; here: those that nothing cites."""
    cited: set[str] = set()
    for section, _, entry in collection.entries():
        if section != SOURCES:
            cited |= _words(entry, "source", "seen_in")
    for section, name, entry in collection.entries():
        if section == SOURCES and name not in cited:
            yield note("source", entry.place, Text("{id} 没有条目引用", "{id} is cited by nothing", id=name))


def facts(collection: Collection, names: Names | None) -> Iterator[Observation]:
    """By the law's own data; with the platform's code at hand, by the code as well."""
    asked: set[str] = set()
    for section, _, entry in collection.entries():
        if section != FACTS:
            # A case of replacement is a fact by its name, and so is capacity that a list bars from use.
            asked |= _words(entry, "fact", "when", "also", "value")
    for section, name, entry in collection.entries():
        if section == FACTS and name not in asked and not (names and names.has(name)):
            text = Text("{id}: 法规数据未问到", "{id}: the law's data does not ask for it", id=name)
            if names is not None:
                text = Text(
                    "{id}: 法规数据和代码都未问到", "{id}: neither the law's data nor the code asks for it", id=name
                )
            yield note("fact", entry.place, text)


def standards(bundle: PolicyBundle) -> Iterator[Observation]:
    """Listed products of the newest edition of the catalogue whose energy per unit nothing limits; by industry."""
    covered = {product for standard in bundle.access_standards.values() for product in standard.products}
    for industry in bundle.catalogues[-1].industries if bundle.catalogues else ():
        listed = [product.id for product in industry.products if product.standing is Standing.LISTED]
        bare = [product for product in listed if product not in covered]
        if bare:
            words = {"industry": industry.name, "bare": len(bare), "all": len(listed), "ids": ", ".join(bare)}
            text = Text("{industry}: {all} 个中 {bare} 个: {ids}", "{industry}: {bare} of {all}: {ids}", **words)
            yield note("standard", None, text)


def seed_clauses(collection: Collection) -> Iterator[Observation]:
    """Each clause of the province's own opinion is carried by a rule, or the service that will carry it is named."""
    for section, name, entry in collection.entries():
        if section == SEED and (told := _seed(name, entry)) is not None:
            yield told


def _seed(name: str, entry: Entry) -> Observation | None:
    raw = entry.raw if isinstance(entry.raw, Mapping) else {}
    carried, service = bool(raw.get("rules")), raw.get("not_built", "")
    words = {"id": name, "section": raw.get("section", ""), "service": service}
    if carried and service:
        told = Text(
            "{id} {section}: 部分尚未建成 ({service})", "{id} {section}: in part not built yet ({service})", **words
        )
        return note("seed", entry.place, told)
    if service:
        told = Text("{id} {section}: 尚未建成 ({service})", "{id} {section}: not built yet ({service})", **words)
        return note("seed", entry.place, told)
    return None if carried else error("seed", entry.place, Text("{id}: 没有规则", "{id}: no rule carries it", id=name))


def code(collection: Collection, names: Names) -> Iterator[Observation]:
    """Parameters of the `parameters` sections and rules that neither the law's data nor the code names."""
    told = {word for _, _, entry in collection.entries() for word in _named(entry.raw)}
    for item, place in collection.items(ParameterItem):
        if item.id not in told and not names.has(item.id):
            yield note("code", place, Text("参数 {id}", "the parameter {id}", id=item.id))
    for rule, place in collection.items(RuleItem):
        if rule.id not in told and not names.has(rule.id):
            yield note("code", place, Text("规则 {id}", "the rule {id}", id=rule.id))


def _named(raw: Any) -> Iterator[str]:
    """Every word of an item but its own id."""
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, list):
        for value in raw:
            yield from _named(value)
    elif isinstance(raw, Mapping):
        for key, value in raw.items():
            if key != "id":
                yield from _named(value)
