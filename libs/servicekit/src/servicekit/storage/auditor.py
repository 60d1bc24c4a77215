"""Keeps a second book beside a service's ledger, without end; closes what they differ on and raises the alarm."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Generic, TypeVar

from kernel.clock import Clock
from ledger.accounts import AccountId
from ledger.differences import Difference
from ledger.second_book import SecondBook
from ledger.verification import follow, verify
from servicekit.rpc.errors import TRANSIENT
from servicekit.storage.database import Database
from servicekit.storage.transaction import Transaction
from servicekit.telemetry.metrics import LEDGER_DIFFERENCES

log = logging.getLogger(__name__)

FOLLOW_SECONDS = 5.0
"""So long after a change in the tables the second book has seen it, when it is in what is new."""
WHOLE_EVERY = 720
"""Of so many looks one goes through all from the first batch on: once an hour, and at the start."""

Work = TypeVar("Work", bound=Transaction)

Close = Callable[[Difference, Work, datetime], Awaitable[tuple[AccountId, ...]]]
"""Closes what the difference casts doubt on, in a transaction; the accounts that were not closed before."""


class Auditor(Generic[Work]):
    """`close` is called with every difference, again with every look that finds it."""

    def __init__(self, database: Database, begin: Callable[[], Work], close: Close[Work], clock: Clock) -> None:
        self._database = database
        self._begin = begin
        self._close = close
        self._clock = clock
        self._book = SecondBook()
        self._looks = 0

    async def run(self) -> None:
        """Goes on until cancelled; the database may come and go meanwhile."""
        while True:
            try:
                await self.look()
            except TRANSIENT as problem:
                log.warning("the second book waits: %s: %s", type(problem).__name__, problem)
            await asyncio.sleep(FOLLOW_SECONDS)

    async def look(self) -> Difference | None:
        """One look: what differs, after it was acted upon."""
        difference = await self._compare()
        LEDGER_DIFFERENCES.set(0 if difference is None else 1)
        if difference is None:
            return None
        log.error("the second book differs: %s", difference.text().en)
        # What it has read does not hold: the next look begins anew.
        self._looks = 0
        await self._act(difference)
        return difference

    async def _act(self, difference: Difference) -> None:
        async with self._begin() as work:
            closed = await self._close(difference, work, self._clock())
            await work.commit()
        if closed:
            log.error("accounts are closed until a person reopens them: %s", ", ".join(map(str, closed)))

    async def _compare(self) -> Difference | None:
        async with (
            self._database.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            self._looks += 1
            if self._looks % WHOLE_EVERY != 1:
                return await follow(connection, self._book)
            self._book = SecondBook()
            return await verify(connection, self._book)
