"""Puts together what a region reports for a year."""

from datetime import datetime

from kernel.regions import RegionCode
from statute.loader import PolicyBundle
from targets.application.assessment.assess_region import known_progress, year_end
from targets.application.ports import Work
from targets.domain.assessment.annual_report import AnnualReport, report_of
from targets.domain.publishing.levels import newest_by


async def report_year(
    region: RegionCode, year: int, known_at: datetime, *, work: Work, policy: PolicyBundle
) -> AnnualReport:
    levels = await work.levels.of([region], known_at=known_at)
    promised = await work.promises.promised([region])
    return report_of(
        region,
        year_end(year),
        known_at,
        progress=await known_progress(region, year, known_at, work=work, policy=policy),
        levels=newest_by(levels, year_end(year)),
        promised_kgce=promised[region].total,
        policy=policy,
    )
