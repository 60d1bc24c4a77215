"""Gathers the items of all law files: the nation's first, then the province's in the place of those of the same id."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from statute.problems import explained
from statute.reading import BadLawData, Key, Place, read
from statute.sections import SECTIONS

UNITS: Final = "units"
SOURCES: Final = "sources"
UNITS_FILE: Final = "units.yaml"
NATION: Final = "national"

SHIPPED_DATA: Final = Path(__file__).parent / "data"

Folder: TypeAlias = Path | zipfile.Path
"""On disk, or within an archive."""

Refuse = Callable[[BadLawData], None]

_Model = TypeVar("_Model", bound=BaseModel)

_ADAPTERS: Final[dict[str, TypeAdapter[list[Any]]]] = {
    section: TypeAdapter(list[model])  # type: ignore[valid-type]  # a model chosen by its section
    for section, model in SECTIONS.items()
}


@dataclass(frozen=True)
class Entry:
    """One item as checked, as written, and where."""

    item: BaseModel
    raw: object
    place: Place


def raised(error: BadLawData) -> None:
    raise error


class Collection:
    """Items by section and id."""

    def __init__(self) -> None:
        self._sections: dict[str, dict[str, Entry]] = {section: {} for section in SECTIONS}

    def lay_over(self, above: "Collection") -> None:
        """Puts the items of `above` in the place of those of the same id."""
        for section, entries in above._sections.items():  # noqa: SLF001  # the same class
            self._sections[section].update(entries)

    def add(self, section: str, entry: Entry) -> None:
        """Raises BadLawData when the section has the id."""
        name = _id(entry.item)
        held = self._sections[section]
        if name in held:
            first = held[name].place
            raise entry.place.child("id").refuse(
                f"{name} 已在 {first.file}:{first.line} 给出, 请删去其一",
                f"{name} is given at {first.file}:{first.line} already; remove one",
            )
        held[name] = entry

    def items(self, model: type[_Model]) -> Iterator[tuple[_Model, Place]]:
        """The items of the section that holds this model."""
        section = next(name for name, held in SECTIONS.items() if held is model)
        for entry in self._sections[section].values():
            assert isinstance(entry.item, model)
            yield entry.item, entry.place

    def entries(self) -> Iterator[tuple[str, str, Entry]]:
        """Everything, with its section and id."""
        for section, held in self._sections.items():
            yield from ((section, name, entry) for name, entry in held.items())

    def sha256(self) -> str:
        """The same for the same law, however files, keys and items are ordered and commented."""
        content = {section: {name: e.raw for name, e in held.items()} for section, held in self._sections.items()}
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=_written)
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _id(item: BaseModel) -> str:
    name = getattr(item, "id")  # noqa: B009  # every item model has one
    return str(name.value if isinstance(name, Enum) else name)


def _written(value: object) -> str:
    assert isinstance(value, date)
    return value.isoformat()


def gather(data: Folder, province: str, refuse: Refuse = raised) -> Collection:
    """The law of `data`; what it has none of, the nation's folder or the units, is taken from the shipped data.

    `refuse` takes what is wrong, one thing after the other, and what is not taken for law is left out; by default the
    first is raised. Raises FileNotFoundError for a folder that is not there.
    """
    gathered = folder_of_law(home(data, NATION), NATION, refuse)
    gathered.lay_over(folder_of_law(data, province, refuse))
    _file(home(data, UNITS_FILE) / UNITS_FILE, UNITS_FILE, gathered, refuse)
    _hold_to_units(gathered, refuse)
    _hold_to_sources(gathered, refuse)
    return gathered


def _hold_to_units(gathered: Collection, refuse: Refuse) -> None:
    """Whatever an item measures, it does so in a listed unit."""
    known = {name for section, name, _ in gathered.entries() if section == UNITS}
    for section, _, entry in gathered.entries():
        for unit, path in mentions(entry.raw, "unit") if section != UNITS else ():
            if unit and unit not in known:
                refuse(unlisted(unit, entry.place.child(*path)))


def _hold_to_sources(gathered: Collection, refuse: Refuse) -> None:
    """Whatever an item was checked against is among the sources."""
    known = {name for section, name, _ in gathered.entries() if section == SOURCES}
    for _, _, entry in gathered.entries():
        for source, path in mentions(entry.raw, "source", "seen_in"):
            if source and source not in known:
                refuse(entry.place.child(*path).refuse(f"没有出处 {source}", f"there is no source {source}"))


def unlisted(unit: str, place: Place) -> BadLawData:
    return place.refuse(f"单位 {unit} 未列入 {UNITS_FILE}", f"the unit {unit} is not listed in {UNITS_FILE}")


def mentions(raw: Any, *keys: str, path: tuple[Key, ...] = ()) -> Iterator[tuple[str, tuple[Key, ...]]]:
    """Every word that stands under one of the keys, alone or in a list, with its path within the item."""
    if isinstance(raw, Mapping):
        for key, value in raw.items():
            if key in keys:
                listed = value if isinstance(value, list) else [value]
                yield from ((word, (*path, key)) for word in listed if isinstance(word, str))
            yield from mentions(value, *keys, path=(*path, key))
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from mentions(value, *keys, path=(*path, index))


def home(data: Folder, name: str) -> Folder:
    """Where the nation's folder or the units are taken from: `data` where it has them, else the shipped data."""
    return data if (data / name).exists() else SHIPPED_DATA


