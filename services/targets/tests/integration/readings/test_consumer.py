"""Readings as the consumer takes them: in batches, each event once, and one that cannot be apart from the others."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.decimal_pb2 import Decimal

from dualcontrol.targets.v1 import readings_service_pb2 as pb
from dualcontrol.targets.v1.readings_events_pb2 import EnergyReadingReported
from servicekit.eventing.consumer import InboxConsumer
from servicekit.eventing.dead_letters import DeadLetters, Record
from servicekit.eventing.envelope import Envelope, headers_of
from servicekit.eventing.outbox import type_on
from servicekit.eventing.topics import TARGETS_READINGS
from servicekit.storage.database import Database
from targets.adapters.readings import StreamWork
from targets.domain.readings.refusals import ReadingChanged
from targets.entrypoints.readings import subscription

pytestmark = pytest.mark.integration

UNIT = "91630121MA7T0X1K6P"
MIDNIGHT = datetime(2026, 2, 26, 16, 0, tzinfo=UTC)


class Kept(DeadLetters):
    """Keeps what is set aside, instead of a broker."""

    def __init__(self) -> None:
        self.kept: list[tuple[Record, BaseException, int]] = []

    async def put(self, record: Record, error: BaseException, attempts: int) -> None:
        self.kept.append((record, error, attempts))


class Consumer(NamedTuple):
    apply: Callable[[list[Record]], Awaitable[None]]
    dead: list[tuple[Record, BaseException, int]]


@pytest.fixture
def consumer(pool: Database) -> Consumer:
    letters = Kept()
    made = InboxConsumer(subscription(), partial(StreamWork, pool, "targets"), letters)
    return Consumer(made.apply, letters.kept)


def record(event: str, hour: int = 0, amount: str = "1") -> Record:
    start, end = Timestamp(), Timestamp()
    start.FromDatetime(MIDNIGHT + timedelta(hours=hour))
    end.FromDatetime(MIDNIGHT + timedelta(hours=hour + 1))
    message = EnergyReadingReported(
        credit_code=UNIT,
        meter="power",
        carrier="electricity",
        region_code="630121",
        start_time=start,
        end_time=end,
        amount=Decimal(value=amount),
        unit="kWh",
        quality=pb.READING_QUALITY_MEASURED,
        version=1,
        known_time=end,
    )
    envelope = Envelope(event, "/test", type_on(TARGETS_READINGS, message), UNIT, b"")
    value = message.SerializeToString()
    return Record(
        TARGETS_READINGS, 0, 0, key=b"91630121MA7T0X1K6P", value=value, headers=headers_of(envelope, MIDNIGHT)
    )


async def counted(pool: Database) -> list[tuple[int, int]]:
    """Amount and number of readings."""
    rows = await pool.fetch("SELECT amount, readings FROM regional_figure")
    return [(int(row["amount"]), row["readings"]) for row in rows]


async def test_an_event_that_comes_again_is_counted_once(consumer: Consumer, pool: Database) -> None:
    await consumer.apply([record("a"), record("a"), record("b", 1)])
    await consumer.apply([record("b", 1), record("a")])

    assert await counted(pool) == [(2, 2)]
    assert not consumer.dead


async def test_what_contradicts_the_log_is_set_aside_and_the_rest_of_its_batch_is_counted(
    consumer: Consumer, pool: Database
) -> None:
    await consumer.apply([record("a", 0), record("b", 1), record("c", 0, "5"), record("d", 2)])

    assert await counted(pool) == [(3, 3)]
    ((_, why, _),) = consumer.dead
    assert isinstance(why, ReadingChanged)
