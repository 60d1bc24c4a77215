"""Counts the entries of law by how far each was checked."""

from collections.abc import Iterator, Mapping
from typing import Any

from statute.checks.report import Tally
from statute.collection import Collection
from statute.finding import FIGURE

UNVERIFIED = "unverified"


def tally(collection: Collection) -> Tally:
    """Everything that states a verification, in whatever section it stands."""
    counted = Tally()
    for _, _, entry in collection.entries():
        for kind, verification, confidence in _verified(entry.raw, FIGURE):
            told = f"{verification}/{confidence}" if verification == UNVERIFIED and confidence else verification
            (counted.figures if kind == FIGURE else counted.methods)[told] += 1
    return counted


def _verified(raw: Any, kind: str) -> Iterator[tuple[str, str, str]]:
    """What stands within an entry is of its kind, unless it says its own."""
    if isinstance(raw, list):
        for value in raw:
            yield from _verified(value, kind)
    elif isinstance(raw, Mapping):
        own = str(raw.get("kind", kind)) if "verification" in raw else kind
        if "verification" in raw:
            yield own, str(raw["verification"]), str(raw.get("confidence", ""))
        for value in raw.values():
            yield from _verified(value, own)


def sizes(collection: Collection) -> dict[str, int]:
    """How many items each section holds; sections without any are left out."""
    counted: dict[str, int] = {}
    for section, _, _ in collection.entries():
        counted[section] = counted.get(section, 0) + 1
    return counted
