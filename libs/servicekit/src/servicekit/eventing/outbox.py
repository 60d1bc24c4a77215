"""Events on their way out, written in the transaction that decided them."""

from functools import lru_cache
from typing import NamedTuple
from uuid import UUID, uuid4

from google.protobuf.message import Message

from servicekit.storage.database import Connection
from servicekit.telemetry.tracing import traceparent

TYPE_PREFIX = "cn.dualcontrol"
TYPES_KEPT_MAX = 1_000


def event_type(service: str, message: type[Message] | Message) -> str:
    """`cn.dualcontrol.<service>.<name-with-hyphens>.v1`, from the protobuf message's own name."""
    return _event_type(service, message.DESCRIPTOR.name)


@lru_cache(TYPES_KEPT_MAX)
def _event_type(service: str, name: str) -> str:
    hyphened = "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")
    return f"{TYPE_PREFIX}.{service}.{hyphened}.v1"


def type_on(topic: str, message: type[Message] | Message) -> str:
    """The event type that the message has on `dualcontrol.<service>.<kind>.v1`."""
    return event_type(topic.split(".")[1], message)


class _Row(NamedTuple):
    topic: str
    key: str
    event_id: UUID
    type: str
    traceparent: str
    value: bytes


class Outbox:
    """Append only; the relay publishes in the order of ids and deletes what the broker has acknowledged."""

    def __init__(self, connection: Connection, source: str) -> None:
        self._connection = connection
        self._source = source
        self._pending: list[_Row] = []

    async def append(self, topic: str, key: str, message: Message, trace: str | None = None) -> None:
        """Written by `flush`. The caller holds the lock of the aggregate `key`, so one key's rows are in order.

        `trace` is the traceparent of whoever caused it; None: of the present span.
        """
        kind = type_on(topic, message)
        value = message.SerializeToString(deterministic=True)
        self._pending.append(_Row(topic, key, uuid4(), kind, traceparent() if trace is None else trace, value))

    async def flush(self) -> None:
        """One statement for all that a transaction announces; the unit of work calls it before it commits."""
        if not self._pending:
            return
        columns = [list(column) for column in zip(*self._pending, strict=True)]
        await self._connection.execute(
            "INSERT INTO outbox (topic, key, event_id, type, traceparent, value, source, occur_time) "
            "SELECT topic, key, event_id, type, traceparent, value, $7, clock_timestamp() "
            "FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::bytea[]) "
            "WITH ORDINALITY AS row (topic, key, event_id, type, traceparent, value, place) ORDER BY place",
            *columns,
            f"/dualcontrol/{self._source}",
        )
        self._pending.clear()
