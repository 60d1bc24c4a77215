"""Outbox, relay, Kafka, Faust, inbox: each event counts once, poison is set aside, dead letters go back."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from google.protobuf.message import Message

from dualcontrol.filing.v1.filing_events_pb2 import FilingAccepted, FilingWithdrawn
from servicekit.certificates import TlsFiles
from servicekit.eventing.broker import Broker
from servicekit.eventing.consumer import InboxConsumer, Route, Subscription
from servicekit.eventing.dead_letters import DeadLetters, Record, replay, replaying, waiting
from servicekit.eventing.envelope import Envelope, headers_of
from servicekit.eventing.outbox import event_type
from servicekit.eventing.relay import Relay
from servicekit.eventing.streams import Streams
from servicekit.eventing.topic_creation import create_topics
from servicekit.eventing.topics import dead_letter_topic
from servicekit.settings import Settings
from servicekit.storage.bell import Bell, within
from servicekit.storage.database import Database, open_database
from servicekit.storage.migrations import ChangedMigration, migrate
from servicekit.storage.unit_of_work import UnitOfWork
from testkit.postgres import owner_dsn
from testkit.stack import Stack

pytestmark = pytest.mark.integration

ACCEPTED = event_type("filing", FilingAccepted)
SCHEMA = "CREATE TABLE seen (filing text, revision integer)"


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Database]:
    await migrate(owner_dsn(database), [("servicekit", files("servicekit") / "migrations")])
    owner = await asyncpg.connect(owner_dsn(database))
    await owner.execute(SCHEMA)
    await owner.close()
    pool = await open_database(database, 5)
    yield pool
    await pool.close()


UNFIT = {13}


async def note(event: FilingAccepted, work: UnitOfWork) -> None:
    if event.revision in UNFIT:
        raise ArithmeticError(f"revision {event.revision} cannot be applied")
    await work.connection.execute("INSERT INTO seen VALUES ($1, $2)", event.filing, event.revision)


def subscription(topic: str) -> Subscription[UnitOfWork]:
    return Subscription(
        topic, {ACCEPTED: Route(FilingAccepted, note)}, frozenset({event_type("filing", FilingWithdrawn)})
    )


def record(topic: str, message: Message, event_id: str, offset: int = 0) -> Record:
    kind = event_type("filing", message)
    envelope = Envelope(event_id, "/dualcontrol/filing", kind, "k", message.SerializeToString())
    headers = headers_of(envelope, datetime(2026, 1, 1, tzinfo=UTC))
    return Record(topic, 0, offset, key=b"k", value=envelope.value, headers=headers)


async def seen(pool: Database) -> list[tuple[str, int]]:
    return [tuple(row) for row in await pool.fetch("SELECT * FROM seen ORDER BY filing, revision")]


async def letters(bootstrap: str, topic: str, count: int) -> list[dict[str, bytes]]:
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        found: list[dict[str, bytes]] = []
        async with asyncio.timeout(20):
            while len(found) < count:
                for batch in (await consumer.getmany(timeout_ms=200)).values():
                    found += [dict(letter.headers) for letter in batch]
    return found


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await condition():
            await asyncio.sleep(0.05)


async def test_a_redelivered_event_counts_once_even_within_one_batch(
    pool: Database, kafka_broker: Stack, topic_prefix: str
) -> None:
    consumer = InboxConsumer(
        subscription(topic_prefix),
        lambda: UnitOfWork(pool, "t"),
        DeadLetters(Broker(kafka_broker.kafka_bootstrap), "g"),
    )
    event = record(topic_prefix, FilingAccepted(filing="a", revision=1), "e1")

    await consumer.apply([event, event])
    await consumer.apply([event, record(topic_prefix, FilingAccepted(filing="a", revision=2), "e2")])

    assert await seen(pool) == [("a", 1), ("a", 2)]


async def test_one_event_that_cannot_be_applied_holds_up_no_other(
    pool: Database, kafka_broker: Stack, topic_prefix: str
) -> None:
    broker = Broker(kafka_broker.kafka_bootstrap)
    create_topics(broker, (), consumed=[topic_prefix], group="g", shape=(1, 1))
    dead = DeadLetters(broker, "g")
    consumer = InboxConsumer(subscription(topic_prefix), lambda: UnitOfWork(pool, "t"), dead)
    tombstone = Record(topic_prefix, 0, 7, key=b"k", value=None, headers=[])
    garbled = record(topic_prefix, FilingAccepted(), "garbled")
    garbled.value = b"\xff\xff"
    batch = [
        record(topic_prefix, FilingAccepted(filing="a", revision=1), "e1"),
        record(topic_prefix, FilingAccepted(filing="a", revision=13), "e13"),
        record(topic_prefix, FilingWithdrawn(filing="a", revision=3), "ignored"),
        tombstone,
        garbled,
        record(topic_prefix, FilingAccepted(filing="a", revision=2), "e2"),
    ]

    await consumer.apply(batch)
    await dead.stop()

    assert await seen(pool) == [("a", 1), ("a", 2)]
    found = await letters(broker.bootstrap, dead_letter_topic(topic_prefix, "g"), 3)
    assert {letter["dlt_error"].split(b":")[0] for letter in found} == {
        b"Malformed",
        b"DecodeError",
        b"ArithmeticError",
    }
    assert {letter["ce_id"] for letter in found if "ce_id" in letter} == {b"e13", b"garbled"}


async def test_what_is_committed_is_published_once_each_and_in_order_of_its_key(
    pool: Database, database: str, kafka_broker: Stack, topic_prefix: str
) -> None:
    broker, topic = Broker(kafka_broker.kafka_bootstrap), f"{topic_prefix}.filing.events"
    create_topics(broker, [topic], consumed=(), group="g", shape=(3, 1))
    for revision in range(1, 21):
        async with UnitOfWork(pool, "filing") as work:
            await work.outbox.append(topic, f"k{revision % 3}", FilingAccepted(filing="f", revision=revision))
            if revision % 10 != 0:
                await work.commit()
    relay = asyncio.create_task(Relay(database, broker).run())
    try:
        await eventually(lambda: _is_zero(pool, "SELECT count(*) FROM outbox"))
    finally:
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)

    got = await _all_records(broker.bootstrap, topic, 3, 18)
    by_key: dict[bytes, list[int]] = {}
    for key, value in got:
        by_key.setdefault(key, []).append(FilingAccepted.FromString(value).revision)
    assert sorted(n for revisions in by_key.values() for n in revisions) == [n for n in range(1, 21) if n % 10]
    assert all(revisions == sorted(revisions) for revisions in by_key.values())


async def _is_zero(pool: Database, query: str) -> bool:
    return bool(await pool.fetchval(query) == 0)


async def _all_records(bootstrap: str, topic: str, partitions: int, count: int) -> list[tuple[bytes, bytes]]:
    got: list[tuple[bytes, bytes]] = []
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        consumer.assign([TopicPartition(topic, number) for number in range(partitions)])
        async with asyncio.timeout(20):
            while len(got) < count:
                for batch in (await consumer.getmany(timeout_ms=200)).values():
                    got += [(one.key, one.value) for one in batch]
    return got


async def test_a_protected_broker_is_reached_by_every_client_of_ours_and_by_no_other(
    pool: Database, database: str, protected_broker: Broker, topic_prefix: str
) -> None:
    broker, group, given = protected_broker, f"{topic_prefix}-g", protected_broker.files
    create_topics(broker, (), consumed=[topic_prefix], group=group, shape=(1, 1))
    settings = Settings(
        postgres_dsn=database,  # type: ignore[arg-type]
        kafka_bootstrap=broker.bootstrap,
        kafka_security=broker.security,
        kafka_tls_ca=given.ca,
        kafka_tls_certificate=given.certificate,
        kafka_tls_key=given.key,
        kafka_sasl_mechanism=broker.mechanism,
        kafka_username=broker.username,
        kafka_password=broker.password,  # type: ignore[arg-type]
    )  # type: ignore[call-arg]
    streams = Streams(settings, group, [subscription(topic_prefix)], lambda: UnitOfWork(pool, "t"))
    await streams.start()
    try:
        async with broker.producer() as producer:
            for revision in (1, *UNFIT):
                made = record(topic_prefix, FilingAccepted(filing="p", revision=revision), f"p{revision}")
                await producer.send_and_wait(topic_prefix, key=b"p", value=made.value, headers=made.headers)
        await eventually(lambda: _is_zero(pool, "SELECT 1 - count(*) FROM seen"))
        async with broker.consumer(replaying(group)) as consumer:
            await eventually(lambda: _waits(consumer, topic_prefix, group, letters=1))
    finally:
        await streams.stop()

    await _is_refused(replace(broker, password="another"))
    await _is_refused(replace(broker, files=TlsFiles(given.ca)))


async def _is_refused(broker: Broker) -> None:
    producer = broker.producer()
    with pytest.raises(KafkaError):
        await producer.start()
    await producer.stop()


async def _waits(consumer: AIOKafkaConsumer, topic: str, group: str, *, letters: int) -> bool:
    return await waiting(consumer, topic, group) == letters


async def test_a_faust_worker_applies_sets_aside_and_takes_back_a_replayed_letter(
    pool: Database, database: str, kafka_broker: Stack, topic_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker, group = Broker(kafka_broker.kafka_bootstrap), f"{topic_prefix}-g"
    create_topics(broker, (), consumed=[topic_prefix], group=group, shape=(2, 1))
    settings = Settings(postgres_dsn=database, kafka_bootstrap=broker.bootstrap, consumer_session_seconds=6)  # type: ignore[arg-type, call-arg]
    streams = Streams(settings, group, [subscription(topic_prefix)], lambda: UnitOfWork(pool, "t"))
    await streams.start()
    try:
        async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
            for revision in range(1, 101):
                made = record(topic_prefix, FilingAccepted(filing="w", revision=revision), f"w{revision}")
                await producer.send_and_wait(topic_prefix, key=b"w", value=made.value, headers=made.headers)
        await eventually(lambda: _is_zero(pool, "SELECT 99 - count(*) FROM seen"))
        await letters(broker.bootstrap, dead_letter_topic(topic_prefix, group), 1)
        monkeypatch.setattr(sys.modules[__name__], "UNFIT", set[int]())

        assert await replay(broker, topic_prefix, group) == 1
        assert await replay(broker, topic_prefix, group) == 0
        await eventually(lambda: _is_zero(pool, "SELECT 100 - count(*) FROM seen"))
    finally:
        await streams.stop()
    assert await seen(pool) == [("w", revision) for revision in range(1, 101)]


async def test_an_applied_migration_must_not_be_edited(database: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("sql")
    (folder / "0001_a.sql").write_text("CREATE TABLE a (id integer)", "utf-8")
    assert await migrate(owner_dsn(database), [("x", folder)]) == ["x/0001_a.sql"]
    assert await migrate(owner_dsn(database), [("x", folder)]) == []
    (folder / "0001_a.sql").write_text("CREATE TABLE a (id bigint)", "utf-8")
    with pytest.raises(ChangedMigration):
        await migrate(owner_dsn(database), [("x", folder)])


async def test_two_migrations_at_once_apply_each_file_once(
    database: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("sql")
    (folder / "0001_a.sql").write_text("CREATE TABLE a (id integer)", "utf-8")

    applied = await asyncio.gather(*(migrate(owner_dsn(database), [("x", folder)]) for _ in range(4)))

    assert sorted(map(len, applied)) == [0, 0, 0, 1]
    connection = await asyncpg.connect(owner_dsn(database))
    assert await connection.fetchval("SELECT count(*) FROM schema_migration") == 1
    await connection.close()


async def test_a_bell_rings_for_what_was_committed_and_again_after_its_connection_was_cut(pool: Database) -> None:
    bell = Bell(pool, "something")
    listening = asyncio.create_task(bell.listen())
    try:
        for _ in range(2):
            ring = bell.next_ring()
            async with asyncio.timeout(20):
                while not ring.is_set():
                    await pool.execute("NOTIFY something")
                    await within(ring, 0.1)
            listeners = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query ~ 'LISTEN'"
            cut = f"SELECT pg_terminate_backend(pid) {listeners}"  # a constant
            await pool.execute(cut)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_a_wait_for_a_ring_has_an_end() -> None:
    async with asyncio.timeout(5):
        await within(asyncio.Event(), 0.01)
