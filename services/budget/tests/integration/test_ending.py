"""How reservations end over gRPC and by themselves: posted, reversed, lapsed; what is kept, told and answered."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from google.type.date_pb2 import Date
from grpc import StatusCode
from services.budget.tests.support.calls import (
    COUNTY,
    LEVELS,
    PROVINCE,
    account,
    grant_all,
    refusal,
    reserve_request,
    standing,
    told,
)

from budget.adapters.periods import PeriodsWork
from budget.adapters.postgres import BudgetWork
from budget.entrypoints.expiry import Expiry
from dualcontrol.budget.v1 import budget_events_pb2 as events
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from servicekit.storage.database import Database

if TYPE_CHECKING:
    from services.budget.tests.integration.conftest import Hands

    from dualcontrol.budget.v1.budget_service_pb2_grpc import BudgetServiceAsyncStub

pytestmark = pytest.mark.integration


def post_request(name: str = "d1", *used: tuple[int, int], document: str = "批复一") -> pb.PostDeductionRequest:
    phases = [pb.Phase(year=year, amount_kgce_calorific=amount) for year, amount in used]
    return pb.PostDeductionRequest(name=f"deductions/{name}", document=document, used=phases)


def reverse_request(*signers: str, name: str = "d1") -> pb.ReverseDeductionRequest:
    return pb.ReverseDeductionRequest(name=f"deductions/{name}", signers=signers, reason="误扣")


@pytest.fixture
async def reserved(stub: "BudgetServiceAsyncStub") -> "BudgetServiceAsyncStub":
    """d1 holds 400 kgce of the county."""
    await grant_all(stub, county=500, prefecture=900, province=2_000)
    await stub.ReserveDeduction(reserve_request("d1", 400), timeout=10)
    return stub


async def test_what_is_used_is_posted_and_the_rest_is_released_at_every_level(
    reserved: "BudgetServiceAsyncStub", pool: Database
) -> None:
    answer = await reserved.PostDeduction(post_request("d1", (2026, 250)), timeout=10)
    again = await reserved.PostDeduction(post_request("d1", (2026, 250)), timeout=10)

    assert answer == again
    assert answer.deduction.state == pb.DEDUCTION_STATE_POSTED
    for region in LEVELS.values():
        found = await account(reserved, region)
        assert (found.held_kgce_calorific, found.posted_kgce_calorific) == (0, 250)
    assert await told(pool) == ["deduction-reserved", "deduction-posted"]
    event = events.DeductionPosted.FromString(await pool.fetchval("SELECT value FROM outbox ORDER BY id DESC LIMIT 1"))
    assert (event.used[0].amount_kgce_calorific, event.document) == (250, "批复一")
    assert (await reserved.VerifyLedger(pb.VerifyLedgerRequest(), timeout=10)).balanced


async def test_every_refusal_of_an_ending_has_its_code_and_reason(reserved: "BudgetServiceAsyncStub") -> None:
    async def refused(call: Any) -> tuple[StatusCode, str]:
        return (await refusal(call))[:2]

    failed = StatusCode.FAILED_PRECONDITION
    unknown = pb.ReverseDeductionRequest(name="deductions/none", signers=["甲", "乙"], reason="误扣")
    assert await refused(reserved.ReverseDeduction(unknown, timeout=10)) == (StatusCode.NOT_FOUND, "NOT_FOUND")
    assert await refused(reserved.PostDeduction(post_request("none"), timeout=10)) == (
        StatusCode.NOT_FOUND, "NOT_FOUND"
    )  # fmt: skip
    assert await refused(reserved.PostDeduction(post_request("d1", (2026, 401)), timeout=10)) == (
        failed, "HOLD_EXCEEDED"
    )  # fmt: skip
    assert await refused(reserved.ReverseDeduction(reverse_request("甲", "乙"), timeout=10)) == (
        failed, "DEDUCTION_NOT_POSTED"
    )  # fmt: skip
    await reserved.PostDeduction(post_request(), timeout=10)
    assert await refused(reserved.PostDeduction(post_request(document="批复二"), timeout=10)) == (
        failed, "ALREADY_POSTED"
    )  # fmt: skip
    assert await refused(reserved.VoidDeduction(pb.VoidDeductionRequest(name="deductions/d1"), timeout=10)) == (
        failed, "DEDUCTION_POSTED"
    )  # fmt: skip
    assert await refused(reserved.ReverseDeduction(reverse_request("甲", "甲"), timeout=10)) == (
        failed, "SIGNATURES_MISSING"
    )  # fmt: skip
    answer = await reserved.ReverseDeduction(reverse_request("甲", "乙"), timeout=10)
    assert answer.deduction.state == pb.DEDUCTION_STATE_REVERSED
    assert await refused(reserved.PostDeduction(post_request(), timeout=10)) == (failed, "DEDUCTION_REVERSED")


async def test_a_reversal_gives_back_what_was_posted_and_tells_who_signed(
    reserved: "BudgetServiceAsyncStub", pool: Database
) -> None:
    await reserved.PostDeduction(post_request("d1", (2026, 250)), timeout=10)

    first = await reserved.ReverseDeduction(reverse_request("甲", "乙"), timeout=10)
    again = await reserved.ReverseDeduction(reverse_request("甲", "乙"), timeout=10)

    assert first == again
    found = await account(reserved, COUNTY)
    assert (found.posted_kgce_calorific, found.available_kgce_calorific) == (0, 500)
    assert await told(pool) == ["deduction-reserved", "deduction-posted", "deduction-reversed"]
    value = await pool.fetchval("SELECT value FROM outbox ORDER BY id DESC LIMIT 1")
    event = events.DeductionReversed.FromString(value)
    assert (list(event.signers), event.reason) == (["甲", "乙"], "误扣")


@pytest.mark.parametrize("signers", [[], ["甲"], ["甲", "乙", "丙"], ["甲", ""]])
async def test_two_persons_sign_no_more_and_no_less(stub: "BudgetServiceAsyncStub", signers: list[str]) -> None:
    code, _, fields = await refusal(stub.ReverseDeduction(reverse_request(*signers), timeout=10))

    assert code is StatusCode.INVALID_ARGUMENT
    assert fields in (["signers"], ["signers[1]"])


async def test_an_amendment_is_kept_and_told_with_what_it_replaced(
    reserved: "BudgetServiceAsyncStub", pool: Database
) -> None:
    amended = reserve_request("d2", 450, replaces="deductions/d1")

    first = await reserved.ReserveDeduction(amended, timeout=10)
    again = await reserved.ReserveDeduction(amended, timeout=10)

    assert first == again
    assert (first.deduction.replaces, first.deduction.state) == ("deductions/d1", pb.DEDUCTION_STATE_RESERVED)
    assert (await account(reserved, COUNTY)).held_kgce_calorific == 450
    assert await told(pool) == ["deduction-reserved", "deduction-reserved", "deduction-voided"]
    late = await refusal(reserved.ReserveDeduction(reserve_request("d3", 1, replaces="deductions/d1"), timeout=10))
    assert late[:2] == (StatusCode.FAILED_PRECONDITION, "DEDUCTION_VOIDED")
    assert (await reserved.VerifyLedger(pb.VerifyLedgerRequest(), timeout=10)).balanced


async def test_years_carbon_and_the_last_day_are_kept_as_they_were_asked_for(
    stub: "BudgetServiceAsyncStub", pool: Database
) -> None:
    for year in (2026, 2027):
        await grant_all(stub, year=year, kgco2=5_000, county=1_000, prefecture=1_000, province=1_000)
    asked = reserve_request(
        "d1",
        300,
        amount_kgco2=900,
        later_phases=[pb.Phase(year=2027, amount_kgce_calorific=200, amount_kgco2=600)],
        expire_date=Date(year=2027, month=2, day=28),
    )

    answer = (await stub.ReserveDeduction(asked, timeout=10)).deduction

    read = (await stub.GetDeduction(pb.GetDeductionRequest(name="deductions/d1"), timeout=10)).deduction
    assert read == answer
    assert (answer.amount_kgco2, answer.later_phases, answer.expire_date) == (
        900, asked.later_phases, asked.expire_date
    )  # fmt: skip
    found = await standing(stub, parent=f"regions/{COUNTY}")
    assert {name: one.held for name, one in found.items()} == {
        "630121/carbon_kgco2/2026": 900,
        "630121/carbon_kgco2/2027": 600,
        "630121/energy_calorific_kgce/2026": 300,
        "630121/energy_calorific_kgce/2027": 200,
    }
    value = await pool.fetchval("SELECT value FROM outbox WHERE key = 'f-1'")
    event = events.DeductionReserved.FromString(value)
    assert [(a.name, a.available_kgce_calorific) for a in event.levels][::3] == [
        ("regions/630121/accounts/2026", 700), ("regions/630121/accounts/2027", 800)
    ]  # fmt: skip
    assert [(a.name, a.available) for a in event.carbon_levels][::3] == [
        ("630121/carbon_kgco2/2026", 4_100), ("630121/carbon_kgco2/2027", 4_400)
    ]  # fmt: skip


async def test_a_reservation_lapses_on_its_day_in_china_and_not_before(
    stub: "BudgetServiceAsyncStub", begin: Callable[[], BudgetWork], clock: "Hands", pool: Database
) -> None:
    await grant_all(stub, province=2_000)
    lapsing = reserve_request("d1", 400, region=PROVINCE, expire_date=Date(year=2026, month=3, day=4))
    await stub.ReserveDeduction(lapsing, timeout=10)
    await stub.ReserveDeduction(reserve_request("d2", 100, region=PROVINCE), timeout=10)
    expiry = Expiry(begin, partial(PeriodsWork, pool, "budget"), clock)

    clock.now = clock.now.replace(day=3, hour=15, minute=59)  # 23:59 of the third in China
    assert await expiry.deductions() == 0
    clock.turn(minutes=1)
    assert [await expiry.deductions(), await expiry.deductions()] == [1, 0]

    read = (await stub.GetDeduction(pb.GetDeductionRequest(name="deductions/d1"), timeout=10)).deduction
    assert read.state == pb.DEDUCTION_STATE_EXPIRED
    assert (await account(stub, PROVINCE)).held_kgce_calorific == 100
    assert await told(pool) == ["deduction-reserved", "deduction-reserved", "deduction-expired"]
    late = await refusal(stub.PostDeduction(post_request(), timeout=10))
    assert late[:2] == (StatusCode.FAILED_PRECONDITION, "DEDUCTION_EXPIRED")


async def test_what_ended_before_its_last_day_does_not_lapse(
    stub: "BudgetServiceAsyncStub", begin: Callable[[], BudgetWork], clock: "Hands", pool: Database
) -> None:
    await grant_all(stub, province=2_000)
    last = Date(year=2026, month=3, day=4)
    for name in ("d1", "d2"):
        await stub.ReserveDeduction(reserve_request(name, 400, region=PROVINCE, expire_date=last), timeout=10)
    await stub.PostDeduction(post_request("d1"), timeout=10)
    await stub.VoidDeduction(pb.VoidDeductionRequest(name="deductions/d2"), timeout=10)

    clock.turn(days=30)

    assert await Expiry(begin, partial(PeriodsWork, pool, "budget"), clock).deductions() == 0
    assert "deduction-expired" not in await told(pool)


async def test_wrong_fields_of_every_ending_are_named_at_once(stub: "BudgetServiceAsyncStub") -> None:
    phases = [pb.Phase(year=2026, amount_kgce_calorific=0), pb.Phase(year=1900, amount_kgce_calorific=1)]
    post = pb.PostDeductionRequest(name="d1", used=[*phases, phases[0]])
    reserve = reserve_request(
        "d1",
        1,
        amount_kgco2=0,
        later_phases=[pb.Phase(year=2026, amount_kgce_calorific=1)],
        expire_date=Date(year=2026, month=2, day=30),
        replaces="deductions/d1",
    )

    posted = await refusal(stub.PostDeduction(post, timeout=10))
    reserved = await refusal(stub.ReserveDeduction(reserve, timeout=10))
    many = await refusal(
        stub.ReserveDeduction(
            reserve_request("d1", 1, later_phases=[pb.Phase(year=2027 + n) for n in range(22)]), timeout=10
        )
    )

    assert posted[2] == [
        "name", "document", "used", "used[0].amount_kgce_calorific", "used[1].year", "used[2].amount_kgce_calorific"
    ]  # fmt: skip
    assert reserved[2] == ["amount_kgco2", "later_phases", "expire_date", "replaces"]
    assert many[2] == ["later_phases"]
