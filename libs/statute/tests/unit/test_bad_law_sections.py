"""Every section of the law refuses every kind of slip, with the file and the line where it stands."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from statute.collection import SHIPPED_DATA, folder_of_law, gather
from statute.loader import BadLawData, load_bundle
from statute.sections import SECTIONS

Steps = tuple[str | int, ...]

FILE = "fictional/slip.yaml"


@dataclass(frozen=True)
class Plain:
    """Written without quotes."""

    text: str


@dataclass(frozen=True)
class Slip:
    """A section with something wrong in it, the path to the line that is told, and words that are said of it."""

    items: list[Any]
    path: Steps
    words: str


Fault = Callable[[str, dict[str, Any]], Slip | None]
"""None where an item of the section has nothing that could be wrong in this way."""


def lines(value: Any, path: Steps = ()) -> Iterator[tuple[Steps, str]]:
    """As block YAML, each line with the path of what begins on it; an item begins on the line of its dash."""
    indent = "  " * (len(path) - 1)
    if isinstance(value, dict) and value:
        for number, (key, part) in enumerate(value.items()):
            after_dash = number == 0 and path and isinstance(path[-1], int)
            lead = f"{indent}- " if after_dash else f"{indent}  " if path else ""
            yield path if after_dash else (*path, key), f"{lead}{key}:{scalar(part)}"
            yield from lines(part, (*path, key))
    elif isinstance(value, list) and value:
        for index, part in enumerate(value):
            if not isinstance(part, dict):
                yield (*path, index), f"{indent}  - {scalar(part).strip()}"
            yield from lines(part, (*path, index))


def scalar(value: Any) -> str:
    if isinstance(value, dict | list):
        return "" if value else f" {json.dumps(value)}"
    if isinstance(value, Plain):
        return f" {value.text}"
    if isinstance(value, date):
        return f" {value.isoformat()}"
    return f" {json.dumps(value, ensure_ascii=False)}"


def changed(value: Any, path: Steps, new: Any) -> Any:
    """The value with what stands at the path changed, or added."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        assert isinstance(step, int)
        return [*value[:step], changed(value[step], rest, new), *value[step + 1 :]]
    return {**value, step: changed(value.get(step), rest, new)}


def without(item: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != key}


