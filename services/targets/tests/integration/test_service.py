"""TargetsService over real gRPC and a real PostgreSQL."""

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal
from grpc import StatusCode

from dualcontrol.targets.v1 import targets_events_pb2 as events
from dualcontrol.targets.v1 import targets_service_pb2 as pb
from servicekit.storage.database import Database
from testkit.refusals import refusal as refused

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from dualcontrol.targets.v1.targets_service_pb2_grpc import TargetsServiceAsyncStub
    from statute.loader import PolicyBundle
    from testkit.fixtures import Connection

pytestmark = pytest.mark.integration

XINING = "regions/630100/status"
H1, Q3 = Date(year=2021, month=6, day=30), Date(year=2021, month=9, day=30)


def report(actual: str, schedule: str, *, period_end: Date = H1, name: str = XINING) -> pb.ReportIndicatorRequest:
    return pb.ReportIndicatorRequest(
        name=name,
        scale=pb.SCALE_INTENSITY,
        period_end=period_end,
        actual=Decimal(value=actual),
        schedule=Decimal(value=schedule),
        request_id=str(uuid4()),
    )


def publish(
    level: pb.WarningLevel.ValueType, *, period_end: Date = H1, scale: pb.Scale.ValueType = pb.SCALE_INTENSITY
) -> pb.RecordPublishedLevelRequest:
    return pb.RecordPublishedLevelRequest(
        name=XINING,
        scale=scale,
        level=level,
        period_end=period_end,
        document="试验用公布文件",
        request_id=str(uuid4()),
    )


async def status(stub: "TargetsServiceAsyncStub", name: str = XINING) -> pb.RegionStatus:
    return (await stub.GetRegionStatus(pb.GetRegionStatusRequest(name=name), timeout=10)).status


async def refusal(call: "Awaitable[object]") -> tuple[StatusCode, list[str]]:
    """Code and fields of the error that the call ends with."""
    found = await refused(call)
    return found.code, found.fields


async def announced(pool: Database) -> list[events.RegionLevelChanged]:
    rows = await pool.fetch("SELECT key, type, value FROM outbox ORDER BY id")
    assert {(row["key"], row["type"]) for row in rows} <= {("630100", "cn.dualcontrol.targets.region-level-changed.v1")}
    return [events.RegionLevelChanged.FromString(row["value"]) for row in rows]


async def test_a_reported_rise_is_level_1_and_is_announced(
    stub: "TargetsServiceAsyncStub", pool: Database, policy: "PolicyBundle"
) -> None:
    answer = await stub.ReportIndicator(report("0.1", "-2.635"), timeout=10)

    level = answer.level
    assert (level.region_code, level.level, level.version) == ("630100", pb.WARNING_LEVEL_ONE, 1)
    assert (level.basis, level.bundle_hash) == (pb.LEVEL_BASIS_DERIVED, policy.bundle_hash)
    assert "0.1%" in level.evidence
    assert list((await status(stub)).levels) == [level]
    (event,) = await announced(pool)
    assert event == events.RegionLevelChanged(region_code="630100", version=1, levels=[level])


async def test_the_event_carries_the_newest_level_of_each_scale(
    stub: "TargetsServiceAsyncStub", pool: Database
) -> None:
    await stub.RecordPublishedLevel(publish(pb.WARNING_LEVEL_TWO, scale=pb.SCALE_TOTAL), timeout=10)
    await stub.RecordPublishedLevel(publish(pb.WARNING_LEVEL_ONE), timeout=10)

    event = (await announced(pool))[-1]
    assert event.version == 2
    assert [(level.scale, level.level, level.version) for level in event.levels] == [
        (pb.SCALE_INTENSITY, pb.WARNING_LEVEL_ONE, 2),
        (pb.SCALE_TOTAL, pb.WARNING_LEVEL_TWO, 1),
    ]
    assert list((await status(stub)).levels) == list(event.levels)


async def test_an_older_report_is_kept_but_changes_nothing(stub: "TargetsServiceAsyncStub", pool: Database) -> None:
    await stub.ReportIndicator(report("-3", "-2.635", period_end=Q3), timeout=10)
    before = await status(stub)

    older = await stub.ReportIndicator(report("0.1", "-2.635", period_end=H1), timeout=10)

    assert (older.level.level, older.level.version) == (pb.WARNING_LEVEL_ONE, 0)
    assert await status(stub) == before
    assert len(await announced(pool)) == 1
    kept = await pool.fetch(
        "SELECT level, report.version, actual::text AS actual FROM level JOIN report USING (period_end) ORDER BY number"
    )
    assert [tuple(row) for row in kept] == [(3, 1, "-3"), (1, 2, "0.1")]


async def test_a_published_level_stands_before_a_report_of_the_same_period(stub: "TargetsServiceAsyncStub") -> None:
    await stub.RecordPublishedLevel(publish(pb.WARNING_LEVEL_ONE), timeout=10)
    await stub.ReportIndicator(report("-3", "-2.635"), timeout=10)

    (level,) = (await status(stub)).levels
    assert (level.level, level.basis) == (pb.WARNING_LEVEL_ONE, pb.LEVEL_BASIS_PUBLISHED)
    assert (level.evidence, level.bundle_hash) == ("试验用公布文件", "")


