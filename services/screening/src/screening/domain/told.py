"""One finding as its service told it: what of it decides, and the whole of it, which is only passed on."""

from collections.abc import Iterable
from typing import NamedTuple

from statute.finding import Disposition, Finding, Verdict, weighed


# A tuple is made in a third of the time of a frozen dataclass, and a decision has some twenty.
class Told(NamedTuple):
    """`asks` is what the finding may lead to by itself: an unverified figure neither approves nor blocks.

    `whole` is the finding as it came. Nobody here looks into it: a decision carries some twenty of them, each with its
    inputs, citations and sentences, and most facts change none of it.
    """

    rule: str
    verdict: Verdict
    asks: Disposition | None
    basis_unverified: bool
    missing: tuple[str, ...]
    whole: object


def told(findings: Iterable[Finding]) -> tuple[Told, ...]:
    """Findings that were made here."""
    return tuple(
        Told(one.rule, one.verdict, weighed(one), one.basis_unverified, one.missing, whole=one) for one in findings
    )
