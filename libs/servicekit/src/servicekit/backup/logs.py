"""What a backup notes of Kafka, and where a restore lets the groups go on."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CommitFailedError, KafkaError

from servicekit.backup.barrier import Ends
from servicekit.eventing.broker import Broker
from servicekit.eventing.dead_letters import replaying
from servicekit.eventing.topics import dead_letter_topic

SILENT_MS: Final = 1_000
DEAD_MEMBERS_SECONDS_MAX: Final = 30
"""Some sessions of a consumer (DUALCONTROL_CONSUMER_SESSION_SECONDS): nobody who is dead is a member for longer."""
SUFFIX: Final = ".dlt"


class GroupActive(RuntimeError):
    """A service consumes while its group is to be moved: stop it first."""


@dataclass(frozen=True, slots=True)
class Consumption:
    """A service that consumes a topic: each has its dead letters, by whose name it is known."""

    group: str
    topic: str

    @property
    def letters(self) -> str:
        return dead_letter_topic(self.topic, self.group)


def consumptions(topics: Iterable[str], groups: Iterable[str]) -> list[Consumption]:
    """Who consumes what, by the dead-letter topics that there are."""
    known = set(groups)
    found = []
    for topic in sorted(topics):
        name, dot, group = topic.removesuffix(SUFFIX).rpartition(".")
        if topic.endswith(SUFFIX) and dot and group in known:
            found.append(Consumption(group, name))
    return found


class KafkaLogs:
    """Kafka as a backup sees it. `topics` are those of the platform, with their partitions."""

    def __init__(
        self, broker: Broker, consumer: AIOKafkaConsumer, cluster: str, topics: Mapping[str, set[int]]
    ) -> None:
        self._broker = broker
        self._consumer = consumer
        self.cluster = cluster
        self.topics = topics

    @classmethod
    async def opened(cls, broker: Broker, groups: Sequence[str]) -> "KafkaLogs":
        """`close` it in the end."""
        cluster, topics = await asyncio.to_thread(_cluster, broker)
        consumer = broker.consumer(None)
        await consumer.start()
        wanted = {name for one in consumptions(topics, groups) for name in (one.topic, one.letters)}
        return cls(broker, consumer, cluster, {name: topics[name] for name in wanted if name in topics})

    async def close(self) -> None:
        await self._consumer.stop()

    def partitions(self, topic: str) -> list[TopicPartition]:
        return [TopicPartition(topic, number) for number in sorted(self.topics.get(topic, ()))]

    async def ends(self) -> Ends:
        return await self._offsets(self._consumer.end_offsets)

    async def begins(self) -> Ends:
        return await self._offsets(self._consumer.beginning_offsets)

    async def _offsets(self, ask: Any) -> Ends:
        made: Ends = {}
        if every := [one for topic in sorted(self.topics) for one in self.partitions(topic)]:
            for one, offset in (await ask(every)).items():
                made.setdefault(one.topic, {})[one.partition] = offset
        return made

    async def committed(self, group: str, topic: str) -> dict[int, int]:
        """Where the group goes on; without a commit nothing for the partition."""
        consumer = self._broker.consumer(group)
        await consumer.start()
        try:
            found = {one.partition: await consumer.committed(one) for one in self._assigned(consumer, topic)}
        finally:
            await consumer.stop()
        return {number: offset for number, offset in found.items() if offset is not None}

    def _assigned(self, consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
        partitions = self.partitions(topic)
        consumer.assign(partitions)
        return partitions

    async def records(self, topic: str, since: Mapping[int, int], until: Mapping[int, int]) -> AsyncIterator[Any]:
        """Partition by partition, from `since` on, up to but not with `until`."""
        for one in self.partitions(topic):
            first, end = since.get(one.partition, 0), until.get(one.partition, 0)
            if first >= end:
                continue
            self._consumer.assign([one])
            self._consumer.seek(one, first)
            while await self._consumer.position(one) < end:
                for record in (await self._consumer.getmany(one, timeout_ms=SILENT_MS)).get(one, ()):
                    if record.offset < end:
                        yield record

    async def go_on_at_the_end(self, consumption: Consumption) -> None:
        """Moves a group, and what it would replay, past all that is in the topic now. Raises GroupActive."""
        await self._move(consumption.group, consumption.topic)
        await self._move(replaying(consumption.group), consumption.letters)

    async def _move(self, group: str, topic: str) -> None:
        consumer = self._broker.consumer(group)
        await consumer.start()
        try:
            if partitions := self._assigned(consumer, topic):
                await _committed(consumer, await consumer.end_offsets(partitions))
        except KafkaError as problem:
            raise GroupActive(f"the group {group} cannot be moved; is {group} still running? {problem}") from problem
        finally:
            await consumer.stop()


async def _committed(consumer: AIOKafkaConsumer, offsets: Mapping[TopicPartition, int]) -> None:
    """Waits for members that died to be given up: until then the broker takes no commit from outside the group.

    Raises KafkaError when the group has members all the while: they live.
    """
    deadline = asyncio.get_running_loop().time() + DEAD_MEMBERS_SECONDS_MAX
    while True:
        try:
            await consumer.commit(offsets)
        except CommitFailedError:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(1)
        else:
            return


def _cluster(broker: Broker) -> tuple[str, dict[str, set[int]]]:
    """Which Kafka it is; its topics with their partitions."""
    admin = broker.admin()
    try:
        described = admin.describe_topics(admin.list_topics())
        topics = {one["name"]: {part["partition_index"] for part in one["partitions"]} for one in described}
        return str(admin.describe_cluster()["cluster_id"]), topics
    finally:
        admin.close()
