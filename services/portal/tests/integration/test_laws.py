"""Proposals of law on a real PostgreSQL: once, by two, and as they were made."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from portal.adapters.laws import PostgresLaws
from portal.bootstrap import MIGRATIONS
from portal.domain.laws import OPEN_MAX, LawProposal, LawRefused, LawState
from servicekit.storage.database import Database, open_database
from servicekit.storage.migrations import migrate
from testkit.postgres import owner_dsn

pytestmark = pytest.mark.integration

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Database]:
    await migrate(owner_dsn(database), MIGRATIONS)
    async with await open_database(database, 3) as opened:
        yield opened


@pytest.fixture
def laws(pool: Database) -> PostgresLaws:
    return PostgresLaws(pool)


def a_proposal(**stated: Any) -> LawProposal:
    said: dict[str, Any] = {
        "id": 0, "name": "review.yaml", "bundle_hash": "ab", "base_hash": "cd", "changes": 3, "looked_at": 100,
        "changed": 4, "document": "文件", "note": "", "proposer": "甲/one", "proposed_at": AT,
    }  # fmt: skip
    return LawProposal(**{**said, **stated})


async def test_a_proposal_is_kept_once_for_its_request(laws: PostgresLaws) -> None:
    key = str(uuid4())

    numbers = await asyncio.gather(*(laws.add(a_proposal(), b"PK", key) for _ in range(3)))

    assert len(set(numbers)) == 1
    assert await laws.get(numbers[0]) == a_proposal(id=numbers[0])
    assert await laws.archive(numbers[0]) == b"PK"
    assert await laws.get(numbers[0] + 1) is None


async def test_one_draft_waits_once_and_not_too_many_do(laws: PostgresLaws) -> None:
    await laws.add(a_proposal(), b"PK", str(uuid4()))

    with pytest.raises(LawRefused):
        await laws.add(a_proposal(), b"PK", str(uuid4()))
    for number in range(OPEN_MAX - 1):
        await laws.add(a_proposal(bundle_hash=f"ef{number}"), b"PK", str(uuid4()))
    with pytest.raises(LawRefused):
        await laws.add(a_proposal(bundle_hash="more"), b"PK", str(uuid4()))


async def test_of_two_who_settle_at_once_one_does(laws: PostgresLaws) -> None:
    one = a_proposal(id=await laws.add(a_proposal(), b"PK", str(uuid4())))

    answers = await asyncio.gather(
        *(laws.settle(one.approved(f"人{place}", AT, "cd")) for place in range(3)), return_exceptions=True
    )

    assert sum(answer is None for answer in answers) == 1
    assert sum(isinstance(answer, LawRefused) for answer in answers) == 2
    kept = await laws.get(one.id)
    assert kept is not None
    assert kept.state is LawState.APPROVED


async def test_pages_go_from_the_newest(laws: PostgresLaws) -> None:
    numbers = [await laws.add(a_proposal(bundle_hash=str(place)), b"PK", str(uuid4())) for place in range(3)]

    first = await laws.page(0, 2)

    assert [one.id for one in first] == numbers[:0:-1]
    assert [one.id for one in await laws.page(first[-1].id, 2)] == numbers[:1]


async def test_the_schema_asks_for_two_and_keeps_what_was_proposed(laws: PostgresLaws, pool: Database) -> None:
    number = await laws.add(a_proposal(), b"PK", str(uuid4()))

    with pytest.raises(asyncpg.RaiseError):
        await pool.execute("UPDATE law_proposal SET archive = 'x' WHERE id = $1", number)
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute("UPDATE law_proposal SET state = 'approved', settled_by = '甲/ONE', settle_time = now()")
    rejected = replace(a_proposal(id=number), state=LawState.REJECTED, settled_by="甲/one", settled_at=AT, reason="误")
    await laws.settle(rejected)
    with pytest.raises(LawRefused):
        await laws.settle(rejected)
