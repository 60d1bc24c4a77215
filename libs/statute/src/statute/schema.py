"""What a law file may hold: every key, every word. Anything else is refused with its file and line."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from kernel.quantities import Basis
from statute.finding import Disposition, Outcome
from statute.problems import (
    CONFIDENCE_MISPLACED,
    FACT_INCOMPLETE,
    PERIOD_EMPTY,
    REGIME_INCOMPLETE,
    SOURCE_MISSING,
    VALUE_MISPLACED,
)

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*(\.[a-z0-9_]+)*$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Filled = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
RegionDigits = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5}$")]
ClassDigits = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]

Verification = Literal["confirmed", "unverified", "policy_default", "not_found"]
Confidence = Literal["", "high", "medium", "low"]
Kind = Literal["figure", "method"]
# By their words in YAML, although the rest of the file is taken strictly.
DispositionWord = Annotated[Disposition, Field(strict=False)]
OutcomeWord = Annotated[Outcome, Field(strict=False)]
BasisWord = Annotated[Basis, Field(strict=False)]

ProjectKind = Literal["new_build", "rebuild", "expansion", "technical_renovation"]
RatioCondition = Literal[
    "same_entity_same_site",
    "restricted_or_cross_province",
    "tibet",
    "plateau",
    "key_area",
    "sensitive_area",
    "gypsum_five_provinces",
    "industrial_gypsum",
    "eaf_for_converter",
    "eaf_both_sides",
    "in_plant_overhaul",
    "non_bf_iron",
    "rkef_aod",
    "green_project",
    "merger",
    "other",
]
PlanWord = Literal["required", "hearing", "equal_or_reduced", "none"]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Sentence(Model):
    zh: Filled
    en: Filled


class Checked(Model):
    """How far an entry was checked, and against what."""

    verification: Verification
    confidence: Confidence = ""
    source: Filled | list[Filled] = ""

    @model_validator(mode="after")
    def _checked(self) -> Self:
        if (self.verification == "unverified") != (self.confidence != ""):
            raise PydanticCustomError(CONFIDENCE_MISPLACED, "confidence misplaced")
        if self.verification == "confirmed" and not self.source:
            raise PydanticCustomError(SOURCE_MISSING, "no source")
        return self


class Cited(Checked):
    """A period with its document. Half-open: `from` is the first day inside, `until` the first day outside."""

    from_: date = Field(alias="from")
    until: date | None = None
    document: Filled
    article: str = ""
    kind: Kind = "figure"
    note: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.until is not None and self.until <= self.from_:
            raise PydanticCustomError(PERIOD_EMPTY, "an empty period")
        return self


class DatedValue(Cited):
    value: str | list[str] | None
    text: Sentence | None = None

    @model_validator(mode="after")
    def _found(self) -> Self:
        if (self.verification == "not_found") != (self.value is None):
            raise PydanticCustomError(VALUE_MISPLACED, "value misplaced")
        return self


class Item(Model):
    id: Id


class Titled(Item):
    title_zh: Filled
    title_en: Filled


class UnitItem(Model):
    id: Filled
    holds: Literal["number", "word", "words", "disposition"]


class PrecedenceItem(Model):
    id: DispositionWord
    rank: int = Field(ge=1)
    outcome: OutcomeWord


class ParameterItem(Titled):
    unit: Filled
    basis: BasisWord | None = None
    values: list[DatedValue] = Field(min_length=1)


class Clause(Cited):
    """A document that a rule stands on without a figure of its own."""


class RuleItem(Titled):
    on_holds: DispositionWord | None = None
    on_fails: DispositionWord | None
    on_unknown_input: DispositionWord
    on_unknown_figure: DispositionWord
    clauses: list[Clause] = Field(min_length=1)


class CatalogueConditionItem(Sentence):
    fact: Word
    equals: Word


class ListedProduct(Model):
    id: Word
    zh: Filled
    en: Filled
    classes: list[ClassDigits] = Field(min_length=1)
    whole_class: bool = False
    condition: CatalogueConditionItem | None = None
    seen_in: list[Filled] = Field(default_factory=list)


class UnlistedProduct(Model):
    id: Word
    zh: Filled
    en: Filled


class IndustryItem(Model):
    id: Word
    zh: Filled
    en: Filled
    classes: list[ClassDigits] = Field(min_length=1)
    products: list[ListedProduct]
    not_products: list[UnlistedProduct]
    open_products: list[UnlistedProduct]
    verification: Verification
    confidence: Literal["", "high", "medium", "low"] = ""
    note: str = ""


class CatalogueItem(Titled, Cited):
    industries: list[IndustryItem] = Field(min_length=1)


class RatioCaseItem(Checked):
    """`also`: further conditions that have to be met at the same time."""

    when: RatioCondition
    also: list[RatioCondition] = Field(default_factory=list)
    ratio: str
    note: str = ""


class SuspensionItem(Sentence, Checked):
    """What the notice of a suspension says."""


class RegimeItem(Model):
    id: Word
    from_: date = Field(alias="from")
    until: date | None = None
    document: Filled
    article: str = ""
    cases: list[RatioCaseItem] = Field(default_factory=list)
    suspended: SuspensionItem | None = None
    note: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.suspended is None) != bool(self.cases):
            raise PydanticCustomError(REGIME_INCOMPLETE, "either cases or a suspension")
        return self


class PlanValue(DatedValue):
    value: PlanWord | None


class NoPlanItem(Model):
    when: Word
    values: list[PlanValue] = Field(min_length=1)


class ReplacementItem(Titled):
    unit: Filled
    plan: list[PlanValue] = Field(min_length=1)
    regimes: list[RegimeItem] = Field(default_factory=list)
    no_plan: list[NoPlanItem] = Field(default_factory=list)


class AreaItem(Titled, Cited):
    inside: list[RegionDigits]
    outside: Literal["all_others"] | list[RegionDigits]


class RegionItem(Model):
    id: RegionDigits
    zh: Filled
    en: Filled
    former_codes: list[RegionDigits] = Field(default_factory=list)
    statistical_only: bool = False
    note: str = ""


class WordItem(Model):
    id: Word
    zh: Filled
    en: Filled


class FactItem(Titled):
    of: Literal["project", "product", "lot"]
    holds: Literal["number", "yes_no", "word"]
    unit: Filled = ""
    words: list[WordItem] = Field(default_factory=list)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.holds == "number") != (self.unit != "") or (self.holds == "word") != bool(self.words):
            raise PydanticCustomError(FACT_INCOMPLETE, "unit or words misplaced")
        return self
