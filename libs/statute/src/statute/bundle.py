"""The policy bundle: the whole law that decisions are made under, immutable and named by its hash."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kernel.regions import RegionCode, province_of
from kernel.text import Text
from statute.access.law import AccessDuty, AccessRule, AccessStandard, Norm, NormChoice
from statute.calendar import WorkingCalendar
from statute.duties.law import Duty
from statute.finding import Disposition, Finding, Outcome, headline
from statute.inforce import Law, Spans
from statute.law import (
    Area,
    Catalogue,
    FactDefinition,
    LevelEffect,
    RatioRegime,
    Region,
    Replacement,
    RuleText,
)
from statute.parameter import Parameter, Version
from statute.records.law import IndustryClass, Park, SeedClause, Source


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
    norms: Mapping[str, Norm]
    replacements: Mapping[str, Replacement]
    areas: Mapping[str, Area]
    regions: Mapping[str, Region]
    facts: Mapping[str, FactDefinition]
    sources: Mapping[str, Source]
    seed_clauses: Mapping[str, SeedClause]
    industry_classes: Mapping[str, IndustryClass]
    parks: Mapping[str, Park]
    calendar: WorkingCalendar
    duties: tuple[Duty, ...]

    def __hash__(self) -> int:
        return hash(self.bundle_hash)

    def at(self, day: date) -> Law:
        """The law in force on the day; the quickest way to ask more than one question of it."""
        return _spans(self).on(day)

    def periods(self) -> Iterator[tuple[date, date | None]]:
        """The half-open period of everything dated in the bundle."""
        for parameter in self.parameters.values():
            yield from ((v.citation.in_force_from, v.citation.until) for v in parameter.versions)
        for rule in self.rules.values():
            yield from ((clause.in_force_from, clause.until) for clause in rule.clauses)
        yield from ((c.citation.in_force_from, c.citation.until) for c in self.catalogues)
        for replacement in self.replacements.values():
            yield from ((regime.in_force_from, regime.until) for regime in replacement.regimes)

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
        return self.lines(f"review.{authority}", day)

    def exempt_lines(self, day: date) -> tuple[Line, ...] | None:
        """The lines that an exempt project stays below, all of them. None when no order is known for the day."""
        return self.lines("review.exempt", day)

    def lines(self, prefix: str, day: date) -> tuple[Line, ...] | None:
        """The lines whose measures the parameter `{prefix}.measures` names."""
        measures = self.on(f"{prefix}.measures", day)
        if measures is None:
            return None
        return tuple(Line(m, self.on(f"{prefix}.{m}", day)) for m in measures.list_of_words if m != "none")

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
        """The access standards for a product of the two-high catalogue, or for one outside it by its own word."""
        return tuple(s for s in self.access_standards.values() if product_id in s.products)

    def norm_on(self, choice: NormChoice, day: date) -> Norm | None:
        """The edition in force; None when none is on file, see `older_edition_unread`."""
        return next((n for n in map(self.norms.__getitem__, choice.norms) if n.in_force(day)), None)

    def older_edition_unread(self, choice: NormChoice, day: date) -> bool:
        """No edition on file is in force, but one not on file may be: the limit is unknown, not absent."""
        oldest = self.norms[choice.norms[0]]
        return self.norm_on(choice, day) is None and bool(oldest.replaces or oldest.replaces_unread)

    def access_standard(self, standard_id: str) -> AccessStandard:
        """Raises NotInBundle."""
        if standard_id not in self.access_standards:
            raise NotInBundle(f"the law has no access standard {standard_id}")
        return self.access_standards[standard_id]

    def access_duties(self, standard_id: str, kind: str, day: date) -> tuple[AccessDuty, ...]:
        """What binds a project of this kind on the day; each duty is judged by itself. Raises NotInBundle."""
        standard = self.access_standard(standard_id)
        return tuple(
            AccessDuty(rule, duty, level.on(day) if level else None, level.noted_on(day) if level else None)
            for rule in self.access_rules
            if rule.binds(standard, kind, day) and (duty := rule.period.on(day)) is not None
            for level in (standard.levels.get(rule.requires),)
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

    @property
    def duty_rules(self) -> tuple[str, ...]:
        """The rules that a duty belongs to, in the order of the rules."""
        return _duty_rules(self)

    # regions

    @property
    def province_code(self) -> RegionCode:
        """The province whose law this is. Raises LookupError when its regions name none."""
        found = next((code for code, region in self.regions.items() if province_of(region.code) == code), None)
        if found is None:
            raise LookupError(f"{self.province} names no province among its regions")
        return RegionCode(found)

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


BUNDLES_KEPT_MAX = 16


@lru_cache(BUNDLES_KEPT_MAX)
def _duty_rules(bundle: PolicyBundle) -> tuple[str, ...]:
    named = {duty.rule for duty in bundle.duties}
    return tuple(rule for rule in bundle.rules if rule in named)


@lru_cache(BUNDLES_KEPT_MAX)
def _spans(bundle: PolicyBundle) -> Spans:
    return Spans(bundle)
