"""The bare pipeline with the platform's hops: gRPC insert and outbox, relay, four times Kafka and an insert, notify.

The floor beneath which no honest pipeline goes: no law, no checks, no state, no inbox. Each hop is a process, as each
of the platform's services is. `python -m e2e.bench.bare serve DSN KAFKA ADDRESS` or `... hop DSN KAFKA NUMBER`.
"""

import asyncio
import contextlib
import sys
from typing import Any

import asyncpg
import grpc
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

METHOD = "/bench.Bare/Insert"
ARRIVED = "bare_arrived"
HOPS = (1, 2, 3, 4)
SCHEMA = "CREATE TABLE IF NOT EXISTS bare (id bigint PRIMARY KEY, body bytea NOT NULL);" + "".join(
    f"CREATE TABLE IF NOT EXISTS {table} (id bigint PRIMARY KEY, body bytea NOT NULL);"
    for table in ("bare_outbox", *(f"bare_hop_{hop}" for hop in HOPS))
)
BATCH_MAX = 500
ID_BYTES = 8


def topic(hop: int) -> str:
    return f"bench.bare.{hop}.v1"


class Insert(grpc.GenericRpcHandler):  # type: ignore[type-arg]  # generic in the stubs only
    """Takes eight bytes of id and a body; writes the row and its outbox row in one transaction."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", wake: asyncio.Event) -> None:
        self._pool = pool
        self._wake = wake

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        return grpc.unary_unary_rpc_method_handler(self._insert) if handler_call_details.method == METHOD else None

    async def _insert(self, raw: bytes, _context: Any) -> bytes:
        number, body = int.from_bytes(raw[:ID_BYTES], "big"), raw[ID_BYTES:]
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("INSERT INTO bare VALUES ($1, $2)", number, body)
            await connection.execute("INSERT INTO bare_outbox VALUES ($1, $2)", number, body)
        self._wake.set()
        return b""


async def serve(dsn: str, bootstrap: str, address: str) -> None:
    wake = asyncio.Event()
    async with asyncpg.create_pool(dsn, min_size=4, max_size=10) as pool:
        server = grpc.aio.server()
        server.add_generic_rpc_handlers((Insert(pool, wake),))
        server.add_insecure_port(address)
        await server.start()
        await relay(pool, bootstrap, wake)


async def relay(pool: "asyncpg.Pool[asyncpg.Record]", bootstrap: str, wake: asyncio.Event) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all") as producer:
        while True:
            wake.clear()
            rows = await pool.fetch("SELECT id, body FROM bare_outbox ORDER BY id LIMIT $1", BATCH_MAX)
            await publish(producer, HOPS[0], [(row["id"], row["body"]) for row in rows])
            if rows:
                await pool.execute("DELETE FROM bare_outbox WHERE id = ANY($1::bigint[])", [row["id"] for row in rows])
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), 1)


async def publish(producer: AIOKafkaProducer, hop: int, rows: list[tuple[int, bytes]]) -> None:
    sent = [
        await producer.send(topic(hop), key=str(number).encode(), value=number.to_bytes(ID_BYTES, "big") + body)
        for number, body in rows
    ]
    await asyncio.gather(*sent)


async def consume(dsn: str, bootstrap: str, number: str) -> None:
    hop = int(number)
    connection = await asyncpg.connect(dsn)
    consumer = AIOKafkaConsumer(
        topic(hop),
        bootstrap_servers=bootstrap,
        group_id=f"bare-{hop}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    async with (
        consumer,
        AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all") as producer,
    ):
        while True:
            batches = await consumer.getmany(timeout_ms=1_000, max_records=BATCH_MAX)
            values = [record.value for batch in batches.values() for record in batch]
            rows = [(int.from_bytes(value[:ID_BYTES], "big"), value[ID_BYTES:]) for value in values]
            if rows:
                await insert(connection, hop, rows)
                if hop < HOPS[-1]:
                    await publish(producer, hop + 1, rows)
                await consumer.commit()


async def insert(connection: "asyncpg.Connection[asyncpg.Record]", hop: int, rows: list[tuple[int, bytes]]) -> None:
    async with connection.transaction():
        await connection.execute(
            f"INSERT INTO bare_hop_{hop} SELECT * FROM unnest($1::bigint[], $2::bytea[]) ON CONFLICT DO NOTHING",
            [number for number, _ in rows],
            [body for _, body in rows],
        )
        if hop == HOPS[-1]:
            await connection.execute(f"SELECT pg_notify('{ARRIVED}', $1)", ",".join(str(number) for number, _ in rows))


if __name__ == "__main__":
    mode, *arguments = sys.argv[1:]
    uvloop.run(serve(*arguments) if mode == "serve" else consume(*arguments))
