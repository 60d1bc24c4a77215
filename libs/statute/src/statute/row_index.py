"""Which rows of a decision table take in a value of one column: a row is a bit of a number, the first row the lowest.

Looking up a table is then one search for each column and the bits that all of them share, however many rows there are.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Protocol

from statute.conditions import Condition, OneOf, Point, Stated, Stretch

Rows = int
"""A set of rows: bit n is row n, counted from 0."""


class ColumnIndex(Protocol):
    """`free` are the rows that take in anything."""

    free: Rows

    @property
    def met(self) -> Callable[[Stated], Rows]:
        """Gives the rows that take in a value. Raises TypeError for one that the column cannot hold."""

    def taking_in(self, condition: Condition) -> Rows:
        """The rows that take in all that a condition of the column does."""


class WordIndex(dict[Stated, Rows]):
    """The rows by each word that a row of the column names. A dictionary itself: a word is found without a call."""

    def __init__(self, conditions: Sequence[OneOf | None]) -> None:
        self.free: Rows = sum(1 << row for row, condition in enumerate(conditions) if condition is None)
        for row, condition in enumerate(conditions):
            for word in () if condition is None else condition.words:
                self[word] = self.get(word, self.free) | 1 << row

    def __missing__(self, stated: Stated) -> Rows:
        if not isinstance(stated, str):
            raise TypeError(f"{stated!r} is no word")
        return self.free

    @property
    def met(self) -> Callable[[Stated], Rows]:
        return self.__getitem__

    def taking_in(self, condition: Condition) -> Rows:
        assert isinstance(condition, OneOf)
        rows = -1
        for word in condition.words:
            rows &= self[word]
        return rows


class PointIndex:
    """The rows by place: on each end of a stretch, before the first, between two, behind the last.

    Place 2n + 1 is the n-th end itself; place 2n all that lies before it and behind the one before.
    """

    def __init__(self, conditions: Sequence[Stretch | None]) -> None:
        ends = {end for c in conditions if c is not None for end in (c.low, c.high) if end is not None}
        self._ends: list[Point] = sorted(ends)
        self.free: Rows = sum(1 << row for row, condition in enumerate(conditions) if condition is None)
        turns = [0] * (2 * len(self._ends) + 2)
        for row, condition in enumerate(conditions):
            if condition is not None:
                first, last = self._places(condition)
                turns[first] ^= 1 << row
                turns[last + 1] ^= 1 << row
        self._by_place: list[Rows] = []
        rows = self.free
        for turn in turns[:-1]:
            rows ^= turn
            self._by_place.append(rows)

    def _places(self, stretch: Stretch) -> tuple[int, int]:
        """The first and the last place of a stretch whose ends are among ours."""
        first, last = 0, 2 * len(self._ends)
        if stretch.low is not None:
            first = 2 * self._number(stretch.low) + (1 if stretch.above is None else 2)
        if stretch.high is not None:
            last = 2 * self._number(stretch.high) + (1 if stretch.below is None else 0)
        return first, last

    def _number(self, end: Point) -> int:
        return bisect_left(self._ends, end)

    @property
    def met(self) -> Callable[[Stated], Rows]:
        return self._met

    def _met(self, stated: Stated) -> Rows:
        ends = self._ends
        number = bisect_left(ends, stated)  # another kind of value has no order among them
        if number < len(ends) and ends[number] == stated:
            return self._by_place[2 * number + 1]
        return self._by_place[2 * number]

    def taking_in(self, condition: Condition) -> Rows:
        # A stretch has no holes: a row that takes in both of its ends takes in what lies between.
        assert isinstance(condition, Stretch)
        first, last = self._places(condition)
        return self._by_place[first] & self._by_place[last]
