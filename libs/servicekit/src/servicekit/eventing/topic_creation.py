"""The step that creates the topics a service touches; run by `migrate`."""

from collections.abc import Iterable
from typing import Final

from kafka.admin import NewTopic
from kafka.errors import TopicAlreadyExistsError

from servicekit.eventing.broker import Broker
from servicekit.eventing.topics import DEAD_LETTER_PARTITIONS, EVENT_BYTES_MAX, dead_letter_topic

RETENTION_DAYS: Final = 30
DEAD_LETTER_RETENTION_DAYS: Final = 365


def _settings(days: int, replicas: int) -> dict[str, str]:
    return {
        "retention.ms": str(days * 24 * 3600 * 1000),
        "max.message.bytes": str(EVENT_BYTES_MAX),
        # One broker may be away, and whatever was acknowledged is still on another.
        "min.insync.replicas": str(max(1, replicas - 1)),
    }


def create_topics(
    broker: Broker, topics: Iterable[str], *, consumed: Iterable[str], group: str, shape: tuple[int, int]
) -> None:
    """Creates what is missing and leaves what exists: a topic's partition count is never changed.

    `shape` is (partitions, replicas) of a new event topic; each consumed topic also gets its dead letters.
    """
    partitions, replicas = shape
    wanted = [
        NewTopic(
            name=name,
            num_partitions=partitions,
            replication_factor=replicas,
            topic_configs=_settings(RETENTION_DAYS, replicas),
        )
        for name in sorted({*topics, *consumed})
    ] + [
        NewTopic(
            name=dead_letter_topic(name, group),
            num_partitions=DEAD_LETTER_PARTITIONS,
            replication_factor=replicas,
            topic_configs=_settings(DEAD_LETTER_RETENTION_DAYS, replicas),
        )
        for name in sorted(consumed)
    ]
    admin = broker.admin()
    try:
        present = set(admin.list_topics())
        for topic in wanted:
            if topic.name in present:
                continue
            try:
                admin.create_topics([topic])
            except TopicAlreadyExistsError:
                continue
    finally:
        admin.close()
