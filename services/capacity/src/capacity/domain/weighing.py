"""Weighs a plan against its rules, one product after the other: each owes for itself, and each lot serves its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from capacity.domain import availability as lots_rule
from capacity.domain import sufficiency as ratio_rule
from capacity.domain.availability import Register, availability
from capacity.domain.lot_rules import BARRING, Brought, lot_findings
from capacity.domain.lots import LotId, named_lots
from capacity.domain.obligation import Obligation, day_of_law
from capacity.domain.ratio import choose_ratio
from capacity.domain.replacement import LotHold, Owed
from capacity.domain.shares import read_figures
from capacity.domain.situation import situation_of
from capacity.domain.sufficiency import Plan, sufficiency
from capacity.domain.tonnage import EXACT, Unit
from dossier.model import Dossier, Product, ReplacementPlan
from kernel.text import Text
from statute.finding import Finding, Verdict
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class Weighed:
    """A plan against its rules. `asked` are all shares that could be read.

    `holds` are given when it covers what is owed, every lot has enough left, and no rule bars one. `in_doubt`: nothing
    stands against that but a closed account.
    """

    owed: Owed | None
    findings: tuple[Finding, ...]
    holds: tuple[LotHold, ...] = ()
    asked: tuple[LotHold, ...] = ()
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Weighing:
    """What is weighed: the plan of a dossier by the law of `day`, for `products` that owe it, by their kind."""

    dossier: Dossier
    plan: ReplacementPlan
    day: date
    products: dict[str, list[tuple[int, Product]]]
    register: Register
    policy: PolicyBundle

    def serves(self, kind: str, lot: LotId) -> bool:
        """A lot serves the product it is registered for; one that serves none is looked at with the first."""
        registered = self.register.lots.get(lot)
        if registered is not None and registered.product_id in self.products:
            return registered.product_id == kind
        return kind == next(iter(self.products))


def weigh(dossier: Dossier, obligation: Obligation, register: Register, policy: PolicyBundle) -> Weighed:
    day, plan = day_of_law(dossier), dossier.replacement
    if obligation.required is not Verdict.HOLDS or plan is None or day is None:
        return Weighed(None, ())
    products: dict[str, list[tuple[int, Product]]] = {}
    for index, product in obligation.products:
        products.setdefault(product.product_id, []).append((index, product))
    if len({policy.replacements[kind].unit for kind in products}) > 1:
        return Weighed(None, (_in_several_units(tuple(products), policy),))
    weighing = Weighing(dossier, plan, day, products, register, policy)
    parts = [_one(kind, weighing) for kind in products]
    findings = tuple(finding for part in parts for finding in part.findings)
    asked = tuple(hold for part in parts for hold in part.asked)
    holds = asked if all(part.holds for part in parts) else ()
    in_doubt = not holds and all(part.holds or part.in_doubt for part in parts)
    return Weighed(_together(parts), findings, holds, asked, in_doubt)


def _one(kind: str, weighing: Weighing) -> Weighed:
    policy, day, products = weighing.policy, weighing.day, weighing.products[kind]
    lots = [lot for lot in weighing.register.lots.values() if weighing.serves(kind, lot.id)]
    situation = situation_of(weighing.dossier, weighing.plan, products, lots)
    unit = Unit(policy.replacements[kind].unit)
    figures = read_figures(products, weighing.plan, unit, serves=lambda lot: weighing.serves(kind, lot))
    plan = Plan(day, weighing.plan.publicity_date, situation, figures)
    enough = sufficiency(plan, choose_ratio(kind, plan.publicity_date, situation, policy), policy.rule(ratio_rule.RULE))
    there = availability(kind, figures, weighing.register, policy.rule(lots_rule.RULE), day=day)
    looked = tuple(lot_findings(_brought(kind, weighing)))
    barred = any(one.verdict is Verdict.FAILS for one in looked if one.rule in BARRING)
    serves = enough.finding.verdict is Verdict.HOLDS and not barred
    held = serves and there.verdict is Verdict.HOLDS
    asked = tuple(LotHold(share.lot, share.asked) for share in figures.shares)
    findings = tuple(_named(one, kind, weighing) for one in (enough.finding, there, *looked))
    # What can be read and is not short is unknown only where an account is closed.
    return Weighed(enough.owed, findings, asked if held else (), asked, serves and there.verdict is Verdict.UNKNOWN)


def _brought(kind: str, weighing: Weighing) -> Brought:
    lots = [lot for lot in named_lots(weighing.dossier) if weighing.serves(kind, lot)]
    known = [found for lot in lots if (found := weighing.register.known(lot)) is not None]
    return Brought(kind, lots, known, weighing.dossier, weighing.register, weighing.day, weighing.policy)


def _named(finding: Finding, kind: str, weighing: Weighing) -> Finding:
    """With its product in the title, where the plan is for several."""
    if len(weighing.products) == 1:
        return finding
    product = weighing.policy.replacements[kind].title
    return replace(finding, title=Text("{rule} ({product})", "{rule} ({product})", rule=finding.title, product=product))


def _together(parts: Sequence[Weighed]) -> Owed | None:
    """What all products owe, in their one unit; None as soon as one of them cannot be told."""
    owed = [part.owed for part in parts if part.owed is not None]
    if len(owed) < len(parts):
        return None
    total = owed[0].tonnes
    for other in owed[1:]:
        total = EXACT.add(total, other.tonnes)
    return Owed(total, owed[0].unit)


def _in_several_units(kinds: Sequence[str], policy: PolicyBundle) -> Finding:
    rule = policy.rule(ratio_rule.RULE)
    names = ", ".join(kinds)
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.UNKNOWN,
        because=Text(
            zh="方案同时用于以不同单位计量的多种产品 ({names}), 不能合并计算, 由人工判定",
            en="One plan is to serve products that count in different units ({names}) and do not add up: "
            "a person decides.",
            names=names,
        ),
        leads_to=rule.on_unknown_figure,
    )
