"""A moment of two databases and Kafka between them: kept, lost, brought back; what was in flight, and what is gone."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from dualcontrol.filing.v1.filing_events_pb2 import FilingAccepted
from servicekit.backup import manifest
from servicekit.backup.barrier import NoMoment, moment
from servicekit.backup.logs import GroupActive
from servicekit.backup.manifest import CARRIED, Damaged
from servicekit.backup.programs import FOLDER
from servicekit.backup.restoring import LOST, LivedOn, NotEmpty, load, reconcile
from servicekit.backup.taking import take
from servicekit.eventing.broker import Broker
from servicekit.eventing.envelope import Envelope, headers_of
from servicekit.eventing.outbox import event_type
from servicekit.eventing.relay import Relay
from servicekit.eventing.topic_creation import create_topics
from servicekit.storage.migrations import migrate
from testkit import prerequisites
from testkit.postgres import drop, new_secret, owner_dsn, provision
from testkit.stack import Stack

pytestmark = pytest.mark.integration

ACCEPTED = event_type("filing", FilingAccepted)


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, str(prerequisites.postgres_installation() / "bin"))


@pytest.fixture
def names(topic_prefix: str) -> tuple[str, str]:
    """The service that announces and the one that takes in."""
    return f"{topic_prefix}a", f"{topic_prefix}b"


@pytest.fixture
def dsns(postgres_server: Stack, names: tuple[str, str]) -> Iterator[Mapping[str, str]]:
    admin = postgres_server.postgres_admin_dsn
    made = {name: owner_dsn(provision(admin, name, new_secret())) for name in names}
    asyncio.run(_migrate(made))
    yield made
    for name in names:
        drop(admin, name)


async def _migrate(dsns: Mapping[str, str]) -> None:
    for dsn in dsns.values():
        await migrate(dsn, [("servicekit", files("servicekit") / "migrations")])


@pytest.fixture
def broker(kafka_broker: Stack) -> Broker:
    return Broker(kafka_broker.kafka_bootstrap)


def topic_of(names: tuple[str, str]) -> str:
    return f"dualcontrol.{names[0]}.events.v1"


async def begin(broker: Broker, names: tuple[str, str]) -> str:
    topic = topic_of(names)
    create_topics(broker, [topic], consumed=[topic], group=names[1], shape=(1, 1))
    return topic


async def announce(dsn: str, topic: str, *keys: str) -> None:
    """Into the outbox, as a transaction that decided would."""
    connection = await asyncpg.connect(dsn)
    for key in keys:
        await connection.execute(
            "INSERT INTO outbox (topic, key, event_id, type, source, occur_time, traceparent, value) "
            "VALUES ($1, $2, $3::text::uuid, $4, '/test', now(), '', $5)",
            topic, key, str(uuid4()), ACCEPTED, FilingAccepted(filing=key, revision=1).SerializeToString(),
        )  # fmt: skip
    await connection.close()


async def outbox(dsn: str) -> list[str]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("SELECT key FROM outbox ORDER BY id")
    await connection.close()
    return [row["key"] for row in rows]


async def relay(dsn: str, broker: Broker) -> None:
    """Publishes all that waits."""
    task = asyncio.create_task(Relay(dsn, broker).run())
    while await outbox(dsn):
        await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def commit(broker: Broker, group: str, topic: str, offset: int) -> None:
    consumer = broker.consumer(group)
    await consumer.start()
    consumer.assign([TopicPartition(topic, 0)])
    await consumer.commit({TopicPartition(topic, 0): offset})
    await consumer.stop()


async def position(broker: Broker, group: str, topic: str) -> int | None:
    consumer = broker.consumer(group)
    await consumer.start()
    consumer.assign([TopicPartition(topic, 0)])
    found: int | None = await consumer.committed(TopicPartition(topic, 0))
    await consumer.stop()
    return found


async def emptied(postgres_server: Stack, dsns: Mapping[str, str]) -> Mapping[str, str]:
    made = {}
    for name in dsns:
        drop(postgres_server.postgres_admin_dsn, name)
        made[name] = owner_dsn(provision(postgres_server.postgres_admin_dsn, name, new_secret()))
    return made


async def test_what_was_on_its_way_is_announced_again_and_what_came_later_is_named_as_lost(
    postgres_server: Stack, dsns: Mapping[str, str], broker: Broker, names: tuple[str, str], tmp_path: Path
) -> None:
    a, b = names
    topic = await begin(broker, names)
    await announce(dsns[a], topic, "seen", "in-flight-1", "in-flight-2")
    await relay(dsns[a], broker)
    await commit(broker, b, topic, 1)
    await announce(dsns[a], topic, "unpublished")
    made = await take(dsns, broker, tmp_path, dumps=True)
    await relay(dsns[a], broker)
    await announce(dsns[a], topic, "later")
    await relay(dsns[a], broker)
    await commit(broker, b, topic, 5)

    fresh = await emptied(postgres_server, dsns)
    await load(fresh, tmp_path / made.name)
    done = await reconcile(fresh, broker, tmp_path / made.name)

    assert (made.events, made.letters) == (2, 0)
    assert await outbox(fresh[a]) == ["in-flight-1", "in-flight-2", "unpublished"]
    assert await position(broker, b, topic) == 5
    assert (done.again, done.lost, done.same_kafka) == (2, 1, True)
    lost = [json.loads(line) for line in (tmp_path / made.name / LOST).read_text("utf-8").splitlines()]
    assert [(one["key"], one["type"]) for one in lost] == [("later", ACCEPTED)]


async def test_a_restore_that_broke_off_is_done_again_to_the_same_end(
    postgres_server: Stack, dsns: Mapping[str, str], broker: Broker, names: tuple[str, str], tmp_path: Path
) -> None:
    topic = await begin(broker, names)
    await announce(dsns[names[0]], topic, "in-flight")
    await relay(dsns[names[0]], broker)
    made = await take(dsns, broker, tmp_path, dumps=True)
    fresh = await emptied(postgres_server, dsns)
    await load(fresh, tmp_path / made.name)

    first = await reconcile(fresh, broker, tmp_path / made.name)
    second = await reconcile(fresh, broker, tmp_path / made.name)

    assert first == second
    assert await outbox(fresh[names[0]]) == ["in-flight"]


async def test_dead_letters_that_wait_go_back_to_their_topic(
    postgres_server: Stack, dsns: Mapping[str, str], broker: Broker, names: tuple[str, str], tmp_path: Path
) -> None:
    a, b = names
    topic = await begin(broker, names)
    await announce(dsns[a], topic, "taken")
    await relay(dsns[a], broker)
    await commit(broker, b, topic, 1)
    envelope = Envelope(id=str(uuid4()), source="/test", type=ACCEPTED, key="poison", value=b"\xff")
    producer = broker.producer()
    await producer.start()
    headers = [*headers_of(envelope, datetime.now(UTC)), ("dlt_topic", topic.encode()), ("dlt_error", b"x")]
    await producer.send_and_wait(f"{topic}.{b}.dlt", key=b"poison", value=b"\xff", headers=headers)
    await producer.send_and_wait(f"{topic}.{b}.dlt", key=b"no event", value=b"?", headers=[("dlt_error", b"x")])
    await producer.stop()

    made = await take(dsns, broker, tmp_path, dumps=True)
    fresh = await emptied(postgres_server, dsns)
    await load(fresh, tmp_path / made.name)
    await reconcile(fresh, broker, tmp_path / made.name)

    assert (made.events, made.letters, made.malformed) == (0, 1, 1)
    assert await outbox(fresh[a]) == ["poison"]
    assert await position(broker, f"{b}.replay", f"{topic}.{b}.dlt") == 2


async def test_databases_that_have_worked_since_are_not_reconciled_again(
    postgres_server: Stack, dsns: Mapping[str, str], broker: Broker, names: tuple[str, str], tmp_path: Path
) -> None:
    await begin(broker, names)
    made = await take(dsns, broker, tmp_path, dumps=True)
    connection = await asyncpg.connect(dsns[names[1]])
    await connection.execute("INSERT INTO inbox (source, event_id) VALUES ('/test', 'after')")
    await connection.close()

    with pytest.raises(LivedOn, match=names[1]):
        await reconcile(dsns, broker, tmp_path / made.name)


async def test_a_database_that_holds_tables_is_not_restored_into(
    dsns: Mapping[str, str], broker: Broker, names: tuple[str, str], tmp_path: Path
) -> None:
    await begin(broker, names)
    made = await take(dsns, broker, tmp_path, dumps=True)

    with pytest.raises(NotEmpty, match=names[0]):
        await load(dsns, tmp_path / made.name)


async def test_a_damaged_backup_is_named_before_anything_is_touched(
    dsns: Mapping[str, str], broker: Broker, names: tuple[str, str], tmp_path: Path
) -> None:
    await begin(broker, names)
    made = await take(dsns, broker, tmp_path, dumps=True)
    dump = tmp_path / made.name / f"{names[0]}.dump"
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    dump.write_bytes(content)

    with pytest.raises(Damaged, match=dump.name):
        manifest.check(tmp_path / made.name)
    with pytest.raises(Damaged, match=dump.name):
        await load(dsns, tmp_path / made.name)


async def test_nobody_announces_while_the_moment_is_taken_and_all_go_on_after_it(
    dsns: Mapping[str, str], broker: Broker, names: tuple[str, str]
) -> None:
    topic = await begin(broker, names)
    writer: list[asyncio.Task[None]] = []

    async def ends() -> dict[str, dict[int, int]]:
        writer.append(asyncio.create_task(announce(dsns[names[0]], topic, "during")))
        await asyncio.sleep(0.3)
        assert not writer[0].done()
        return {}

    async with moment(dsns, ends, "test") as held:
        await writer[0]
        reader = await asyncpg.connect(dsns[names[0]])
        await reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        await reader.execute(f"SET TRANSACTION SNAPSHOT '{held.snapshots[names[0]].id}'")
        seen = await reader.fetchval("SELECT count(*) FROM outbox")
        await reader.close()

    assert seen == 0
    assert await outbox(dsns[names[0]]) == ["during"]


async def test_a_transaction_that_stays_open_is_not_waited_for_for_ever(
    dsns: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, names: tuple[str, str]
) -> None:
    monkeypatch.setattr("servicekit.backup.barrier.ATTEMPTS_MAX", 1)
    monkeypatch.setattr("servicekit.backup.barrier.PAUSE_SECONDS", 0)
    holder = await asyncpg.connect(dsns[names[1]])
    await holder.execute("BEGIN")
    await holder.execute("LOCK TABLE outbox IN ROW EXCLUSIVE MODE")

    async def ends() -> dict[str, dict[int, int]]:
        return {}

    with pytest.raises(NoMoment):
        async with moment(dsns, ends, "test"):
            pass
    await holder.close()


async def test_a_group_that_still_consumes_is_not_moved(
    dsns: Mapping[str, str], broker: Broker, names: tuple[str, str], tmp_path: Path
) -> None:
    topic = await begin(broker, names)
    await announce(dsns[names[0]], topic, "one")
    await relay(dsns[names[0]], broker)
    made = await take(dsns, broker, tmp_path, dumps=True)
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=broker.bootstrap, group_id=names[1])
    await consumer.start()
    await consumer.getmany(timeout_ms=2_000)

    with pytest.raises(GroupActive, match=names[1]):
        await reconcile(dsns, broker, tmp_path / made.name)
    await consumer.stop()


async def test_the_newest_are_kept_of_each_kind(
    dsns: Mapping[str, str], broker: Broker, names: tuple[str, str], tmp_path: Path
) -> None:
    await begin(broker, names)
    made = []
    for dumps in (True, False, True):
        made.append((await take(dsns, broker, tmp_path, dumps=dumps)).name)
        await asyncio.sleep(1)
    (tmp_path / "20000101T000000Z.unfinished").mkdir()

    gone = manifest.prune(tmp_path, 1)

    assert gone == ["20000101T000000Z.unfinished", made[0]]
    assert manifest.names(tmp_path) == made[1:]
    assert (tmp_path / made[1] / CARRIED).exists()
