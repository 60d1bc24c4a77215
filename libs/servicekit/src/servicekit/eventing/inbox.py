"""Events taken in: each counts once, whoever redelivers it."""

from collections.abc import Sequence

from servicekit.eventing.envelope import Envelope
from servicekit.storage.database import Connection


class Inbox:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def accept(self, events: Sequence[Envelope]) -> list[Envelope]:
        """Records the events and returns, in order, those not seen before."""
        rows = await self._connection.fetch(
            "INSERT INTO inbox (source, event_id) SELECT * FROM unnest($1::text[], $2::text[]) "
            "ON CONFLICT DO NOTHING RETURNING source, event_id",
            [e.source for e in events],
            [e.id for e in events],
        )
        fresh = {(row["source"], row["event_id"]) for row in rows}
        kept = []
        for event in events:
            if (event.source, event.id) in fresh:
                fresh.remove((event.source, event.id))
                kept.append(event)
        return kept
