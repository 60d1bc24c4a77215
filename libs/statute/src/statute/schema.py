"""What a law file may hold: every key, every word. Anything else is refused with its file and line."""

from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from kernel.quantities import Basis
from statute.finding import Disposition, Outcome
from statute.problems import CONFIDENCE_MISPLACED, PERIOD_EMPTY, SOURCE_MISSING, VALUE_MISPLACED

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*(\.[a-z0-9_]+)*$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Filled = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
RegionDigits = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5}$")]
ClassDigits = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]

Verification = Literal["confirmed", "unverified", "policy_default", "not_found"]
Kind = Literal["figure", "method"]
# By their words in YAML, although the rest of the file is taken strictly.
DispositionWord = Annotated[Disposition, Field(strict=False)]
OutcomeWord = Annotated[Outcome, Field(strict=False)]
BasisWord = Annotated[Basis, Field(strict=False)]

ProjectKind = Literal["new_build", "rebuild", "expansion", "technical_renovation"]
AccessLevel = Literal["benchmark", "baseline", "tier1", "tier2", "tier3"]
RatioCondition = Literal[
    "same_entity_same_site", "tibet", "restricted_or_cross_province", "key_area", "sensitive_area", "other"
]
PlanWord = Literal["required", "hearing", "equal_or_reduced", "none"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Sentence(_Model):
    zh: Filled
    en: Filled


class Cited(_Model):
    """A period with its document. Half-open: `from` is the first day inside, `until` the first day outside."""

    from_: date = Field(alias="from")
    until: date | None = None
    document: Filled
    article: str = ""
    verification: Verification
    confidence: Literal["", "high", "medium", "low"] = ""
    kind: Kind = "figure"
    source: Filled | list[Filled] = ""
    note: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.until is not None and self.until <= self.from_:
            raise PydanticCustomError(PERIOD_EMPTY, "an empty period")
        if (self.verification == "unverified") != (self.confidence != ""):
            raise PydanticCustomError(CONFIDENCE_MISPLACED, "confidence misplaced")
        if self.verification == "confirmed" and not self.source:
            raise PydanticCustomError(SOURCE_MISSING, "no source")
        return self


class DatedValue(Cited):
    value: str | list[str] | None
    text: Sentence | None = None

    @model_validator(mode="after")
    def _found(self) -> Self:
        if (self.verification == "not_found") != (self.value is None):
            raise PydanticCustomError(VALUE_MISPLACED, "value misplaced")
        return self


class Item(_Model):
    id: Id


class _Titled(Item):
    title_zh: Filled
    title_en: Filled


class UnitItem(_Model):
    id: Filled
    holds: Literal["number", "word", "words", "disposition"]


class PrecedenceItem(_Model):
    id: DispositionWord
    rank: int = Field(ge=1)
    outcome: OutcomeWord


class ParameterItem(_Titled):
    unit: Filled
    basis: BasisWord | None = None
    values: list[DatedValue] = Field(min_length=1)


class Clause(Cited):
    """A document that a rule stands on without a figure of its own."""


class RuleItem(_Titled):
    on_holds: DispositionWord | None = None
    on_fails: DispositionWord | None
    on_unknown_input: DispositionWord
    on_unknown_figure: DispositionWord
    clauses: list[Clause] = Field(min_length=1)


class ListedProduct(_Model):
    id: Word
    zh: Filled
    en: Filled
    classes: list[ClassDigits] = Field(min_length=1)
    whole_class: bool = False
    condition: Sentence | None = None
    seen_in: list[Filled] = Field(default_factory=list)


class UnlistedProduct(_Model):
    id: Word
    zh: Filled
    en: Filled


class IndustryItem(_Model):
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


class CatalogueItem(_Titled, Cited):
    industries: list[IndustryItem] = Field(min_length=1)


class StandardItem(_Titled):
    industry: Word
    products: list[Word] = Field(min_length=1)
    by_filing_only: bool = False
    industry_code: ClassDigits
    metric_zh: Filled
    metric_en: Filled
    unit: Filled
    benchmark: list[DatedValue]
    baseline: list[DatedValue]
    tier1: list[DatedValue]
    tier2: list[DatedValue]
    tier3: list[DatedValue]


class AccessRuleItem(_Titled):
    finding: Id
    requires: AccessLevel
    kinds: list[ProjectKind] = Field(min_length=1)
    standards: list[Word] = Field(default_factory=list)
    on_fails: DispositionWord
    periods: list[Clause] = Field(min_length=1)


class RatioCaseItem(_Model):
    when: RatioCondition
    ratio: str
    verification: Verification
    confidence: Literal["", "high", "medium", "low"] = ""
    source: Filled | list[Filled]
    note: str = ""


class RegimeItem(_Model):
    id: Word
    from_: date = Field(alias="from")
    until: date | None = None
    document: Filled
    article: str = ""
    cases: list[RatioCaseItem] = Field(min_length=1)
    note: str = ""


class PlanValue(DatedValue):
    value: PlanWord | None


class NoPlanItem(_Model):
    when: Word
    values: list[PlanValue] = Field(min_length=1)


class ReplacementItem(_Titled):
    unit: Filled
    plan: list[PlanValue] = Field(min_length=1)
    regimes: list[RegimeItem] = Field(default_factory=list)
    no_plan: list[NoPlanItem] = Field(default_factory=list)


class AreaItem(_Titled, Cited):
    inside: list[RegionDigits]
    outside: Literal["all_others"] | list[RegionDigits]


class RegionItem(_Model):
    id: RegionDigits
    zh: Filled
    en: Filled
    former_codes: list[RegionDigits] = Field(default_factory=list)
    statistical_only: bool = False
    note: str = ""


SECTIONS: Final[dict[str, type[BaseModel]]] = {
    "units": UnitItem,
    "precedence": PrecedenceItem,
    "parameters": ParameterItem,
    "rules": RuleItem,
    "two_high_catalogues": CatalogueItem,
    "access_standards": StandardItem,
    "access_rules": AccessRuleItem,
    "capacity_replacement": ReplacementItem,
    "areas": AreaItem,
    "regions": RegionItem,
}
"""Every section is a list of items with an id; a province's item stands before the nation's of the same id."""
