"""What would make a failing finding pass: a change of one input, given only after it was evaluated."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from dossier.model import Dossier, Fact
from kernel.quantities import plain
from kernel.text import Text
from review.domain.amounts import TCE
from review.domain.subject import Subject, fact_field
from statute.finding import Finding, Remedy, Verdict

SMALLEST_TCE: Final = Decimal("0.001")
"""The finest step of an annual energy that a filing can state."""

RuleFinding = Callable[[Subject], Finding]


def by_fact(subject: Subject, fact: str, needed: str, rule: RuleFinding) -> tuple[Remedy, ...]:
    """The fact of the project changed to `needed`; nothing when the rule does not hold then."""
    stated = subject.word(fact) or ""
    definition = subject.policy.facts[fact]
    text = Text("{title}: 改为 {needed} 即符合", "{title}: {needed} passes", title=definition.title, needed=needed)
    changed = with_fact(subject.dossier, fact, needed)
    return verified(subject, changed, rule, Remedy(fact_field(fact), stated, needed, text))


def by_energy(subject: Subject, needed: Decimal, rule: RuleFinding) -> tuple[Remedy, ...]:
    """The annual energy (tce, 当量) changed to `needed`; nothing when that is below zero or the rule fails then."""
    energy = subject.dossier.energy
    stated = energy.tce_calorific
    if stated is None or needed < 0:
        return ()
    text = Text(
        "年综合能耗由 {stated} 改为 {needed} tce 即符合",
        "an annual energy of {needed} tce in the place of {stated} passes",
        stated=stated,
        needed=needed,
    )
    changed = replace(subject.dossier, energy=replace(energy, tce_calorific=needed))
    return verified(subject, changed, rule, Remedy(TCE, f"{plain(stated)} tce", f"{plain(needed)} tce", text))


def with_fact(dossier: Dossier, fact: str, value: str) -> Dossier:
    others = tuple(one for one in dossier.facts if one.fact != fact)
    return replace(dossier, facts=(*others, Fact(fact, value)))


def verified(subject: Subject, changed: Dossier, rule: RuleFinding, remedy: Remedy) -> tuple[Remedy, ...]:
    """The remedy, when the rule holds for the changed dossier; else none."""
    return (remedy,) if rule(subject.changed(changed)).verdict is Verdict.HOLDS else ()
