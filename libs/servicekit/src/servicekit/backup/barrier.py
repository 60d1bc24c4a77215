"""One moment of all databases: while nobody can announce anything, each shows what it holds then."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

import asyncpg

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Ends: TypeAlias = "dict[str, dict[int, int]]"
"""Of each topic the offset behind the last record of each partition."""

LOCK_SECONDS_MAX: Final = 2
"""So long writers wait behind us while we wait for one of them; then all go on and we try again."""
HOLD_SECONDS_MAX: Final = 10
ATTEMPTS_MAX: Final = 30
PAUSE_SECONDS: Final = 1
CONNECT_SECONDS_MAX: Final = 10


_SERVER: Final = "SELECT concat_ws(' ', pg_postmaster_start_time(), inet_server_addr(), inet_server_port())"
"""Tells two servers apart; databases of one server share its log."""
_MAY_NAME: Final = (
    "SELECT has_function_privilege('pg_create_restore_point(text)', 'execute') "
    "AND current_setting('wal_level') <> 'minimal'"
)
_LOOK: Final = (
    "SELECT pg_export_snapshot() AS id, clock_timestamp() AS time, current_setting('server_version') AS server"
)


class NoMoment(RuntimeError):
    """Somebody's transaction was never short enough to wait for."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One database at the moment. `id` may be dumped from as long as the moment is held; `time` is by its own clock."""

    id: str
    time: datetime
    server: str
    migrations: tuple[str, ...]
    restore_point: bool
    """Whether the moment's name is in the server's log, for point-in-time recovery."""


@dataclass(frozen=True, slots=True)
class Moment:
    snapshots: Mapping[str, Snapshot]
    ends: Ends
    held_seconds: float
    """For so long nobody could write."""


@asynccontextmanager
async def moment(dsns: Mapping[str, str], ends: Callable[[], Awaitable[Ends]], name: str) -> AsyncIterator[Moment]:
    """The moment, by database; its snapshots can be dumped from inside the `async with`.

    What makes it one: every announcement is written to an outbox in the transaction that it is about. While all
    outboxes are locked nothing new can be announced, so whatever one snapshot holds as taken in, the snapshot of its
    sender holds as decided. A record below `ends` is of what was decided by then; one beyond is, when it waits in an
    outbox of the snapshots, and is not otherwise. Raises NoMoment.
    """
    async with AsyncExitStack() as stack:
        locking = {one: await _connected(stack, dsn) for one, dsn in sorted(dsns.items())}
        reading = {one: await _connected(stack, dsn) for one, dsn in sorted(dsns.items())}
        # All that can be asked before is: under the locks nobody can write.
        naming = await _naming(locking)
        for _ in range(ATTEMPTS_MAX):
            try:
                held = await _held(locking, reading, ends, name=name, naming=naming)
                break
            except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, TimeoutError):
                await asyncio.sleep(PAUSE_SECONDS)
        else:
            raise NoMoment("a transaction was open for too long at every attempt; end it, or try again later")
        yield held


async def _connected(stack: AsyncExitStack, dsn: str) -> Connection:
    connection = await asyncpg.connect(dsn, timeout=CONNECT_SECONDS_MAX)
    stack.push_async_callback(connection.close, timeout=CONNECT_SECONDS_MAX)
    return connection


async def _held(
    locking: Mapping[str, Connection],
    reading: Mapping[str, Connection],
    ends: Callable[[], Awaitable[Ends]],
    *,
    name: str,
    naming: Mapping[str, str],
) -> Moment:
    """Locks, looks, unlocks. The readers' transactions stay open: they keep the snapshots."""
    try:
        await _each(reading, lambda one: one.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        await _each(locking, _begin)
        began = time.perf_counter()
        async with asyncio.timeout(HOLD_SECONDS_MAX):
            # One after the other, always in this order: two backups at a time would else wait for each other.
            for connection in locking.values():
                await _lock(connection)
            seen_ends = await ends()
            for namer in set(naming.values()):
                await locking[namer].fetchval("SELECT pg_create_restore_point($1)", name)
            rows = await _each(reading, lambda one: one.fetchrow(_LOOK))
    except BaseException:
        await _each(reading, _roll_back)
        raise
    finally:
        await _each(locking, _roll_back)
    held_seconds = time.perf_counter() - began
    seen = {one: await _snapshot(reader, rows[one], point=one in naming) for one, reader in reading.items()}
    return Moment(seen, seen_ends, held_seconds)


async def _each(connections: Mapping[str, Connection], act: Callable[[Connection], Awaitable[Any]]) -> dict[str, Any]:
    return dict(zip(connections, await asyncio.gather(*map(act, connections.values())), strict=True))


async def _roll_back(connection: Connection) -> None:
    if not connection.is_closed():
        await connection.execute("ROLLBACK")


async def _begin(connection: Connection) -> None:
    await connection.execute(f"BEGIN; SET LOCAL lock_timeout = '{LOCK_SECONDS_MAX}s'")


async def _lock(connection: Connection) -> None:
    # The portal's database announces nothing.
    await connection.execute(
        "DO $$ BEGIN IF to_regclass('public.outbox') IS NOT NULL THEN "
        "LOCK TABLE public.outbox IN SHARE MODE; END IF; END $$"
    )


async def _naming(connections: Mapping[str, Connection]) -> dict[str, str]:
    """For each database the one that names the moment in the log that they share; who may not is left out."""
    servers = {one: await connection.fetchval(_SERVER) for one, connection in connections.items()}
    namers: dict[Any, str] = {}
    for one, connection in connections.items():
        if servers[one] not in namers and await connection.fetchval(_MAY_NAME):
            namers[servers[one]] = one
    return {one: namers[server] for one, server in servers.items() if server in namers}


async def _snapshot(connection: Connection, row: Any, *, point: bool) -> Snapshot:
    migrations = await connection.fetch("SELECT name FROM schema_migration ORDER BY name")
    return Snapshot(row["id"], row["time"], row["server"], tuple(one["name"] for one in migrations), point)
