"""What the cases of a replacement ratio ask about one plan, and what the filing, the register and the map answer."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from capacity.domain.lots import Lot
from dossier.model import Dossier, Fact, Product, ReplacementPlan
from kernel.regions import RegionCode, province_of
from kernel.text import Text
from statute.law import RatioRegime
from statute.loader import PolicyBundle

OTHER: Final = "other"
RESTRICTED_OR_CROSS_PROVINCE: Final = "restricted_or_cross_province"
SAME_ENTITY_SAME_SITE: Final = "same_entity_same_site"
STEEL_CASE: Final = "steel_case"
"""The fact whose words are conditions of the law, and the word for none of them."""
NO_CASE: Final = "none"
FACTS: Final[Mapping[str, str]] = {"merger": "merger_completed", "industrial_gypsum": "industrial_gypsum"}
"""Conditions that a fact answers with yes or no."""
YES: Final = "yes"

NAMES: Final[Mapping[str, Text]] = {
    RESTRICTED_OR_CROSS_PROVINCE: Text(
        "使用限制类或跨省产能", "capacity of the restricted class or from another province"
    ),
    SAME_ENTITY_SAME_SITE: Text("同一法人在同一厂区内", "same legal entity inside the same plant site"),
    "sensitive_area": Text("环境敏感区", "environmentally sensitive area"),
}


@dataclass(frozen=True, slots=True)
class Situation:
    """One plan. None: not stated.

    `elsewhere` are its lots that are registered in another province: they are from there, whatever the plan states.
    `products` are those that it builds, with their places in the dossier; `facts` are the project's.
    """

    region: RegionCode
    restricted_or_cross_province: bool | None = None
    same_entity_same_site: bool | None = None
    elsewhere: tuple[Lot, ...] = ()
    products: tuple[tuple[int, Product], ...] = ()
    facts: tuple[Fact, ...] = ()

    @property
    def answers(self) -> Mapping[str, bool | None]:
        """The conditions that the plan and the register answer, by the law's words, which are the API's too."""
        return {
            RESTRICTED_OR_CROSS_PROVINCE: True if self.elsewhere else self.restricted_or_cross_province,
            SAME_ENTITY_SAME_SITE: self.same_entity_same_site,
        }

    def meets(self, condition: str, regime: RatioRegime, policy: PolicyBundle) -> bool | None:
        """None when the filing, or for a condition on places the law on file, does not say.

        Lines of one product that answer differently are not told apart by one plan: None, too.
        """
        if condition == OTHER:
            return True
        if condition in self.answers:
            return self.answers[condition]
        fact = fact_of(condition, policy)
        if fact is None:
            return policy.in_area(condition, self.region)
        stated = {_answer(condition, value, regime) for _, value in self._stated(fact, policy)}
        return next(iter(stated)) if len(stated) == 1 else None

    def missing(self, condition: str, regime: RatioRegime, policy: PolicyBundle) -> tuple[str, ...]:
        """The fields that would answer the condition; empty when no field does."""
        if condition in self.answers:
            return () if self.answers[condition] is not None else (f"dossier.replacement.{condition}",)
        fact = fact_of(condition, policy)
        if fact is None:
            return ()
        stated = self._stated(fact, policy)
        return tuple(field for field, value in stated if _answer(condition, value, regime) is None)

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        stated = {
            RESTRICTED_OR_CROSS_PROVINCE: self.restricted_or_cross_province,
            SAME_ENTITY_SAME_SITE: self.same_entity_same_site,
        }
        return (
            ("dossier.region_code", self.region),
            *((f"dossier.replacement.{name}", str(flag).lower()) for name, flag in stated.items() if flag is not None),
            *((f"lots/{lot.id}.region_code", lot.region) for lot in self.elsewhere),
            *self._fact_inputs(),
        )

    def _fact_inputs(self) -> Iterator[tuple[str, str]]:
        asked = {STEEL_CASE, *FACTS.values()}
        yield from ((_field(fact.fact), fact.value) for fact in self.facts if fact.fact in asked)
        for index, product in self.products:
            yield from ((_field(fact.fact, index), fact.value) for fact in product.facts if fact.fact in asked)

    def _stated(self, fact: str, policy: PolicyBundle) -> tuple[tuple[str, str | None], ...]:
        """The fact's fields with what they say; one for each product when it is a fact of products."""
        if policy.facts[fact].of == "project":
            return ((_field(fact), next((held.value for held in self.facts if held.fact == fact), None)),)
        return tuple((_field(fact, index), product.fact(fact)) for index, product in self.products)


def situation_of(
    dossier: Dossier, plan: ReplacementPlan, products: Iterable[tuple[int, Product]], lots: Iterable[Lot]
) -> Situation:
    """`products` are those that owe the plan; `lots` those that it names, as far as they are registered."""
    return Situation(
        region=dossier.region,
        restricted_or_cross_province=plan.restricted_or_cross_province,
        same_entity_same_site=plan.same_entity_same_site,
        elsewhere=tuple(lot for lot in lots if province_of(lot.region) != province_of(dossier.region)),
        products=tuple(products),
        facts=dossier.facts,
    )


def fact_of(condition: str, policy: PolicyBundle) -> str | None:
    """The fact that answers the condition; None when no filing states it."""
    if condition in policy.facts[STEEL_CASE].words:
        return STEEL_CASE
    return FACTS.get(condition)


def name_of(condition: str, policy: PolicyBundle) -> Text:
    if condition in policy.areas:
        return policy.areas[condition].title
    fact = fact_of(condition, policy)
    if fact is None:
        return NAMES.get(condition, Text(condition, condition))
    return policy.facts[fact].words.get(condition, policy.facts[fact].title)


def _answer(condition: str, value: str | None, regime: RatioRegime) -> bool | None:
    """A case of other measures than the regime's does not say which of the regime's own applies."""
    if value is None:
        return None
    if value in (condition, YES):
        return True
    cases = {asked for case in regime.cases for asked in case.conditions}
    return False if value in cases or value in (NO_CASE, "no") else None


def _field(fact: str, product: int | None = None) -> str:
    place = "dossier" if product is None else f"dossier.products[{product}]"
    return f"{place}.facts[{fact}]"
