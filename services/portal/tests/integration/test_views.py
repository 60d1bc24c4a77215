"""Saved views, and who is signed in, on a real PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from portal.adapters.sessions import PostgresSessions
from portal.adapters.views import PostgresViews
from portal.bootstrap import MIGRATIONS
from portal.domain.sessions import IDLE, Alive
from portal.domain.views import VIEWS_MAX, View
from servicekit.storage.database import Database, open_database
from servicekit.storage.migrations import migrate
from testkit.postgres import owner_dsn

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass(slots=True)
class Hands:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Database]:
    await migrate(owner_dsn(database), MIGRATIONS)
    async with await open_database(database, 2) as opened:
        yield opened


async def test_views_are_kept_by_person_and_name_and_the_oldest_makes_room(pool: Database, clock: Hands) -> None:
    views = PostgresViews(pool, clock)
    await views.keep("two", View("a", "q=2"))
    for number in range(VIEWS_MAX + 1):
        clock.now += SECOND
        await views.keep("one", View(f"v{number:02}", "q=1"))
    await views.keep("one", View("v05", "q=3"))
    await views.forget("one", "v06")
    await views.forget("two", "v07")

    found = await views.every("one")

    assert [one.name for one in found] == [f"v{number:02}" for number in range(1, VIEWS_MAX + 1) if number != 6]
    assert next(one.query for one in found if one.name == "v05") == "q=3"
    assert await views.every("two") == [View("a", "q=2")]


async def test_who_is_signed_in_is_listed_by_subject_until_it_ends(pool: Database, clock: Hands) -> None:
    sessions = PostgresSessions(pool, clock)
    await sessions.begin("b", "token", 3600)
    clock.now += SECOND
    await sessions.begin("b", "token", 3600)
    await sessions.begin("a", "token", 3600)

    assert await sessions.alive("", 10) == [Alive("a", 1, clock.now, clock.now), Alive("b", 2, NOW, clock.now)]
    assert [one.subject for one in await sessions.alive("a", 10)] == ["b"]
    assert len(await sessions.alive("", 1)) == 1
    clock.now += IDLE
    assert await sessions.alive("", 10) == []
