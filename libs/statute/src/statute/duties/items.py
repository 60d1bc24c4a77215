"""What a law file may say of a duty that is a condition on a fact."""

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from statute.access.items import ConditionEntry
from statute.problems import ASK_INCOMPLETE, DUTY_SCOPE
from statute.schema import DatedValue, DispositionWord, Filled, Id, Model, ProjectKind, Titled, Word

FactMust = Literal["equals", "one_of", "at_least", "above", "at_most", "below"]


class AskEntry(Model):
    """A fact and how it has to stand to the dated value, or `open` (no figure: a person decides), or `never`.

    `unit` belongs to the fact `capacity` alone: the unit of the values.
    """

    fact: Id | None = None
    must: FactMust | None = None
    unit: str = ""
    open: bool = False
    never: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        ways = [self.fact is not None, self.open, self.never]
        if ways.count(True) != 1 or (self.must is not None) != ways[0] or (self.unit and not ways[0]):
            raise PydanticCustomError(ASK_INCOMPLETE, "a fact with must, or open, or never")
        return self


class NamedProduct(Model):
    """A product that a duty names and the two-high catalogue does not know."""

    id: Word
    zh: Filled
    en: Filled


class DutyItem(Titled):
    """`values` are what the fact is held against, by date.

    `products`, `industries` (of the two-high catalogue) and `other_products` belong to the scope `product`; all left
    out, it binds every product. `area` binds only there; `listed_by` names a list of industry classes: only those.
    """

    rule: Id
    scope: Literal["project", "product", "two_high"]
    products: list[Word] = Field(default_factory=list)
    industries: list[Word] = Field(default_factory=list)
    other_products: list[NamedProduct] = Field(default_factory=list)
    kinds: list[ProjectKind] = Field(min_length=1)
    only_in_review: bool = False
    area: Word | None = None
    listed_by: Id | None = None
    when: list[ConditionEntry] = Field(default_factory=list)
    asks: AskEntry
    mendable: bool = True
    """False where the fact is none that an applicant can change, e.g. what natural gas is made of."""
    claim: bool = False
    """True where the fact is a claim, e.g. of a preferential price: not stated it is not made, and the duty is met."""
    on_fails: DispositionWord
    values: list[DatedValue] = Field(min_length=1)
    note: str = ""

    @model_validator(mode="after")
    def _scoped(self) -> Self:
        if self.scope != "product" and (self.products or self.industries or self.other_products):
            raise PydanticCustomError(DUTY_SCOPE, "products outside the scope product")
        return self
