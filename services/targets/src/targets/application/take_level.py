"""Takes in a level that was derived or published; the newest levels of the region follow."""

from dataclasses import dataclass
from datetime import date, datetime

from kernel.clock import legal_day
from kernel.regions import RegionCode
from targets.application.ports import Work
from targets.domain.levels import LevelBasis, LevelReading, RegionLevel, Scale, WarningLevel
from targets.domain.periods import year_to


@dataclass(frozen=True, slots=True)
class RecordPublishedLevel:
    """`published_on` is the day from which the level is valid; None: today."""

    region: RegionCode
    scale: Scale
    level: WarningLevel
    period_end: date
    document: str
    published_on: date | None = None


async def record_published_level(command: RecordPublishedLevel, work: Work, at: datetime) -> RegionLevel:
    period = year_to(command.period_end)
    reading = LevelReading(command.scale, command.level, period, LevelBasis.PUBLISHED, command.document)
    return await take_level(command.region, reading, work, at, valid_from=command.published_on)


async def take_level(
    region: RegionCode, reading: LevelReading, work: Work, at: datetime, *, valid_from: date | None = None
) -> RegionLevel:
    """The level as it stands; with version 0 when it did not become the newest."""
    known = await work.regions.get_for_update(region)
    changed, level, event = known.take(reading, valid_from=valid_from or legal_day(at), known_at=at)
    await work.levels.add(level)
    await work.regions.save(changed)
    if event is not None:
        await work.announce(event)
    newest = changed.levels[reading.scale]
    return newest if newest.reading == reading else level
