"""The period of a report, and the years that a target is for."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

MONTHS_OF_YEAR: Final = 12


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """From the first day to the last, both inside, as reports name it."""

    first: date
    last: date

    def __post_init__(self) -> None:
        assert self.first <= self.last

    @property
    def begins_the_year(self) -> bool:
        """Cumulative from the first of January: what a schedule of the year can be held against."""
        return self.first == date(self.last.year, 1, 1)


def year_to(last: date) -> Period:
    return Period(date(last.year, 1, 1), last)


@dataclass(frozen=True, order=True, slots=True)
class Years:
    """Whole calendar years, all inside."""

    first: int
    last: int

    def __post_init__(self) -> None:
        assert self.first <= self.last

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    @property
    def first_day(self) -> date:
        return date(self.first, 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.last, 12, 31)

    def __contains__(self, day: date) -> bool:
        return self.first <= day.year <= self.last


def months_elapsed(day: date) -> int | None:
    """Whole months of the year by the end of `day`; None when a month is not over."""
    return day.month if day.day == monthrange(day.year, day.month)[1] else None
