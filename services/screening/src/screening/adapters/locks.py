"""In which order transactions lock, so that none waits for another in a circle and no region change is missed."""

from collections.abc import Iterable, Sequence
from typing import Final

from servicekit.eventing.envelope import Envelope
from servicekit.eventing.inbox import Inbox
from servicekit.eventing.topics import TARGETS_EVENTS
from servicekit.storage.database import Connection

REGIONS_LOCK: Final = 0x7363726E
"""Shared by whoever screens cases, taken alone by whoever changes a region: a case is never decided on a level that is
just being replaced, and a new case is never overlooked by the change."""
SWEEP_LOCK: Final = 0x73776565
"""Held by the one who sweeps. Taken before all others."""
WAITING_LOCK: Final = 0x77616974
"""Shared by whoever looks at who waits and at what became free, after the filings' locks; taken alone to begin a sweep:
what it is to find is committed by then, and who looks later sees what it was added for."""


class Locks:
    """Each taken at most once a transaction; PostgreSQL frees them at its end."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._regions = False
        self._waiting = False
        self._filings: set[str] = set()

    async def sweep(self) -> bool:
        """Whether nobody else sweeps."""
        return bool(await self._connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", SWEEP_LOCK))

    async def share_regions(self) -> None:
        await self._take("SELECT pg_advisory_xact_lock_shared($1)")

    async def own_regions(self) -> None:
        """Call it before anything else: a transaction that shares already would wait for others that do the same."""
        await self._take("SELECT pg_advisory_xact_lock($1)")

    async def _take(self, statement: str) -> None:
        if not self._regions:
            await self._connection.execute(statement, REGIONS_LOCK)
            self._regions = True

    async def share_waiting(self) -> None:
        if not self._waiting:
            await self._connection.execute("SELECT pg_advisory_xact_lock_shared($1)", WAITING_LOCK)
            self._waiting = True

    async def own_waiting(self) -> None:
        """For a transaction that locks no filing."""
        await self._connection.execute("SELECT pg_advisory_xact_lock($1)", WAITING_LOCK)

    async def filings(self, filings: Iterable[str]) -> None:
        """In one order: batches of several topics name the same filings, and would else wait for each other."""
        wanted = set(filings) - self._filings
        if wanted:
            await self._connection.execute(
                "SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT hashtextextended(filing, 0) AS key "
                "FROM unnest($1::text[]) AS filing ORDER BY key) AS ordered",
                list(wanted),
            )
            self._filings |= wanted


class OrderedInbox(Inbox):
    """Locks all filings of a batch first."""

    def __init__(self, connection: Connection, locks: Locks) -> None:
        super().__init__(connection)
        self._locks = locks

    async def accept(self, events: Sequence[Envelope]) -> list[Envelope]:
        if events and events[0].topic == TARGETS_EVENTS:
            await self._locks.own_regions()
        else:
            await self._locks.share_regions()
            await self._locks.filings(event.key for event in events)
        return await super().accept(events)
