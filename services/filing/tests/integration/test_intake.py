"""New filings that come at the same time: stored together, each only once, and nobody pays for another's mistake."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from dossier.model import Applicant, Dossier
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from filing.adapters.intake import GroupIntake
from filing.application.submit_filing import SubmitFiling, filed
from filing.bootstrap import service
from filing.domain.filing import FilingId
from filing.wire import filing_to_wire
from kernel.regions import RegionCode
from servicekit.storage.database import Database
from statute.loader import load_bundle
from testkit.fixtures import Connection
from testkit.serving import migrated

pytestmark = pytest.mark.integration

POLICY = load_bundle()
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DOSSIER = Dossier(project_name="虚构项目", applicant=Applicant("虚构企业"), region=RegionCode("630121"))


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Database]:
    async with migrated(database, service()) as pool:
        yield pool


async def submit(intake: GroupIntake, number: int, filing: str, code: str = "") -> bool:
    command = SubmitFiling(FilingId(filing), replace(DOSSIER, project_code=code))
    filing_, accepted = filed(command, POLICY, NOW)
    request = pb.SubmitFilingRequest(filing_id=filing, request_id=str(UUID(int=number)))
    return await intake.take(request, accepted, pb.SubmitFilingResponse(filing=filing_to_wire(filing_)))


async def test_filings_that_come_together_are_stored_together_and_announced_in_their_order(pool: Database) -> None:
    intake = GroupIntake(pool, "filing")

    stored = await asyncio.gather(*(submit(intake, number, f"f-{number:03}") for number in range(300)))

    names = [f"f-{number:03}" for number in range(300)]
    transactions = await pool.fetchval("SELECT count(DISTINCT xmin::text) FROM filing_revision")
    assert stored == [True] * 300
    assert transactions == 2
    assert [row["key"] for row in await pool.fetch("SELECT key FROM outbox ORDER BY id")] == names
    assert await pool.fetchval("SELECT count(*) FROM request WHERE answer IS NOT NULL") == 300
    assert [row["filing_id"] for row in await pool.fetch("SELECT filing_id FROM filing ORDER BY 1")] == names


@pytest.mark.parametrize(
    ("number", "filing", "code"),
    [(1, "f-9", ""), (9, "f-1", ""), (9, "f-9", "2603-632801-04-01-123451")],
    ids=["its request", "its id", "its project code"],
)
async def test_who_was_heard_of_before_is_left_and_the_others_are_stored(
    pool: Database, number: int, filing: str, code: str
) -> None:
    intake = GroupIntake(pool, "filing")
    await submit(intake, 1, "f-1", "2603-632801-04-01-123451")

    stored = await asyncio.gather(
        submit(intake, 2, "f-2"), submit(intake, number, filing, code), submit(intake, 3, "f-3")
    )

    assert list(stored) == [True, False, True]
    assert [row["key"] for row in await pool.fetch("SELECT key FROM outbox ORDER BY id")] == ["f-1", "f-2", "f-3"]
    assert await pool.fetchval("SELECT count(*) FROM request") == 3
    assert await pool.fetchval("SELECT count(*) FROM filing_revision") == 3


async def test_of_two_with_one_id_at_the_same_time_the_first_is_stored(pool: Database) -> None:
    intake = GroupIntake(pool, "filing")

    stored = await asyncio.gather(submit(intake, 1, "f-1"), submit(intake, 2, "f-1"), submit(intake, 3, "f-3"))

    assert list(stored) == [True, False, True]
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 2


async def test_whoever_is_gone_before_it_is_written_keeps_nobody_waiting(pool: Database) -> None:
    intake = GroupIntake(pool, "filing")
    gone = asyncio.create_task(submit(intake, 1, "f-1"))
    stays = asyncio.create_task(submit(intake, 2, "f-2"))
    await asyncio.sleep(0)
    gone.cancel()

    assert await stays
    assert gone.cancelled()
    assert await submit(intake, 3, "f-3")


async def test_without_a_database_nothing_is_stored_and_the_next_one_is(pool: Database, owner: Connection) -> None:
    intake = GroupIntake(pool, "filing")
    await owner.execute("ALTER TABLE filing_revision RENAME TO elsewhere")

    refused = await submit(intake, 1, "f-1")
    await owner.execute("ALTER TABLE elsewhere RENAME TO filing_revision")

    assert not refused
    assert await pool.fetchval("SELECT count(*) FROM request") == 0
    assert await submit(intake, 1, "f-1")
