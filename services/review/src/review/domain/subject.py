"""One dossier under the law of its day of application: what every rule looks at."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final

from dossier.model import Dossier, EnergyUse, ProjectKind
from energy.account import NOTHING_TOLD, Balance, EnergyAccount, Totals
from review.domain.accounting import account_of, balance_of, computed
from review.domain.amounts import Amounts, amounts, filled, stated
from review.domain.classing import Classed, class_products
from review.domain.day import day_of
from review.domain.look import Inputs, Look, OrLater
from statute.finding import Citation, Finding, Verdict
from statute.inforce import Law
from statute.loader import PolicyBundle

YES: Final = "yes"
PRODUCTS: Final = "dossier.products"
KIND_WORDS: Final = {kind: kind.value for kind in ProjectKind}
"""The statute's words."""


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
        self.kind = None if dossier.kind is None else KIND_WORDS[dossier.kind]
        self.facts = {one.fact: one.value for one in reversed(dossier.facts)}
        """Of the project; of one that stands twice the first."""
        on_day = day_of(policy, self.day)
        self.law: Law | None = on_day.law
        self.start = on_day.start
        """Of a look at a rule on this day, by the rule's id. Raises NotInBundle."""
        self.always = on_day.always
        """The finding that is the same for every such project of this day. Raises NotInBundle."""
        self.classed = class_products(dossier, self.law)
        """One for each product, as filed. Empty when the day, the classes or an edition of the catalogue is missing."""
        self.product_ids = _product_ids(dossier, self.classed)
        """Of each product, as the catalogue names it, else as filed."""
        self.two_high = _two_high(self.classed)
        """HOLDS when one product is two-high; UNKNOWN also while the classes or the products are not stated."""
        energy, before = dossier.energy, dossier.energy_before
        self.balance: Balance | None = balance_of(energy, self.law)
        """Of the year after completion; None while no flow or no day is stated."""
        self.computed: Totals = computed(self.balance, self.law)
        """What the flows come to in the units of a dossier; nothing is told without them."""
        self.totals: Totals = filled(energy, self.computed)
        """The yearly totals that every rule uses: what is stated, else what the flows come to. None: neither tells."""
        self.totals_before: Totals | None = None if before is None else _totals_of(before, self.law)
        """As `totals`, of the year before the project; None when nothing of it is stated."""

    def changed(self, dossier: Dossier) -> "Subject":
        """The same question of another dossier."""
        return Subject(dossier, self.policy, self.filing, self.siblings)

    @cached_property
    def account(self) -> EnergyAccount | None:
        """The balance with CO2 and indicators; None while no flow or no day is stated."""
        return account_of(self.dossier, self.balance, self.law)

    @property
    def energy(self) -> Amounts:
        """The yearly totals that are stated."""
        return amounts(self.dossier.energy)

    @property
    def stated(self) -> Inputs:
        """Of `energy`, as inputs of a finding."""
        return stated(self.energy)

    def product_input(self, index: int) -> tuple[str, str]:
        """A product as filed, as an input of a finding."""
        product = self.dossier.products[index]
        return f"{PRODUCTS}[{index}]", f"{product.product_id or '-'} {product.name}"

    def look(self, rule_id: str, inputs: OrLater[Inputs] = (), under: OrLater[tuple[Citation, ...]] = ()) -> Look:
        """The rule by the law of the day, with the day among its inputs. Raises NotInBundle.

        `under` stands beside the rule's clauses. What is told later is made of the subject.
        """
        return Look((self.start(rule_id), inputs, under, None, (), self))

    # facts of the project, by the ids of the policy bundle

    def yes(self, fact: str) -> bool | None:
        """None: not stated."""
        stated = self.facts.get(fact)
        return None if stated is None else stated == YES

    def word(self, fact: str) -> str | None:
        """None: not stated."""
        return self.facts.get(fact)


def _totals_of(energy: EnergyUse, law: Law | None) -> Totals:
    stated = filled(energy, NOTHING_TOLD)
    return filled(energy, computed(balance_of(energy, law), law)) if None in stated and energy.flows else stated


def _product_ids(dossier: Dossier, classed: tuple[Classed, ...]) -> list[str]:
    ids = [product.product_id for product in dossier.products]
    for number, one in enumerate(classed):
        if one.entry is not None:
            ids[number] = one.entry.id
    return ids


def _two_high(classed: tuple[Classed, ...]) -> Verdict:
    told = Verdict.FAILS if classed else Verdict.UNKNOWN
    for one in classed:
        if one.verdict is Verdict.HOLDS:
            return Verdict.HOLDS
        if one.verdict is Verdict.UNKNOWN:
            told = Verdict.UNKNOWN
    return told


def fact_field(fact: str, product: int | None = None) -> str:
    """The path of a fact in the API's own names, of the project or of its product number `product` (from 0)."""
    place = "dossier" if product is None else f"{PRODUCTS}[{product}]"
    return f"{place}.facts[{fact}]"


Findings = tuple[Finding, ...]
