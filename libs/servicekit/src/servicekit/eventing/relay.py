"""Publishes the outbox: in order per key, and deletes only what the broker has acknowledged."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from servicekit.eventing.broker import Broker
from servicekit.eventing.envelope import Envelope, headers_of
from servicekit.rpc.errors import TRANSIENT
from servicekit.telemetry.metrics import EVENTS_PUBLISHED, OUTBOX_LENGTH, OUTBOX_OLDEST

log = logging.getLogger(__name__)

RELAY_LOCK = 0x72656C61
BATCH_EVENTS_MAX = 500
POLL_SECONDS = 1.0
LOCK_SECONDS_MAX = 3_600
"""A second relay stands by for the lock this long before it asks anew."""
RETRY_DELAY_SECONDS_MAX = 5.0

# One round trip for both: what was acknowledged goes, what comes next is read. The two see the same rows.
_GO_ON = (
    "WITH gone AS (DELETE FROM outbox WHERE id = ANY ($1::bigint[])) "
    "SELECT id, topic, key, event_id::text AS event_id, type, source, occur_time, traceparent, value "
    "FROM outbox WHERE id <> ALL ($1::bigint[]) ORDER BY id LIMIT $2"
)


class Relay:
    """One per service, under an advisory lock: two relays would reorder one key's events."""

    def __init__(self, dsn: str, broker: Broker) -> None:
        self._dsn = dsn
        self._broker = broker
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Goes on until cancelled; the broker or the database may come and go meanwhile."""
        delay = 0.1
        while True:
            try:
                await self._relay()
                delay = 0.1
            except (*TRANSIENT, KafkaError) as problem:
                log.warning("the relay waits: %s: %s", type(problem).__name__, problem)
                await asyncio.sleep(delay)
                delay = min(delay * 2, RETRY_DELAY_SECONDS_MAX)

    async def _relay(self) -> None:
        producer = self._broker.producer(linger_ms=0, request_timeout_ms=30_000)
        connection = await asyncpg.connect(self._dsn, timeout=10, command_timeout=30)
        try:
            await connection.execute("SELECT pg_advisory_lock($1)", RELAY_LOCK, timeout=LOCK_SECONDS_MAX)
            await producer.start()
            await connection.add_listener("outbox", lambda *_: self._wake.set())
            published: list[int] = []
            while True:
                self._wake.clear()
                rows = await connection.fetch(_GO_ON, published, BATCH_EVENTS_MAX)
                OUTBOX_LENGTH.set(len(rows))
                OUTBOX_OLDEST.set(rows[0]["occur_time"].timestamp() if rows else 0)
                published = await self._publish(rows, producer)
                if not published:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
        finally:
            await producer.stop()
            await connection.close(timeout=5)

    async def _publish(self, rows: Sequence[asyncpg.Record], producer: AIOKafkaProducer) -> list[int]:
        """Returns when the broker has acknowledged all of them; their ids."""
        acknowledged = [await self._send(producer, row) for row in rows]
        for acknowledgement in acknowledged:
            await acknowledgement
        for topic, published in Counter(row["topic"] for row in rows).items():
            EVENTS_PUBLISHED.labels(topic).inc(published)
        return [row["id"] for row in rows]

    async def _send(self, producer: AIOKafkaProducer, row: asyncpg.Record) -> "asyncio.Future[object]":
        envelope = Envelope(
            id=row["event_id"],
            source=row["source"],
            type=row["type"],
            key=row["key"],
            value=row["value"],
            traceparent=row["traceparent"],
        )
        headers = headers_of(envelope, row["occur_time"])
        sent: asyncio.Future[object] = await producer.send(
            row["topic"], key=envelope.key.encode(), value=envelope.value, headers=headers
        )
        return sent
