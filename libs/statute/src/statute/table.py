"""A decision table: the first row whose conditions are all met decides, and says why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Generic, NamedTuple, TypeVar

from kernel.text import Text, joined
from statute.conditions import Condition, Names, OneOf, Stated, Stretch, written
from statute.row_index import ColumnIndex, PointIndex, Rows, WordIndex

Row = TypeVar("Row")
Inputs = Mapping[str, Stated | None]

ROWS_MAX: Final = 4_096
"""An index takes about a bit for each pair of a row and an end of a stretch: here, some megabytes a column."""


class Holds(Enum):
    """What the input of a column is."""

    WORD = "word"
    NUMBER = "number"
    DAY = "day"


_POINTS: Final[Mapping[Holds, type]] = {Holds.NUMBER: Decimal, Holds.DAY: date}


@dataclass(frozen=True, slots=True)
class Column:
    """One input. `id` is its name among the inputs; `unit` and `names` are for its sentences."""

    id: str
    title: Text
    holds: Holds
    unit: str = ""
    names: Names = field(default_factory=dict, hash=False)

    def can_ask(self, condition: Condition) -> bool:
        if isinstance(condition, OneOf):
            return self.holds is Holds.WORD
        kind = _POINTS.get(self.holds)
        ends = (end for end in (condition.low, condition.high) if end is not None)
        return kind is not None and all(type(end) is kind for end in ends)

    def said(self, stated: Stated) -> Text | str:
        if isinstance(stated, str):
            return self.names.get(stated, stated)
        return written(stated)


@dataclass(frozen=True, slots=True)
class Case(Generic[Row]):
    """One row: what it asks, by column, and what it answers. A column that it does not name may hold anything."""

    when: Mapping[str, Condition]
    then: Row


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Row `number` never decides: row `by`, before it, takes in all that it does. Rows count from 1."""

    number: int
    by: int

    def text(self) -> Text:
        return Text(
            "第 {number} 行被第 {by} 行完全遮盖, 永不适用; 请删去或移到其前",
            "row {number} never decides: row {by} takes in all that it does; remove it or put it first",
            number=self.number,
            by=self.by,
        )


@dataclass(eq=False)
class UnreachableRows(ValueError):
    """A mistake in the table, never an input's: some rows stand behind others that take in all that they do."""

    rows: tuple[Unreachable, ...]

    def text(self) -> Text:
        return joined([row.text() for row in self.rows])

    def __str__(self) -> str:
        return self.text().en


class _Said(Text):
    """Conditions of a row with what was stated: templates of the `%` kind, the quickest to fill, written when read."""

    __slots__ = ("_stated",)

    def __init__(self, clauses: "_Clauses", inputs: Inputs) -> None:
        super().__init__(clauses.zh, clauses.en)
        self._stated = [column.said(inputs[column.id]) for column in clauses.slots]  # type: ignore[arg-type]  # all are

    @property
    def zh(self) -> str:
        return self._zh % tuple([said if isinstance(said, str) else said.zh for said in self._stated])

    @property
    def en(self) -> str:
        return self._en % tuple([said if isinstance(said, str) else said.en for said in self._stated])


@dataclass(frozen=True, slots=True)
class _Clauses:
    """What a row asks, as templates written out once; `slots` are the columns whose inputs fill them, in order."""

    zh: str
    en: str
    slots: tuple[Column, ...]


_ALWAYS: Final = _Clauses("其他情形", "in every other case", ())


@dataclass(frozen=True, slots=True)
class _Asked:
    by_column: tuple[tuple[str, _Clauses], ...]
    whole: _Clauses


class Matched(NamedTuple, Generic[Row]):
    """The row that decides; `number` counts from 1. Its sentences are written when somebody reads them.

    A tuple, since one is made for every look-up: a frozen dataclass takes four times as long.
    """

    row: Row
    number: int
    asked: _Asked
    stated: Inputs

    @property
    def conditions(self) -> tuple[tuple[str, Text], ...]:
        """For each column that the row names, in the table's order: what was stated, and what the row asks."""
        return tuple((column, _Said(clauses, self.stated)) for column, clauses in self.asked.by_column)

    @property
    def because(self) -> Text:
        """All of them, one after the other."""
        return _Said(self.asked.whole, self.stated)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """No row decides. `missing`: the inputs to state first; empty when no row fits, whatever else is stated."""

    missing: tuple[str, ...] = ()


