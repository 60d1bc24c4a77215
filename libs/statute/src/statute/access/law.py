"""What access is judged by: standards with their levels, mandatory norms with their tiers, and duties."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from kernel.quantities import exact
from kernel.text import Text
from statute.finding import Citation, Disposition
from statute.parameter import Parameter, Version
from statute.table import DecisionTable

CorrectionKind = Literal["add", "multiply", "set", "open"]
Side = Literal["above", "below", "both"]

ONE: Final = Decimal(1)
ZERO: Final = Decimal(0)
UNWORDED: Final = Text("", "")


@dataclass(frozen=True, slots=True)
class Condition:
    """What a stated fact must be. A word or yes/no is compared with `equals`, a number with the bounds given."""

    fact: str
    equals: str | None = None
    at_least: Decimal | None = None
    above: Decimal | None = None
    at_most: Decimal | None = None
    below: Decimal | None = None
    text: Text = UNWORDED

    def met(self, value: str | Decimal) -> bool:
        """`value` in the fact's own unit. Raises ValueError when a bound meets a word that is no number."""
        if self.equals is not None:
            return value == self.equals
        number = exact(value) if isinstance(value, str) else value
        return (
            (self.at_least is None or number >= self.at_least)
            and (self.above is None or number > self.above)
            and (self.at_most is None or number <= self.at_most)
            and (self.below is None or number < self.below)
        )


@dataclass(frozen=True, slots=True)
class Correction:
    """How a norm moves an item's limit for a circumstance. Applied in the order in which the item holds them.

    `add`: the limit rises by `per[tier]` for each point that `fact` lies beyond `base` on its `side` (`both`: signed),
    at most `points_max` points; without `fact` by `per[tier]` once. `multiply`: by `per[tier]`, or with `fact` by
    `at_zero + per[tier] * fact / divisor`. `set`: to `per[tier]`. `open`: the norm corrects here by a table that is not
    on file, so a value above the printed limit is unknown, not failed. It binds where all of `when` is met.
    """

    id: str
    text: Text
    tiers: frozenset[str]
    kind: CorrectionKind
    when: tuple[Condition, ...]
    fact: str
    base: Decimal | None
    per: Mapping[str, Decimal]
    side: Side
    points_max: Decimal | None
    at_zero: Decimal | None
    divisor: Decimal | None
    citation: Citation

    @property
    def tightens(self) -> bool:
        """Whether it can lower a limit. Not said of an open one: what it does is not on file."""
        steps = self.per.values()
        if self.kind == "add":
            return any(step < ZERO for step in steps) or (bool(self.fact) and self.side == "both")
        if self.kind == "multiply":
            return any(step < ZERO for step in steps) if self.fact else any(step < ONE for step in steps)
        return self.kind == "set"


@dataclass(frozen=True, slots=True)
class NormItem:
    """One row of a norm. `tiers` has no key where the norm prints a dash: unknown for that tier's kinds, never a pass.

    Tiers are not assumed to rise from 1 to 3: GB 21258 prints a tier 2 below tier 1. The row is read only where all
    `conditions` are met.
    """

    key: str
    name: Text
    unit: str
    tiers: Mapping[str, Parameter]
    corrections: tuple[Correction, ...]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Norm:
    """One edition of a mandatory 能耗限额 standard; its period is the citation's."""

    id: str
    number: str
    title: Text
    citation: Citation
    replaces: tuple[str, ...]
    replaces_unread: bool
    """What it replaces is not on file; an older edition may have bound before it."""
    items: Mapping[str, NormItem]

    def in_force(self, day: date) -> bool:
        return self.citation.in_force_from <= day and (self.citation.until is None or day < self.citation.until)


@dataclass(frozen=True, slots=True)
class NormChoice:
    """The row of a norm that a standard is held against, in all editions held (oldest first), where its facts fit."""

    norms: tuple[str, ...]
    key: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AccessStandard:
    """One indicator of energy per unit of product. Passes when the actual value is at or below; values may be negative.

    A standard with an empty `listed_from` stands in no list of benchmark and baseline: only its norm binds. `choices`
    are empty when no row of a norm is on file: then the tier is unknown.
    """

    id: str
    title: Text
    industry: str
    """Of the two-high catalogue; empty outside it."""
    industry_code: str
    """GB/T 4754 class; empty where the law names none."""
    products: tuple[str, ...]
    """Ids of the two-high catalogue, or words of their own outside it."""
    by_filing_only: bool
    """The product has several standards: this one applies only where the filing states a value for it."""
    metric: Text
    unit: str
    """Empty where no text on file names it."""
    levels: Mapping[str, Parameter]
    """`benchmark` 标杆水平 and `baseline` 基准水平. No version on a day: not in the list then."""
    choices: tuple[NormChoice, ...]
    rows: DecisionTable[NormChoice] | None = field(compare=False)
    """Tells which of `choices` binds by the product's facts; None where no fact is asked."""
    listed_from: str
    """The regime that first listed it, e.g. `ndrc_2021_1609`."""


def by_product(standards: Iterable[AccessStandard]) -> dict[str, tuple[AccessStandard, ...]]:
    """The standards of each product, in the order given."""
    found: dict[str, tuple[AccessStandard, ...]] = {}
    for standard in standards:
        for product in standard.products:
            found[product] = (*found.get(product, ()), standard)
    return found


@dataclass(frozen=True, slots=True)
class AccessRule:
    """A duty to reach a level; `period` says when it binds. Several bind at once: each makes its own finding."""

    id: str
    title: Text
    finding: str
    """The rule that a finding on it names, e.g. `access.benchmark`."""
    requires: str
    """`benchmark`, `baseline`, or `tier1` to `tier3` of the norm."""
    kinds: tuple[str, ...]
    standards: tuple[str, ...]
    industries: tuple[str, ...]
    products: tuple[str, ...]
    """With `standards` and `industries`: any of them. All empty: every standard."""
    on_fails: Disposition
    period: Parameter

    def covers(self, standard: AccessStandard) -> bool:
        everything = not (self.standards or self.industries or self.products)
        return (
            everything
            or standard.id in self.standards
            or standard.industry in self.industries
            or (bool(self.products) and any(product in self.products for product in standard.products))
        )

    def binds(self, standard: AccessStandard, kind: str, day: date) -> bool:
        return kind in self.kinds and self.covers(standard) and self.period.on(day) is not None


@dataclass(frozen=True, slots=True)
class AccessDuty:
    """An access rule that binds on a day, with the level's figure.

    For a level of the list: `level` None and `noted` given is a figure not found; both None is a standard that the list
    did not hold then, so nothing is due. For a tier both are None: the figure is that of the norm's row.
    """

    rule: AccessRule
    duty: Version
    level: Version | None
    noted: Version | None
    """The edition looked for and not found, for the citation."""

    @property
    def of_norm(self) -> bool:
        """The level is a tier of the norm."""
        return self.rule.requires not in ("benchmark", "baseline")