def law_files(data: Folder, folder: str) -> list[Folder]:
    """In the order in which they are read. Raises FileNotFoundError for a folder that is not there."""
    if not (data / folder).is_dir():
        raise FileNotFoundError(f"there is no folder of law {data / folder}")
    # By name without its ending, so that rules.yaml comes before rules-duties.yaml: rules are shown in this order.
    return sorted(
        (path for path in (data / folder).iterdir() if path.suffix == ".yaml"),
        key=lambda path: path.stem,
    )


def folder_of_law(data: Folder, folder: str, refuse: Refuse = raised) -> Collection:
    """What one folder holds by itself. Raises as `gather` does."""
    collection = Collection()
    for path in law_files(data, folder):
        _file(path, f"{folder}/{path.name}", collection, refuse)
    return collection


def _file(path: Folder, name: str, into: Collection, refuse: Refuse) -> None:
    try:
        content, top = read(path, name)
    except BadLawData as error:
        refuse(error)
        return
    for section, written in content.items():
        for entry in _entries(section, written, top, refuse):
            try:
                into.add(section, entry)
            except BadLawData as error:
                refuse(error)


def _entries(section: str, written: object, top: Place, refuse: Refuse) -> Iterator[Entry]:
    if section not in SECTIONS:
        refuse(
            top.child(section).refuse(
                f"没有名为 {section} 的节; 可用: {', '.join(SECTIONS)}",
                f"there is no section {section}; known: {', '.join(SECTIONS)}",
            )
        )
        return
    try:
        items = _ADAPTERS[section].validate_python(written)
    except ValidationError as error:
        for problem in _problems(error, top.child(section)):
            refuse(problem)
        return
    assert isinstance(written, list)
    for index, (item, raw) in enumerate(zip(items, written, strict=True)):
        yield Entry(item, raw, top.child(section, index))


def _problems(error: ValidationError, section: Place) -> Iterator[BadLawData]:
    """One for each spot of the file: a value that fits none of several forms is told once."""
    told = set()
    for problem in error.errors(include_url=False, include_context=False):
        place, what = section.child(*problem["loc"]), explained(problem["type"], problem["msg"])
        spot = place.path if problem["type"] == "missing" else place.spot
        if spot not in told:
            told.add(spot)
            field = ".".join(str(key) for key in spot if not isinstance(key, int))
            yield place.refuse(f"{field}: {what.zh}", f"{field}: {what.en}")
