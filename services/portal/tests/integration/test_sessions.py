"""Sessions on a real PostgreSQL: what the browser keeps, what the database keeps, and when both are of no use."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from portal.adapters.sessions import PostgresSessions
from portal.application.ports import SessionsAway
from portal.bootstrap import MIGRATIONS
from portal.domain.sessions import ABSOLUTE, IDLE, SIGN_IN, Attempt
from servicekit.storage.database import Database, open_database
from servicekit.storage.migrations import migrate
from testkit.postgres import owner_dsn

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LONG = 30 * 24 * 3600
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
def sessions(pool: Database, clock: Hands) -> PostgresSessions:
    return PostgresSessions(pool, clock)


def an_attempt(**stated: object) -> Attempt:
    said: dict[str, object] = {"state": "s", "browser": "b", "nonce": "n", "verifier": "v", "back": "/projects"}
    said |= {"fresh_seconds_max": 300, "begun_at": NOW, **stated}
    return Attempt(**said)  # type: ignore[arg-type]  # each test states what it changes


async def test_a_session_is_found_by_its_id_alone(sessions: PostgresSessions) -> None:
    begun = await sessions.begin("reviewer.test", "token", LONG)

    assert await sessions.find(begun.id) == begun
    assert await sessions.find(begun.id + "x") is None
    assert await sessions.find("") is None


async def test_every_sign_in_has_an_id_and_a_form_token_of_its_own(sessions: PostgresSessions) -> None:
    one = await sessions.begin("reviewer.test", "token", LONG)
    other = await sessions.begin("reviewer.test", "token", LONG)

    assert one.id != other.id
    assert one.csrf != other.csrf
    assert len(one.id) >= 43


async def test_the_database_keeps_neither_the_id_nor_the_token(sessions: PostgresSessions, pool: Database) -> None:
    begun = await sessions.begin("reviewer.test", "a-very-secret-token", LONG)

    rows = await pool.fetch("SELECT session::text AS said, sealed_token FROM session")

    assert begun.id not in rows[0]["said"]
    assert b"a-very-secret-token" not in rows[0]["sealed_token"]


async def test_a_token_that_was_put_under_another_session_does_not_open(
    sessions: PostgresSessions, pool: Database
) -> None:
    await sessions.begin("reviewer.test", "token", LONG)
    mine = await sessions.begin("viewer.test", "mine", LONG)

    await pool.execute(
        "UPDATE session SET sealed_token = (SELECT sealed_token FROM session WHERE subject = 'reviewer.test')"
    )

    assert await sessions.find(mine.id) is None


@pytest.mark.parametrize(("idle", "holds"), [(IDLE - SECOND, True), (IDLE, False), (IDLE + SECOND, False)])
async def test_a_session_ends_when_it_was_idle(
    sessions: PostgresSessions, clock: Hands, idle: timedelta, holds: bool
) -> None:
    begun = await sessions.begin("reviewer.test", "token", LONG)

    clock.now += idle

    assert (await sessions.find(begun.id) is not None) is holds


async def test_a_session_that_is_used_ends_all_the_same_after_its_longest_time(
    sessions: PostgresSessions, clock: Hands
) -> None:
    begun = await sessions.begin("reviewer.test", "token", LONG)

    used = 0
    while await sessions.find(begun.id) is not None:
        clock.now += IDLE / 2
        used += 1

    assert clock.now - NOW == ABSOLUTE
    assert used == ABSOLUTE / (IDLE / 2)


async def test_a_session_never_outlives_its_token(sessions: PostgresSessions, clock: Hands) -> None:
    begun = await sessions.begin("reviewer.test", "token", 600)

    clock.now += timedelta(seconds=600)

    assert await sessions.find(begun.id) is None


async def test_a_session_can_be_ended_and_all_of_a_person_taken_back(sessions: PostgresSessions) -> None:
    first, second = [await sessions.begin("reviewer.test", "token", LONG) for _ in range(2)]
    other = await sessions.begin("signer.test", "token", LONG)

    await sessions.end(first.id)
    taken_back = await sessions.end_all("reviewer.test")

    assert taken_back == 1
    assert [await sessions.find(one.id) for one in (first, second)] == [None, None]
    assert await sessions.find(other.id) == other


async def test_what_has_ended_is_cleared_away_by_the_next_sign_in(
    sessions: PostgresSessions, clock: Hands, pool: Database
) -> None:
    await sessions.begin("reviewer.test", "token", LONG)
    clock.now += IDLE

    await sessions.begin("signer.test", "token", LONG)

    assert await pool.fetchval("SELECT count(*) FROM session") == 1


async def test_a_sign_in_comes_back_once_and_to_its_own_browser(sessions: PostgresSessions) -> None:
    attempt = an_attempt()
    await sessions.keep_attempt(attempt)

    assert await sessions.take_attempt("s", "another browser") is None
    assert await sessions.take_attempt("another state", "b") is None
    assert await sessions.take_attempt("s", "b") == attempt
    assert await sessions.take_attempt("s", "b") is None


async def test_a_sign_in_that_took_too_long_is_of_no_use(
    sessions: PostgresSessions, clock: Hands, pool: Database
) -> None:
    await sessions.keep_attempt(an_attempt())
    clock.now += SIGN_IN

    assert await sessions.take_attempt("s", "b") is None
    await sessions.keep_attempt(an_attempt(state="t", begun_at=clock.now))
    assert await pool.fetchval("SELECT count(*) FROM sign_in") == 1


async def test_a_database_that_is_away_is_said_to_be(sessions: PostgresSessions, pool: Database) -> None:
    pool.terminate()

    with pytest.raises(SessionsAway):
        await sessions.find("any")
