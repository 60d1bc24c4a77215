"""One dossier under the law of its day of application: what every rule looks at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Final

from dossier.model import Dossier, Product
from energy.account import NOTHING_TOLD, EnergyAccount, Totals
from kernel.quantities import exact
from kernel.text import Text
from review.domain.accounting import account_before, account_of, computed
from review.domain.amounts import amounts, filled, stated
from review.domain.classing import Classed, class_products
from review.domain.look import APPLICATION_DATE, Look
from statute.finding import Citation, Finding, Verdict
from statute.inforce import Law
from statute.loader import PolicyBundle

YES: Final = "yes"
PRODUCTS: Final = "dossier.products"
ALWAYS_KEPT_MAX: Final = 16_384
"""Some rules on each of the days of some years."""


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another filing that stands, of the same owner, as far as splitting and merging are looked at."""

    filing: str
    region: str
    product_ids: tuple[str, ...]
    application_date: date | None
    tce_calorific: Decimal | None


class Subject:
    """Immutable. `law` is None without a day of application: then no rule can be chosen, and each asks for the day.

    `filing` is the filing's own id, empty in a dry run; `siblings` are the owner's other filings.
    """

    def __init__(
        self, dossier: Dossier, policy: PolicyBundle, filing: str = "", siblings: tuple[Sibling, ...] = ()
    ) -> None:
        self.dossier = dossier
        self.policy = policy
        self.filing = filing
        self.siblings = siblings
        self.day = dossier.application_date
        self.kind = None if dossier.kind is None else dossier.kind.value
        self.law: Law | None = None if self.day is None else policy.at(self.day)
        self.classed = class_products(dossier, self.law)
        """One for each product, as filed. Empty when the day, the classes or an edition of the catalogue is missing."""
        self.two_high = _two_high(self.classed)
        """HOLDS when one product is two-high; UNKNOWN also while the classes or the products are not stated."""
        self.day_input = _day_input(self.day)
        self.energy = amounts(dossier.energy)
        self.stated = stated(self.energy)
        """Of `energy`, as inputs of a finding."""
        self.product_inputs = tuple(
            [(f"{PRODUCTS}[{n}]", f"{one.product_id or '-'} {one.name}") for n, one in enumerate(dossier.products)]
        )
        """Each product as filed, as an input of a finding."""

    def changed(self, dossier: Dossier) -> "Subject":
        """The same question of another dossier."""
        return Subject(dossier, self.policy, self.filing, self.siblings)

    @cached_property
    def account(self) -> EnergyAccount | None:
        """Of the year after completion; None while no flow or no day is stated."""
        return account_of(self.dossier, self.law)

    @cached_property
    def account_before(self) -> EnergyAccount | None:
        """Of the year before the project; None while its flows or the day are not stated."""
        return account_before(self.dossier, self.law)

    @cached_property
    def computed(self) -> Totals:
        """What the flows come to in the units of a dossier; nothing is told without them."""
        return computed(self.account, self.law)

    @cached_property
    def computed_before(self) -> Totals:
        """As `computed`, of the year before the project."""
        return computed(self.account_before, self.law)

    @cached_property
    def totals(self) -> Totals:
        """The yearly totals that every rule uses: what is stated, else what the flows come to. None: neither tells."""
        return filled(self.dossier.energy, self.computed if self.dossier.energy.flows else NOTHING_TOLD)

    def look(
        self,
        rule_id: str,
        inputs: Iterable[tuple[str, str]] = (),
        under: Iterable[Citation] = (),
        *,
        title: Text | None = None,
    ) -> Look:
        """The rule by the law of the day, with the day among its inputs. Raises NotInBundle.

        `under` stands beside the rule's clauses; it names none of them, and nothing twice.
        """
        if self.law is None:
            return Look(self.policy.rule(rule_id), tuple(inputs), (), title)
        found = self.law.rule(rule_id)
        return Look(found.rule, (*self.day_input, *inputs), (*found.clauses, *under), title)

    def always(self, rule_id: str, because: Text, *parameters: str) -> Finding:
        """It holds on this day whatever else is stated: one finding for every such project.

        It stands on the rule's clauses and on `parameters`, which the law of the day has. Raises NotInBundle.
        """
        if self.law is None or self.day is None:
            return self.look(rule_id).holds(because)
        return _always(rule_id, because, self.law, self.day, *parameters)

    # facts, by the ids of the policy bundle

    def yes(self, fact: str, product: Product | None = None) -> bool | None:
        """None: not stated."""
        stated = (product or self.dossier).fact(fact)
        return None if stated is None else stated == YES

    def number(self, fact: str, product: Product | None = None) -> Decimal | None:
        """In the fact's own unit; None: not stated."""
        stated = (product or self.dossier).fact(fact)
        return None if stated is None else exact(stated)

    def word(self, fact: str, product: Product | None = None) -> str | None:
        """None: not stated."""
        return (product or self.dossier).fact(fact)


def _day_input(day: date | None) -> tuple[tuple[str, str], ...]:
    return () if day is None else ((APPLICATION_DATE, day.isoformat()),)


@lru_cache(ALWAYS_KEPT_MAX)
def _always(rule_id: str, because: Text, law: Law, day: date, *parameters: str) -> Finding:
    found = law.rule(rule_id)
    under = [version.citation for one in parameters if (version := law.on(one)) is not None]
    return Look(found.rule, _day_input(day), (*found.clauses, *under)).holds(because)


def _two_high(classed: tuple[Classed, ...]) -> Verdict:
    verdicts = [one.verdict for one in classed]
    if Verdict.HOLDS in verdicts:
        return Verdict.HOLDS
    return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts or not verdicts else Verdict.FAILS


def fact_field(fact: str, product: int | None = None) -> str:
    """The path of a fact in the API's own names, of the project or of its product number `product` (from 0)."""
    place = "dossier" if product is None else f"{PRODUCTS}[{product}]"
    return f"{place}.facts[{fact}]"


Findings = tuple[Finding, ...]
