"""What was stated, as a flat list of fields, and what differs between two revisions of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Stated = Mapping[str, object]
"""A dossier as the API's JSON spells it: nested mappings and lists of texts, numbers and truth values."""

YES, NO = "yes", "no"
_DAY = frozenset({"year", "month", "day"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One field. `path` has names and, for what is listed, places counted from 1: ("products", "1", "name")."""

    path: tuple[str, ...]
    value: str


def entries(stated: Stated) -> tuple[Entry, ...]:
    """Every field that was stated, in the order of the contract. What is absent was not stated: it has no entry."""
    return tuple(_entries((), stated))


def _entries(path: tuple[str, ...], value: object) -> Iterator[Entry]:
    written = _written(value)
    if written is not None:
        yield Entry(path, written)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _entries((*path, str(name)), inner)
    elif isinstance(value, Sequence):
        for place, inner in enumerate(value, 1):
            yield from _entries((*path, str(place)), inner)


def _written(value: object) -> str | None:
    """A plain value, or a small message that reads as one: a decimal, an amount with its unit, a day."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, str | int):
        return str(value)
    return _written_message(value) if isinstance(value, Mapping) else None


def _written_message(value: Stated) -> str | None:
    names = value.keys()
    if names == _DAY:
        return "-".join(str(value[name]).zfill(2) for name in ("year", "month", "day"))
    number = _written(value["value"]) if names in ({"value"}, {"value", "unit"}) else None
    return f"{number} {value['unit']}" if number is not None and "unit" in names else number


class Change(StrEnum):
    """What became of a field."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not what it was. `before` is None where it was not stated, `after` where it is not any more."""

    path: tuple[str, ...]
    before: str | None
    after: str | None

    @property
    def change(self) -> Change:
        if self.before is None:
            return Change.ADDED
        return Change.REMOVED if self.after is None else Change.CHANGED


def differences(before: Stated, after: Stated) -> tuple[Difference, ...]:
    """Field by field, those of the later revision first, then what it leaves out."""
    old, new = ({entry.path: entry.value for entry in entries(one)} for one in (before, after))
    paths = [*new, *(path for path in old if path not in new)]
    return tuple(Difference(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path))
