"""What was announced and not yet taken in by all at the moment: kept with it, and announced again after a restore."""

import base64
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import IO, Any, Final

import asyncpg

from servicekit.backup.barrier import Ends
from servicekit.backup.logs import Consumption, KafkaLogs
from servicekit.eventing.envelope import Malformed, envelope_of

BATCH_ROWS_MAX: Final = 500
LETTER: Final = "dlt_"
SOURCE: Final = "/dualcontrol/"

_INSERT: Final = (
    "INSERT INTO outbox (id, topic, key, event_id, type, source, occur_time, traceparent, value) "
    "OVERRIDING SYSTEM VALUE "
    "VALUES ($1, $2, $3, $4::text::uuid, $5, $6, $7, $8, $9) ON CONFLICT (event_id) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Carried:
    """One event, as an outbox holds it; `value` in base64."""

    topic: str
    key: str
    event_id: str
    type: str
    source: str
    occur_time: str
    traceparent: str
    value: str

    def owner(self, services: Iterable[str]) -> str:
        """The service whose outbox it goes into: who announced it, else the one that the topic is named after."""
        sender = self.source.removeprefix(SOURCE)
        return sender if self.source.startswith(SOURCE) and sender in set(services) else self.topic.split(".")[1]


def carried_of(topic: str, record: Any) -> Carried:
    """Of an event, or of a letter that was set aside. Raises Malformed for what is no event of ours."""
    headers = [(name, value) for name, value in record.headers if not name.startswith(LETTER)]
    envelope = envelope_of(topic, record.key, record.value, headers)
    occurred = dict(headers).get("ce_time", b"").decode("ascii", "replace")
    value = base64.b64encode(envelope.value).decode("ascii")
    return Carried(
        topic, envelope.key, envelope.id, envelope.type, envelope.source, occurred, envelope.traceparent, value
    )


async def on_their_way(
    logs: KafkaLogs, consumed: Sequence[Consumption], committed: dict[Consumption, Ends], ends: Ends
) -> AsyncIterator[tuple[Carried | None, bool]]:
    """First the letters that wait, then topic by topic what some group had not committed; None for what is no event.

    The flag tells letters from the others. `committed` holds, for each who consumes, where it and its letters went on.
    """
    begins = await logs.begins()
    for one in consumed:
        since = _since(begins, [committed[one]], one.letters)
        async for record in logs.records(one.letters, since, ends.get(one.letters, {})):
            yield _read(one.topic, record), True
    for topic in dict.fromkeys(one.topic for one in consumed):
        of_topic = [committed[one] for one in consumed if one.topic == topic]
        async for record in logs.records(topic, _since(begins, of_topic, topic), ends.get(topic, {})):
            yield _read(topic, record), False


def _since(begins: Ends, committed: Sequence[Ends], topic: str) -> dict[int, int]:
    """Where the group that is furthest behind goes on; what is no longer kept nobody takes in."""
    return {
        number: max(begin, min(one.get(topic, {}).get(number, 0) for one in committed))
        for number, begin in begins.get(topic, {}).items()
    }


def _read(topic: str, record: Any) -> Carried | None:
    try:
        return carried_of(topic, record)
    except Malformed:
        return None


def write(file: IO[str], one: Carried) -> None:
    file.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")


def read(file: IO[str]) -> Iterator[Carried]:
    for line in file:
        yield Carried(**json.loads(line))


async def announce_again(
    connection: "asyncpg.Connection[asyncpg.Record]", events: Iterator[Carried], count: int
) -> None:
    """Puts `count` events before what waits in the outbox already, in their order; one that waits there is left out."""
    first = min(0, await connection.fetchval("SELECT coalesce(min(id), 0) FROM outbox")) - count
    while part := list(islice(events, BATCH_ROWS_MAX)):
        rows = [(first + place, *_row(one)) for place, one in enumerate(part)]
        await connection.executemany(_INSERT, rows)
        first += len(part)


def _row(one: Carried) -> tuple[object, ...]:
    occurred = datetime.fromisoformat(one.occur_time)
    value = base64.b64decode(one.value)
    return one.topic, one.key, one.event_id, one.type, one.source, occurred, one.traceparent, value
