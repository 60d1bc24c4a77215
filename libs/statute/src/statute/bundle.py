"""The policy bundle: the whole law that decisions are made under, immutable and named by its hash."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kernel.quantities import Basis
from kernel.regions import RegionCode
from kernel.text import Text
from statute.finding import Disposition, Finding, Outcome, headline
from statute.law import (
    AccessDuty,
    AccessRule,
    AccessStandard,
    Area,
    Catalogue,
    LevelEffect,
    RatioRegime,
    Region,
    Replacement,
    RuleText,
)
from statute.parameter import Parameter, Version


class NotInBundle(LookupError):
    """Code asks for an id that the data does not have: a mistake in one of them, never an input's."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that a project's yearly amount of something is held against; None: its figure is not known."""

    measure: str
    """`tce` (当量), `coal` (physical tonnes) or `kwh`."""
    version: Version | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyBundle:
    """All law of one nation and one province. Every question takes the day: no answer depends on today."""

    province: str
    bundle_hash: str
    precedence: tuple[Disposition, ...]
    outcomes: Mapping[Disposition, Outcome]
    parameters: Mapping[str, Parameter]
    rules: Mapping[str, RuleText]
    catalogues: tuple[Catalogue, ...]
    access_standards: Mapping[str, AccessStandard]
    access_rules: tuple[AccessRule, ...]
    replacements: Mapping[str, Replacement]
    areas: Mapping[str, Area]
    regions: Mapping[str, Region]

    def __hash__(self) -> int:
        return hash(self.bundle_hash)

    # figures and rules

    def parameter(self, parameter_id: str) -> Parameter:
        """Raises NotInBundle."""
        if parameter_id not in self.parameters:
            raise NotInBundle(f"the law has no parameter {parameter_id}")
        return self.parameters[parameter_id]

    def on(self, parameter_id: str, day: date) -> Version | None:
        """The parameter's edition in force; None: the law does not say, and the rule is unknown. Raises NotInBundle."""
        return self.parameter(parameter_id).on(day)

    def rule(self, rule_id: str) -> RuleText:
        """Raises NotInBundle."""
        if rule_id not in self.rules:
            raise NotInBundle(f"the law has no rule {rule_id}")
        return self.rules[rule_id]

    def headline(self, findings: Iterable[Finding]) -> Disposition:
        return headline(findings, self.precedence)

    def outcome_of(self, disposition: Disposition) -> Outcome:
        return self.outcomes[disposition]

    # energy review

    def review_lines(self, authority: str, day: date) -> tuple[Line, ...] | None:
        """The lines at or above which `authority` (`provincial`, `ndrc`) reviews; any one suffices.

        None when no order is known for the day; empty when the order has no such authority.
        """
        return self._lines(f"review.{authority}", day)

    def exempt_lines(self, day: date) -> tuple[Line, ...] | None:
        """The lines that an exempt project stays below, all of them. None when no order is known for the day."""
        return self._lines("review.exempt", day)

    def _lines(self, prefix: str, day: date) -> tuple[Line, ...] | None:
        measures = self.on(f"{prefix}.measures", day)
        if measures is None:
            return None
        return tuple(Line(m, self.on(f"{prefix}.{m}", day)) for m in measures.list_of_words if m != "none")

    def standard_coal(self, carrier: str, basis: Basis) -> Parameter:
        """What a unit of the carrier (`electricity`, `raw_coal`) is in kgce on a basis. Raises NotInBundle."""
        return self.parameter(f"energy.{basis.name.lower()}.{carrier}")

    # two-high, access, replacement

    def catalogue(self, day: date) -> Catalogue | None:
        """The edition of the two-high catalogue in force."""
        return next(
            (
                c
                for c in self.catalogues
                if c.citation.in_force_from <= day and (c.citation.until is None or day < c.citation.until)
            ),
            None,
        )

    def standards_of(self, product_id: str) -> tuple[AccessStandard, ...]:
        """The access standards held here for a product of the two-high catalogue."""
        return tuple(s for s in self.access_standards.values() if product_id in s.products)

    def access_duties(self, standard_id: str, kind: str, day: date) -> tuple[AccessDuty, ...]:
        """What binds a project of this kind on the day; each duty is judged by itself. Raises NotInBundle."""
        if standard_id not in self.access_standards:
            raise NotInBundle(f"the law has no access standard {standard_id}")
        levels = self.access_standards[standard_id].levels
        return tuple(
            AccessDuty(rule, duty, levels[rule.requires].on(day), levels[rule.requires].noted_on(day))
            for rule in self.access_rules
            if rule.binds(standard_id, kind, day) and (duty := rule.period.on(day)) is not None
        )

    def plan_duty(self, product_id: str, *, two_high: bool, day: date) -> Version | None:
        """What the product owes in retired capacity (words: see Replacement); None when the law does not say."""
        if product_id in self.replacements:
            return self.replacements[product_id].plan.on(day)
        return self.on("capacity.plan.other_two_high" if two_high else "capacity.plan.other", day)

    def ratio_regime(self, product_id: str, publicity_began: date) -> RatioRegime | None:
        """The ratios by the first day of publicity (公示). None when none is held for the product or the day."""
        replacement = self.replacements.get(product_id)
        regimes = replacement.regimes if replacement else ()
        return next((r for r in regimes if r.in_force(publicity_began)), None)

    def in_area(self, condition: str, region: RegionCode) -> bool | None:
        """Whether the region meets a condition on places; None when the data does not say."""
        area = self.areas.get(condition)
        return area.contains(region) if area else None

    # regions

    def region(self, code: str) -> Region | None:
        """By its code or a former one; None for a code outside the table, which is no error."""
        found = self.regions.get(code)
        return found or next((r for r in self.regions.values() if code in r.former_codes), None)

    def region_name(self, code: str) -> Text | None:
        found = self.region(code)
        return found.name if found else None

    def level_effect(
        self, level: int | None, province_level: int | None, *, two_high: bool, day: date
    ) -> LevelEffect | None:
        """What a prefecture's warning level means; None when the law does not say.

        A level not known is never taken from the province; the province's only says whether a person must look.
        """
        kind = "two_high" if two_high else "other"
        known = f"region.level_{level}" if level is not None else "region.level_unknown"
        suffix = f".province_{province_level or 'unknown'}" if level is None and two_high else ""
        version = self.on(f"{known}.{kind}{suffix}", day)
        return LevelEffect(Disposition(version.word), version) if version else None
