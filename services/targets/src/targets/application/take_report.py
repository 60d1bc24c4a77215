"""Takes in what was reported or published of a region; the newest levels follow."""

from dataclasses import dataclass
from datetime import date, datetime

from kernel.regions import RegionCode
from statute.loader import PolicyBundle
from targets.application.ports import Work
from targets.domain.barometer import Indicator, derive
from targets.domain.regions import LevelBasis, Reading, RegionLevel, Report, Scale, WarningLevel


@dataclass(frozen=True, slots=True)
class ReportIndicator:
    region: RegionCode
    indicator: Indicator


@dataclass(frozen=True, slots=True)
class RecordPublishedLevel:
    region: RegionCode
    scale: Scale
    level: WarningLevel
    period_end: date
    document: str


async def report_indicator(command: ReportIndicator, work: Work, policy: PolicyBundle, at: datetime) -> RegionLevel:
    """Raises LevelNotDerivable."""
    indicator = command.indicator
    reading = derive(indicator, policy)
    return await _take(Report(command.region, reading, at, (indicator.actual, indicator.schedule)), work)


async def record_published_level(command: RecordPublishedLevel, work: Work, at: datetime) -> RegionLevel:
    reading = Reading(command.scale, command.level, command.period_end, LevelBasis.PUBLISHED, command.document)
    return await _take(Report(command.region, reading, at), work)


async def _take(report: Report, work: Work) -> RegionLevel:
    known = await work.regions.get_for_update(report.region)
    await work.reports.add(report)
    changed, level, event = known.take(report.reading)
    if event is not None:
        await work.regions.save(changed)
        await work.announce(event)
    return level
