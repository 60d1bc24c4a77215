"""A unit and its meters; a stated reading is held against them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from kernel.clock import CHINA_STANDARD_TIME
from kernel.regions import RegionCode
from statute.loader import PolicyBundle
from targets.domain.readings.meters import CreditCode, EnergyUnit, Meter, Span
from targets.domain.readings.refusals import MeterChanged, MeterNotRegistered, ReadingNotOfMeter
from targets.domain.readings.taking import StatedReading, taken
from targets.domain.readings.tallies import Key, Quality

CODE = CreditCode("91630121MA7T0X1K6P")
MIDNIGHT = datetime(2026, 2, 28, 16, 0, tzinfo=UTC)
MAIN = Meter("main", "electricity", Span.HOUR, date(2026, 1, 1), date(2026, 3, 2))
UNIT = EnergyUnit(CODE, "虚构钢铁厂", RegionCode("630121"), {"main": MAIN}, 1)


def stated(hours: int = 0, meter: str = "main", span: Span = Span.HOUR, unit: str = "MWh") -> StatedReading:
    key = Key(CODE, meter, MIDNIGHT + timedelta(hours=hours))
    return StatedReading(key, span, 1, Decimal(2), unit, Quality.MEASURED)


def test_a_reading_counts_where_its_unit_is_registered_and_as_what_its_meter_measures(policy: PolicyBundle) -> None:
    reading = taken(stated(), UNIT, policy, MIDNIGHT)

    assert (reading.region, reading.carrier, reading.unit) == ("630121", "electricity", "MWh")


@pytest.mark.parametrize("hours", [-24 * 60, 24])
def test_a_meter_reports_from_its_first_day_to_the_day_before_it_ends(hours: int, policy: PolicyBundle) -> None:
    taken(stated(23), UNIT, policy, MIDNIGHT)

    with pytest.raises(MeterNotRegistered):
        taken(stated(hours), UNIT, policy, MIDNIGHT)


def test_an_unknown_unit_or_meter_is_refused(policy: PolicyBundle) -> None:
    with pytest.raises(MeterNotRegistered):
        taken(stated(), None, policy, MIDNIGHT)
    with pytest.raises(MeterNotRegistered):
        taken(stated(meter="other"), UNIT, policy, MIDNIGHT)


@pytest.mark.parametrize("wrong", [stated(span=Span.DAY), stated(unit="t")], ids=["a day of an hourly meter", "tonnes"])
def test_what_the_meter_cannot_have_measured_is_refused(wrong: StatedReading, policy: PolicyBundle) -> None:
    with pytest.raises(ReadingNotOfMeter):
        taken(wrong, UNIT, policy, MIDNIGHT)


def test_a_new_registration_keeps_meters_that_it_does_not_name() -> None:
    coal = Meter("coal", "raw_coal", Span.DAY, date(2026, 1, 1))

    moved = UNIT.register("虚构钢铁厂", RegionCode("630122"), [coal])

    assert moved.meters == {"main": MAIN, "coal": coal}
    assert (moved.region, moved.version) == ("630122", 2)


@pytest.mark.parametrize(
    "other", [Meter("main", "raw_coal", Span.HOUR, MAIN.first), Meter("main", "electricity", Span.DAY, MAIN.first)]
)
def test_what_a_meter_measures_never_changes(other: Meter) -> None:
    with pytest.raises(MeterChanged):
        UNIT.register(UNIT.name, UNIT.region, [other])


@pytest.mark.parametrize(
    ("local", "spans"),
    [
        (datetime(2026, 3, 1, 0, 0, tzinfo=CHINA_STANDARD_TIME), [Span.HOUR, Span.DAY]),
        (datetime(2026, 3, 1, 8, 0, tzinfo=CHINA_STANDARD_TIME), [Span.HOUR]),
        (datetime(2026, 3, 1, 0, 30, tzinfo=CHINA_STANDARD_TIME), []),
        (datetime(2026, 3, 1, 0, 0, 1, tzinfo=CHINA_STANDARD_TIME), []),
    ],
)
def test_a_day_begins_at_midnight_in_china_and_an_hour_on_the_hour(local: datetime, spans: list[Span]) -> None:
    assert [span for span in Span if span.begins(local.astimezone(UTC))] == spans
