"""Brings a database to the newest schema: plain SQL files in order, each once, under one lock."""

import hashlib
from collections.abc import Sequence
from importlib.resources.abc import Traversable

import asyncpg

MIGRATION_LOCK = 0x6475616C
"""Any constant will do, as long as nobody else in the database takes it."""
LOCK_SECONDS_MAX = 60


class ChangedMigration(RuntimeError):
    """A migration that was applied has another text now: history must not be rewritten."""


async def migrate(dsn: str, folders: Sequence[tuple[str, Traversable]]) -> list[str]:
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
        return [
            name
            for prefix, folder in folders
            for file in sorted(folder.iterdir(), key=lambda f: f.name)
            if file.name.endswith(".sql")
            if await _apply(connection, name := f"{prefix}/{file.name}", file.read_text("utf-8"))
        ]
    finally:
        await connection.close()


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
