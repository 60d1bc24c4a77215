"""Brings a database to the newest schema: plain SQL files in order, each once, under one lock."""

import hashlib
from collections.abc import Iterator, Sequence
from importlib.resources.abc import Traversable
from typing import TypeAlias

import asyncpg

from servicekit.storage.database import Connection

Folders: TypeAlias = Sequence[tuple[str, Traversable]]
"""Of SQL files, each with the name that its migrations are kept under."""
MIGRATION_LOCK = 0x6475616C
"""Any constant will do, as long as nobody else in the database takes it."""
LOCK_SECONDS_MAX = 60


class ChangedMigration(RuntimeError):
    """A migration that was applied has another text now: history must not be rewritten."""


async def migrate(dsn: str, folders: Folders) -> list[str]:
    """Applies what is missing of each named folder, in order; returns the names applied.

    Raises ChangedMigration when a file that was applied has been edited since.
    """
    connection = await asyncpg.connect(dsn, timeout=LOCK_SECONDS_MAX)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migration ("
            "name text PRIMARY KEY, sha256 bytea NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
        )
        return [name for name, file in _files(folders) if await _apply(connection, name, file.read_text("utf-8"))]
    finally:
        await connection.close()


async def pending(connection: Connection, folders: Folders) -> list[str]:
    """What `migrate` has not applied yet. More than is known here may have been: by a newer release."""
    if await connection.fetchval("SELECT to_regclass('schema_migration')") is None:
        return [name for name, _ in _files(folders)]
    applied = {row["name"] for row in await connection.fetch("SELECT name FROM schema_migration")}
    return [name for name, _ in _files(folders) if name not in applied]


def _files(folders: Folders) -> Iterator[tuple[str, Traversable]]:
    for prefix, folder in folders:
        for file in sorted(folder.iterdir(), key=lambda f: f.name):
            if file.name.endswith(".sql"):
                yield f"{prefix}/{file.name}", file


async def _apply(connection: "asyncpg.Connection[asyncpg.Record]", name: str, sql: str) -> bool:
    digest = hashlib.sha256(sql.encode()).digest()
    applied = await connection.fetchval("SELECT sha256 FROM schema_migration WHERE name = $1", name)
    if applied is not None:
        if applied != digest:
            raise ChangedMigration(f"{name} was edited after it was applied; add a new migration instead")
        return False
    async with connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = '5s'")
        await connection.execute(sql)
        await connection.execute("INSERT INTO schema_migration (name, sha256) VALUES ($1, $2)", name, digest)
    return True
