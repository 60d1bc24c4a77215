"""Evaluates one revision: what it owes, what it brings, and the lots it holds from then on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from capacity.domain import availability as lots_rule
from capacity.domain import sufficiency as ratio_rule
from capacity.domain.availability import Register, availability
from capacity.domain.dossier import Dossier
from capacity.domain.obligation import Obligation, day_of_law, obligation_of
from capacity.domain.ratio import choose_ratio, situation_of
from capacity.domain.replacement import Evaluation, FilingId, LotHold, Owed, Replacement, hold_id, release
from capacity.domain.shares import read_figures
from capacity.domain.sufficiency import Plan, sufficiency
from capacity.domain.tonnage import Unit
from kernel.text import Text
from ledger.book import Book, place_hold
from ledger.transfers import Entry
from statute.finding import Finding, Verdict
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class Revision:
    """One accepted revision of one filing."""

    filing: FilingId
    revision: int
    dossier: Dossier


@dataclass(frozen=True, slots=True)
class Decided:
    """What stands of the filing afterwards, and what that makes of the book."""

    replacement: Replacement
    evaluation: Evaluation
    book: Book
    entries: Sequence[Entry] = ()


@dataclass(frozen=True, slots=True)
class Weighed:
    """A plan against its rules. `holds` are given when it covers what is owed and every lot has enough left."""

    owed: Owed | None
    findings: tuple[Finding, ...]
    holds: tuple[LotHold, ...] = ()


def evaluate(
    revision: Revision, known: Replacement | None, register: Register, policy: PolicyBundle, *, on: date
) -> Decided:
    """`revision` is newer than `known`, whose holds are in the register's book and are given back first."""
    free, released = release(known, register.book, on=on)
    obligation = obligation_of(revision.dossier, policy)
    weighed = _weigh(revision.dossier, obligation, replace(register, book=free), policy)
    evaluation = Evaluation(
        revision=revision.revision,
        required=obligation.required,
        owed=weighed.owed,
        holds=weighed.holds,
        findings=(obligation.finding, *weighed.findings),
        bundle_hash=policy.bundle_hash,
    )
    replacement = Replacement(revision.filing, revision.revision, evaluation)
    if not weighed.holds:
        return Decided(replacement, evaluation, free, released)
    legs = {register.lots[hold.lot].account: hold.quantity.tonnes for hold in weighed.holds}
    book, held = place_hold(free, hold_id(revision.filing, revision.revision), legs, effective_on=on)
    return Decided(replacement, evaluation, book, (*released, *held))


def _weigh(dossier: Dossier, obligation: Obligation, register: Register, policy: PolicyBundle) -> Weighed:
    day = day_of_law(dossier)
    if obligation.required is not Verdict.HOLDS or dossier.replacement is None or day is None:
        return Weighed(None, ())
    owing = sorted({product.product_id for _, product in obligation.products})
    if len(owing) > 1:
        return Weighed(None, (_several(owing, policy),))
    situation = situation_of(dossier, dossier.replacement, register.lots.values())
    figures = read_figures(obligation.products, dossier.replacement, Unit(policy.replacements[owing[0]].unit))
    plan = Plan(day, dossier.replacement.publicity_date, situation, figures)
    choice = choose_ratio(owing[0], plan.publicity_date, situation, policy)
    enough = sufficiency(plan, choice, policy.rule(ratio_rule.RULE))
    there = replace(
        availability(owing[0], figures, register, policy.rule(lots_rule.RULE)),
        under=policy.rule(lots_rule.RULE).clauses_on(day),
    )
    held = enough.finding.verdict is Verdict.HOLDS and there.verdict is Verdict.HOLDS
    holds = tuple(LotHold(share.lot, share.asked) for share in figures.shares) if held else ()
    return Weighed(enough.owed, (enough.finding, there), holds)


def _several(products: Sequence[str], policy: PolicyBundle) -> Finding:
    rule = policy.rule(ratio_rule.RULE)
    names = ", ".join(products)
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.UNKNOWN,
        because=Text(
            zh=f"方案同时用于多种产品 ({names}), 指标无法分别计量, 由人工判定",
            en=f"One plan is to serve several products ({names}); which lot serves which is not stated: "
            "a person decides.",
        ),
        leads_to=rule.on_unknown_figure,
    )
