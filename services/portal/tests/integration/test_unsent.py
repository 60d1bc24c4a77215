"""Unsent forms on a real PostgreSQL: whose they are, and their bounds."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from portal.adapters.sessions import PostgresSessions
from portal.adapters.unsent import PostgresUnsentForms
from portal.bootstrap import MIGRATIONS
from portal.domain.sessions import IDLE
from portal.domain.unsent import FORMS_MAX, KEPT, LATE
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


@pytest.fixture
def forms(pool: Database, clock: Hands) -> PostgresUnsentForms:
    return PostgresUnsentForms(pool, clock)


async def test_a_form_is_found_by_its_person_and_place_alone(forms: PostgresUnsentForms) -> None:
    await forms.keep("one", "/a", {"text": "一\x00\ud800"})
    await forms.keep("one", "/a", {"text": "二"})

    found = await forms.find("one", "/a")

    assert found is not None
    assert (dict(found.values), found.saved_at) == ({"text": "二"}, NOW)
    assert await forms.find("two", "/a") is None
    assert await forms.find("one", "/b") is None
    assert await forms.every("one") == [("/a", NOW)]


async def test_what_is_empty_leaves_what_was_kept(forms: PostgresUnsentForms) -> None:
    await forms.keep("one", "/a", {"text": "一"})

    assert await forms.keep("one", "/a", {"text": ""}) is False
    assert await forms.find("one", "/a") is not None


async def test_of_many_forms_of_one_person_the_oldest_goes(forms: PostgresUnsentForms, clock: Hands) -> None:
    await forms.keep("two", "/kept", {"text": "x"})
    for number in range(FORMS_MAX + 1):
        clock.now += SECOND
        await forms.keep("one", f"/{number:02}", {"text": "x"})

    assert [place for place, _ in await forms.every("one")] == [f"/{n:02}" for n in range(FORMS_MAX, 0, -1)]
    assert await forms.find("two", "/kept") is not None


async def test_a_form_is_gone_after_its_time_and_when_it_is_forgotten(
    forms: PostgresUnsentForms, clock: Hands, pool: Database
) -> None:
    await forms.keep("one", "/a", {"text": "x"})
    await forms.keep("one", "/b", {"text": "x"})
    await forms.forget("one", "/b")
    clock.now += KEPT

    assert await forms.every("one") == []
    assert await forms.find("one", "/a") is None
    await forms.keep("one", "/c", {"text": "x"})
    assert await pool.fetchval("SELECT count(*) FROM unsent") == 1


async def test_whose_a_session_was_is_known_for_a_day_to_who_has_its_form(pool: Database, clock: Hands) -> None:
    sessions = PostgresSessions(pool, clock)
    begun = await sessions.begin("one", "token", 8 * 3600)
    clock.now += IDLE
    before = await sessions.owner_of_ended(begun.id, begun.csrf)
    await sessions.begin("two", "token", 8 * 3600)

    assert before == "one"
    assert await sessions.owner_of_ended(begun.id, begun.csrf) == "one"
    assert await sessions.owner_of_ended(begun.id, "\x00") is None
    assert await sessions.owner_of_ended("other", begun.csrf) is None
    clock.now += LATE
    assert await sessions.owner_of_ended(begun.id, begun.csrf) is None


async def test_who_signed_out_has_no_late_form(pool: Database, clock: Hands) -> None:
    sessions = PostgresSessions(pool, clock)
    begun = await sessions.begin("one", "token", 8 * 3600)

    await sessions.end(begun.id)

    assert await sessions.owner_of_ended(begun.id, begun.csrf) is None
