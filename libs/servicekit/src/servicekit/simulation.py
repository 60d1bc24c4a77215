"""Looks at what is stored under a draft of the law: in processes of their own, which start when asked and end after."""

import asyncio
import gc
import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final, NamedTuple

from kernel.errors import DomainError, ErrorKind
from kernel.text import Text
from servicekit.storage.database import Connection, Database, open_database
from statute.archive import load_packed
from statute.bundle import PolicyBundle

RANGE_ROWS: Final = 500
"""Filings that a worker takes at one time."""
WORKERS_MAX: Final = 4
AHEAD_MAX: Final = 3
"""So many ranges for each worker wait for their turn, or to be passed on in order."""
PROGRESS_SECONDS: Final = 0.5
PROGRESS_BYTES: Final = 512 * 1024


@dataclass(eq=False)
class SimulationRunning(DomainError):
    """This process looks at another draft; it takes all cores."""

    kind: ClassVar = ErrorKind.EXHAUSTED
    reason: ClassVar = "SIMULATION_RUNNING"

    def text(self) -> Text:
        return Text(
            zh="正在推演另一份法规草案, 请待其结束后重试",
            en="Another draft of the law is being looked at. Retry when that is done.",
        )


class Range(NamedTuple):
    """Filings by id: behind `after`, up to and with `upto`."""

    after: str
    upto: str
    rows: int


@dataclass(frozen=True)
class Draft:
    """A draft of the law in its archive; where it is looked at, empty: everywhere; and when."""

    law: bytes
    province: str
    at: datetime
    region: str = ""


Look = Callable[[Connection, PolicyBundle, Range, Draft], Awaitable[Sequence[bytes]]]
"""A function of a module, so that another process finds it. By the connection's snapshot, under the draft, of a range:
what changes, each a message."""


@dataclass(frozen=True, slots=True)
class Progress:
    """So many of `total` are looked at; `changed` are those found since the progress before, in the order of ids."""

    looked_at: int
    total: int
    changed: tuple[bytes, ...]


@dataclass
class Simulations:
    """One at a time in a process. `ranges` lists what is stored, by ids, on a connection."""

    database: Database
    dsn: str
    ranges: Callable[[Connection, str], Awaitable[Sequence[Range]]]
    look: Look
    _busy: bool = field(default=False, init=False)

    async def run(self, draft: Draft) -> AsyncGenerator[Progress, None]:
        """Everything on one snapshot of the database; nothing is written.

        Raises BadLawArchive, BadLawData, SimulationRunning, and OSError when a worker is lost: then asking again helps.
        """
        if self._busy:
            raise SimulationRunning
        self._busy = True
        try:
            await asyncio.to_thread(load_packed, draft.law, draft.province)
            async for progress in self._run(draft):
                yield progress
        except BrokenProcessPool as lost:
            raise ConnectionAbortedError("a worker of the simulation ended") from lost
        finally:
            self._busy = False

    async def _run(self, draft: Draft) -> AsyncIterator[Progress]:
        async with (
            self.database.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            snapshot: str = await connection.fetchval("SELECT pg_export_snapshot()")
            ranges = await self.ranges(connection, draft.region)
            workers = min(os.cpu_count() or 1, WORKERS_MAX)
            pool = ProcessPoolExecutor(
                workers, multiprocessing.get_context("spawn"), _begin, (draft, self.dsn, snapshot)
            )
            try:
                async for progress in _paced(_in_order(pool, workers, ranges, self.look), ranges):
                    yield progress
            finally:
                pool.shutdown(wait=False, cancel_futures=True)


async def _in_order(
    pool: ProcessPoolExecutor, workers: int, ranges: Sequence[Range], look: Look
) -> AsyncIterator[tuple[int, Sequence[bytes]]]:
    loop = asyncio.get_running_loop()
    waiting = deque(ranges)
    running: deque[tuple[int, asyncio.Future[Sequence[bytes]]]] = deque()
    while waiting or running:
        while waiting and len(running) < workers * AHEAD_MAX:
            one = waiting.popleft()
            running.append((one.rows, loop.run_in_executor(pool, _look, look, one)))
        rows, done = running.popleft()
        yield rows, await done


async def _paced(found: AsyncIterator[tuple[int, Sequence[bytes]]], ranges: Sequence[Range]) -> AsyncIterator[Progress]:
    """Not more often than there is something to tell: some time has passed, or much has changed."""
    total = sum(one.rows for one in ranges)
    looked_at, size, said = 0, 0, time.monotonic()
    changed: list[bytes] = []
    async for rows, found_in in found:
        looked_at += rows
        for one in found_in:
            changed.append(one)
            size += len(one)
            if size >= PROGRESS_BYTES:
                yield Progress(looked_at, total, tuple(changed))
                changed, size, said = [], 0, time.monotonic()
        if time.monotonic() - said >= PROGRESS_SECONDS:
            yield Progress(looked_at, total, tuple(changed))
            changed, size, said = [], 0, time.monotonic()
    yield Progress(looked_at, total, tuple(changed))


# What runs in a worker.


@dataclass
class _Worker:
    loop: asyncio.AbstractEventLoop
    connection: Connection
    policy: PolicyBundle
    draft: Draft


_here: list[_Worker] = []


def _begin(draft: Draft, dsn: str, snapshot: str) -> None:
    """Loads the draft once, and reads what the process that asked reads."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    loop = asyncio.new_event_loop()
    connection = loop.run_until_complete(_connected(dsn, snapshot))
    _here.append(_Worker(loop, connection, load_packed(draft.law, draft.province), draft))
    # What an evaluation makes goes in no circles, and the process ends with the draft: it saves a quarter of its time.
    gc.disable()


async def _connected(dsn: str, snapshot: str) -> Connection:
    connection = await (await open_database(dsn, connections_max=1)).acquire()
    await connection.transaction(isolation="repeatable_read", readonly=True).start()
    await connection.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
    return connection


def _look(look: Look, one: Range) -> Sequence[bytes]:
    (here,) = _here
    return here.loop.run_until_complete(look(here.connection, here.policy, one, here.draft))


def _end_with_parent() -> None:
    """A process that was killed leaves no workers behind."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
