"""A fresh ledger in a real PostgreSQL, with one who may write to it and one who may do anything."""

import secrets
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import asyncpg
import pytest

from ledger.store import migrations
from testkit.postgres import drop, new_secret, owner_dsn, provision, run
from testkit.stack import Stack

if TYPE_CHECKING:
    from ledger.store import Connection

TABLES = "ledger_day, ledger_balance, ledger_entry, ledger_account, ledger_batch"


@pytest.fixture(scope="session")
def ledger_database(postgres_server: Stack) -> Iterator[str]:
    """One for all tests: making a database takes longer than most of them."""
    name = f"ledger_{secrets.token_hex(6)}"
    dsn = owner_dsn(provision(postgres_server.postgres_admin_dsn, name, new_secret()))

    async def migrate() -> None:
        connection = await asyncpg.connect(dsn)
        for file in sorted(migrations().glob("*.sql")):
            await connection.execute(file.read_text(encoding="utf-8"))
        await connection.close()

    run(migrate)
    yield dsn
    drop(postgres_server.postgres_admin_dsn, name)


@pytest.fixture
def admin_dsn(postgres_server: Stack, ledger_database: str) -> str:
    """Of the same database, for the superuser."""
    server = urlsplit(postgres_server.postgres_admin_dsn)
    return server._replace(path=urlsplit(ledger_database).path).geturl()


@pytest.fixture
async def superuser(admin_dsn: str) -> AsyncIterator["Connection"]:
    """Triggers and foreign keys do not hold it: it can change rows."""
    opened = await asyncpg.connect(admin_dsn)
    await opened.execute("SET session_replication_role = replica")
    yield opened
    await opened.close()


@pytest.fixture
async def ledger(ledger_database: str, superuser: "Connection") -> str:
    """The DSN of an empty ledger, for the role that writes to it."""
    await superuser.execute(f"TRUNCATE {TABLES}")
    return ledger_database


@pytest.fixture
async def pool(ledger: str) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    async with asyncpg.create_pool(ledger, min_size=1, max_size=8) as opened:
        yield opened


@pytest.fixture
async def connection(ledger: str) -> AsyncIterator["Connection"]:
    opened = await asyncpg.connect(ledger)
    yield opened
    await opened.close()
