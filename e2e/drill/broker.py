"""The hands of a drill on Kafka: send what may not be lost, read a topic from its first record, tell what is left."""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from e2e.drill.inputs import Event

from servicekit.eventing.envelope import Envelope, headers_of
from servicekit.eventing.outbox import type_on

ON_THEIR_WAY_MAX: Final = 5_000
ANSWER_SECONDS_MAX: Final = 60
READ_MS: Final = 2_000


class Sender:
    """Sends events until each is acknowledged, whatever becomes of the broker; `sent` counts those that are."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self.sent = 0

    async def send(self, events: Sequence[Event]) -> None:
        left: deque[Event] = deque(events)
        while left:
            producer = AIOKafkaProducer(bootstrap_servers=self._bootstrap, acks="all", linger_ms=5)
            try:
                await producer.start()
                await self._send(producer, left)
            except (KafkaError, OSError, TimeoutError):
                await asyncio.sleep(1)
            finally:
                # What is cut off was not acknowledged, and is sent once more.
                await asyncio.wait({asyncio.ensure_future(producer.stop())}, timeout=ANSWER_SECONDS_MAX)

    async def _send(self, producer: AIOKafkaProducer, left: deque[Event]) -> None:
        now = datetime.now(UTC)
        while left:
            part = [left[place] for place in range(min(len(left), ON_THEIR_WAY_MAX))]
            futures = [await producer.send(**_record(event, now)) for event in part]
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                await asyncio.gather(*futures)
            for _ in part:
                left.popleft()
            self.sent += len(part)


def _record(event: Event, now: datetime) -> dict[str, Any]:
    value = event.message.SerializeToString(deterministic=True)
    envelope = Envelope(event.id, "/drill", type_on(event.topic, event.message), event.key, value)
    return {
        "topic": event.topic,
        "key": event.key.encode(),
        "value": value,
        "headers": headers_of(envelope, now),
    }


async def partitions_of(bootstrap: str, topics: Iterable[str]) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        described = await admin.describe_topics(list(topics))
    finally:
        await admin.close()
    return [TopicPartition(one["topic"], part["partition"]) for one in described for part in one["partitions"]]


async def whole_topic(bootstrap: str, topic: str) -> list[Any]:
    """Every record of the topic so far."""
    partitions = await partitions_of(bootstrap, [topic])
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        records: list[Any] = []
        while any([await consumer.position(one) < end for one, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=READ_MS)).values():
                records += batch
    finally:
        await consumer.stop()
    return records


async def left_to_consume(bootstrap: str, groups: Mapping[str, Sequence[str]]) -> int:
    """Records that some group has not committed yet."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        committed = {group: await admin.list_consumer_group_offsets(group) for group in groups}
    finally:
        await admin.close()
    left = 0
    for group, topics in groups.items():
        for partition, end in (await _ends(bootstrap, topics)).items():
            known = committed[group].get(partition)
            left += end - (known.offset if known is not None and known.offset >= 0 else 0)
    return left


async def _ends(bootstrap: str, topics: Sequence[str]) -> dict[TopicPartition, int]:
    partitions = await partitions_of(bootstrap, topics)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign(partitions)
        return await consumer.end_offsets(partitions)  # type: ignore[no-any-return]  # aiokafka is not typed
    finally:
        await consumer.stop()
