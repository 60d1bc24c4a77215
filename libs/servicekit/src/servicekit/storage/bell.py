"""Rings when PostgreSQL notifies a channel, so that a watcher need not keep asking."""

import asyncio
import logging
from contextlib import suppress

import asyncpg

from servicekit.storage.database import Database

log = logging.getLogger(__name__)

RETRY_SECONDS = 1


class Bell:
    """Shared by all watchers of a process. A ring may be missed while the database is away: waits need an end."""

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._channel = channel
        self._next = asyncio.Event()

    def next_ring(self) -> asyncio.Event:
        """Take it before looking; a ring while you look is then not missed."""
        return self._next

    async def listen(self) -> None:
        """Goes on until cancelled, on a connection of its own."""
        while True:
            try:
                await self._listen_once()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
                log.warning("nobody listens to %s for the moment: %s", self._channel, problem)
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen_once(self) -> None:
        lost = asyncio.Event()
        async with self._database.acquire() as connection:
            connection.add_termination_listener(lambda _connection: lost.set())
            await connection.add_listener(self._channel, self._ring)
            try:
                await lost.wait()
            finally:
                # Nobody else gets a session that listens. What is lost already must not hide that we are cancelled.
                with suppress(asyncpg.InterfaceError):
                    connection.terminate()

    def _ring(self, *_: object) -> None:
        rung, self._next = self._next, asyncio.Event()
        rung.set()


async def within(ring: asyncio.Event, seconds: float) -> None:
    """Waits for the ring, but not longer than that."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await ring.wait()
