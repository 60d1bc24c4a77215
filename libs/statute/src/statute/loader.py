"""Loads the law: the nation's, with the province's in its place where it has its own."""

from pathlib import Path
from types import MappingProxyType

from statute.assembly import Assembly, precedence
from statute.bundle import PolicyBundle
from statute.collection import gather
from statute.reading import BadLawData
from statute.shapes import access_rules, access_standards, areas, catalogues, regions, replacements, rules

__all__ = ["BadLawData", "PolicyBundle", "load_bundle"]

SHIPPED_DATA = Path(__file__).parent / "data"


def load_bundle(province: str = "qinghai", data: Path | None = None) -> PolicyBundle:
    """The bundle of a province. `data` is a folder with units.yaml, national/ and the province's folder.

    Raises BadLawData, which names file and line, and FileNotFoundError for a province without a folder.
    """
    collection = gather(data or SHIPPED_DATA, province)
    assembly = Assembly(collection)
    ranked = precedence(collection)
    standards = access_standards(collection, assembly)
    duties = access_rules(collection, assembly)
    owed = replacements(collection, assembly)
    return PolicyBundle(
        province=province,
        bundle_hash=collection.sha256(),
        precedence=tuple(item.id for item in ranked),
        outcomes=MappingProxyType({item.id: item.outcome for item in ranked}),
        parameters=MappingProxyType(assembly.parameters),
        rules=MappingProxyType(rules(collection)),
        catalogues=catalogues(collection),
        access_standards=MappingProxyType(standards),
        access_rules=duties,
        replacements=MappingProxyType(owed),
        areas=MappingProxyType(areas(collection)),
        regions=MappingProxyType(regions(collection)),
    )
