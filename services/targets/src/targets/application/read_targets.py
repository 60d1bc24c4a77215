"""What is required of a place: its targets, its schedule, and whether what was handed down adds up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from statute.finding import Finding
from statute.loader import PolicyBundle
from targets.application.ports import Work
from targets.domain.breakdown import breakdown, breakdown_finding
from targets.domain.indicators import Indicator
from targets.domain.periods import Years
from targets.domain.places import NATIONAL, Place, parts_of
from targets.domain.refusals import ScheduleNotKnown
from targets.domain.reports import Comparison
from targets.domain.schedule import Gap, Schedule, schedule_of
from targets.domain.targets import Target, known_targets, newest_versions


async def targets_of(
    place: Place, work: Work, policy: PolicyBundle, *, indicator: str | None = None, known_at: datetime | None = None
) -> Sequence[Target]:
    """The law's and every version handed down, as far as they were known then (None: now)."""
    handed_down = () if place == NATIONAL else await work.targets.of([place], indicator, known_at=known_at)
    known = known_targets(place, handed_down, policy)
    return [target for target in known if indicator is None or target.indicator == indicator]


@dataclass(frozen=True, slots=True)
class ScheduleQuery:
    place: Place
    indicator: Indicator
    period_end: date
    comparison: Comparison


async def schedule_at(
    asked: ScheduleQuery, work: Work, policy: PolicyBundle, *, known_at: datetime | None = None
) -> Schedule:
    """Raises ScheduleNotKnown."""
    targets = await targets_of(asked.place, work, policy, indicator=asked.indicator.id, known_at=known_at)
    found = schedule_of(asked.indicator, targets, asked.period_end, asked.comparison, policy=policy)
    if isinstance(found, Gap):
        raise ScheduleNotKnown(asked.place, asked.indicator.id, asked.period_end, found.missing)
    return found


async def check_breakdown(
    place: Place,
    indicator: Indicator,
    years: Years,
    work: Work,
    *,
    policy: PolicyBundle,
    known_at: datetime | None = None,
) -> Finding:
    """Over the regions directly below that the policy bundle knows."""
    parts = parts_of(place, policy)
    handed_down = await work.targets.of([place, *parts], indicator.id, known_at=known_at)
    targets = newest_versions(known_targets(place, handed_down, policy))
    return breakdown_finding(breakdown(place, indicator, years, targets=targets, parts=parts), policy)
