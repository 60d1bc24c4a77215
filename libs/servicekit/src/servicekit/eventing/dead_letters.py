"""Poison is set aside whole, with where it came from and why, and can be replayed; never more than a ceiling."""

import collections
import logging

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from servicekit.eventing.broker import Broker
from servicekit.eventing.topics import DEAD_LETTER_PARTITIONS, dead_letter_topic
from servicekit.telemetry.metrics import DEAD_LETTERS

log = logging.getLogger(__name__)

WINDOW_EVENTS = 10_000
DEAD_LETTERS_MAX = 100
"""In the last WINDOW_EVENTS events. Beyond it something is wrong with us, not with the events."""
ERROR_CHARACTERS_MAX = 500
REPLAYED = "dlt_replayed"


class TooManyDeadLetters(RuntimeError):
    """The ceiling is reached: the process must end before it sets the whole topic aside."""


class Ceiling:
    """Counts dead letters over the last events of one topic."""

    def __init__(self, dead_letters_max: int = DEAD_LETTERS_MAX, window: int = WINDOW_EVENTS) -> None:
        self._max = dead_letters_max
        self._recent: collections.deque[bool] = collections.deque(maxlen=window)
        self._dead = 0

    def count(self, *, dead: bool) -> None:
        """Raises TooManyDeadLetters above the ceiling."""
        if len(self._recent) == self._recent.maxlen:
            self._dead -= self._recent[0]
        self._recent.append(dead)
        self._dead += dead
        if self._dead > self._max:
            raise TooManyDeadLetters(f"{self._dead} of the last {len(self._recent)} events are dead letters")


class DeadLetters:
    """Writes to `<topic>.<group>.dlt` and waits for the broker's acknowledgement."""

    def __init__(self, broker: Broker, group: str) -> None:
        self._broker = broker
        self._group = group
        self._producer: AIOKafkaProducer | None = None

    async def put(self, record: "Record", error: BaseException, attempts: int) -> None:
        producer = await self._started()
        headers = [
            *record.headers,
            ("dlt_topic", record.topic.encode()),
            ("dlt_partition", str(record.partition).encode()),
            ("dlt_offset", str(record.offset).encode()),
            ("dlt_group", self._group.encode()),
            ("dlt_error", f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS_MAX].encode("utf-8", "replace")),
            ("dlt_attempts", str(attempts).encode()),
        ]
        topic = dead_letter_topic(record.topic, self._group)
        await producer.send_and_wait(topic, key=record.key, value=record.value, headers=headers)
        DEAD_LETTERS.labels(record.topic).inc()
        log.error(
            "an event was set aside: %s",
            error,
            extra={"topic": record.topic, "partition": record.partition, "offset": record.offset},
        )

    async def _started(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = self._broker.producer()
            await producer.start()
            self._producer = producer
        return self._producer

    async def stop(self) -> None:
        if self._producer is not None:
            await self._producer.stop()


class Record:
    """A Kafka record as it came."""

    __slots__ = ("headers", "key", "offset", "partition", "topic", "value")

    def __init__(
        self,
        topic: str,
        partition: int,
        offset: int,
        *,
        key: bytes | None,
        value: bytes | None,
        headers: list[tuple[str, bytes]],
    ) -> None:
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.key = key
        self.value = value
        self.headers = headers


def replaying(group: str) -> str:
    """The group whose offset remembers what was replayed."""
    return f"{group}.replay"


def _partitions(topic: str, group: str) -> list[TopicPartition]:
    return [TopicPartition(dead_letter_topic(topic, group), number) for number in range(DEAD_LETTER_PARTITIONS)]


async def waiting(consumer: AIOKafkaConsumer, topic: str, group: str) -> int:
    """How many dead letters of a topic nobody has replayed. The consumer is one of the replaying group."""
    partitions = _partitions(topic, group)
    consumer.assign(partitions)
    ends = await consumer.end_offsets(partitions)
    begins = await consumer.beginning_offsets(partitions)
    # What was set aside longer ago than it is kept is gone, and waits no more.
    done = {one: max(begins[one], await consumer.committed(one) or 0) for one in partitions}
    return sum(ends[one] - done[one] for one in partitions)


async def replay(broker: Broker, topic: str, group: str) -> int:
    """Sends every dead letter of a topic back to it, once: what was replayed is remembered by the group's offset.

    Returns how many. An event that was applied meanwhile is dropped by the inbox.
    """
    consumer = broker.consumer(replaying(group))
    producer = broker.producer()
    await consumer.start()
    await producer.start()
    try:
        partitions = _partitions(topic, group)
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        return sum([await _replay_partition(consumer, producer, tp, end=end, topic=topic) for tp, end in ends.items()])
    finally:
        await producer.stop()
        await consumer.stop()


async def _replay_partition(
    consumer: AIOKafkaConsumer, producer: AIOKafkaProducer, partition: TopicPartition, *, end: int, topic: str
) -> int:
    count = 0
    while await consumer.position(partition) < end:
        for letter in (await consumer.getmany(partition, timeout_ms=1_000)).get(partition, ()):
            if letter.offset >= end:
                break
            original = [(name, value) for name, value in letter.headers if not name.startswith("dlt_")]
            headers = [*original, (REPLAYED, b"1")]
            await producer.send_and_wait(topic, key=letter.key, value=letter.value, headers=headers)
            await consumer.commit({partition: letter.offset + 1})
            count += 1
    return count
