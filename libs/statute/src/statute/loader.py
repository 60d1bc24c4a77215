"""Loads the law: the nation's, with the province's in its place where it has its own."""

from pathlib import Path
from types import MappingProxyType

from statute.access.building import AccessBuilder
from statute.assembly import Assembly, precedence
from statute.bundle import PolicyBundle
from statute.collection import SHIPPED_DATA, Collection, gather
from statute.duties.building import duties
from statute.reading import BadLawData
from statute.records.building import calendar, industry_classes, parks, seed_clauses, sources
from statute.shapes import areas, catalogues, facts, regions, replacements, rules

__all__ = ["SHIPPED_DATA", "BadLawData", "PolicyBundle", "bundle_of", "load_bundle"]


def load_bundle(province: str = "qinghai", data: Path | None = None) -> PolicyBundle:
    """The bundle of a province. `data` is a folder with the province's own.

    Where it has no national/ or no units.yaml, the shipped ones are taken; without `data` all is taken from there.
    Raises BadLawData, which names file and line, and FileNotFoundError for a province without a folder.
    """
    collection = gather(data or SHIPPED_DATA, province)
    return bundle_of(province, collection, Assembly(collection))


def bundle_of(province: str, collection: Collection, assembly: Assembly) -> PolicyBundle:
    """Raises BadLawData."""
    ranked = precedence(collection)
    access = AccessBuilder(collection, assembly)
    standards = access.standards()
    owed = replacements(collection, assembly)
    known_facts = facts(collection)
    return PolicyBundle(
        province=province,
        bundle_hash=collection.sha256(),
        precedence=tuple(item.id for item in ranked),
        outcomes=MappingProxyType({item.id: item.outcome for item in ranked}),
        parameters=MappingProxyType(assembly.parameters),
        rules=MappingProxyType(rules(collection)),
        catalogues=catalogues(collection),
        access_standards=MappingProxyType(standards),
        access_rules=access.rules(standards),
        norms=access.norms,
        replacements=MappingProxyType(owed),
        areas=MappingProxyType(areas(collection)),
        regions=MappingProxyType(regions(collection)),
        facts=MappingProxyType(known_facts),
        sources=sources(collection),
        seed_clauses=seed_clauses(collection),
        industry_classes=industry_classes(collection),
        parks=parks(collection),
        calendar=calendar(collection),
        duties=duties(collection, assembly, known_facts, standards.values()),
    )
