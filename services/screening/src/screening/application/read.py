"""What a case knows and what it waits for, without changing it."""

from dataclasses import dataclass
from datetime import date

from screening.application.ports import Work
from screening.application.screen import known_regions
from screening.domain.case import Case
from screening.domain.deciding import DEDUCTION, Reserve, Waiting, decide
from screening.domain.facts import FactVersion, FilingId
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class CaseView:
    """Facts heard of, and the names of those still to come; none when there is a decision on all."""

    facts: tuple[FactVersion, ...]
    waiting_for: tuple[str, ...]


async def view_case(filing: FilingId, work: Work, policy: PolicyBundle, day: date) -> CaseView | None:
    """None when no fact has arrived."""
    case = await work.cases.get(filing)
    if case is None:
        return None
    regions = await known_regions(case, work)
    step = decide(case, regions, policy, day).step
    names = step.names if isinstance(step, Waiting) else (DEDUCTION,) if isinstance(step, Reserve) else ()
    levels = tuple(FactVersion(f"region/{fact.code}", fact.version) for fact in regions.values())
    return CaseView(_held(case) + levels, names)


def _held(case: Case) -> tuple[FactVersion, ...]:
    filing = case.withdrawal or case.filing
    answered = case.reservation if case.deduction is not None else None
    held = {"filing": filing, "review": case.review, "replacement": case.replacement, DEDUCTION: answered}
    return tuple(FactVersion(name, fact.revision) for name, fact in held.items() if fact is not None)
