import asyncpg
import pytest

from testkit.kafka import describes_itself
from testkit.postgres import accepts, drop, new_secret, owner_dsn, provision
from testkit.stack import Stack

pytestmark = pytest.mark.integration


async def test_each_test_gets_an_empty_database_whose_owner_is_no_superuser(database: str) -> None:
    connection = await asyncpg.connect(owner_dsn(database))
    try:
        await connection.execute("CREATE TABLE filings (code text PRIMARY KEY)")
        assert await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert await connection.fetchval("SHOW fsync") == "on"
    finally:
        await connection.close()


async def test_who_serves_from_a_database_makes_no_tables_in_it(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE filings (code text PRIMARY KEY)")
    finally:
        await connection.close()


def test_a_service_cannot_connect_to_anothers_database(database: str, postgres_server: Stack) -> None:
    stranger = provision(postgres_server.postgres_admin_dsn, "stranger", new_secret())
    others = stranger.rpartition("/")[0] + "/" + database.rpartition("/")[2]

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        accepts(others)

    drop(postgres_server.postgres_admin_dsn, "stranger")


def test_the_broker_answers_metadata(kafka_broker: Stack, topic_prefix: str) -> None:
    assert describes_itself(kafka_broker.kafka_bootstrap)
    assert topic_prefix.isidentifier()
