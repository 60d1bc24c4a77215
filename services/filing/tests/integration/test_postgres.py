"""Filings in PostgreSQL: unique, append-only, paged, and announced with what was saved."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import asyncpg
import pytest

from dossier.model import Applicant, Dossier
from dualcontrol.filing.v1.filing_events_pb2 import FilingAccepted, FilingWithdrawn
from filing.adapters.postgres import FilingWork
from filing.application.amend_filing import AmendFiling, amend_filing
from filing.application.submit_filing import SubmitFiling, submit_filing
from filing.application.withdraw_filing import WithdrawFiling, withdraw_filing
from filing.bootstrap import service
from filing.domain.filing import FilingExists, FilingId
from kernel.errors import NotFound
from kernel.regions import RegionCode
from statute.loader import load_bundle
from testkit.serving import migrated

pytestmark = pytest.mark.integration

POLICY = load_bundle()
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DOSSIER = Dossier(
    project_name="某项目",
    applicant=Applicant("某企业"),
    region=RegionCode("630121"),
    project_code="2603-632801-04-01-123451",
)
Begin = Callable[[], FilingWork]


@pytest.fixture
async def begin(database: str) -> AsyncIterator[Begin]:
    async with migrated(database, service()) as pool:
        yield partial(FilingWork, pool, "filing")


async def submit(begin: Begin, filing: str, dossier: Dossier = DOSSIER) -> None:
    async with begin() as work:
        await submit_filing(SubmitFiling(FilingId(filing), dossier), work, POLICY, NOW)
        await work.commit()


async def test_revisions_follow_each_other_and_each_is_announced_in_order(begin: Begin) -> None:
    await submit(begin, "a-1")
    async with begin() as work:
        await amend_filing(AmendFiling(FilingId("a-1"), 1, replace(DOSSIER, remark="补正")), work, POLICY, NOW)
        await withdraw_filing(WithdrawFiling(FilingId("a-1"), "不再建设"), work, NOW)
        await work.commit()

    async with begin() as work:
        newest, first = await work.filings.get(FilingId("a-1")), await work.filings.get(FilingId("a-1"), 1)
        rows = await work.connection.fetch("SELECT key, value FROM outbox ORDER BY id")
    assert newest is not None
    assert first is not None
    assert (newest.revision, newest.state.value, first.dossier) == (3, "withdrawn", DOSSIER)
    assert [row["key"] for row in rows] == ["a-1"] * 3
    accepted = [FilingAccepted.FromString(row["value"]) for row in rows[:2]]
    assert [event.revision for event in accepted] == [1, 2]
    assert FilingWithdrawn.FromString(rows[2]["value"]).revision == 3


async def test_neither_an_id_nor_a_project_code_is_taken_twice(begin: Begin) -> None:
    await submit(begin, "a-1")
    with pytest.raises(FilingExists):
        await submit(begin, "a-1", replace(DOSSIER, project_code=""))
    with pytest.raises(FilingExists):
        await submit(begin, "a-2")
    await submit(begin, "a-3", replace(DOSSIER, project_code=""))
    await submit(begin, "a-4", replace(DOSSIER, project_code=""))


async def test_what_is_not_committed_leaves_nothing(begin: Begin) -> None:
    async with begin() as work:
        await submit_filing(SubmitFiling(FilingId("a-1"), DOSSIER), work, POLICY, NOW)

    async with begin() as work:
        assert await work.filings.get(FilingId("a-1")) is None
        assert await work.connection.fetchval("SELECT count(*) FROM outbox") == 0
        with pytest.raises(NotFound):
            await amend_filing(AmendFiling(FilingId("a-1"), 1, DOSSIER), work, POLICY, NOW)


async def test_a_revision_is_never_changed(begin: Begin) -> None:
    await submit(begin, "a-1")
    for statement in ("UPDATE filing_revision SET state = 'withdrawn'", "DELETE FROM filing_revision"):
        async with begin() as work:
            with pytest.raises(asyncpg.RaiseError):
                await work.connection.execute(statement)


async def test_pages_follow_each_other_without_gap_or_overlap(begin: Begin) -> None:
    for number in range(7):
        await submit(begin, f"a-{number}", replace(DOSSIER, project_code=""))

    seen: list[str] = []
    async with begin() as work:
        while page := await work.filings.page(seen[-1] if seen else "", 3):
            seen += [filing.id for filing in page]

    assert seen == [f"a-{number}" for number in range(7)]
