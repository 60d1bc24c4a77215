"""Grades a region's year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kernel.regions import RegionCode
from statute.loader import PolicyBundle
from targets.application.ports import Work
from targets.domain.assessment.assessing import assess
from targets.domain.assessment.gathering import progress_at
from targets.domain.assessment.grades import Assessment
from targets.domain.assessment.progress import Evidence, Progress, Stated
from targets.domain.places import Place
from targets.domain.targets import known_targets


@dataclass(frozen=True, slots=True)
class AssessRegion:
    region: RegionCode
    year: int
    known_at: datetime
    stated: Stated


def year_end(year: int) -> date:
    return date(year, 12, 31)


async def assess_region(asked: AssessRegion, work: Work, policy: PolicyBundle) -> Assessment:
    progress = await known_progress(asked.region, asked.year, asked.known_at, work=work, policy=policy)
    return assess(Evidence(year_end(asked.year), progress, asked.stated, policy))


async def known_progress(
    region: RegionCode, year: int, known_at: datetime, *, work: Work, policy: PolicyBundle
) -> Mapping[str, Progress]:
    """Every indicator at the end of the year, by its id."""
    place = Place(region)
    handed_down = await work.targets.of([place], known_at=known_at)
    reports = await work.reports.of([place], known_at=known_at)
    return progress_at(
        place, year_end(year), targets=known_targets(place, handed_down, policy), reports=reports, policy=policy
    )
