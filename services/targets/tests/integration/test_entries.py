"""Entries over real gRPC and a real PostgreSQL: nothing counts before a second person published it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg
import grpc.aio
import pytest
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal
from grpc import StatusCode

from dualcontrol.targets.v1 import entries_service_pb2 as pb
from dualcontrol.targets.v1 import targets_service_pb2 as targets
from dualcontrol.targets.v1.entries_service_pb2_grpc import EntriesServiceStub
from dualcontrol.targets.v1.targets_service_pb2_grpc import TargetsServiceStub
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from targets.adapters.postgres import TargetsWork
from targets.entrypoints import entries
from targets.entrypoints.grpc import servicers
from testkit.refusals import refusal
from testkit.serving import serving

if TYPE_CHECKING:
    from dualcontrol.targets.v1.entries_service_pb2_grpc import EntriesServiceAsyncStub
    from dualcontrol.targets.v1.targets_service_pb2_grpc import TargetsServiceAsyncStub

pytestmark = pytest.mark.integration

XINING = "regions/630100"


@pytest.fixture
async def channel(begin: Callable[[], TargetsWork], policy: PolicyBundle, now: Any) -> AsyncIterator[grpc.aio.Channel]:
    added = (servicers(begin, policy, now), entries.servicers(begin, policy, now))
    async with serving(lambda server: tuple(name for add in added for name in add(server))) as opened:
        yield opened


@pytest.fixture
def desk(channel: grpc.aio.Channel) -> "EntriesServiceAsyncStub":
    return EntriesServiceStub(channel)


@pytest.fixture
def known(channel: grpc.aio.Channel) -> "TargetsServiceAsyncStub":
    return TargetsServiceStub(channel)


def a_level(parent: str = XINING, **more: Any) -> pb.EnterLevelRequest:
    stated = targets.RecordPublishedLevelRequest(
        name=f"{parent}/status",
        scale=targets.SCALE_INTENSITY,
        level=targets.WARNING_LEVEL_ONE,
        period_end=Date(year=2025, month=12, day=31),
        document="虚构晴雨表1号",
    )
    return pb.EnterLevelRequest(**{"level": stated, "author": "甲/one", "request_id": str(uuid4()), **more})


def a_report(actual: str = "-3.4", **more: Any) -> pb.EnterReportRequest:
    stated = targets.ReportIndicatorRequest(
        name=f"{XINING}/status",
        scale=targets.SCALE_INTENSITY,
        period_end=Date(year=2025, month=12, day=31),
        actual=Decimal(value=actual),
        schedule=Decimal(value="-3.4"),
    )
    return pb.EnterReportRequest(**{"report": stated, "author": "甲/one", "request_id": str(uuid4()), **more})


def publication(name: str, publisher: str = "乙/two") -> pb.PublishEntryRequest:
    return pb.PublishEntryRequest(name=name, publisher=publisher, request_id=str(uuid4()))


async def test_a_level_counts_once_another_person_has_published_it(
    desk: "EntriesServiceAsyncStub", known: "TargetsServiceAsyncStub"
) -> None:
    entered = await desk.EnterLevel(a_level())
    before = await refusal(known.GetRegionStatus(targets.GetRegionStatusRequest(name=f"{XINING}/status")))

    published = await desk.PublishEntry(publication(entered.entry.name))

    assert before.code is StatusCode.NOT_FOUND
    assert (entered.entry.name, entered.entry.state) == (f"{XINING}/entries/1", pb.ENTRY_STATE_PENDING)
    assert entered.effect.level.level == targets.WARNING_LEVEL_ONE
    assert (published.entry.state, published.entry.settled_by) == (pb.ENTRY_STATE_PUBLISHED, "乙/two")
    status = await known.GetRegionStatus(targets.GetRegionStatusRequest(name=f"{XINING}/status"))
    (level,) = status.status.levels
    assert (level.level, level.evidence) == (targets.WARNING_LEVEL_ONE, "虚构晴雨表1号")
    assert level == published.effect.level


async def test_a_report_is_taken_in_as_it_was_entered(
    desk: "EntriesServiceAsyncStub", known: "TargetsServiceAsyncStub", pool: Database
) -> None:
    entered = await desk.EnterReport(a_report())
    assert await pool.fetchval("SELECT count(*) FROM report") == 0
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 0

    await desk.PublishEntry(publication(entered.entry.name))

    listed = await known.ListReports(targets.ListReportsRequest(parent=XINING))
    (report,) = listed.reports
    assert (report.actual.value, report.stands, report.version) == ("-3.4", True, 1)
    assert entered.effect.report.actual.value == "-3.4"
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 1


@pytest.mark.parametrize("publisher", ["甲/one", " 甲/ONE".strip(), "甲／one"])
async def test_the_author_does_not_publish(desk: "EntriesServiceAsyncStub", publisher: str, pool: Database) -> None:
    entered = await desk.EnterReport(a_report())

    refused = await refusal(desk.PublishEntry(publication(entered.entry.name, publisher)))

    assert (refused.code, refused.reason) == (StatusCode.FAILED_PRECONDITION, "SAME_PERSON")
    assert await pool.fetchval("SELECT count(*) FROM report") == 0


async def test_of_two_who_publish_at_once_one_does(desk: "EntriesServiceAsyncStub", pool: Database) -> None:
    entered = await desk.EnterReport(a_report())
    asked = [publication(entered.entry.name, f"人{place}/p{place}") for place in range(6)]

    answers = await asyncio.gather(*(desk.PublishEntry(one) for one in asked), return_exceptions=True)

    assert sum(isinstance(one, pb.PublishEntryResponse) for one in answers) == 1
    assert await pool.fetchval("SELECT count(*) FROM report") == 1
    refused = await refusal(desk.PublishEntry(publication(entered.entry.name)))
    assert refused.reason == "ENTRY_NOT_PENDING"


async def test_a_retried_request_gets_its_first_answer(desk: "EntriesServiceAsyncStub", pool: Database) -> None:
    request = a_report()
    first = await desk.EnterReport(request)
    settle = publication(first.entry.name)
    published = await desk.PublishEntry(settle)

    assert await desk.EnterReport(request) == first
    assert await desk.PublishEntry(settle) == published
    assert await pool.fetchval("SELECT count(*) FROM entry") == 1


async def test_what_is_only_validated_tells_and_keeps_nothing(desk: "EntriesServiceAsyncStub", pool: Database) -> None:
    told = await desk.EnterReport(a_report(validate_only=True))

    assert not told.HasField("entry")
    assert told.effect.HasField("level")
    for table in ("entry", "report", "level", "region", "place", "outbox"):
        assert await pool.fetchval(f"SELECT count(*) FROM {table}") == 0


async def test_wrong_fields_are_named_where_they_stand(desk: "EntriesServiceAsyncStub") -> None:
    request = a_report(actual="x", author="")
    request.report.period_end.year = 2031

    refused = await refusal(desk.EnterReport(request))

    assert set(refused.metadata["fields"].split(",")) >= {"report.actual", "report.period_end", "author"}
    assert (await refusal(desk.EnterReport(pb.EnterReportRequest()))).code is StatusCode.INVALID_ARGUMENT
    park = a_report()
    park.report.name = "parks/ganhe/status"
    assert (await refusal(desk.EnterReport(park))).code is StatusCode.INVALID_ARGUMENT


async def test_a_withdrawn_entry_is_published_no_more(desk: "EntriesServiceAsyncStub") -> None:
    entered = await desk.EnterLevel(a_level())
    request = pb.WithdrawEntryRequest(
        name=entered.entry.name, person="甲/one", reason="文号有误", request_id=str(uuid4())
    )

    withdrawn = (await desk.WithdrawEntry(request)).entry

    assert (withdrawn.state, withdrawn.reason) == (pb.ENTRY_STATE_WITHDRAWN, "文号有误")
    assert (await refusal(desk.PublishEntry(publication(entered.entry.name)))).reason == "ENTRY_NOT_PENDING"


async def test_entries_of_a_region_and_below_are_listed_the_newest_of_each_first(
    desk: "EntriesServiceAsyncStub",
) -> None:
    for parent in (XINING, "regions/630121", XINING, "regions/632800"):
        await desk.EnterLevel(a_level(parent))

    names = []
    token = ""
    while True:
        got = await desk.ListEntries(pb.ListEntriesRequest(parent=XINING, page_size=2, page_token=token))
        names += [one.name for one in got.entries]
        if not (token := got.next_page_token):
            break

    assert names == [f"{XINING}/entries/2", f"{XINING}/entries/1", "regions/630121/entries/1"]
    pending = pb.ListEntriesRequest(parent="regions/630000", state=pb.ENTRY_STATE_PENDING)
    assert len((await desk.ListEntries(pending)).entries) == 4


async def test_an_entry_is_read_with_what_would_follow_now(desk: "EntriesServiceAsyncStub") -> None:
    entered = await desk.EnterReport(a_report())

    read = await desk.GetEntry(pb.GetEntryRequest(name=entered.entry.name))

    assert read.entry == entered.entry
    assert read.effect.level.level == entered.effect.level.level
    assert not read.HasField("refusal")
    assert (await refusal(desk.GetEntry(pb.GetEntryRequest(name=f"{XINING}/entries/9")))).code is StatusCode.NOT_FOUND


async def test_the_schema_holds_entries_to_two_persons_and_to_what_was_entered(
    desk: "EntriesServiceAsyncStub", pool: Database
) -> None:
    await desk.EnterReport(a_report())

    for change in ("stated = 'y'", "author = '丙'"):
        with pytest.raises(asyncpg.RaiseError):
            await pool.execute(f"UPDATE entry SET {change}")
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute("UPDATE entry SET state = 'published', settled_by = '甲/ONE', settle_time = now()")
