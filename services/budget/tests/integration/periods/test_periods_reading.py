"""Statistics, lists, forecasts and bad input, over real gRPC and a real PostgreSQL."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.decimal_pb2 import Decimal as ProtoDecimal
from grpc import StatusCode

from dualcontrol.budget.v1 import periods_service_pb2 as pb
from kernel.regions import RegionCode

pytestmark = pytest.mark.integration

COUNTY, OTHER, PREFECTURE, PROVINCE = map(RegionCode, ("630121", "630202", "630100", "630000"))
HAIDONG = RegionCode("630200")
ENERGY, TOTAL = pb.BUDGET_INSTRUMENT_ENERGY, pb.ENVELOPE_MEASURE_TOTAL
FINAL, PROVISIONAL, REVISED = pb.STATISTIC_STAGE_FINAL, pb.STATISTIC_STAGE_PROVISIONAL, pb.STATISTIC_STAGE_REVISED


async def test_no_read_of_the_past_shows_what_was_learned_later(office: Any) -> None:
    await office.stub.RecordStatistic(office.statistic(100, PROVISIONAL), timeout=10)
    before = office.clock.now
    await office.stub.RecordStatistic(office.statistic(90), timeout=10)
    await office.stub.RecordStatistic(office.statistic(95, REVISED), timeout=10)
    ask = pb.GetStatisticRequest(
        region_code=PROVINCE,
        kind=pb.STATISTIC_KIND_ENERGY_KGCE,
        basis=pb.STATISTIC_BASIS_CALORIFIC,
        period=pb.StatisticPeriod(year=2020),
    )

    newest = (await office.stub.GetStatistic(ask, timeout=10)).statistic
    ask.known_time.CopyFrom(office.instant(before))
    past = (await office.stub.GetStatistic(ask, timeout=10)).statistic
    listed = await office.stub.ListStatistics(pb.ListStatisticsRequest(known_time=office.instant(before)), timeout=10)
    ask.known_time.CopyFrom(office.instant(before - timedelta(days=1)))

    assert (newest.value, newest.version, past.value, past.version) == (95, 3, 100, 1)
    assert listed.statistics == [past]
    assert (await office.refusal(office.stub.GetStatistic(ask, timeout=10)))[0] is StatusCode.NOT_FOUND


async def test_a_balance_of_the_past_does_not_leak_later_transfers(office: Any) -> None:
    await office.grant_all(2022)
    known = office.clock.now
    await office.hold("deductions/d", 30)

    async def held(on: date, by: datetime | None = None) -> int:
        request = pb.GetPeriodRequest(
            region_code=COUNTY, year=2022, effective_date=office.day(on), known_time=office.instant(by) if by else None
        )
        return int((await office.stub.GetPeriod(request, timeout=10)).accounts[0].held)

    assert await held(date(2022, 5, 31)) == 0
    assert await held(date(2022, 6, 1)) == 30
    assert await held(date(2022, 6, 1), known) == 0


async def test_lists_filter_page_and_show_the_past(office: Any) -> None:
    await office.grant_all(2023)
    for _ in range(5):
        await office.stub.ProposeTrade(office.offer(10), timeout=10)
    before = office.clock.now
    page = await office.stub.ListTrades(pb.ListTradesRequest(page_size=2), timeout=10)
    seen = list(page.trades)
    while page.next_page_token:
        page = await office.stub.ListTrades(
            pb.ListTradesRequest(page_size=2, page_token=page.next_page_token), timeout=10
        )
        seen += page.trades
    reject = pb.RejectTradeRequest(name=seen[0].name, region_code=OTHER, person="乙", request_id=str(uuid4()))
    await office.stub.RejectTrade(reject, timeout=10)

    async def count(**asked: Any) -> int:
        return len((await office.stub.ListTrades(pb.ListTradesRequest(**asked), timeout=10)).trades)

    assert len({one.name for one in seen}) == 5
    assert await count(state=pb.TRADE_STATE_PROPOSED) == 4
    assert await count(state=pb.TRADE_STATE_PROPOSED, known_time=office.instant(before)) == 5
    assert await count(state=pb.TRADE_STATE_REJECTED, known_time=office.instant(before)) == 0
    assert (await count(parent="regions/630200"), await count(parent="regions/632800")) == (5, 0)
    assert (await count(year=2023), await count(year=2022)) == (5, 0)


async def test_proposals_are_listed_by_their_state_then(office: Any) -> None:
    await office.adopted()
    later = office.clock.now
    asked = pb.ListEnvelopeProposalsRequest(parent="regions/630000", year=2022, state=pb.PROPOSAL_STATE_PROPOSED)

    assert not (await office.stub.ListEnvelopeProposals(asked, timeout=10)).proposals
    asked.known_time.CopyFrom(office.instant(later - timedelta(seconds=1)))
    (found,) = (await office.stub.ListEnvelopeProposals(asked, timeout=10)).proposals
    assert (found.state, list(found.adopters)) == (pb.PROPOSAL_STATE_PROPOSED, [])


async def test_a_forecast_shows_its_inputs_and_names_missing_months(office: Any) -> None:
    await office.grant_all(2022, 10_000)
    for month, value in ((1, 100), (2, 110), (4, 130)):
        request = office.statistic(value, region_code=COUNTY)
        request.statistic.period.CopyFrom(pb.StatisticPeriod(year=2022, month=month))
        await office.stub.RecordStatistic(request, timeout=10)
    await office.hold("deductions/d1", 30)
    asked = pb.ForecastYearEndRequest(
        region_code=COUNTY, year=2022, instrument=ENERGY, measure=TOTAL, effective_date=office.day(date(2022, 5, 1))
    )

    made = (await office.stub.ForecastYearEnd(asked, timeout=10)).forecast

    assert list(made.missing_months) == [3]
    assert (made.account.held, made.phased) == (0, 30)
    assert made.expected_consumption == 1_860
    assert made.expected_remainder == 10_000 - 30 - 1_860
    assert len(made.months) == 12
    asked.region_code = "632800"
    assert (await office.refusal(office.stub.ForecastYearEnd(asked, timeout=10)))[0] is StatusCode.NOT_FOUND


async def test_everything_that_is_wrong_is_named_at_once(office: Any) -> None:
    bad = pb.RecordStatisticRequest(
        statistic=pb.Statistic(
            region_code="63",
            kind=pb.STATISTIC_KIND_GDP_CNY,
            basis=pb.STATISTIC_BASIS_CALORIFIC,
            period=pb.StatisticPeriod(year=2022, quarter=5, month=13),
            value=-1,
        )
    )
    assert set((await office.refusal(office.stub.RecordStatistic(bad, timeout=10)))[2]) == {
        "request_id", "statistic.period.quarter", "statistic.period.month", "statistic.stage", "statistic.value",
        "statistic.document", "statistic.region_code", "statistic.basis", "statistic.price_year",
    }  # fmt: skip
    wrong = pb.DeriveEnvelopeRequest(
        year=1, expected_gdp_cny=-5, stated_target=ProtoDecimal(value="-100"), instrument=ENERGY
    )
    assert set((await office.refusal(office.stub.DeriveEnvelope(wrong, timeout=10)))[2]) == {
        "request_id", "proposer", "region_code", "year", "measure", "expected_gdp_cny", "price_year", "gdp_document",
        "stated_target", "target_document",
    }  # fmt: skip
    trade = pb.ProposeTradeRequest(expire_date=office.day(date(2023, 3, 1)))
    assert set((await office.refusal(office.stub.ProposeTrade(trade, timeout=10)))[2]) == {
        "request_id", "seller_region_code", "buyer_region_code", "year", "amount_kgce_calorific", "price_document",
        "expire_date", "proposer",
    }  # fmt: skip
    future = pb.GetPeriodRequest(
        region_code=PROVINCE, year=2022, known_time=office.instant(datetime(2030, 1, 1, tzinfo=UTC))
    )
    assert (await office.refusal(office.stub.GetPeriod(future, timeout=10)))[2] == ["known_time"]
    never = pb.ListTradesRequest(known_time=Timestamp(seconds=2**60), page_size=-1, parent="x", state=99)  # type: ignore[arg-type]
    assert set((await office.refusal(office.stub.ListTrades(never, timeout=10)))[2]) == {
        "known_time", "page_size", "parent", "state",
    }  # fmt: skip
    closing = pb.ClosePeriodRequest(region_code=PROVINCE, year=2022)
    assert set((await office.refusal(office.stub.ClosePeriod(closing, timeout=10)))[2]) == {"request_id", "signers"}


async def test_a_figure_of_a_period_that_still_runs_in_china_is_refused(office: Any) -> None:
    request = office.statistic(1)
    request.statistic.period.CopyFrom(pb.StatisticPeriod(year=2023, month=3))
    office.clock.now = datetime(2023, 3, 31, 15, 59, tzinfo=UTC)
    assert (await office.refusal(office.stub.RecordStatistic(request, timeout=10)))[2] == ["statistic.period"]

    office.clock.now = datetime(2023, 3, 31, 16, 0, tzinfo=UTC)
    assert (await office.stub.RecordStatistic(request, timeout=10)).statistic.version == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE statistic SET value = 1",
        "DELETE FROM statistic",
        "UPDATE envelope_proposal SET amount = 5",
        "UPDATE envelope_proposal SET state = 'proposed', adopted_at = NULL",
        "DELETE FROM envelope_proposal",
    ],
)
async def test_the_database_itself_keeps_what_was_recorded(office: Any, statement: str) -> None:
    await office.adopted()

    with pytest.raises(asyncpg.RestrictViolationError):
        await office.pool.execute(statement)
