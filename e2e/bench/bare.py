"""The bare pipeline: gRPC insert, outbox, one Kafka hop, insert. The floor beneath which no honest pipeline goes."""

import asyncio
import contextlib
import sys
from typing import Any

import asyncpg
import grpc
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

TOPIC = "bench.bare.v1"
METHOD = "/bench.Bare/Insert"
SCHEMA = """
CREATE TABLE IF NOT EXISTS bare (id bigint PRIMARY KEY, body bytea NOT NULL);
CREATE TABLE IF NOT EXISTS bare_outbox (id bigint PRIMARY KEY, body bytea NOT NULL);
CREATE TABLE IF NOT EXISTS bare_arrived (id bigint PRIMARY KEY, body bytea NOT NULL);
"""
BATCH_MAX = 500
ID_BYTES = 8


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
            sent = [
                await producer.send(TOPIC, key=str(row["id"]).encode(), value=_record(row["id"], row["body"]))
                for row in rows
            ]
            await asyncio.gather(*sent)
            if rows:
                await pool.execute("DELETE FROM bare_outbox WHERE id = ANY($1::bigint[])", [row["id"] for row in rows])
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), 1)


def _record(number: int, body: bytes) -> bytes:
    return number.to_bytes(ID_BYTES, "big") + body


async def consume(dsn: str, bootstrap: str) -> None:
    connection = await asyncpg.connect(dsn)
    consumer = AIOKafkaConsumer(
        TOPIC, bootstrap_servers=bootstrap, group_id="bare", enable_auto_commit=False, auto_offset_reset="earliest"
    )
    async with consumer:
        while True:
            batches = await consumer.getmany(timeout_ms=1_000, max_records=BATCH_MAX)
            records = [record.value for batch in batches.values() for record in batch]
            if records:
                ids = [int.from_bytes(raw[:ID_BYTES], "big") for raw in records]
                bodies = [raw[ID_BYTES:] for raw in records]
                async with connection.transaction():
                    await connection.execute(
                        "INSERT INTO bare_arrived SELECT * FROM unnest($1::bigint[], $2::bytea[]) "
                        "ON CONFLICT DO NOTHING",
                        ids,
                        bodies,
                    )
                    await connection.execute("SELECT pg_notify('bare_arrived', $1)", ",".join(map(str, ids)))
                await consumer.commit()


if __name__ == "__main__":
    mode, *arguments = sys.argv[1:]
    if mode == "serve":
        uvloop.run(serve(*arguments))
    else:
        uvloop.run(consume(*arguments))
