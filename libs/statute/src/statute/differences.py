"""Where two values of law differ, field by field, and how a value is written for a person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from kernel.quantities import plain
from kernel.text import Text, joined
from statute.finding import Citation
from statute.parameter import Parameter, Version

ABSENT: Final = Text("—", "—")
YES: Final = Text("是", "yes")
NO: Final = Text("否", "no")

ORDER: Final = "order"

_KEYS: Final = ("id", "key", "name", "when", "fact")
"""By what the members of a list are told apart, in this order."""

_UNWORDED: Final = Text("", "")

_WHOLE: Final = (Text, Citation, Version, Parameter)
"""Shapes that are compared and written as one."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`before` or `after` is ABSENT where the side has no such thing."""

    path: tuple[str, ...]
    before: Any
    after: Any


def differences(before: Any, after: Any, path: tuple[str, ...] = ()) -> Iterator[Difference]:
    """As deep as both sides have parts with names: fields, ids, keys."""
    if before == after:
        return
    old, new = _parts(before), _parts(after)
    if old is None or new is None:
        yield Difference(path, before, after)
        return
    for name in dict.fromkeys([*old, *new]):
        if name in old and name in new:
            yield from differences(old[name], new[name], (*path, name))
        else:
            yield Difference((*path, name), old.get(name, ABSENT), new.get(name, ABSENT))
    if isinstance(before, tuple) and isinstance(after, tuple):
        yield from order(tuple(old), tuple(new), path)


def order(old: tuple[str, ...], new: tuple[str, ...], path: tuple[str, ...]) -> Iterator[Difference]:
    """In many lists the first that fits decides."""
    stay = tuple(name for name in old if name in new)
    if stay != tuple(name for name in new if name in old):
        yield Difference((*path, ORDER), _same(" > ".join(old)), _same(" > ".join(new)))


def named(values: Any) -> dict[str, Any] | None:
    """A mapping or a list by its members' names; None when they have none, or one name twice."""
    if isinstance(values, Mapping):
        return {written(key).en: value for key, value in values.items()}
    if not isinstance(values, tuple):
        return None
    by_name = {name: value for value in values if (name := _name(value))}
    return by_name if len(by_name) == len(values) else None


def _parts(value: Any) -> dict[str, Any] | None:
    if is_dataclass(value) and not isinstance(value, _WHOLE):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return named(value)


def _name(value: Any) -> str:
    if isinstance(value, Citation):
        return f"{value.document} {value.in_force_from}"
    names = (getattr(value, key, None) for key in _KEYS if not isinstance(value, Enum))
    return next((name for name in names if isinstance(name, str)), "")


def written(value: Any) -> Text:
    """Any value of law in a few words: a figure with its unit and document, a thing by its title."""
    if value is None or value in ("", ()):
        return ABSENT
    if isinstance(value, Version):
        return Text("{figure} ({law})", "{figure} ({law})", figure=figure(value), law=written(value.citation))
    if isinstance(value, Citation):
        return _citation(value)
    if isinstance(value, tuple | frozenset):
        members = sorted(value) if isinstance(value, frozenset) else value
        return joined([written(member) for member in members], ", ", ", ")
    if isinstance(value, Mapping):
        return joined([written(key) for key in value], ", ", ", ")
    return _scalar(value)


def _scalar(value: Any) -> Text:
    if isinstance(value, Text):
        return value
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, Enum):
        return _same(str(value.value))
    if isinstance(value, Decimal):
        return _same(plain(value))
    if isinstance(value, str | int | date):
        return _same(str(value))
    titles = (getattr(value, key, None) for key in ("title", "name", "text"))
    title = next((title for title in titles if isinstance(title, Text) and title != _UNWORDED), None)
    return title or _same(_name(value)) if title or _name(value) else _all_of(value)


def _all_of(value: Any) -> Text:
    """A thing without a name of its own: whatever it says."""
    parts = [written(part) for part in (_parts(value) or {}).values()]
    return joined([part for part in parts if part != ABSENT], ", ", ", ")


def figure(version: Version) -> Text:
    """The value with its unit; what was looked for and not found says so."""
    if version.value is None:
        return Text("未找到", "not found")
    unit = version.citation.unit
    return (
        Text("{value} {unit}", "{value} {unit}", value=written(version.value), unit=unit)
        if unit
        else written(version.value)
    )


def document(citation: Citation) -> Text:
    if not citation.article:
        return _same(citation.document)
    words = {"document": citation.document, "article": citation.article}
    return Text("{document}, 条款 {article}", "{document}, art. {article}", **words)


def _citation(citation: Citation) -> Text:
    return Text(
        "{document}, 自 {begins} 起{ends}, {verification}",
        "{document}, from {begins}{ends}, {verification}",
        document=document(citation),
        begins=citation.in_force_from,
        ends="" if citation.until is None else Text(" 至 {until} 前", " until {until}", until=citation.until),
        verification=citation.verification,
    )


def _same(words: str) -> Text:
    return Text(words, words)
