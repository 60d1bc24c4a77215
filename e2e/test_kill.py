"""Kill -9 of every process in turn, at random moments, during a run of filings: nothing lost, nothing doubled."""

import asyncio
import random

import grpc
import pytest
from e2e.support.dossiers import COUNTY, YEAR, submission
from e2e.support.platform import SERVICES, Platform

from dualcontrol.budget.v1 import budget_service_pb2 as budget_pb
from dualcontrol.budget.v1 import budget_service_pb2_grpc as budget_rpc
from dualcontrol.filing.v1 import filing_service_pb2_grpc as filing_rpc
from kernel.regions import RegionCode, code_prefix, lineage

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

FILINGS = 500
KGCE_EACH = 120_500
SEED = 20261124
RETRIES_MAX = 200
RETRY_SECONDS = 0.3


async def submit(stub: "filing_rpc.FilingServiceAsyncStub", number: int) -> str:
    """As a partner's system would: the same request id until there is an answer."""
    request = submission(number, salt="kill")
    for _ in range(RETRIES_MAX):
        try:
            answer = await stub.SubmitFiling(request, timeout=5, wait_for_ready=True)
        except grpc.aio.AioRpcError as error:
            if error.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
                raise
            await asyncio.sleep(RETRY_SECONDS)
        else:
            return answer.filing.name.removeprefix("filings/")
    raise AssertionError(f"filing {number} got no answer")


async def kill_each_in_turn(platform: Platform, chance: random.Random) -> list[str]:
    victims = [*SERVICES, "kafka", "postgres"]
    chance.shuffle(victims)
    for victim in victims:
        await asyncio.sleep(chance.uniform(0.2, 1.2))
        await asyncio.to_thread(platform.kill, victim)
        await asyncio.to_thread(platform.start, victim)
    return victims


async def file_all(platform: Platform, chance: random.Random) -> list[str]:
    async with platform.channel("filing") as channel:
        stub: filing_rpc.FilingServiceAsyncStub = filing_rpc.FilingServiceStub(channel)
        bound = asyncio.Semaphore(8)

        async def one(number: int) -> str:
            async with bound:
                await asyncio.sleep(chance.uniform(0, 0.2))
                return await submit(stub, number)

        return await asyncio.gather(*(one(10_000 + n) for n in range(FILINGS)))


async def test_no_filing_is_lost_and_none_counts_twice_whatever_is_killed(platform: Platform) -> None:
    chance = random.Random(SEED)
    async with platform.supervised():
        filings, killed = await asyncio.gather(file_all(platform, chance), kill_each_in_turn(platform, chance))
        await asyncio.gather(*(platform.decision(filing) for filing in filings))

        assert set(killed) == {*SERVICES, "kafka", "postgres"}
        await each_filing_has_one_current_decision(platform, filings)
        await each_hold_is_there_once(platform, filings)
        await the_ledger_balances(platform)


async def each_filing_has_one_current_decision(platform: Platform, filings: list[str]) -> None:
    assert len(set(filings)) == FILINGS
    rows = await platform.fetch(
        "screening",
        "SELECT filing_id, count(*) AS decisions, max(number) AS newest FROM decision "
        "WHERE filing_id = ANY($1) GROUP BY filing_id",
        filings,
    )
    assert len(rows) == FILINGS
    assert all(row["decisions"] == row["newest"] for row in rows), "numbers count from 1 without a gap or a double"


async def each_hold_is_there_once(platform: Platform, filings: list[str]) -> None:
    async with platform.channel("budget") as channel:
        stub: budget_rpc.BudgetServiceAsyncStub = budget_rpc.BudgetServiceStub(channel)
        deductions: list[budget_pb.Deduction] = []
        token = ""
        while True:
            page = await stub.ListDeductions(
                budget_pb.ListDeductionsRequest(page_size=500, page_token=token), timeout=30
            )
            deductions += page.deductions
            token = page.next_page_token
            if not token:
                break
    ours = [d for d in deductions if d.filing in set(filings) and d.state == budget_pb.DEDUCTION_STATE_RESERVED]
    assert sorted(d.filing for d in ours) == sorted(filings)
    assert {d.amount_kgce_calorific for d in ours} == {KGCE_EACH}


async def the_ledger_balances(platform: Platform) -> None:
    async with platform.channel("budget") as channel:
        stub: budget_rpc.BudgetServiceAsyncStub = budget_rpc.BudgetServiceStub(channel)
        verified = await stub.VerifyLedger(budget_pb.VerifyLedgerRequest(), timeout=30)
        assert verified.balanced, verified.difference.en
        for region in lineage(RegionCode(COUNTY)):
            name = f"regions/{region}/accounts/{YEAR}"
            account = (await stub.GetAccount(budget_pb.GetAccountRequest(name=name), timeout=10)).account
            held = await platform.count(
                "budget",
                "SELECT COALESCE(sum(amount_kgce), 0)::bigint FROM deduction "
                "WHERE state = 'reserved' AND region_code ^@ $1",
                code_prefix(region),
            )
            assert account.held_kgce_calorific == held
