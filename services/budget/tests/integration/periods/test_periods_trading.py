"""Trades of energy-use rights, over real gRPC and a real PostgreSQL."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from dualcontrol.budget.v1 import periods_service_pb2 as pb
from kernel.regions import RegionCode
from ledger.entries import TransferId
from ledger.operations import Void

pytestmark = pytest.mark.integration

COUNTY, OTHER, PREFECTURE, PROVINCE = map(RegionCode, ("630121", "630202", "630100", "630000"))
HAIDONG = RegionCode("630200")
ENERGY, TOTAL = pb.BUDGET_INSTRUMENT_ENERGY, pb.ENVELOPE_MEASURE_TOTAL
FINAL, PROVISIONAL, REVISED = pb.STATISTIC_STAGE_FINAL, pb.STATISTIC_STAGE_PROVISIONAL, pb.STATISTIC_STAGE_REVISED


async def test_a_trade_is_held_then_moved_by_the_buyer_alone(office: Any) -> None:
    await office.grant_all(2023)
    trade = (await office.stub.ProposeTrade(office.offer(), timeout=10)).trade

    assert trade.finding.basis_unverified
    assert "探索" in trade.finding.because.zh
    for region in (COUNTY, HAIDONG):
        wrong = pb.AcceptTradeRequest(name=trade.name, region_code=region, person="乙", request_id=str(uuid4()))
        assert (await office.refusal(office.stub.AcceptTrade(wrong, timeout=10)))[1] == "TRADE_NOT_YOURS"
    nobody = pb.AcceptTradeRequest(name=trade.name, region_code=OTHER, request_id=str(uuid4()))
    assert (await office.refusal(office.stub.AcceptTrade(nobody, timeout=10)))[2] == ["person"]
    accept = pb.AcceptTradeRequest(name=trade.name, region_code=OTHER, person="乙", request_id=str(uuid4()))
    answer = await office.stub.AcceptTrade(accept, timeout=10)

    assert (await office.stub.AcceptTrade(accept, timeout=10)) == answer
    assert {one.region_code: one.granted for one in answer.accounts} == {
        COUNTY: 600, PREFECTURE: 600, OTHER: 1_400, HAIDONG: 1_400,
    }  # fmt: skip
    assert (await office.announced())[-2:] == [f"{COUNTY} trade-proposed", f"{COUNTY} trade-accepted"]


async def test_eight_who_accept_and_withdraw_at_once_end_in_one_of_both(office: Any) -> None:
    await office.grant_all(2023)
    name = (await office.stub.ProposeTrade(office.offer(), timeout=10)).trade.name

    async def decide(number: int) -> bool:
        if number % 2:
            accept = pb.AcceptTradeRequest(name=name, region_code=OTHER, person="乙", request_id=str(uuid4()))
            return bool(await office.granted(office.stub.AcceptTrade(accept, timeout=30)))
        withdraw = pb.WithdrawTradeRequest(name=name, region_code=COUNTY, person="甲", request_id=str(uuid4()))
        return bool(await office.granted(office.stub.WithdrawTrade(withdraw, timeout=30)))

    assert sum(await asyncio.gather(*map(decide, range(8)))) == 1
    totals = await office.pool.fetchrow("SELECT sum(granted) AS granted, sum(held) AS held FROM ledger_account")
    assert totals is not None
    assert (totals["granted"], totals["held"]) == (5_000, 0)


async def test_offers_that_ran_out_give_back_what_they_held(office: Any) -> None:
    await office.grant_all(2023)
    first = (await office.stub.ProposeTrade(office.offer(), timeout=10)).trade
    second = (await office.stub.ProposeTrade(office.offer(100), timeout=10)).trade
    office.clock.now = datetime(2023, 3, 31, 16, 0, tzinfo=UTC)
    accept = pb.AcceptTradeRequest(name=first.name, region_code=OTHER, person="乙", request_id=str(uuid4()))

    assert (await office.refusal(office.stub.AcceptTrade(accept, timeout=10)))[1] == "TRADE_EXPIRED"
    # One of them was given back by the ledger's own clock before.
    await office.enter(Void(TransferId(second.name), date(2023, 4, 1)))
    ended = await office.stub.ExpireTrades(pb.ExpireTradesRequest(request_id=str(uuid4())), timeout=10)

    assert {one.name for one in ended.trades} == {first.name, second.name}
    assert await office.pool.fetchval("SELECT sum(held) FROM ledger_account") == 0
    listed = await office.stub.ListTrades(pb.ListTradesRequest(state=pb.TRADE_STATE_EXPIRED), timeout=10)
    assert len(listed.trades) == 2
