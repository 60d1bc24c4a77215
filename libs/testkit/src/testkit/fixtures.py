"""pytest fixtures: one real PostgreSQL and one real Kafka for a test session, and fresh names in them."""

import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import asyncpg
import pytest

from testkit.kafka import KAFKA
from testkit.postgres import POSTGRES, drop, new_secret, owner_dsn, provision
from testkit.stack import Stack

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Stack]:
    """A stack in which only PostgreSQL runs: `postgres_admin_dsn`, `kill("postgres")`, `start("postgres")`."""
    with _running(POSTGRES) as stack:
        yield stack


@pytest.fixture(scope="session")
def kafka_broker() -> Iterator[Stack]:
    """A stack in which only Kafka runs: `kafka_bootstrap`, `kill("kafka")`, `start("kafka")`."""
    with _running(KAFKA) as stack:
        yield stack


@pytest.fixture
def database(postgres_server: Stack) -> Iterator[str]:
    """The DSN of a fresh, empty database, for the role that serves from it; `owner_dsn` is who may make tables."""
    admin_dsn = postgres_server.postgres_admin_dsn
    name = _fresh("test")
    yield provision(admin_dsn, name, new_secret())
    drop(admin_dsn, name)


@pytest.fixture
async def owner(database: str) -> AsyncIterator[Connection]:
    """A connection of the role that owns the test's database: it may change tables, and no policy binds it."""
    connection = await asyncpg.connect(owner_dsn(database))
    yield connection
    await connection.close()


@pytest.fixture
def topic_prefix() -> str:
    """Begins the names of a test's topics and groups, so that no test sees another's."""
    return _fresh("t")


@contextmanager
def _running(name: str) -> Iterator[Stack]:
    folder = Path(tempfile.mkdtemp(prefix="dualcontrol-"))
    # mkdtemp closes it to others; PostgreSQL, which runs as `nobody` when we are root, has to pass.
    folder.chmod(0o711)
    stack = Stack(folder)
    try:
        stack.up([name])
        yield stack
    finally:
        stack.reset()
        shutil.rmtree(folder, ignore_errors=True)


def _fresh(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(6)}"
