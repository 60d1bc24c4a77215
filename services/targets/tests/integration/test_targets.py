"""Targets, schedules and breakdowns over real gRPC and a real PostgreSQL."""

import asyncio
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

import pytest
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal
from grpc import StatusCode

from dualcontrol.common.v1 import finding_pb2 as common
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


async def schedule(
    stub: "TargetsServiceAsyncStub", period_end: date = H1, parent: str = XINING, **fields: Any
) -> pb.Schedule:
    asked = {"indicator": "energy_intensity", **fields}
    request = pb.GetScheduleRequest(parent=parent, period_end=date_to_wire(period_end), **asked)
    return (await stub.GetSchedule(request, timeout=10)).schedule


async def test_the_indicators_are_listed_page_by_page(stub: "TargetsServiceAsyncStub") -> None:
    first = await stub.ListIndicators(pb.ListIndicatorsRequest(page_size=5), timeout=10)
    rest = await stub.ListIndicators(pb.ListIndicatorsRequest(page_token=first.next_page_token), timeout=10)

    found = {one.name: one for one in [*first.indicators, *rest.indicators]}
    assert len(first.indicators) == 5
    assert (found["indicators/carbon_intensity"].scale, found["indicators/carbon_intensity"].unit) == (
        pb.SCALE_CARBON,
        "%",
    )
    assert found["indicators/forest_stock"].aim == pb.INDICATOR_AIM_AT_LEAST
    assert rest.next_page_token == ""


async def test_a_target_handed_down_is_scheduled_by_its_pace_and_names_its_version(
    stub: "TargetsServiceAsyncStub",
) -> None:
    target = (await stub.SetTarget(handed_down(), timeout=10)).target
    linear = (await stub.SetTarget(handed_down(pace=pb.TARGET_PACE_LINEAR), timeout=10)).target

    found = await schedule(stub, date(2022, 12, 31), comparison=pb.REPORT_COMPARISON_BASE_YEAR)

    assert (target.version, target.pace, target.base_year) == (1, pb.TARGET_PACE_COMPOUNDING, 2020)
    assert found.required.value == "-5"
    assert (found.pace, found.within_year) == (pb.TARGET_PACE_LINEAR, "pro_rata")
    assert found.target == linear
    assert linear.version == 2


async def test_the_schedule_of_the_province_cites_the_law(stub: "TargetsServiceAsyncStub") -> None:
    found = await schedule(stub, date(2025, 12, 31), QINGHAI, comparison=pb.REPORT_COMPARISON_BASE_YEAR)

    assert (found.required.value, found.target.version, found.target.name) == (
        "-12.5",
        0,
        "regions/630000/targets/energy_intensity-2021-2025-law",
    )
    assert "target.qinghai.energy_intensity" in {citation.parameter for citation in found.under}


async def test_a_schedule_without_a_target_is_refused(stub: "TargetsServiceAsyncStub") -> None:
    nothing = await refusal(schedule(stub))
    not_found = await refusal(schedule(stub, date(2026, 12, 31), QINGHAI))

    assert (nothing.code, nothing.reason) == (StatusCode.FAILED_PRECONDITION, "SCHEDULE_NOT_KNOWN")
    assert not_found.reason == "SCHEDULE_NOT_KNOWN"


async def test_what_the_law_sets_is_not_handed_down(stub: "TargetsServiceAsyncStub", pool: Database) -> None:
    by_law = await refusal(stub.SetTarget(handed_down("-13", QINGHAI), timeout=10))

    assert (by_law.code, by_law.reason) == (StatusCode.FAILED_PRECONDITION, "TARGET_SET_BY_LAW")
    assert await pool.fetchval("SELECT count(*) FROM target") == 0
    set_for_next_plan = await stub.SetTarget(handed_down("-10", QINGHAI, first_year=2026, last_year=2030), timeout=10)
    assert set_for_next_plan.target.version == 1


