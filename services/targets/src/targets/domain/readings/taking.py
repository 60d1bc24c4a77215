"""What is stated of a reading, held against the meter that it is of."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from energy.carriers import carrier_in
from energy.units import times
from kernel.clock import legal_day
from kernel.quantities import UnitMismatch
from statute.loader import PolicyBundle
from targets.domain.readings.meters import EnergyUnit, Meter, Span
from targets.domain.readings.refusals import MeterNotRegistered, ReadingNotOfMeter
from targets.domain.readings.tallies import Key, Quality, Reading


@dataclass(frozen=True, slots=True)
class StatedReading:
    """As a unit reports it; where it counts and what it is of is for its registration to say."""

    key: Key
    span: Span
    version: int
    amount: Decimal
    unit: str
    quality: Quality


def taken(stated: StatedReading, unit: EnergyUnit | None, policy: PolicyBundle, known_at: datetime) -> Reading:
    """Raises MeterNotRegistered and ReadingNotOfMeter."""
    code, meter_id, start = stated.key
    day = legal_day(start)
    meter = unit.meters.get(meter_id) if unit is not None else None
    if unit is None or meter is None or not meter.in_use(day):
        raise MeterNotRegistered(code, meter_id, day)
    if meter.span is not stated.span:
        raise ReadingNotOfMeter(code, meter_id, stated.span.value, meter.span.value)
    _check_unit(stated, meter, policy)
    return Reading(
        stated.key,
        stated.span,
        stated.version,
        meter.carrier,
        unit.region,
        stated.amount,
        stated.unit,
        stated.quality,
        known_at,
    )


def _check_unit(stated: StatedReading, meter: Meter, policy: PolicyBundle) -> None:
    carrier = carrier_in(policy.at(legal_day(stated.key.start)), meter.carrier)
    if carrier is None:
        return  # no factor either: it is counted in the unit that it came in
    try:
        times(stated.unit, carrier.unit)
    except UnitMismatch:
        raise ReadingNotOfMeter(stated.key.unit_code, meter.id, stated.unit, carrier.unit) from None
