"""The pool of connections to the service's own database."""

import asyncio
import logging
from typing import Final, TypeAlias

import asyncpg

from access.scopes import EVERYTHING

log = logging.getLogger(__name__)

STATEMENT_SECONDS_MAX = 30
CONNECT_DELAY_SECONDS_MAX = 5
SCOPE: Final = "dualcontrol.scope"
"""What of the rows the session sees: the service's own work everything, a call what its caller may (`UnitOfWork`)."""
CASES: Final = "dualcontrol.cases"

Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
Database: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


def quoted(value: str) -> str:
    """A literal, for statements that take no parameters."""
    return "'" + value.replace("'", "''") + "'"


async def _as_it_is(_connection: object) -> None:
    """Instead of a round trip after every use: nobody leaves locks, settings, cursors or listeners in a session.

    A transaction that was left open asyncpg rolls back all the same.
    """


async def open_database(dsn: str, connections_max: int) -> Database:
    """Waits for the server: at a start both often come up together."""
    delay = 0.1
    while True:
        try:
            return await asyncpg.create_pool(
                dsn,
                min_size=1,
                max_size=connections_max,
                command_timeout=STATEMENT_SECONDS_MAX,
                server_settings={"timezone": "UTC", "application_name": "dualcontrol", SCOPE: EVERYTHING.setting},
                reset=_as_it_is,
            )
        except (OSError, asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError) as problem:
            log.warning("the database does not answer yet: %s", problem)
            await asyncio.sleep(delay)
            delay = min(delay * 2, CONNECT_DELAY_SECONDS_MAX)
