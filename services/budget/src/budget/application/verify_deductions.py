"""Compares all deductions with the ledger, page by page, on one snapshot."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from budget.application.ports import Work
from budget.domain.agreement import Disagreement, disagreement, hold_alone, live_together

PAGE_DEDUCTIONS: Final = 1_000
DIFFERENCES_MAX: Final = 100
"""Then a person has to look, and it ends."""


@dataclass(frozen=True, slots=True)
class Looked:
    """How many deductions were looked at so far, and what was found since the one before."""

    deductions: int
    differences: tuple[Disagreement, ...] = ()
    complete: bool = False


async def verify_deductions(
    work: Work, *, page_size: int = PAGE_DEDUCTIONS, differences_max: int = DIFFERENCES_MAX
) -> AsyncIterator[Looked]:
    """Must be the first thing the transaction does. Ends early when too much differs: then none is `complete`."""
    await work.acting_on(None)
    await work.on_one_snapshot()
    left, looked, after = differences_max, 0, ""
    closed_years = await work.agreement.closed_years()
    while left and (page := await work.agreement.with_holds(after, page_size, closed_years)):
        found = [one for made, holds in page if (one := disagreement(made, holds)) is not None][:left]
        left, looked, after = left - len(found), looked + len(page), page[-1][0].id
        yield Looked(looked, tuple(found))
    if left:
        alone = [hold_alone(id_) for id_ in await work.agreement.holds_alone(left)]
        together = [live_together(*one) for one in await work.agreement.live_together(left)]
        whole = (*alone, *together)[:left]
        yield Looked(looked, whole, complete=len(whole) < left)
