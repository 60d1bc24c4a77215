"""What a cell of a decision table asks of one input: to be one of some words, or to lie in a stretch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from kernel.quantities import plain
from kernel.text import Text, joined

Names = Mapping[str, Text]
"""How people say a word; a word that has no name is said as it is."""
UNNAMED: Final[Names] = MappingProxyType({})

Point = Decimal | date
Stated = str | Point
"""What an input may hold. A number is finite; a day carries no time."""


def written(stated: Stated) -> str:
    """As people read it: a number plainly, a day as YYYY-MM-DD, a word as it is."""
    if isinstance(stated, str):
        return stated
    return plain(stated) if isinstance(stated, Decimal) else stated.isoformat()


@dataclass(frozen=True, slots=True)
class OneOf:
    """The input is exactly one of the words. Raises ValueError without a word, or for one that stands twice."""

    words: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.words or len(set(self.words)) < len(self.words):
            raise ValueError(f"a condition has words, each once: {self.words}")

    def text(self, names: Names = UNNAMED) -> Text:
        words = [names.get(word) or Text(word, word) for word in self.words]
        if len(words) == 1:
            return Text("为 {word}", "is {word}", word=words[0])
        return Text("须为 {words} 之一", "must be one of {words}", words=joined(words, "、", ", "))


def equals(word: str) -> OneOf:
    return OneOf((word,))


def one_of(*words: str) -> OneOf:
    return OneOf(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The input lies between two ends, each open or closed; an end that is not named is nowhere.

    Raises ValueError without an end, with two lower or two upper ones, when nothing lies in it, and for a stretch of
    days that is not half-open: `at_least` the first day, `below` the first day out.
    """

    at_least: Point | None = None
    above: Point | None = None
    at_most: Point | None = None
    below: Point | None = None

    def __post_init__(self) -> None:
        if None not in (self.at_least, self.above) or None not in (self.at_most, self.below):
            raise ValueError(f"a stretch has at most one lower and one upper end: {self}")
        if self.low is None and self.high is None:
            raise ValueError("a stretch has an end")
        if any(isinstance(end, date) for end in (self.above, self.at_most)):
            raise ValueError(f"a stretch of days is half-open: {self}")
        if self.low is not None and self.high is not None and self._is_empty(self.low, self.high):
            raise ValueError(f"nothing lies in the stretch {self}")

    @property
    def low(self) -> Point | None:
        return self.above if self.at_least is None else self.at_least

    @property
    def high(self) -> Point | None:
        return self.below if self.at_most is None else self.at_most

    def _is_empty(self, low: Point, high: Point) -> bool:
        closed = self.at_least is not None and self.at_most is not None
        return low > high or (low == high and not closed)  # type: ignore[operator]  # both are days, or both numbers

    def text(self) -> Text:
        return Text("须{ends}", "must be {ends}", ends=joined(tuple(self._ends()), "、", " and "))

    def _ends(self) -> Iterator[Text]:
        day = isinstance(self.low if self.low is not None else self.high, date)
        if self.at_least is not None:
            zh, en = ("不早于 {end}", "on or after {end}") if day else ("不低于 {end}", "at least {end}")
            yield Text(zh, en, end=written(self.at_least))
        if self.above is not None:
            yield Text("高于 {end}", "above {end}", end=written(self.above))
        if self.at_most is not None:
            yield Text("不高于 {end}", "at most {end}", end=written(self.at_most))
        if self.below is not None:
            zh, en = ("早于 {end}", "before {end}") if day else ("低于 {end}", "below {end}")
            yield Text(zh, en, end=written(self.below))


def period(first: date | None, until: date | None = None) -> Stretch:
    """The days from the first one inside until the first one outside."""
    return Stretch(at_least=first, below=until)


Condition = OneOf | Stretch
