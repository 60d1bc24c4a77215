"""Holds that a closing carried into the next year, and holds of others, beside the deductions that lapse and end."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import pytest
from google.type.date_pb2 import Date
from services.budget.tests.support.calls import PROVINCE, grant_all, reserve_request, standing, told

from budget.adapters.periods import PeriodsWork
from budget.adapters.postgres import BudgetWork
from budget.application.periods.close_period import close_period
from budget.domain.periods.closing import ClosePeriod
from budget.entrypoints.expiry import Expiry
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from kernel.regions import RegionCode
from ledger.accounts import AccountId
from ledger.entries import TransferId
from ledger.operations import Hold
from servicekit.storage.database import Database
from statute.loader import PolicyBundle

if TYPE_CHECKING:
    from services.budget.tests.integration.conftest import Hands

    from dualcontrol.budget.v1.budget_service_pb2_grpc import BudgetServiceAsyncStub

pytestmark = pytest.mark.integration

OLD, NEW = (AccountId(PROVINCE, "energy_calorific_kgce", year) for year in ("2026", "2027"))


async def close_2026(pool: Database, policy: PolicyBundle, clock: "Hands") -> None:
    """On the fifth of January 2027, with its holds carried on."""
    clock.now = clock.now.replace(year=2027, month=1, day=5)
    asked = ClosePeriod("a1", RegionCode(PROVINCE), 2026, ("甲", "乙"), carry_holds=True, reason="年终")
    async with PeriodsWork(pool, "budget") as work:
        await close_period(asked, work, policy, clock.now)
        await work.commit()


async def amounts(stub: "BudgetServiceAsyncStub", account: AccountId) -> tuple[int, int]:
    """Held and posted."""
    found = (await standing(stub))[str(account)]
    return found.held, found.posted


@pytest.fixture
async def carried(
    stub: "BudgetServiceAsyncStub", pool: Database, policy: PolicyBundle, clock: "Hands"
) -> "BudgetServiceAsyncStub":
    """d1 began with 400 kgce of 2026, lapses on 1 March 2027, and stands in 2027 now."""
    for year in (2026, 2027):
        await grant_all(stub, year=year, province=1_000)
    lapsing = reserve_request("d1", 400, region=PROVINCE, expire_date=Date(year=2027, month=3, day=1))
    await stub.ReserveDeduction(lapsing, timeout=10)
    await close_2026(pool, policy, clock)
    assert (await amounts(stub, OLD), await amounts(stub, NEW)) == ((0, 0), (400, 0))
    return stub


async def test_a_carried_deduction_is_posted_in_part_and_reversed(
    carried: "BudgetServiceAsyncStub", pool: Database
) -> None:
    used = pb.PostDeductionRequest(
        name="deductions/d1", document="批复", used=[pb.Phase(year=2026, amount_kgce_calorific=250)]
    )
    for _ in range(2):
        await carried.PostDeduction(used, timeout=10)
    assert await amounts(carried, NEW) == (0, 250)

    reverse = pb.ReverseDeductionRequest(name="deductions/d1", signers=["甲", "乙"], reason="误扣")
    await carried.ReverseDeduction(reverse, timeout=10)

    assert await amounts(carried, NEW) == (0, 0)
    assert await told(pool) == ["deduction-reserved", "deduction-posted", "deduction-reversed"]
    assert (await carried.VerifyLedger(pb.VerifyLedgerRequest(), timeout=30)).balanced


async def test_a_carried_deduction_is_given_back_or_replaced_where_it_stands(
    carried: "BudgetServiceAsyncStub",
) -> None:
    amended = reserve_request("d2", 900, region=PROVINCE, replaces="deductions/d1")
    amended.year = 2027
    await carried.ReserveDeduction(amended, timeout=10)
    assert await amounts(carried, NEW) == (900, 0)

    await carried.VoidDeduction(pb.VoidDeductionRequest(name="deductions/d2"), timeout=10)

    assert await amounts(carried, NEW) == (0, 0)


async def test_a_carried_deduction_lapses_on_its_day(
    carried: "BudgetServiceAsyncStub", begin: Callable[[], BudgetWork], clock: "Hands", pool: Database
) -> None:
    expiry = Expiry(begin, partial(PeriodsWork, pool, "budget"), clock)
    clock.now = clock.now.replace(month=2, day=28, hour=15)
    assert await expiry.deductions() == 0

    clock.turn(hours=1)

    assert [await expiry.deductions(), await expiry.deductions()] == [1, 0]
    assert await amounts(carried, NEW) == (0, 0)
    assert await told(pool) == ["deduction-reserved", "deduction-expired"]


async def test_a_closed_year_takes_no_new_deduction(carried: "BudgetServiceAsyncStub") -> None:
    answer = await carried.ReserveDeductions(
        pb.ReserveDeductionsRequest(requests=[reserve_request("d2", 1, region=PROVINCE)]), timeout=10
    )

    assert answer.outcomes[0].reason == "ACCOUNT_CLOSED"


async def test_holds_of_others_are_left_to_them(
    stub: "BudgetServiceAsyncStub", begin: Callable[[], BudgetWork], clock: "Hands", pool: Database
) -> None:
    await grant_all(stub, province=1_000)
    async with begin() as work:
        book = await work.ledger.open([OLD])
        book.apply(Hold(TransferId("trades/t1"), {OLD: 5}, date(2026, 3, 1), date(2026, 3, 2)))
        await work.ledger.save(book, work.now)
        await work.commit()

    clock.turn(days=30)

    assert await Expiry(begin, partial(PeriodsWork, pool, "budget"), clock).deductions() == 0
    assert await amounts(stub, OLD) == (5, 0)
