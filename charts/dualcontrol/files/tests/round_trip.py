"""Sends one event to Kafka as the services reach it, and reads it again: `round_trip.py TOPIC`."""
# ruff: noqa: T201

import asyncio
import sys
import uuid
from contextlib import suppress

from aiokafka import TopicPartition
from kafka.admin import NewTopic
from kafka.errors import TopicAlreadyExistsError

from servicekit.settings import Settings, load

GROUP = "dualcontrol.helm-test"
SECONDS_MAX = 60


async def round_trip(settings: Settings, topic: str) -> None:
    sent = uuid.uuid4().bytes
    producer = settings.broker.producer()
    await producer.start()
    try:
        stored = await producer.send_and_wait(topic, sent, partition=0)
    finally:
        await producer.stop()
    consumer = settings.broker.consumer(GROUP)
    await consumer.start()
    try:
        where = TopicPartition(topic, 0)
        consumer.assign([where])
        consumer.seek(where, stored.offset)
        got = await consumer.getone(where)
    finally:
        await consumer.stop()
    if got.value != sent:
        raise ValueError(f"another event came back from {topic}")


def main() -> int:
    topic = sys.argv[1]
    settings = load(Settings)
    admin = settings.broker.admin()
    try:
        with suppress(TopicAlreadyExistsError):
            admin.create_topics([NewTopic(name=topic, num_partitions=1, replication_factor=settings.topic_replicas)])
    finally:
        admin.close()
    asyncio.run(asyncio.wait_for(round_trip(settings, topic), SECONDS_MAX))
    print(f"{topic}: one event went there and came back")
    return 0


if __name__ == "__main__":
    sys.exit(main())
