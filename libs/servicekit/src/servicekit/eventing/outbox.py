"""Events on their way out, written in the transaction that decided them."""

from uuid import uuid4

from google.protobuf.message import Message

from servicekit.storage.database import Connection
from servicekit.telemetry.tracing import traceparent

TYPE_PREFIX = "cn.dualcontrol"


def event_type(service: str, message: type[Message] | Message) -> str:
    """`cn.dualcontrol.<service>.<name-with-hyphens>.v1`, from the protobuf message's own name."""
    name = message.DESCRIPTOR.name
    hyphened = "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")
    return f"{TYPE_PREFIX}.{service}.{hyphened}.v1"


class Outbox:
    """Append only; the relay publishes in the order of ids and deletes what the broker has acknowledged."""

    def __init__(self, connection: Connection, source: str) -> None:
        self._connection = connection
        self._source = source

    async def append(self, topic: str, key: str, message: Message) -> None:
        """The caller holds the lock of the aggregate `key`, so one key's rows are in order."""
        service = topic.split(".")[1]
        await self._connection.execute(
            "INSERT INTO outbox (topic, key, event_id, type, source, occur_time, traceparent, value) "
            "VALUES ($1, $2, $3, $4, $5, clock_timestamp(), $6, $7)",
            topic,
            key,
            uuid4(),
            event_type(service, message),
            f"/dualcontrol/{self._source}",
            traceparent(),
            message.SerializeToString(deterministic=True),
        )