class DecisionTable(Generic[Row]):
    """Immutable. Finding the row costs one search for each column, however many rows there are."""

    def __init__(self, columns: Sequence[Column], cases: Sequence[Case[Row]]) -> None:
        """`compile` is the way in: it checks."""
        self.columns = tuple(columns)
        self._rows = tuple(case.then for case in cases)
        self._asked = tuple(_asked(columns, case) for case in cases)
        self._every = (1 << len(cases)) - 1
        self._indexes = tuple((column.id, _index(column, cases)) for column in columns)
        self._quick = tuple((name, index.met) for name, index in self._indexes)

    @classmethod
    def compile(cls, columns: Sequence[Column], cases: Sequence[Case[Row]]) -> "DecisionTable[Row]":
        """The table of the rows, in their order.

        Raises UnreachableRows for rows that stand wholly behind one earlier row (what several rows together leave to a
        later one is not looked at), and ValueError for a condition that its column cannot ask, and for too many rows.
        """
        if len(cases) > ROWS_MAX:
            raise ValueError(f"{len(cases)} rows; a table has at most {ROWS_MAX}")
        known = {column.id: column for column in columns}
        if len(known) < len(columns):
            raise ValueError("two columns have one name")
        for number, case in enumerate(cases, 1):
            for name, condition in case.when.items():
                if name not in known or not known[name].can_ask(condition):
                    raise ValueError(f"row {number}: the table has no column {name} that could ask {condition}")
        table = cls(columns, cases)
        if unreachable := tuple(table._unreachable(cases)):
            raise UnreachableRows(unreachable)
        return table

    def look_up(self, inputs: Inputs) -> Matched[Row] | Unmatched:
        """The first row whose conditions are all met by what is stated; an input that is None or absent is not stated.

        Never a guess: a row is open when nothing stated speaks against it, but an input that it asks for is missing.
        While an open row stands before the first one that is met, it might decide, so nothing is matched; `missing`
        names all the inputs that such rows lack, in the order of the columns. An open row behind a met one is of no
        account. So a match stays the same whatever the missing inputs turn out to be, and so does an `Unmatched` that
        names none. Inputs that the table has no column for are not looked at. Raises TypeError for an input that its
        column cannot hold.
        """
        met = self._every
        for name, rows_met in self._quick:
            stated = inputs.get(name)
            if stated is None:
                return self._look_up_in_part(inputs)
            met &= rows_met(stated)
        return self._first(met, inputs)

    def _look_up_in_part(self, inputs: Inputs) -> Matched[Row] | Unmatched:
        met = possible = self._every
        for name, index in self._indexes:
            stated = inputs.get(name)
            if stated is None:
                met &= index.free
            else:
                rows = index.met(stated)
                met &= rows
                possible &= rows
        # Open rows before the first one that is met; every open row when there is none.
        if before := (possible ^ met) & ((met & -met) - 1):
            return Unmatched(self._missing(before, inputs))
        return self._first(met, inputs)

    def _first(self, met: Rows, inputs: Inputs) -> Matched[Row] | Unmatched:
        if not met:
            return Unmatched()
        number = (met & -met).bit_length()
        return Matched(self._rows[number - 1], number, self._asked[number - 1], dict(inputs))

    def _missing(self, rows: Rows, inputs: Inputs) -> tuple[str, ...]:
        return tuple(name for name, index in self._indexes if inputs.get(name) is None and rows & ~index.free)

    def _unreachable(self, cases: Sequence[Case[Row]]) -> Iterator[Unreachable]:
        for row, case in enumerate(cases):
            before = (1 << row) - 1
            for name, index in self._indexes:
                condition = case.when.get(name)
                before &= index.free if condition is None else index.taking_in(condition)
            if before:
                yield Unreachable(row + 1, (before & -before).bit_length())


def _index(column: Column, cases: Sequence[Case[Any]]) -> ColumnIndex:
    asked = [case.when.get(column.id) for case in cases]
    if column.holds is Holds.WORD:
        return WordIndex([c if isinstance(c, OneOf) else None for c in asked])
    return PointIndex([c if isinstance(c, Stretch) else None for c in asked])


def _asked(columns: Sequence[Column], case: Case[Any]) -> _Asked:
    named = [(column.id, _clause(column, case.when[column.id])) for column in columns if column.id in case.when]
    clauses = [clause for _, clause in named] or [_ALWAYS]
    zh, en = "; ".join(c.zh for c in clauses), "; ".join(c.en for c in clauses)
    return _Asked(tuple(named), _Clauses(zh, en, tuple(slot for c in clauses for slot in c.slots)))


def _clause(column: Column, condition: Condition) -> _Clauses:
    title = column.title
    asked = condition.text(column.names) if isinstance(condition, OneOf) else condition.text()
    if isinstance(condition, OneOf) and len(condition.words) == 1:
        # What was stated is the one word.
        return _Clauses(_verbatim(f"{title.zh} {asked.zh}"), _verbatim(f"{title.en} {asked.en}"), ())
    unit = f" {column.unit}" if column.unit else ""
    zh = f"{_verbatim(title.zh)} %s{_verbatim(unit)} ({_verbatim(asked.zh)})"
    en = f"{_verbatim(title.en)} %s{_verbatim(unit)} ({_verbatim(asked.en)})"
    return _Clauses(zh, en, (column,))


def _verbatim(text: str) -> str:
    return text.replace("%", "%%")
