"""The history of a region's levels on one scale: which stood for each period, and which was valid on a day.

Both are functions of what was known alone: in whatever order it came in, the history is the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from targets.domain.levels import RegionLevel


@dataclass(frozen=True, slots=True)
class Validity:
    """Half-open; `until` is None while it is valid."""

    first: date
    until: date | None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """`validity` is None for a level that never was the newest; `stands`: it is the level of its period."""

    level: RegionLevel
    validity: Validity | None
    stands: bool


def valid_on(levels: Iterable[RegionLevel], day: date) -> HistoryEntry | None:
    """The level valid on the day, of one scale, by what `levels` tell; None when none was."""
    for entry in history(levels):
        spell = entry.validity
        if spell is not None and spell.first <= day and (spell.until is None or day < spell.until):
            return entry
    return None


def history(levels: Iterable[RegionLevel]) -> tuple[HistoryEntry, ...]:
    """Every level of one scale, by period and then as it was taken in.

    A level is valid from its first day until another stands before it: one of a newer period, or of the same period
    and published, of a later status, or reported again. So an older period's late level is part of the history, and
    valid on no day.
    """
    known = sorted(levels, key=lambda level: level.number)
    valid = _validities(known)
    stands = {level.reading.period.last: level for level in sorted(known, key=lambda level: level.rank)}
    entries = [HistoryEntry(one, valid.get(one.number), stands[one.reading.period.last] is one) for one in known]
    return tuple(sorted(entries, key=lambda entry: (entry.level.reading.period.last, entry.level.number)))


def _validities(known: Sequence[RegionLevel]) -> dict[int, Validity]:
    """By number. Nothing that began later is looked at on an earlier day."""
    turns: list[tuple[date, RegionLevel]] = []
    best: RegionLevel | None = None
    for level in sorted(known, key=lambda one: (one.valid_from, one.rank)):
        if best is None or (best.rank < level.rank and best.reading != level.reading):
            turns.append((level.valid_from, level))
            best = level
    untils: list[date | None] = [day for day, _ in turns[1:]]
    spells = zip(turns, [*untils, None][: len(turns)], strict=True)
    return {level.number: Validity(first, until) for (first, level), until in spells if first != until}
