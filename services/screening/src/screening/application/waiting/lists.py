"""Reads who waits in a region's queue, and which cases wait longer than is normal."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from kernel.clock import legal_day
from kernel.regions import RegionCode, prefecture_of
from screening.application.ports import Record
from screening.application.read import versions_of
from screening.application.waiting.ports import Entry, Since, StuckCase, Work
from screening.domain.decision import Decision
from screening.domain.queue import Place, place_of
from statute.finding import Disposition
from statute.loader import PolicyBundle
from statute.parameter import Version

STUCK_AFTER: Final = "screening.stuck_after"
QUEUED: Final = (Disposition.DEFER, Disposition.RESTRICT)
"""Who waits for a region: all others wait for the applicant, or for a person."""


async def queue_page(region: RegionCode, after: Place | None, size: int, work: Work) -> tuple[Sequence[Entry], int]:
    """The entries, and the position of the first of them, counted from 1 in the region."""
    entries = await work.queue.page(region, after, size)
    return entries, await work.queue.ahead(region, entries[0].place) + 1 if entries else 0


async def position_of(decision: Decision, record: Record | None, work: Work) -> int:
    """In the queue of its prefecture, from 1; 0 when the decision is not one that the case waits under."""
    if record is None or record.standing is None or record.case.filing is None:
        return 0
    if decision.number != record.standing.number or decision.content.disposition not in QUEUED or record.case.settled:
        return 0
    region = record.case.filing.region
    return await work.queue.ahead(prefecture_of(region) or region, place_of(record.case)) + 1


def normal(policy: PolicyBundle, at: datetime) -> Version:
    """How long a case normally waits for a fact, in minutes."""
    version = policy.on(STUCK_AFTER, legal_day(at))
    assert version is not None, f"the policy always has {STUCK_AFTER}"
    return version


def stuck_since(policy: PolicyBundle, at: datetime) -> datetime:
    """Who waits since then or longer waits longer than is normal."""
    return at - timedelta(minutes=int(normal(policy, at).number))


async def stuck_page(before: datetime, after: Since | None, size: int, work: Work) -> list[StuckCase]:
    waiting = await work.stuck.page(before, after, size)
    records = await work.cases.read([since.filing for since, _ in waiting])
    return [StuckCase(since, names, versions_of(records[since.filing].case)) for since, names in waiting]
