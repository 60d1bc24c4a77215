"""Events on their way out, written in the transaction that decided them."""

from functools import lru_cache
from typing import NamedTuple

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
    return _type_on(topic, message.DESCRIPTOR.name)


@lru_cache(TYPES_KEPT_MAX)
def _type_on(topic: str, name: str) -> str:
    return _event_type(topic.split(".")[1], name)


class _Row(NamedTuple):
    topic: str
    key: str
    type: str
    traceparent: str
    value: bytes


def insertion(first: int) -> str:
    """The statement that writes what is pending, its six parameters numbered from `first`."""
    topic, key, kind, trace, value, source = (f"${place}" for place in range(first, first + 6))
    return (
        "INSERT INTO outbox (topic, key, event_id, type, traceparent, value, source, occur_time) "  # noqa: S608  # numbers
        f"SELECT topic, key, gen_random_uuid(), type, traceparent, value, {source}, clock_timestamp() "
        f"FROM unnest({topic}::text[], {key}::text[], {kind}::text[], {trace}::text[], {value}::bytea[]) "
        "WITH ORDINALITY AS row (topic, key, type, traceparent, value, place) ORDER BY place"
    )


_INSERT = insertion(1)


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
        value = message.SerializeToString(deterministic=True)
        current = traceparent() if trace is None else trace
        self.append_written(topic, key, type_on(topic, message), value, trace=current)

    def append_written(self, topic: str, key: str, kind: str, value: bytes, *, trace: str) -> None:
        """As `append`, for a message that is written already: `kind` is its event type."""
        self._pending.append(_Row(topic, key, kind, trace, value))

    async def flush(self) -> None:
        """One statement for all that a transaction announces; the unit of work calls it before it commits."""
        if self._pending:
            await self._connection.execute(_INSERT, *self.arguments())
            self._pending.clear()

    def arguments(self) -> list[object]:
        """What is pending, for `insertion`."""
        columns = [list(column) for column in zip(*self._pending, strict=True)] or [[] for _ in _Row._fields]
        return [*columns, f"/dualcontrol/{self._source}"]