async def test_targets_are_listed_as_they_were_known(stub: "TargetsServiceAsyncStub", now: Clock) -> None:
    now.at = APRIL
    await stub.SetTarget(handed_down("-12"), timeout=10)
    now.at = AUGUST
    await stub.SetTarget(handed_down("-13"), timeout=10)

    async def values(**fields: Any) -> list[str]:
        found = await stub.ListTargets(pb.ListTargetsRequest(parent=XINING, **fields), timeout=10)
        return [target.value.value for target in found.targets]

    assert await values() == ["-13"]
    assert await values(show_replaced=True) == ["-12", "-13"]
    assert await values(as_of_time=instant_to_wire(APRIL)) == ["-12"]
    assert await values(indicator="carbon_intensity") == []
    nation = await stub.ListTargets(pb.ListTargetsRequest(parent="nation", page_size=500), timeout=10)
    assert {target.name for target in nation.targets} > {"nation/targets/carbon_intensity-2026-2030-law"}


async def test_targets_at_once_have_versions_without_a_gap_and_a_retry_sets_none(
    stub: "TargetsServiceAsyncStub",
) -> None:
    requests = [handed_down() for _ in range(8)]

    answers = await asyncio.gather(*(stub.SetTarget(request, timeout=20) for request in [*requests, *requests]))

    assert sorted({answer.target.version for answer in answers}) == list(range(1, 9))


async def test_a_breakdown_is_unknown_until_every_part_has_target_and_weight(stub: "TargetsServiceAsyncStub") -> None:
    asked = pb.CheckBreakdownRequest(parent=QINGHAI, indicator="energy_intensity", first_year=2021, last_year=2025)
    prefectures = ("630100", "630200", "632200", "632300", "632500", "632600", "632700", "632800")
    for prefecture in prefectures:
        request = handed_down("-12.5", f"regions/{prefecture}", weight=Decimal(value="0.125"))
        await stub.SetTarget(request, timeout=10)
        finding = (await stub.CheckBreakdown(asked, timeout=10)).finding
        complete = prefecture == prefectures[-1]
        assert finding.verdict == (common.VERDICT_HOLDS if complete else common.VERDICT_UNKNOWN)

    await stub.SetTarget(handed_down("-12.4", weight=Decimal(value="0.125")), timeout=10)
    assert (await stub.CheckBreakdown(asked, timeout=10)).finding.verdict == common.VERDICT_FAILS


async def test_every_wrong_field_of_a_target_is_named_at_once(stub: "TargetsServiceAsyncStub") -> None:
    empty = await refusal(stub.SetTarget(pb.SetTargetRequest(), timeout=10))
    wrong = handed_down(
        "-100",
        base_year=2021,
        weight=Decimal(value="1.1"),
        effective_date=Date(year=2026, month=1, day=1),
        document="a\u0000",
    )
    shares = handed_down("50", indicator="non_fossil_share", pace=pb.TARGET_PACE_COMPOUNDING)

    assert empty.code is StatusCode.INVALID_ARGUMENT
    assert empty.fields == ["request_id", "parent", "first_year", "last_year", "indicator", "value", "document"]
    assert (await refusal(stub.SetTarget(wrong, timeout=10))).fields == [
        "value",
        "weight",
        "base_year",
        "document",
        "effective_date",
    ]
    assert (await refusal(stub.SetTarget(shares, timeout=10))).fields == ["pace"]
    assert (await refusal(stub.SetTarget(handed_down(last_year=2020), timeout=10))).fields == ["last_year"]


@pytest.mark.parametrize("wrong", ["gdp", "energy_intensity\u0000"])
async def test_a_list_of_an_indicator_that_nobody_knows_is_refused(stub: "TargetsServiceAsyncStub", wrong: str) -> None:
    targets = await refusal(stub.ListTargets(pb.ListTargetsRequest(parent=XINING, indicator=wrong), timeout=10))
    reports = await refusal(stub.ListReports(pb.ListReportsRequest(parent=XINING, indicator=wrong), timeout=10))

    assert (targets.fields, reports.fields) == (["indicator"], ["indicator"])