@pytest.mark.parametrize(
    ("actual", "level"),
    [("30", pb.WARNING_LEVEL_THREE), ("33", pb.WARNING_LEVEL_TWO), ("33.000000001", pb.WARNING_LEVEL_ONE)],
)
async def test_the_total_level_applies_the_ratio_of_the_law(
    stub: "TargetsServiceAsyncStub", actual: str, level: pb.WarningLevel.ValueType
) -> None:
    request = report(actual, "30")
    request.scale = pb.SCALE_TOTAL

    assert (await stub.ReportIndicator(request, timeout=10)).level.level == level


async def test_a_period_before_the_barometer_gives_no_level_and_leaves_nothing(
    stub: "TargetsServiceAsyncStub", pool: Database
) -> None:
    code, _ = await refusal(
        stub.ReportIndicator(report("1", "0", period_end=Date(year=2020, month=12, day=31)), timeout=10)
    )

    assert code is StatusCode.FAILED_PRECONDITION
    assert await pool.fetchval("SELECT count(*) FROM report") == 0


async def test_reports_at_once_are_each_kept_and_versions_have_no_gap(
    stub: "TargetsServiceAsyncStub", pool: Database
) -> None:
    days = [Date(year=2021, month=month, day=1) for month in range(1, 13)]

    await asyncio.gather(*(stub.ReportIndicator(report("1", "0", period_end=day), timeout=30) for day in days))

    versions = [event.version for event in await announced(pool)]
    assert versions == list(range(1, len(versions) + 1))
    assert (await status(stub)).levels[0].period_end == days[-1]
    assert await pool.fetchval("SELECT count(*) FROM report") == len(days)


async def test_a_retried_report_is_taken_once(stub: "TargetsServiceAsyncStub", pool: Database) -> None:
    request = report("1", "0")

    answers = await asyncio.gather(*(stub.ReportIndicator(request, timeout=20) for _ in range(10)))

    assert all(answer == answers[0] for answer in answers)
    assert await pool.fetchval("SELECT count(*) FROM report") == 1


async def test_history_is_never_changed(stub: "TargetsServiceAsyncStub", owner: "Connection") -> None:
    await stub.ReportIndicator(report("1", "0"), timeout=10)

    for table, column in (("report", "actual"), ("level", "level"), ("target", "value")):
        for change in (f"UPDATE {table} SET {column} = 3", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            with pytest.raises(Exception, match="never changed"):
                await owner.execute(change)


async def test_a_newest_level_never_goes_back_to_an_older_report(
    stub: "TargetsServiceAsyncStub", pool: Database
) -> None:
    await stub.ReportIndicator(report("1", "0", period_end=Q3), timeout=10)
    await stub.ReportIndicator(report("1", "0", period_end=H1), timeout=10)

    with pytest.raises(Exception, match="never goes back"):
        await pool.execute("UPDATE region_level SET number = 2")


async def test_a_region_of_which_nothing_is_known_is_not_found(stub: "TargetsServiceAsyncStub") -> None:
    code, _ = await refusal(status(stub))

    assert code is StatusCode.NOT_FOUND


async def test_statuses_are_listed_by_region_page_by_page(stub: "TargetsServiceAsyncStub") -> None:
    for region in ("630200", "630000", "630100"):
        await stub.ReportIndicator(report("1", "0", name=f"regions/{region}/status"), timeout=10)

    first = await stub.ListRegionStatuses(pb.ListRegionStatusesRequest(page_size=2), timeout=10)
    rest = await stub.ListRegionStatuses(pb.ListRegionStatusesRequest(page_token=first.next_page_token), timeout=10)

    names = [found.name for found in [*first.statuses, *rest.statuses]]
    assert names == [f"regions/{region}/status" for region in ("630000", "630100", "630200")]
    assert rest.next_page_token == ""


async def test_every_wrong_field_is_named_at_once(stub: "TargetsServiceAsyncStub") -> None:
    empty = await refusal(stub.ReportIndicator(pb.ReportIndicatorRequest(), timeout=10))
    wrong = report("-100.1", "1e3", period_end=Date(year=2999, month=1, day=1))
    impossible = await refusal(stub.ReportIndicator(wrong, timeout=10))
    no_ratio = report("1", "0")
    no_ratio.scale = pb.SCALE_TOTAL
    unknown = publish(7, period_end=Date(year=2021, month=2, day=30), scale=9)  # type: ignore[arg-type]

    assert empty == (
        StatusCode.INVALID_ARGUMENT,
        ["request_id", "name", "scale", "period_end", "actual"],
    )
    assert impossible[1] == ["period_end", "actual", "schedule"]
    assert (await refusal(stub.ReportIndicator(no_ratio, timeout=10)))[1] == ["schedule"]
    assert (await refusal(stub.RecordPublishedLevel(unknown, timeout=10)))[1] == ["scale", "level", "period_end"]
