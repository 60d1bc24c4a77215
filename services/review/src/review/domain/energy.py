"""The yearly energy that a dossier states."""

from decimal import Decimal
from typing import Final

from dossier.model import EnergyUse
from energy.account import Totals
from kernel.quantities import plain
from kernel.text import Text
from review.domain.amounts import TCE
from review.domain.look import Inputs
from review.domain.subject import Subject
from statute.finding import Finding

STATED_RULE: Final = "review.energy_stated"
KGCE_PER_TCE: Final = 1000

NOT_STATED: Final = Text(
    zh="未填年综合能源消费量 (当量值); 请补填, 未填不等于零",
    en="The annual energy on the calorific basis is not stated. State it: not stated is not zero.",
)


def totals(subject: Subject) -> Totals:
    """The yearly totals that every rule uses: what is stated, else what the flows come to. None: neither tells.

    A net seller uses nothing: below zero is zero, as a dossier can state no less.
    """
    return subject.totals


def annual_kgce(energy: EnergyUse | Totals) -> int | None:
    """Exact, on the 当量 basis; None when it is not stated."""
    return in_kgce(energy.tce_calorific)


def in_kgce(tce: Decimal | None) -> int | None:
    """Exact: the API takes at most three decimals of a tce. None stays None."""
    if tce is None:
        return None
    exact = tce * KGCE_PER_TCE
    kgce = int(exact)
    assert kgce == exact
    return kgce


def energy_finding(subject: Subject) -> Finding:
    """Whether the figure that the budget will be asked for is known (rule review.energy_stated)."""
    if subject.totals.tce_calorific is None:
        return subject.look(STATED_RULE).asks_for((TCE,), NOT_STATED)
    return subject.look(STATED_RULE, _inputs).holds(_known)


def _inputs(subject: Subject) -> Inputs:
    tce = subject.totals.tce_calorific
    return () if tce is None else ((TCE, plain(tce)),)


def _known(subject: Subject) -> Text:
    tce = subject.totals.tce_calorific
    if subject.dossier.energy.tce_calorific is None:
        return Text(
            "未填总量, 由能源流向算得 {tce} tce (当量)",
            "No total is stated; the flows come to {tce} tce (calorific)",
            tce=tce,
        )
    return Text("已填 {tce} tce (当量)", "{tce} tce (calorific) are stated", tce=tce)
