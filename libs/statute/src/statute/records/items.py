"""What a law file may say of sources, clauses of the province's opinion, industry classes, parks and working days."""

from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from statute.problems import DAY_MISPLACED
from statute.schema import Checked, Cited, ClassDigits, Filled, Id, Model, RegionDigits, Titled, Word

SATURDAY: Final = 5
"""By date.weekday()."""

Year = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}$")]
SourceId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]

SourceKind = Literal[
    "primary_text",
    "full_text_copy",
    "quoted_text",
    "transcription",
    "constants_in_code",
    "spec_in_code",
    "dataset",
    "data",
    "secondary_database",
    "secondary",
    "news",
    "title_only",
    "own_knowledge",
]
Service = Literal["", "filing", "review", "capacity", "budget", "targets", "screening", "portal"]


class SourceItem(Model):
    id: SourceId
    kind: SourceKind
    what: Filled
    where: str = ""


class SeedClauseItem(Model):
    """One sentence of the province's opinion; `not_built`: the service that carries it once it is built."""

    id: Word
    section: Filled
    zh: Filled
    en: Filled
    rules: list[Id] = Field(default_factory=list)
    not_built: Service = ""


class IndustryClassItem(Checked):
    """A class of GB/T 4754-2017 by its four digits, with its name as printed."""

    id: ClassDigits
    zh: Filled
    en: Filled
    note: str = ""


class ParkItem(Checked):
    id: Word
    zh: Filled
    en: Filled
    region: RegionDigits
    level: Literal["", "national", "provincial"] = ""
    parks: list[Word] = Field(default_factory=list)
    industries_zh: list[Filled] = Field(default_factory=list)
    note: str = ""


class WorkingYearItem(Checked):
    """The days off of a year's notice, and the Saturdays and Sundays worked for them. A day is listed once."""

    id: Year
    notice: Filled
    off_days: list[date] = Field(min_length=1)
    work_days: list[date] = Field(min_length=1)

    @model_validator(mode="after")
    def _days(self) -> Self:
        year = int(self.id)
        for day in (*self.off_days, *self.work_days):
            # A holiday at the turn of the year begins in the December before.
            if day.year != year and (day.year, day.month) != (year - 1, 12):
                raise PydanticCustomError(
                    DAY_MISPLACED, "{day} is not a day of {year}", {"day": str(day), "year": year}
                )
        if any(day.weekday() < SATURDAY for day in self.work_days):
            raise PydanticCustomError(DAY_MISPLACED, "a day worked for another is a Saturday or a Sunday")
        if len({*self.off_days, *self.work_days}) < len(self.off_days) + len(self.work_days):
            raise PydanticCustomError(DAY_MISPLACED, "a day stands twice")
        return self


class CountingItem(Titled, Cited):
    """How a number of working days is counted from a day."""

    first_day_counted: bool
    zh: Filled
    en: Filled
