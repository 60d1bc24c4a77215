"""Takes in what was heard of filings and regions; decisions and reservations follow."""

from datetime import datetime
from typing import Final

from kernel.clock import legal_day
from kernel.regions import lineage
from screening.application.ports import Work
from screening.domain.case import Case, absorb
from screening.domain.deciding import Decided, Reserve, decide
from screening.domain.decision import following
from screening.domain.facts import Fact, FilingId
from screening.domain.regions import RegionFact, RegionFacts, newest
from statute.loader import PolicyBundle

PAGE_CASES: Final = 500


async def take_fact(filing: FilingId, fact: Fact, work: Work, policy: PolicyBundle, *, at: datetime) -> None:
    """Screens the filing anew when the fact is newer than the one held."""
    held = await work.cases.get_for_update(filing)
    case = absorb(held, fact)
    if case != held:
        await _screen(case, work, policy, at=at)


async def take_region(fact: RegionFact, work: Work, policy: PolicyBundle, *, at: datetime) -> None:
    """Screens every case in the region anew, by filing id, when the fact is newer than the one held."""
    held = await work.regions.get_for_update(fact.code)
    if newest(held, fact) is held:
        return
    await work.regions.save(fact)
    last = FilingId("")
    while page := await work.cases.page_within_for_update(fact.code, last, PAGE_CASES):
        for case in page:
            await _screen(case, work, policy, at=at)
        last = page[-1].filing_id


async def known_regions(case: Case, work: Work) -> RegionFacts:
    return {} if case.filing is None else await work.regions.known_of(lineage(case.filing.region))


async def _screen(case: Case, work: Work, policy: PolicyBundle, *, at: datetime) -> None:
    day = legal_day(at)
    # Before the case's own facts are there, levels would decide nothing.
    regions = await known_regions(case, work) if case.complete else {}
    screened = decide(case, regions, policy, day)
    await work.cases.save(screened.case)
    if screened.void is not None:
        await work.void(screened.void)
    if isinstance(screened.step, Reserve):
        await work.reserve(screened.step.reservation)
    if isinstance(screened.step, Decided):
        current = await work.decisions.current(case.filing_id)
        decision = following(current, case.filing_id, screened.step.content, day=day, at=at)
        if decision != current:
            await work.decisions.add(decision)
            await work.announce(decision)
