"""The shapes of law that are more than one figure: rules, the two-high catalogue, replacement, regions, facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from kernel.regions import RegionCode, province_of
from kernel.text import Text
from statute.finding import Citation, Disposition
from statute.parameter import Parameter, Version


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule asks, and what it leads to by policy. None: nothing stands against the project."""

    id: str
    title: Text
    on_holds: Disposition | None
    on_fails: Disposition | None
    on_unknown_input: Disposition | None
    """The applicant did not state what the rule needs."""
    on_unknown_figure: Disposition | None
    """The law or the platform's data does not answer."""
    clauses: tuple[Citation, ...]

    def clauses_on(self, day: date) -> tuple[Citation, ...]:
        return tuple(c for c in self.clauses if c.in_force_from <= day and (c.until is None or day < c.until))


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """One thing that rules ask of a project, a product or a lot of retired capacity beyond its own fields.

    `holds` is `number` (in `unit`), `yes_no`, or `word`: then one of `words`.
    """

    id: str
    title: Text
    of: str
    holds: str
    unit: str
    words: Mapping[str, Text]


class Standing(Enum):
    """How a product stands to the two-high catalogue."""

    LISTED = "in"
    OUTSIDE = "out"
    OPEN = "open"
    """The texts differ or were not read: a person decides."""


@dataclass(frozen=True, slots=True)
class CatalogueCondition:
    """The product counts only where its fact is this word, e.g. where the fuel is coal."""

    text: Text
    fact: str
    equals: str


@dataclass(frozen=True, slots=True)
class CatalogueProduct:
    """`classes` are the GB/T 4754 classes that it counts under; empty for products outside and open ones."""

    id: str
    name: Text
    standing: Standing
    industry: str
    classes: tuple[str, ...]
    whole_class: bool
    """Every product of its classes is this product."""
    condition: CatalogueCondition | None
    citation: Citation


@dataclass(frozen=True, slots=True)
class Industry:
    id: str
    name: Text
    classes: tuple[str, ...]
    products: tuple[CatalogueProduct, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One dated edition of the two-high catalogue. Two-high needs class and product; the class alone never decides."""

    id: str
    title: Text
    citation: Citation
    industries: tuple[Industry, ...]

    def product(self, product_id: str) -> CatalogueProduct | None:
        """None when no list of the edition names it: unknown under a listed class, not outside."""
        return next((p for i in self.industries for p in i.products if p.id == product_id), None)

    def industries_of_class(self, class_code: str) -> tuple[Industry, ...]:
        """The industries that list the class; several may share one."""
        return tuple(i for i in self.industries if class_code in i.classes)

    def whole_class(self, class_code: str) -> CatalogueProduct | None:
        """The product that takes in everything made under the class."""
        products = (p for i in self.industries for p in i.products if p.whole_class and class_code in p.classes)
        return next(products, None)


@dataclass(frozen=True, slots=True)
class RatioCase:
    """Tonnes to retire for each tonne built when all its conditions are met. `name` tells it from the other cases."""

    name: str
    conditions: tuple[str, ...]
    ratio: Version


@dataclass(frozen=True, slots=True)
class Suspension:
    """New plans may not be put to publicity; `text` says what going on counts as."""

    text: Text
    citation: Citation


@dataclass(frozen=True, slots=True)
class RatioRegime:
    """The ratios for plans put to publicity in its period. The first case that is met decides; `other` always is.

    While it is suspended it has no case.
    """

    id: str
    in_force_from: date
    until: date | None
    cases: tuple[RatioCase, ...]
    suspended: Suspension | None

    def in_force(self, day: date) -> bool:
        return self.in_force_from <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class NoPlanCase:
    """A case in which no plan is made; its value is the duty owed instead, `none` when there is none."""

    when: str
    duty: Parameter


@dataclass(frozen=True, slots=True)
class Replacement:
    """What one product owes in retired capacity.

    The plan's word: `required`; `hearing` (no plan, a hearing instead); `equal_or_reduced` (owed, no measure says how).
    """

    product: str
    title: Text
    unit: str
    plan: Parameter
    regimes: tuple[RatioRegime, ...]
    no_plan_cases: tuple[NoPlanCase, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """Where a condition on places is known to be met or not. A province in neither list is unknown."""

    id: str
    title: Text
    inside: frozenset[str]
    outside: frozenset[str]
    otherwise_outside: bool
    citation: Citation

    def contains(self, region: RegionCode) -> bool | None:
        province = province_of(region)
        if province in self.inside:
            return True
        return False if self.otherwise_outside or province in self.outside else None


@dataclass(frozen=True, slots=True)
class Region:
    """A division of the table, with the codes it had before."""

    code: RegionCode
    name: Text
    former_codes: tuple[str, ...]
    statistical_only: bool
    """No civil division of GB/T 2260, but counted by the statistics."""


@dataclass(frozen=True, slots=True)
class LevelEffect:
    """What a region's warning level means for a project."""

    disposition: Disposition
    version: Version
