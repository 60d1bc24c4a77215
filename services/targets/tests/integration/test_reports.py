"""Reports of indicators and the history of levels over real gRPC and a real PostgreSQL."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

import pytest
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal
from grpc import StatusCode

from dualcontrol.targets.v1 import targets_service_pb2 as pb
from servicekit.storage.database import Database
from servicekit.wire import date_to_wire, instant_to_wire
from testkit.refusals import refusal

if TYPE_CHECKING:
    from dualcontrol.targets.v1.targets_service_pb2_grpc import TargetsServiceAsyncStub

pytestmark = pytest.mark.integration

XINING, QINGHAI = "regions/630100", "regions/630000"
Q1, H1, Q3 = date(2022, 3, 31), date(2022, 6, 30), date(2022, 9, 30)
APRIL, AUGUST, OCTOBER = (datetime(2022, month, 20, 4, tzinfo=UTC) for month in (4, 8, 10))


class Clock(Protocol):
    """The clock of the service, which a test may set."""

    at: datetime


def handed_down(value: str = "-12.5", parent: str = XINING, **fields: Any) -> pb.SetTargetRequest:
    asked: dict[str, Any] = {
        "indicator": "energy_intensity",
        "first_year": 2021,
        "last_year": 2025,
        "document": "虚构市文件",
        "request_id": str(uuid4()),
        **fields,
    }
    return pb.SetTargetRequest(parent=parent, value=Decimal(value=value), **asked)


def reported(actual: str, period_end: date = H1, place: str = XINING, **fields: Any) -> pb.ReportIndicatorRequest:
    if "scale" not in fields and "indicator" not in fields:
        fields["indicator"] = "energy_intensity"
    return pb.ReportIndicatorRequest(
        name=f"{place}/status",
        period_end=date_to_wire(period_end),
        actual=Decimal(value=actual),
        request_id=str(uuid4()),
        **fields,
    )


async def history(stub: "TargetsServiceAsyncStub", **fields: Any) -> list[pb.LevelRecord]:
    request = pb.ListLevelHistoryRequest(name=f"{XINING}/status", **fields)
    return list((await stub.ListLevelHistory(request, timeout=10)).records)


async def newest(stub: "TargetsServiceAsyncStub") -> list[pb.RegionLevel]:
    request = pb.GetRegionStatusRequest(name=f"{XINING}/status")
    return list((await stub.GetRegionStatus(request, timeout=10)).status.levels)


async def test_a_report_without_a_schedule_is_held_against_the_target(stub: "TargetsServiceAsyncStub") -> None:
    await stub.SetTarget(handed_down(), timeout=10)

    answer = await stub.ReportIndicator(reported("-2.635", date(2022, 12, 31)), timeout=10)
    short = await stub.ReportIndicator(
        reported("-2.634", date(2022, 12, 31), status=pb.REPORT_STATUS_REVISED), timeout=10
    )

    assert (answer.level.level, short.level.level) == (pb.WARNING_LEVEL_THREE, pb.WARNING_LEVEL_TWO)
    assert (answer.report.schedule.value, answer.report.target_version) == ("-2.635", 1)
    assert (answer.report.schedule_pace, answer.report.schedule_within_year) == (
        pb.TARGET_PACE_COMPOUNDING,
        "pro_rata",
    )
    assert "目标第 1 版, 复合, 年内按月" in answer.level.evidence


async def test_without_schedule_and_target_a_report_for_a_level_is_refused_and_one_of_an_indicator_kept(
    stub: "TargetsServiceAsyncStub", pool: Database
) -> None:
    refused = await refusal(stub.ReportIndicator(reported("-1", scale=pb.SCALE_INTENSITY), timeout=10))
    assert (refused.code, refused.reason) == (StatusCode.FAILED_PRECONDITION, "SCHEDULE_NOT_KNOWN")
    assert await pool.fetchval("SELECT count(*) FROM report") == 0

    kept = await stub.ReportIndicator(reported("-1"), timeout=10)
    assert not kept.HasField("level")
    assert "SetTarget" not in kept.no_level.en
    assert "target" in kept.no_level.en
    assert (kept.report.version, kept.report.HasField("schedule")) == (1, False)


async def test_the_carbon_level_is_announced_beside_the_others(stub: "TargetsServiceAsyncStub", pool: Database) -> None:
    stated = Decimal(value="-3.6")
    await stub.ReportIndicator(reported("1", date(2026, 1, 31), schedule=stated), timeout=10)

    answer = await stub.ReportIndicator(
        reported("-3.6", date(2026, 1, 31), scale=pb.SCALE_CARBON, schedule=stated), timeout=10
    )

    assert (answer.level.scale, answer.level.level, answer.level.version) == (
        pb.SCALE_CARBON,
        pb.WARNING_LEVEL_THREE,
        2,
    )
    assert [level.scale for level in await newest(stub)] == [pb.SCALE_INTENSITY, pb.SCALE_CARBON]
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 2


async def test_a_later_status_replaces_an_earlier_and_each_is_read_as_it_was_known(
    stub: "TargetsServiceAsyncStub", now: Clock
) -> None:
    stated = Decimal(value="-1.3")
    statuses = (pb.REPORT_STATUS_PROVISIONAL, pb.REPORT_STATUS_FINAL, pb.REPORT_STATUS_PROVISIONAL)
    for at, actual, status in zip((APRIL, AUGUST, OCTOBER), ("1", "-1", "2"), statuses, strict=True):
        now.at = at
        await stub.ReportIndicator(reported(actual, Q1, status=status, schedule=stated), timeout=10)

    async def actual_at(as_of: datetime | None = None) -> str:
        asked = pb.GetIndicatorRequest(parent=XINING, indicator="energy_intensity", period_end=date_to_wire(Q1))
        if as_of is not None:
            asked.as_of_time.CopyFrom(instant_to_wire(as_of))
        report: pb.IndicatorReport = (await stub.GetIndicator(asked, timeout=10)).report
        return str(report.actual.value)

    everything = await stub.ListReports(pb.ListReportsRequest(parent=XINING, show_replaced=True), timeout=10)
    standing = await stub.ListReports(pb.ListReportsRequest(parent=XINING), timeout=10)

    assert [await actual_at(APRIL), await actual_at(AUGUST), await actual_at()] == ["1", "-1", "-1"]
    assert [(one.version, one.stands) for one in everything.reports] == [(1, False), (2, True), (3, False)]
    assert [one.version for one in standing.reports] == [2]
    assert [level.level for level in await newest(stub)] == [pb.WARNING_LEVEL_TWO]


async def test_nothing_reported_is_not_found(stub: "TargetsServiceAsyncStub") -> None:
    asked = pb.GetIndicatorRequest(parent=XINING, indicator="energy_intensity", period_end=date_to_wire(Q1))

    assert (await refusal(stub.GetIndicator(asked, timeout=10))).code is StatusCode.NOT_FOUND


async def test_a_late_report_of_an_older_quarter_changes_the_history_and_not_today_s_level(
    stub: "TargetsServiceAsyncStub", now: Clock, pool: Database
) -> None:
    stated = Decimal(value="-1.3")
    for at, period_end, actual in ((APRIL, Q1, "-2"), (AUGUST, H1, "-1")):
        now.at = at
        await stub.ReportIndicator(reported(actual, period_end, schedule=stated), timeout=10)
    before, today = await history(stub), await newest(stub)

    now.at = OCTOBER
    late = reported("0.5", Q1, schedule=stated, status=pb.REPORT_STATUS_REVISED)
    answer = await stub.ReportIndicator(late, timeout=10)

    after = await history(stub)
    assert [(one.level.period_end.month, one.level.level) for one in before] == [
        (3, pb.WARNING_LEVEL_THREE),
        (6, pb.WARNING_LEVEL_TWO),
    ]
    assert [(one.level.period_end.month, one.level.level) for one in after] == [
        (3, pb.WARNING_LEVEL_ONE),
        (6, pb.WARNING_LEVEL_TWO),
    ]
    assert (answer.level.version, after[0].HasField("valid_from")) == (0, False)
    assert await newest(stub) == today
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 2
    assert await history(stub, as_of_time=instant_to_wire(AUGUST)) == before
    assert len(await history(stub, show_replaced=True)) == 3
    assert await history(stub, scale=pb.SCALE_TOTAL) == []


async def test_the_level_of_a_day_is_read_as_it_was_known_then(stub: "TargetsServiceAsyncStub", now: Clock) -> None:
    now.at = AUGUST
    await stub.ReportIndicator(reported("-2", H1, schedule=Decimal(value="-1.3")), timeout=10)
    now.at = OCTOBER
    published = pb.RecordPublishedLevelRequest(
        name=f"{XINING}/status",
        scale=pb.SCALE_INTENSITY,
        level=pb.WARNING_LEVEL_ONE,
        period_end=date_to_wire(H1),
        document="试验用公布文件",
        publish_date=Date(year=2022, month=9, day=1),
        request_id=str(uuid4()),
    )
    await stub.RecordPublishedLevel(published, timeout=10)

    async def level(day: date, as_of: datetime = OCTOBER) -> pb.WarningLevel.ValueType:
        asked = pb.GetLevelAsOfRequest(
            name=f"{XINING}/status",
            scale=pb.SCALE_INTENSITY,
            on_date=date_to_wire(day),
            as_of_time=instant_to_wire(as_of),
        )
        return (await stub.GetLevelAsOf(asked, timeout=10)).record.level.level

    assert await level(date(2022, 8, 20)) == await level(date(2022, 8, 31)) == pb.WARNING_LEVEL_THREE
    assert await level(date(2022, 9, 1)) == pb.WARNING_LEVEL_ONE
    assert await level(date(2022, 9, 1), AUGUST) == pb.WARNING_LEVEL_THREE
    assert (await refusal(level(date(2022, 8, 19)))).code is StatusCode.NOT_FOUND


async def test_a_park_has_targets_and_reports_and_no_level(stub: "TargetsServiceAsyncStub") -> None:
    await stub.SetTarget(handed_down("-14", "parks/ganhe"), timeout=10)

    answer = await stub.ReportIndicator(reported("-3", date(2022, 12, 31), "parks/ganhe"), timeout=10)
    for_level = await refusal(
        stub.ReportIndicator(reported("-3", place="parks/ganhe", scale=pb.SCALE_INTENSITY), timeout=10)
    )
    unknown = await refusal(stub.SetTarget(handed_down("-14", "parks/atlantis"), timeout=10))

    assert answer.report.HasField("schedule")
    assert not answer.HasField("level")
    assert for_level.fields == ["scale"]
    assert unknown.fields == ["parent"]


async def test_a_month_by_itself_is_kept_and_makes_no_level(stub: "TargetsServiceAsyncStub") -> None:
    alone = reported("5", H1, schedule=Decimal(value="-1"), period_start=Date(year=2022, month=6, day=1))

    answer = await stub.ReportIndicator(alone, timeout=10)

    assert (answer.report.version, answer.HasField("level")) == (1, False)
    alone.scale, alone.request_id = pb.SCALE_INTENSITY, str(uuid4())
    assert (await refusal(stub.ReportIndicator(alone, timeout=10))).fields == ["period_start"]


async def test_every_wrong_field_of_a_report_is_named_at_once(stub: "TargetsServiceAsyncStub") -> None:
    wrong = reported(
        "-100.1",
        indicator="energy_intensity",
        scale=pb.SCALE_CARBON,
        unit="tce",
        period_start=Date(year=2022, month=7, day=1),
    )
    share = reported("50", indicator="non_fossil_share", comparison=pb.REPORT_COMPARISON_BASE_YEAR)

    assert (await refusal(stub.ReportIndicator(wrong, timeout=10))).fields == [
        "period_start",
        "scale",
        "actual",
        "unit",
    ]
    assert (await refusal(stub.ReportIndicator(share, timeout=10))).fields == ["comparison"]
    assert (await refusal(stub.ReportIndicator(reported("1", indicator="gdp"), timeout=10))).fields == ["indicator"]
