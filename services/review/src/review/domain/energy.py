"""The yearly energy that a dossier states."""

from decimal import Decimal
from typing import Final

from dossier.model import EnergyUse
from energy.account import Totals
from kernel.quantities import plain
from kernel.text import Text
from review.domain.amounts import TCE, filled
from review.domain.subject import Subject
from statute.finding import Finding

STATED_RULE: Final = "review.energy_stated"
KGCE_PER_TCE: Final = 1000


def totals(subject: Subject) -> Totals:
    """The yearly totals that every rule uses: what is stated, else what the flows come to. None: neither tells.

    A net seller uses nothing: below zero is zero, as a dossier can state no less.
    """
    return subject.totals


def totals_before(subject: Subject) -> Totals | None:
    """As `totals`, of the year before the project; None when nothing of it is stated."""
    before = subject.dossier.energy_before
    return None if before is None else filled(before, subject.computed_before)


def annual_kgce(energy: EnergyUse | Totals) -> int | None:
    """Exact, on the 当量 basis; None when it is not stated."""
    return in_kgce(energy.tce_calorific)


def in_kgce(tce: Decimal | None) -> int | None:
    """Exact: the API takes at most three decimals of a tce. None stays None."""
    if tce is None:
        return None
    kgce = int(tce * KGCE_PER_TCE)
    assert kgce == tce * KGCE_PER_TCE
    return kgce


def energy_finding(subject: Subject) -> Finding:
    """Whether the figure that the budget will be asked for is known (rule review.energy_stated)."""
    tce = totals(subject).tce_calorific
    seen = subject.look(STATED_RULE, () if tce is None else ((TCE, plain(tce)),))
    if tce is None:
        because = Text(
            zh="未填年综合能源消费量 (当量值); 请补填, 未填不等于零",
            en="The annual energy on the calorific basis is not stated. State it: not stated is not zero.",
        )
        return seen.asks_for((TCE,), because)
    if subject.dossier.energy.tce_calorific is None:
        return seen.holds(
            Text(
                "未填总量, 由能源流向算得 {tce} tce (当量)",
                "No total is stated; the flows come to {tce} tce (calorific)",
                tce=tce,
            )
        )
    return seen.holds(Text("已填 {tce} tce (当量)", "{tce} tce (calorific) are stated", tce=tce))
