"""Gathers the items of all law files: the nation's first, then the province's in the place of those of the same id."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from statute.problems import explained
from statute.reading import BadLawData, Place, read
from statute.schema import SECTIONS

UNITS_FILE: Final = "units.yaml"
NATION: Final = "national"

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


def gather(data: Path, province: str) -> Collection:
    """Raises BadLawData, at the first thing that is wrong, and FileNotFoundError for a folder that is not there."""
    gathered = _folder(data, NATION)
    gathered.lay_over(_folder(data, province))
    _file(data / UNITS_FILE, UNITS_FILE, gathered)
    return gathered


def _folder(data: Path, folder: str) -> Collection:
    if not (data / folder).is_dir():
        raise FileNotFoundError(f"there is no folder of law {data / folder}")
    collection = Collection()
    for path in sorted((data / folder).glob("*.yaml")):
        _file(path, f"{folder}/{path.name}", collection)
    return collection


def _file(path: Path, name: str, into: Collection) -> None:
    content, top = read(path, name)
    for section, written in content.items():
        if section not in SECTIONS:
            raise top.child(section).refuse(
                f"没有名为 {section} 的节; 可用: {', '.join(SECTIONS)}",
                f"there is no section {section}; known: {', '.join(SECTIONS)}",
            )
        items = _checked(section, written, top)
        assert isinstance(written, list)
        for index, (item, raw) in enumerate(zip(items, written, strict=True)):
            into.add(section, Entry(item, raw, top.child(section, index)))


def _checked(section: str, written: object, top: Place) -> list[BaseModel]:
    try:
        return _ADAPTERS[section].validate_python(written)
    except ValidationError as error:
        raise _first_problem(error, top.child(section)) from error


def _first_problem(error: ValidationError, section: Place) -> BadLawData:
    problem = error.errors(include_url=False, include_context=False)[0]
    where, what = problem["loc"], explained(problem["type"], problem["msg"])
    field = ".".join(str(key) for key in (section.path[0], *where) if not isinstance(key, int))
    return section.child(*where).refuse(f"{field}: {what.zh}", f"{field}: {what.en}")
