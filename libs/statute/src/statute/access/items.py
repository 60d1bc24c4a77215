"""What a law file may say on access: standards, mandatory norms with their corrections, and duties."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from statute.access.law import CorrectionKind, Side
from statute.problems import CONDITION_INCOMPLETE, CORRECTION_INCOMPLETE
from statute.schema import (
    Cited,
    ClassDigits,
    Clause,
    DatedValue,
    DispositionWord,
    Filled,
    Id,
    Model,
    ProjectKind,
    Titled,
    Word,
)

Level = Literal["benchmark", "baseline", "tier1", "tier2", "tier3"]
Tier = Literal["tier1", "tier2", "tier3"]


class ConditionEntry(Model):
    """A word to equal, or bounds of a number."""

    fact: Word
    equals: Word | None = None
    at_least: str | None = None
    above: str | None = None
    at_most: str | None = None
    below: str | None = None

    @property
    def bounds(self) -> dict[str, str]:
        written = {"at_least": self.at_least, "above": self.above, "at_most": self.at_most, "below": self.below}
        return {key: value for key, value in written.items() if value is not None}

    @model_validator(mode="after")
    def _whole(self) -> Self:
        doubled = (self.at_least and self.above) or (self.at_most and self.below)
        if (self.equals is not None) == bool(self.bounds) or doubled:
            raise PydanticCustomError(CONDITION_INCOMPLETE, "a word or bounds")
        return self


class CorrectionEntry(Model):
    """`per` has a figure for each tier that is corrected; an open one lists its `tiers` instead. See law.Correction."""

    id: Word
    zh: Filled
    en: Filled
    items: list[Word] = Field(min_length=1)
    kind: CorrectionKind
    tiers: list[Tier] = Field(default_factory=list)
    when: list[ConditionEntry] = Field(default_factory=list)
    fact: Word | None = None
    base: str | None = None
    per: dict[Tier, str] = Field(default_factory=dict)
    side: Side | None = None
    points_max: str | None = None
    at_zero: str | None = None
    divisor: str | None = None
    article: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        is_open, by_points = self.kind == "open", self.kind == "add" and self.fact is not None
        by_line = self.kind == "multiply" and self.fact is not None
        right = (
            is_open == bool(self.tiers)
            and is_open != bool(self.per)
            and by_points == (self.base is not None) == (self.side is not None)
            and by_line == (self.at_zero is not None) == (self.divisor is not None)
            and (self.fact is None or by_points or by_line)
            and (self.points_max is None or by_points)
        )
        if not right:
            raise PydanticCustomError(CORRECTION_INCOMPLETE, "keys that do not belong to the kind")
        return self


class NormRow(Model):
    """One row of a norm. A tier left out is a dash in print. A row that no standard names has `products`."""

    key: Word
    zh: Filled
    en: Filled
    unit: Filled
    tier1: str | None = None
    tier2: str | None = None
    tier3: str | None = None
    when: list[ConditionEntry] = Field(default_factory=list)
    products: list[Word] = Field(default_factory=list)
    industry_code: ClassDigits | Literal[""] = ""
    electricity: str | None = None
    """kgce/kWh: what the norm counts electricity at, where it says so."""
    note: str = ""


class NormEntry(Titled, Cited):
    """`document` is the norm's number. `replaces` left out: what it replaces is not on file."""

    published: date
    replaces: list[Filled] | None = None
    dates_verification: Literal["", "confirmed"] = ""
    corrections: list[CorrectionEntry] = Field(default_factory=list)
    items: list[NormRow]


class ChoiceEntry(Model):
    norms: list[Id] = Field(min_length=1)
    key: Word
    when: list[ConditionEntry] = Field(default_factory=list)


class StandardItem(Titled):
    products: list[Word] = Field(min_length=1)
    by_filing_only: bool = False
    industry_code: ClassDigits
    metric_zh: Filled
    metric_en: Filled
    unit: Filled | None
    listed_from: Word | Literal[""]
    benchmark: list[DatedValue] = Field(default_factory=list)
    baseline: list[DatedValue] = Field(default_factory=list)
    existing_until: list[DatedValue] = Field(default_factory=list)
    """The first day on which an existing plant below the baseline is late."""
    norms: list[ChoiceEntry]
    note: str = ""


class AccessRuleItem(Titled):
    """Binds the standards named, those of the industries and those of the products; all left out: every standard."""

    finding: Id
    requires: Level
    kinds: list[ProjectKind] = Field(min_length=1)
    standards: list[Word] = Field(default_factory=list)
    industries: list[Word] = Field(default_factory=list)
    products: list[Word] = Field(default_factory=list)
    on_fails: DispositionWord
    periods: list[Clause] = Field(min_length=1)
