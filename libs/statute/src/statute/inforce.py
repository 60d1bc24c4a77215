"""The law in force on a day, remembered: between two days on which anything changes, every answer is the same."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from statute.access.law import AccessDuty, AccessRule, AccessStandard, Norm, NormChoice, by_product
from statute.duties.law import DutiesInForce, DutyInForce
from statute.finding import Citation
from statute.law import Catalogue, CatalogueProduct, Industry, RuleText
from statute.parameter import Parameter, Version

if TYPE_CHECKING:
    from statute.bundle import Line, PolicyBundle

Key = TypeVar("Key")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A rule with the clauses that it stands on."""

    rule: RuleText
    clauses: tuple[Citation, ...]


class _Answers(dict[Key, Answer]):
    """Answers by question, each found once."""

    def __init__(self, find: Callable[[Key], Answer]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: Key) -> Answer:
        answer = self[key] = self._find(key)
        return answer


def remembered(find: Callable[[Key], Answer]) -> Callable[[Key], Answer]:
    """The same function; what it answered once is looked up without a call of Python."""
    return _Answers(find).__getitem__


class Law:
    """What a bundle says on any day of one span. `day` is one of them; which one makes no difference."""

    def __init__(self, bundle: "PolicyBundle", day: date) -> None:
        self.bundle = bundle
        self.day = day
        self.catalogue: Catalogue | None = bundle.catalogue(day)
        self._standards = by_product(bundle.access_standards.values())
        industries = self.catalogue.industries if self.catalogue is not None else ()
        self.catalogue_products: Mapping[str, CatalogueProduct] = {
            product.id: product for industry in industries for product in industry.products
        }
        """Of the edition in force, by id."""

        self.on = remembered(self._on)
        """The parameter's edition in force; None: the law does not say, and the rule is unknown. Raises NotInBundle."""
        self.noted = remembered(self._noted_on)
        """As `on`, but with editions that were looked for and not found: their citation says what is missing."""
        self.rule = remembered(self._rule)
        """Raises NotInBundle."""
        self.industries_of_class = remembered(self._industries_of_class)
        """The industries of the edition in force that list the class; several may share one."""
        self.whole_class = remembered(self._whole_class)
        """The product that takes in everything made under the class."""
        self._lines = remembered(self._line_set)
        self._norms = remembered(self._norm)
        self._access_rules = remembered(self._access_rules_of)

    def catalogue_product(self, product_id: str) -> CatalogueProduct | None:
        """None when no list of the edition in force names it: unknown under a listed class, not outside."""
        return self.catalogue_products.get(product_id)

    def review_lines(self, authority: str) -> "tuple[Line, ...] | None":
        """As PolicyBundle.review_lines."""
        return self._lines(f"review.{authority}")

    def exempt_lines(self) -> "tuple[Line, ...] | None":
        """As PolicyBundle.exempt_lines."""
        return self._lines("review.exempt")

    def standards_of(self, product_id: str) -> tuple[AccessStandard, ...]:
        """As PolicyBundle.standards_of."""
        return self._standards.get(product_id, ())

    def norm_on(self, choice: NormChoice) -> Norm | None:
        """The edition in force; None when none is on file, see `older_edition_unread`."""
        return self._norms(choice.norms)

    def older_edition_unread(self, choice: NormChoice) -> bool:
        """As PolicyBundle.older_edition_unread."""
        return self.norm_on(choice) is None and self.bundle.older_edition_unread(choice, self.day)

    @cached_property
    def duties(self) -> DutiesInForce:
        """The duties that are conditions on facts, as they stand on the day."""
        return DutiesInForce(self.bundle.duties, self.day)

    def duties_for(self, rule_id: str, kind: str | None, product_id: str | None) -> tuple[DutyInForce, ...]:
        """Of one product under one rule; without a product those of the project, without a kind those of any."""
        return self.duties.by_rule(kind, product_id).get(rule_id, ())

    def access_duties(self, standard_id: str, kind: str) -> tuple[AccessDuty, ...]:
        """As PolicyBundle.access_duties. Raises NotInBundle."""
        standard = self.bundle.access_standard(standard_id)
        return tuple(
            [
                self._access_duty(rule, duty, standard.levels.get(rule.requires))
                for rule, duty in self._access_rules(kind)
                if rule.covers(standard)
            ]
        )

    def _on(self, parameter_id: str) -> Version | None:
        version = self.noted(parameter_id)
        return version if version is not None and version.value is not None else None

    def _noted_on(self, parameter_id: str) -> Version | None:
        return self.bundle.parameter(parameter_id).noted_on(self.day)

    def _rule(self, rule_id: str) -> RuleInForce:
        rule = self.bundle.rule(rule_id)
        return RuleInForce(rule, rule.clauses_on(self.day))

    def _industries_of_class(self, class_code: str) -> tuple[Industry, ...]:
        return self.catalogue.industries_of_class(class_code) if self.catalogue is not None else ()

    def _whole_class(self, class_code: str) -> CatalogueProduct | None:
        return self.catalogue.whole_class(class_code) if self.catalogue is not None else None

    def _line_set(self, prefix: str) -> "tuple[Line, ...] | None":
        return self.bundle.lines(prefix, self.day)

    def _norm(self, norms: tuple[str, ...]) -> Norm | None:
        return next((norm for norm in map(self.bundle.norms.__getitem__, norms) if norm.in_force(self.day)), None)

    def _access_rules_of(self, kind: str) -> tuple[tuple[AccessRule, Version], ...]:
        held = ((rule, rule.period.on(self.day)) for rule in self.bundle.access_rules if kind in rule.kinds)
        return tuple((rule, version) for rule, version in held if version is not None)

    def _access_duty(self, rule: AccessRule, duty: Version, level: Parameter | None) -> AccessDuty:
        noted = None if level is None else level.noted_on(self.day)
        return AccessDuty(rule, duty, None if noted is None or noted.value is None else noted, noted)


class Spans:
    """The laws of one bundle by the days on which anything of it begins or ends."""

    def __init__(self, bundle: "PolicyBundle") -> None:
        self._bundle = bundle
        self._turns = sorted(set(_turns(bundle)))
        self._laws: dict[int, Law] = {}

    def on(self, day: date) -> Law:
        span = bisect_right(self._turns, day)
        try:
            return self._laws[span]
        except KeyError:
            law = Law(self._bundle, day)
            self._laws[span] = law
            return law


def _turns(bundle: "PolicyBundle") -> Iterator[date]:
    for first, until in bundle.periods():
        yield first
        if until is not None:
            yield until
