"""Takes readings in and sends them on their way; counts those that arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from statute.loader import PolicyBundle
from targets.application.readings.ports import ReadingsWork
from targets.domain.readings.taking import StatedReading, taken
from targets.domain.readings.tallies import Reading, sift


@dataclass(frozen=True, slots=True)
class Recorded:
    accepted: int
    known: int


async def record_readings(
    stated: Sequence[StatedReading], work: ReadingsWork, policy: PolicyBundle, at: datetime
) -> Recorded:
    """Raises MeterNotRegistered, ReadingNotOfMeter and ReadingChanged; then none of them was taken."""
    units = await work.units.find({one.key.unit_code for one in stated})
    readings = [taken(one, units.get(one.key.unit_code), policy, at) for one in stated]
    fresh = sift(readings, await work.readings.known_for_update({reading.key for reading in readings}))
    await work.send(fresh)
    return Recorded(len(fresh), len(readings) - len(fresh))


async def count_reading(reading: Reading, work: ReadingsWork) -> None:
    work.readings.take(reading)
