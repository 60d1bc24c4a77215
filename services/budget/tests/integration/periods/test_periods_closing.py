"""Closing and reopening a year, over real gRPC and a real PostgreSQL."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from budget.adapters.periods import PeriodsWork
from dualcontrol.budget.v1 import periods_service_pb2 as pb
from kernel.regions import RegionCode
from ledger.entries import TransferId
from ledger.operations import Post
from ledger.refusals import AccountClosed

pytestmark = pytest.mark.integration

COUNTY, OTHER, PREFECTURE, PROVINCE = map(RegionCode, ("630121", "630202", "630100", "630000"))
HAIDONG = RegionCode("630200")
ENERGY, TOTAL = pb.BUDGET_INSTRUMENT_ENERGY, pb.ENVELOPE_MEASURE_TOTAL
FINAL, PROVISIONAL, REVISED = pb.STATISTIC_STAGE_FINAL, pb.STATISTIC_STAGE_PROVISIONAL, pb.STATISTIC_STAGE_REVISED


async def test_a_year_with_holds_closes_only_when_they_are_carried(office: Any) -> None:
    for year in (2022, 2023):
        await office.grant_all(year)
    await office.hold("deductions/d1", 30)
    request = pb.ClosePeriodRequest(region_code=PROVINCE, year=2022, signers=["甲", "乙"], request_id=str(uuid4()))

    assert (await office.refusal(office.stub.ClosePeriod(request, timeout=10)))[1] == "HOLDS_PENDING"
    request.carry_holds = True
    request.request_id = str(uuid4())
    act = (await office.stub.ClosePeriod(request, timeout=10)).act

    assert [(one.from_hold, one.to_hold) for one in act.carried_holds] == [
        ("deductions/d1", "carried/2023/deductions/d1")
    ]
    assert len(act.accounts) == 5
    assert all(one.closed and one.held == 0 for one in act.accounts)
    assert (await office.stub.ClosePeriod(request, timeout=10)).act == act
    later = await office.stub.GetPeriod(pb.GetPeriodRequest(region_code=COUNTY, year=2023), timeout=10)
    assert later.accounts[0].held == 30
    async with PeriodsWork(office.pool, "budget") as work:
        assert await work.acts.carried_to([TransferId("deductions/d1"), TransferId("deductions/d2")]) == {
            "deductions/d1": "carried/2023/deductions/d1",
            "deductions/d2": "deductions/d2",
        }
    # Whoever posts it now posts it in the year in which it stands.
    await office.enter(Post(TransferId("carried/2023/deductions/d1"), date(2023, 3, 2)))


async def test_a_closed_year_reads_as_closed_since_it_was_and_opens_again(office: Any) -> None:
    await office.grant_all(2022)
    before = office.clock.now
    close = pb.ClosePeriodRequest(region_code=PREFECTURE, year=2022, signers=["甲", "乙"], request_id=str(uuid4()))
    await office.stub.ClosePeriod(close, timeout=10)
    ask = pb.GetPeriodRequest(region_code=COUNTY, year=2022)

    assert (await office.stub.GetPeriod(ask, timeout=10)).accounts[0].closed
    ask.known_time.CopyFrom(office.instant(before))
    assert not (await office.stub.GetPeriod(ask, timeout=10)).accounts[0].closed
    ask.ClearField("known_time")
    same = pb.ReopenPeriodRequest(
        region_code=PREFECTURE, year=2022, signers=["甲", "甲 "], reason="误结", request_id=str(uuid4())
    )
    assert (await office.refusal(office.stub.ReopenPeriod(same, timeout=10)))[2] == ["signers[1]"]
    reopened = pb.ReopenPeriodRequest(
        region_code=PREFECTURE, year=2022, signers=["甲", "丙"], reason="误结", request_id=str(uuid4())
    )
    await office.stub.ReopenPeriod(reopened, timeout=10)
    assert not (await office.stub.GetPeriod(ask, timeout=10)).accounts[0].closed
    acts = await office.stub.ListPeriodActs(pb.ListPeriodActsRequest(parent="regions/630000", year=2022), timeout=10)
    assert sorted(one.kind for one in acts.acts) == [pb.PERIOD_ACT_KIND_CLOSE, pb.PERIOD_ACT_KIND_REOPEN]


async def test_nothing_is_carried_over_without_a_policy(office: Any) -> None:
    await office.grant_all(2022)
    request = pb.ClosePeriodRequest(
        region_code=PROVINCE, year=2022, signers=["甲", "乙"], carry_over=True, request_id=str(uuid4())
    )

    assert (await office.refusal(office.stub.ClosePeriod(request, timeout=10)))[1] == "CARRY_OVER_NOT_ON_FILE"


@pytest.mark.parametrize(
    ("now", "over"),
    [(datetime(2022, 12, 31, 15, 59, tzinfo=UTC), False), (datetime(2022, 12, 31, 16, 0, tzinfo=UTC), True)],
)
async def test_the_year_ends_at_midnight_in_china(office: Any, now: datetime, over: bool) -> None:
    await office.grant_all(2022)
    office.clock.now = now
    call = office.stub.ClosePeriod(
        pb.ClosePeriodRequest(region_code=PROVINCE, year=2022, signers=["甲", "乙"], request_id=str(uuid4())),
        timeout=10,
    )

    if over:
        assert (await call).act.effective_date == office.day(date(2023, 1, 1))
    else:
        assert (await office.refusal(call))[1] == "PERIOD_NOT_OVER"


async def test_no_hold_slips_into_a_year_while_it_is_closed(office: Any) -> None:
    for year in (2022, 2023):
        await office.grant_all(year)

    async def place(number: int) -> bool:
        try:
            await office.hold(f"deductions/d{number}", 10)
        except AccountClosed:
            return False
        return True

    async def close() -> set[str]:
        request = pb.ClosePeriodRequest(
            region_code=PROVINCE, year=2022, signers=["甲", "乙"], carry_holds=True, request_id=str(uuid4())
        )
        act = (await office.stub.ClosePeriod(request, timeout=30)).act
        return {one.from_hold for one in act.carried_holds}

    *placed, carried = await asyncio.gather(*(place(number) for number in range(8)), close())

    assert carried == {f"deductions/d{number}" for number, was in enumerate(placed) if was}
    held = await office.pool.fetch("SELECT id, held FROM ledger_account WHERE id LIKE '630000/%' ORDER BY id")
    assert [row["held"] for row in held] == [0, 10 * len(carried)]
