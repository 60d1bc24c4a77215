"""The history of a region's levels, as it was known at a time."""

from collections.abc import Sequence
from datetime import date, datetime

from kernel.regions import RegionCode
from targets.application.ports import Work
from targets.domain.history import HistoryEntry, history, valid_on
from targets.domain.levels import Scale


async def level_history(
    region: RegionCode, scales: Sequence[Scale], work: Work, *, known_at: datetime | None = None
) -> Sequence[HistoryEntry]:
    """Scale by scale, each by period."""
    known = await work.levels.of([region], known_at=known_at)
    by_scale = (history([one for one in known if one.reading.scale is scale]) for scale in scales)
    return [entry for entries in by_scale for entry in entries]


async def level_on(
    region: RegionCode, scale: Scale, day: date, work: Work, *, known_at: datetime | None = None
) -> HistoryEntry | None:
    """The level valid on the day."""
    return valid_on(await work.levels.of([region], scale, known_at=known_at), day)