def dicts(value: Any, path: Steps = ()) -> Iterator[tuple[dict[str, Any], Steps]]:
    if isinstance(value, dict):
        yield value, path
        for key, part in value.items():
            yield from dicts(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from dicts(part, (*path, index))


def first(item: dict[str, Any], key: str, *, filled: bool = True) -> tuple[dict[str, Any], Steps] | None:
    """The first thing in the item that has the key."""
    return next(((found, path) for found, path in dicts(item) if key in found and (found[key] or not filled)), None)


@cache
def shipped() -> Mapping[str, list[dict[str, Any]]]:
    """The items of every section as they are written."""
    sections: dict[str, list[dict[str, Any]]] = {section: [] for section in SECTIONS}
    for section, _, entry in gather(SHIPPED_DATA, "qinghai").entries():
        assert isinstance(entry.raw, dict)
        sections[section].append(entry.raw)
    return sections


def unknown_key(_: str, item: dict[str, Any]) -> Slip:
    return Slip([{**item, "colour": "red"}], (0, "colour"), "is an unknown key")


def unknown_key_within(_: str, item: dict[str, Any]) -> Slip | None:
    nested = next(((found, path) for found, path in dicts(item) if len(path) > 1), None)
    if nested is None:
        return None
    return Slip([changed(item, (*nested[1], "colour"), "red")], (0, *nested[1], "colour"), "is an unknown key")


def an_id_twice(_: str, item: dict[str, Any]) -> Slip:
    return Slip([item, item], (1, "id"), f"{item['id']} is given at {FILE}:2 already")


def no_id(_: str, item: dict[str, Any]) -> Slip:
    return Slip([without(item, "id")], (0,), "id: is missing")


def a_key_missing(section: str, item: dict[str, Any]) -> Slip | None:
    needed = [name for name, field in SECTIONS[section].model_fields.items() if field.is_required()]
    key = next((name for name in needed if name in item and name != "id"), None)
    return None if key is None else Slip([without(item, key)], (0,), f"{key}: is missing")


def a_float(_: str, item: dict[str, Any]) -> Slip:
    return Slip([{**item, "id": Plain("1.5")}], (0, "id"), "ambiguous without quotes")


def a_figure_as_a_float(_: str, item: dict[str, Any]) -> Slip | None:
    for found, path in dicts(item):
        for key, value in found.items():
            if (
                isinstance(value, str)
                and value.replace(".", "").isdigit()
                and key not in ("id", "article", "industry_code")
            ):
                return Slip([changed(item, (*path, key), Plain("5000.5"))], (0, *path, key), "ambiguous without quotes")
    return None


def a_wrong_unit(_: str, item: dict[str, Any]) -> Slip | None:
    found = first(item, "unit")
    if found is None:
        return None
    return Slip(
        [changed(item, (*found[1], "unit"), "Mtce")], (0, *found[1], "unit"), "Mtce is not listed in units.yaml"
    )


def an_unknown_source(_: str, item: dict[str, Any]) -> Slip | None:
    found = first(item, "source")
    if found is None:
        return None
    return Slip(
        [changed(item, (*found[1], "source"), "nowhere")], (0, *found[1], "source"), "there is no source nowhere"
    )


def an_unknown_verification(_: str, item: dict[str, Any]) -> Slip | None:
    found = first(item, "verification")
    if found is None:
        return None
    return Slip(
        [changed(item, (*found[1], "verification"), "certain")], (0, *found[1], "verification"), "no known word"
    )


def a_day_that_is_none(_: str, item: dict[str, Any]) -> Slip | None:
    found = first(item, "from")
    if found is None:
        return None
    return Slip([changed(item, (*found[1], "from"), Plain("2017-02-29"))], (0, *found[1], "from"), "no day 2017-02-29")


def a_day_in_quotes(_: str, item: dict[str, Any]) -> Slip | None:
    found = first(item, "from")
    if found is None:
        return None
    return Slip([changed(item, (*found[1], "from"), "2017-02-28")], (0, *found[1], "from"), "without quotes")


def an_empty_period(_: str, item: dict[str, Any]) -> Slip | None:
    found = first(item, "from")
    if found is None:
        return None
    return Slip([changed(item, (*found[1], "until"), found[0]["from"])], (0, *found[1]), "at least one day")


def an_overlap(section: str, item: dict[str, Any]) -> Slip | None:
    """Two editions of one thing on one day. The clauses of a rule and the rows of a list may share days."""
    if section == "two_high_catalogues":
        return Slip([item, {**item, "id": "again"}], (1, "from"), "overlaps")
    for found, path in dicts(item):
        for key, value in found.items():
            dated = isinstance(value, list) and value and isinstance(value[-1], dict) and "from" in value[-1]
            if dated and (key in ("periods", "regimes") or "value" in value[-1]):
                again = {**value[-1], "id": "again"} if "id" in value[-1] else value[-1]
                return Slip([changed(item, (*path, key), [*value, again])], (0, *path, key, len(value)), "overlaps")
    return None


FAULTS: list[Fault] = [
    unknown_key,
    unknown_key_within,
    an_id_twice,
    no_id,
    a_key_missing,
    a_float,
    a_figure_as_a_float,
    a_wrong_unit,
    an_unknown_source,
    an_unknown_verification,
    a_day_that_is_none,
    a_day_in_quotes,
    an_empty_period,
    an_overlap,
]


def cases() -> Iterator[Any]:
    """The first item of each section in which each fault is possible."""
    for section, items in shipped().items():
        for fault in FAULTS:
            slip = next((slip for item in items if (slip := fault(section, item)) is not None), None)
            if slip is not None:
                yield pytest.param(section, slip, id=f"{section}: {fault.__name__}")


def law_with(folder: Path, section: str, slip: Slip) -> int:
    """Writes the province that has the slip, over the shipped nation; the line that is to be told."""
    written = list(lines({section: slip.items}))
    write(folder, [line for _, line in written])
    told = [(section, *slip.path[:size]) for size in range(len(slip.path), -1, -1)]
    numbers = {path: number for number, (path, _) in enumerate(written, start=1)}
    return next(numbers[path] for path in told if path in numbers)


def write(folder: Path, text: list[str]) -> None:
    (folder / "fictional").mkdir()
    (folder / FILE).write_text("\n".join(text) + "\n", "utf-8")


def load(folder: Path) -> None:
    """As every load does; most slips show in the province's own folder, before the nation is read anew."""
    folder_of_law(folder, "fictional")
    load_bundle("fictional", folder)


@pytest.mark.parametrize(("section", "slip"), list(cases()))
def test_a_slip_is_refused_with_its_file_and_line(tmp_path: Path, section: str, slip: Slip) -> None:
    line = law_with(tmp_path, section, slip)

    with pytest.raises(BadLawData) as refused:
        load(tmp_path)

    assert (refused.value.file, refused.value.line) == (FILE, line), str(refused.value)
    assert slip.words in refused.value.en
    assert refused.value.zh != refused.value.en


def test_every_section_is_taken_as_it_is_written_here(tmp_path: Path) -> None:
    """So that nothing above is refused for the way in which the test writes it, or for want of an item."""
    given_once = ("units", "precedence")
    written = {section: items for section, items in shipped().items() if section not in given_once}
    write(tmp_path, [line for _, line in lines(written)])

    assert all(shipped().values())
    assert load_bundle("fictional", tmp_path).bundle_hash == load_bundle().bundle_hash
