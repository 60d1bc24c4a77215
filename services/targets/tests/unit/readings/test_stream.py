"""What travels as a reading: every event is taken, what no unit can have reported is not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.decimal_pb2 import Decimal

from dualcontrol.targets.v1 import readings_events_pb2 as events
from servicekit.eventing.topics import TARGETS_READINGS
from targets.domain.readings.tallies import Quality, Reading
from targets.entrypoints.readings import subscription
from targets.wire_readings import reading_from_wire, reading_to_wire
from testkit.event_types import types_of


def test_every_event_of_the_readings_is_taken() -> None:
    taken = subscription()

    assert taken.routes.keys() == types_of(TARGETS_READINGS, events)
    assert not taken.ignored


def test_a_reading_survives_its_travel(reading: Callable[..., Reading]) -> None:
    sent = reading(5, version=3, amount="0.000000001", quality=Quality.ESTIMATED)

    assert reading_from_wire(reading_to_wire(sent)) == sent


def stamp(instant: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(instant)
    return made


@pytest.mark.parametrize(
    "changed",
    [
        {"credit_code": ""},
        {"meter": "a\0b"},
        {"carrier": "x" * 101},
        {"region_code": "63"},
        {"unit": ""},
        {"version": 0},
        {"amount": Decimal(value="-1")},
        {"amount": Decimal(value="")},
        {"amount": Decimal(value="NaN")},
        {"end_time": stamp(datetime(2026, 2, 28, 16, 30, tzinfo=UTC))},
        {"start_time": stamp(datetime(2026, 2, 28, 16, 1, tzinfo=UTC))},
        {"end_time": stamp(datetime(2026, 2, 28, 16, 0, tzinfo=UTC) + timedelta(hours=2))},
    ],
)
def test_what_no_unit_can_have_reported_becomes_a_dead_letter(
    changed: dict[str, Any], reading: Callable[..., Reading]
) -> None:
    message: Any = reading_to_wire(reading())
    for field, value in changed.items():
        message.ClearField(field)
        message.MergeFrom(events.EnergyReadingReported(**{field: value}))

    with pytest.raises(ValueError, match=r"\S"):
        reading_from_wire(message)


def test_what_a_newer_sender_says_of_the_quality_is_taken_as_estimated(reading: Callable[..., Reading]) -> None:
    message: Any = reading_to_wire(reading())
    message.quality = 99

    assert reading_from_wire(message).quality is Quality.ESTIMATED
