"""What a case knows and what it waits for, without changing it."""

from dataclasses import dataclass
from datetime import date

from screening.application.ports import Work
from screening.application.screen import known_regions
from screening.domain.case import Case
from screening.domain.deciding import DEDUCTION, Asking, Settled, Waiting, decide
from screening.domain.facts import DeductionId, FactVersion, FilingId
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class CaseView:
    """Facts heard of, and the names of those still to come; none when there is a decision on all."""

    facts: tuple[FactVersion, ...]
    waiting_for: tuple[str, ...]
    settled: bool
    deduction: DeductionId | None = None
    """What the budget was asked last, as far as it stands."""


async def view_case(filing: FilingId, work: Work, policy: PolicyBundle, day: date) -> CaseView | None:
    """None when no fact has arrived."""
    record = await work.cases.get(filing)
    if record is None:
        return None
    regions = await known_regions(record.case, work)
    step = decide(record.case, regions, policy, day).step
    names = step.names if isinstance(step, Waiting) else (DEDUCTION,) if isinstance(step, Asking) else ()
    levels = tuple(FactVersion(f"region/{fact.code}", fact.version) for fact in regions.values())
    asked = None if record.case.reservation is None else record.case.reservation.deduction
    return CaseView(versions_of(record.case) + levels, names, isinstance(step, Settled), asked)


def versions_of(case: Case) -> tuple[FactVersion, ...]:
    """What is held of the filing. The budget's answer has the version of the revision that it is for."""
    held = {
        "filing": case.filing,
        "withdrawal": case.withdrawal,
        "review": case.review,
        "replacement": case.replacement,
        "opinion": case.opinion,
        "ruling": case.ruling,
    }
    found = [FactVersion(name, fact.version) for name, fact in held.items() if fact is not None]
    if case.deduction is not None and case.reservation is not None:
        found.append(FactVersion(DEDUCTION, case.reservation.revision))
    found += [FactVersion(f"saving/{one.hold}", one.version) for one in case.savings]
    found += [FactVersion(f"override/{one.id}", one.version) for one in case.overrides]
    return tuple(found)
