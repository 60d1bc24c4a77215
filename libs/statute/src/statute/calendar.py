"""Counts statutory periods in working days (工作日) by the days off and the days worked of each year's notice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kernel.text import Text
from statute.finding import Citation

DAY: Final = timedelta(days=1)
SATURDAY: Final = 5
"""By date.weekday()."""


class NoSuchCounting(LookupError):
    """Code asks for a way of counting that the data does not have."""


@dataclass(frozen=True, slots=True)
class Counting:
    """How a number of working days is counted from a day."""

    id: str
    title: Text
    text: Text
    first_day_counted: bool
    """Whether the day itself is day 1, where it is a working day."""
    citation: Citation


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a period. `provisional`: the days off of a year that it runs through are not published."""

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """`years` are those whose notice is on file; in any other year every Monday to Friday is taken as worked."""

    years: frozenset[int]
    off_days: frozenset[date]
    work_days: frozenset[date]
    countings: Mapping[str, Counting]

    def is_working_day(self, day: date) -> bool:
        if day in self.off_days:
            return False
        return day in self.work_days or day.weekday() < SATURDAY

    def is_published(self, day: date) -> bool:
        return day.year in self.years

    def limit(self, event_day: date, days: int, counting: str) -> Deadline:
        """The last day of `days` working days that run from `event_day`: always a working day.

        Raises NoSuchCounting, and ValueError for a period of less than one day.
        """
        if counting not in self.countings:
            raise NoSuchCounting(f"the law has no way of counting named {counting}")
        if days < 1:
            raise ValueError(f"a period of {days} working days")
        day = event_day if self.countings[counting].first_day_counted else event_day + DAY
        provisional = not self.is_published(day)
        left = days - self.is_working_day(day)
        while left:
            day += DAY
            provisional = provisional or not self.is_published(day)
            left -= self.is_working_day(day)
        return Deadline(day, provisional)
