"""How facts are named: in the causes and the fact versions of decisions, and where they are kept."""

from screening.domain.decision import Cause
from screening.domain.facts import (
    DeductionFact,
    Fact,
    FilingFact,
    OpinionFact,
    OverrideFact,
    ReplacementFact,
    ReviewFact,
    RulingFact,
    SavingFact,
    WithdrawalFact,
)

KINDS: dict[type, str] = {
    FilingFact: "filing",
    WithdrawalFact: "withdrawal",
    ReviewFact: "review",
    ReplacementFact: "replacement",
    DeductionFact: "deduction",
    SavingFact: "saving",
    OpinionFact: "opinion",
    RulingFact: "ruling",
    OverrideFact: "override",
}


def cause_of(fact: Fact) -> Cause:
    kind = KINDS[type(fact)]
    if isinstance(fact, DeductionFact):
        return Cause("fact", f"{kind}/{fact.deduction}@{fact.state.value}")
    if isinstance(fact, SavingFact):
        return Cause("fact", f"{kind}/{fact.key}@{fact.version}")
    if isinstance(fact, OverrideFact):
        return Cause("override", f"{kind}/{fact.key}@{fact.version}")
    if isinstance(fact, RulingFact):
        return Cause("person", f"{kind}@{fact.version}")
    return Cause("fact", f"{kind}@{fact.version}")
