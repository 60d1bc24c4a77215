"""One transaction on the portal's own database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg

from portal.application.ports import SessionsAway
from servicekit.storage.database import Connection, Database

WAIT_SECONDS_MAX: Final = 5


@asynccontextmanager
async def asking(database: Database) -> AsyncIterator[Connection]:
    """Raises SessionsAway."""
    try:
        async with database.acquire(timeout=WAIT_SECONDS_MAX) as connection, connection.transaction():
            yield connection
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
        raise SessionsAway(str(problem)) from problem
