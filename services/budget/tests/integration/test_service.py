"""BudgetService over real gRPC and a real PostgreSQL."""

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

import grpc
import pytest
from grpc import StatusCode
from services.budget.tests.support.calls import (
    COUNTY,
    PREFECTURE,
    PROVINCE,
    account,
    announced,
    grant_all,
    grant_request,
    refusal,
    reserve_request,
    standing,
)

from dualcontrol.budget.v1 import budget_events_pb2 as events
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from servicekit.storage.database import Database

if TYPE_CHECKING:
    from dualcontrol.budget.v1.budget_service_pb2_grpc import BudgetServiceAsyncStub

pytestmark = pytest.mark.integration

AT_ONCE = 50


async def test_grants_add_up_and_are_announced(stub: "BudgetServiceAsyncStub", pool: Database) -> None:
    await stub.GrantEnvelope(grant_request(PROVINCE, 700), timeout=10)
    answer = await stub.GrantEnvelope(grant_request(PROVINCE, 300), timeout=10)

    assert answer.account.granted_kgce_calorific == 1_000
    assert await account(stub, PROVINCE) == answer.account
    assert await announced(pool) == [("630000", "envelope-granted.v1")] * 2
    value = await pool.fetchval("SELECT value FROM outbox ORDER BY id DESC LIMIT 1")
    event = events.EnvelopeGranted.FromString(value)
    assert (event.amount_kgce_calorific, event.document) == (300, "试验用能耗预算文件")


async def test_carbon_is_granted_into_an_account_of_its_own_or_with_the_energy_not_at_all(
    stub: "BudgetServiceAsyncStub", pool: Database
) -> None:
    await stub.GrantEnvelope(grant_request(PROVINCE, 700, kgco2=1_900), timeout=10)
    too_much = await refusal(stub.GrantEnvelope(grant_request(PROVINCE, 1, kgco2=10**18), timeout=10))

    found = await standing(stub)
    assert {name: one.granted for name, one in found.items()} == {
        "630000/carbon_kgco2/2026": 1_900,
        "630000/energy_calorific_kgce/2026": 700,
    }
    assert too_much[:2] == (StatusCode.RESOURCE_EXHAUSTED, "GRANT_TOO_LARGE")
    value = await pool.fetchval("SELECT value FROM outbox ORDER BY id DESC LIMIT 1")
    event = events.EnvelopeGranted.FromString(value)
    assert (event.amount_kgco2, event.carbon.granted, event.carbon.name) == (1_900, 1_900, "630000/carbon_kgco2/2026")


async def test_a_grant_retried_at_once_is_granted_once(stub: "BudgetServiceAsyncStub", pool: Database) -> None:
    request = grant_request(PROVINCE, 700, request_id=str(uuid4()))

    answers = await asyncio.gather(*(stub.GrantEnvelope(request, timeout=20) for _ in range(10)))

    assert {answer.account.granted_kgce_calorific for answer in answers} == {700}
    assert len(await announced(pool)) == 1


async def test_no_envelope_is_not_found_and_not_zero(stub: "BudgetServiceAsyncStub") -> None:
    code, reason, _ = await refusal(account(stub, PROVINCE))

    assert (code, reason) == (StatusCode.NOT_FOUND, "NOT_FOUND")


async def test_a_reservation_is_held_at_every_level_and_given_back_at_every_level(
    stub: "BudgetServiceAsyncStub", pool: Database
) -> None:
    await grant_all(stub, county=500, prefecture=900, province=2_000)

    reserved = await stub.ReserveDeduction(reserve_request("d1", 400), timeout=10)
    held = [(await account(stub, region)).held_kgce_calorific for region in (COUNTY, PREFECTURE, PROVINCE)]
    voided = await stub.VoidDeduction(pb.VoidDeductionRequest(name="deductions/d1"), timeout=10)
    left = [(await account(stub, region)).available_kgce_calorific for region in (COUNTY, PREFECTURE, PROVINCE)]

    assert reserved.deduction.state == pb.DEDUCTION_STATE_RESERVED
    assert held == [400, 400, 400]
    assert voided.deduction.state == pb.DEDUCTION_STATE_VOIDED
    assert left == [500, 900, 2_000]
    told = [entry for entry in await announced(pool) if entry[0] == "f-1"]
    assert told == [("f-1", "deduction-reserved.v1"), ("f-1", "deduction-voided.v1")]
    verified = await stub.VerifyLedger(pb.VerifyLedgerRequest(), timeout=10)
    assert verified == pb.VerifyLedgerResponse(balanced=True)


async def test_a_void_repeated_gives_the_same_and_is_told_once(stub: "BudgetServiceAsyncStub", pool: Database) -> None:
    await grant_all(stub, province=2_000)
    await stub.ReserveDeduction(reserve_request("d1", 400, region=PROVINCE), timeout=10)
    request = pb.VoidDeductionRequest(name="deductions/d1")

    answers = await asyncio.gather(*(stub.VoidDeduction(request, timeout=20) for _ in range(5)))

    assert {answer.deduction.state for answer in answers} == {pb.DEDUCTION_STATE_VOIDED}
    assert (await announced(pool)).count(("f-1", "deduction-voided.v1")) == 1
    assert (await account(stub, PROVINCE)).available_kgce_calorific == 2_000


async def test_a_refusal_is_kept_told_once_and_repeated_even_after_a_grant(
    stub: "BudgetServiceAsyncStub", pool: Database
) -> None:
    await grant_all(stub, county=100, prefecture=900, province=2_000)

    first = await refusal(stub.ReserveDeduction(reserve_request("d1", 400), timeout=10))
    await grant_all(stub, county=1_000)
    again = await refusal(stub.ReserveDeduction(reserve_request("d1", 400), timeout=10))

    assert first == again == (StatusCode.FAILED_PRECONDITION, "INSUFFICIENT_BUDGET", [])
    assert (await announced(pool)).count(("f-1", "deduction-refused.v1")) == 1
    assert (await account(stub, PREFECTURE)).held_kgce_calorific == 0
    refused = await refusal(stub.GetDeduction(pb.GetDeductionRequest(name="deductions/d1"), timeout=10))
    assert refused[:2] == (StatusCode.NOT_FOUND, "NOT_FOUND")


async def test_a_level_without_an_envelope_refuses_by_name(stub: "BudgetServiceAsyncStub") -> None:
    await grant_all(stub, county=500, province=2_000)

    with pytest.raises(grpc.aio.AioRpcError, match="regions/630100/accounts/2026") as caught:
        await stub.ReserveDeduction(reserve_request("d1", 400), timeout=10)

    assert caught.value.code() is StatusCode.FAILED_PRECONDITION


async def test_the_same_id_with_another_body_is_refused(stub: "BudgetServiceAsyncStub") -> None:
    await grant_all(stub, province=2_000)
    await stub.ReserveDeduction(reserve_request("d1", 400, region=PROVINCE), timeout=10)

    other = await refusal(stub.ReserveDeduction(reserve_request("d1", 401, region=PROVINCE), timeout=10))

    assert other[:2] == (StatusCode.ALREADY_EXISTS, "DEDUCTION_EXISTS_DIFFERENT")


async def test_an_unknown_deduction_is_not_voided(stub: "BudgetServiceAsyncStub") -> None:
    unknown = await refusal(stub.VoidDeduction(pb.VoidDeductionRequest(name="deductions/none"), timeout=10))

    assert unknown[0] is StatusCode.NOT_FOUND


async def test_50_reservations_at_once_never_overdraw_and_each_is_told_once(
    stub: "BudgetServiceAsyncStub", pool: Database
) -> None:
    await grant_all(stub, county=10_000, prefecture=2_000, province=5_000)

    outcomes = await asyncio.gather(
        *(stub.ReserveDeduction(reserve_request(f"d{number}", 100), timeout=30) for number in range(AT_ONCE)),
        return_exceptions=True,
    )

    refused = [outcome for outcome in outcomes if isinstance(outcome, grpc.aio.AioRpcError)]
    assert {error.code() for error in refused} == {StatusCode.FAILED_PRECONDITION}
    assert len(refused) == AT_ONCE - 20
    tightest = await account(stub, PREFECTURE)
    assert (tightest.available_kgce_calorific, tightest.held_kgce_calorific) == (0, 2_000)
    assert (await account(stub, COUNTY)).held_kgce_calorific == 2_000
    told = [kind for key, kind in await announced(pool) if key == "f-1"]
    assert (told.count("deduction-reserved.v1"), told.count("deduction-refused.v1")) == (20, 30)
    assert (await stub.VerifyLedger(pb.VerifyLedgerRequest(), timeout=10)).balanced


async def test_one_reservation_asked_for_50_times_at_once_is_held_once(
    stub: "BudgetServiceAsyncStub", pool: Database
) -> None:
    await grant_all(stub, province=2_000)
    request = reserve_request("d1", 400, region=PROVINCE)

    answers = await asyncio.gather(*(stub.ReserveDeduction(request, timeout=30) for _ in range(AT_ONCE)))

    assert all(answer == answers[0] for answer in answers)
    assert (await account(stub, PROVINCE)).held_kgce_calorific == 400
    assert (await announced(pool)).count(("f-1", "deduction-reserved.v1")) == 1


async def test_a_reservation_retried_after_it_was_given_back_takes_nothing_and_shows_that_it_was(
    stub: "BudgetServiceAsyncStub", pool: Database
) -> None:
    await grant_all(stub, province=2_000)
    request = reserve_request("d1", 400, region=PROVINCE)
    await stub.ReserveDeduction(request, timeout=10)
    await stub.VoidDeduction(pb.VoidDeductionRequest(name="deductions/d1"), timeout=10)

    late = await stub.ReserveDeduction(request, timeout=10)

    assert late.deduction.state == pb.DEDUCTION_STATE_VOIDED
    assert (await account(stub, PROVINCE)).held_kgce_calorific == 0
    assert (await announced(pool)).count(("f-1", "deduction-reserved.v1")) == 1


async def test_counties_that_share_a_province_reserve_and_give_back_at_once_and_it_balances(
    stub: "BudgetServiceAsyncStub", pool: Database
) -> None:
    regions = ["630102", "630121", "630202", "630222", "630100", "630200"]
    for region in [*regions, PROVINCE]:
        await stub.GrantEnvelope(grant_request(region, 10_000), timeout=10)

    async def take_and_give_back(number: int) -> None:
        request = reserve_request(f"d{number}", 100, region=regions[number % len(regions)])
        await stub.ReserveDeduction(request, timeout=30)
        if number % 2:
            await stub.VoidDeduction(pb.VoidDeductionRequest(name=f"deductions/d{number}"), timeout=30)

    await asyncio.gather(*(take_and_give_back(number) for number in range(AT_ONCE)))

    assert (await account(stub, PROVINCE)).held_kgce_calorific == 100 * AT_ONCE // 2
    assert (await stub.VerifyLedger(pb.VerifyLedgerRequest(), timeout=10)).balanced
    told = [kind for key, kind in await announced(pool) if key == "f-1"]
    assert (told.count("deduction-reserved.v1"), told.count("deduction-voided.v1")) == (AT_ONCE, AT_ONCE // 2)


async def test_a_changed_balance_is_found_by_the_verification(stub: "BudgetServiceAsyncStub", pool: Database) -> None:
    await grant_all(stub, province=2_000)
    await pool.execute("UPDATE ledger_account SET granted = granted + 1")

    answer = await stub.VerifyLedger(pb.VerifyLedgerRequest(), timeout=10)

    assert not answer.balanced
    assert "630000" in answer.difference.zh


async def test_accounts_are_listed_below_a_region_page_by_page(stub: "BudgetServiceAsyncStub") -> None:
    for region in ("630000", "630100", "630121", "630200", "620000"):
        await stub.GrantEnvelope(grant_request(region, 10), timeout=10)

    async def names(parent: str) -> list[str]:
        listed, token = [], ""
        while True:
            page = await stub.ListAccounts(
                pb.ListAccountsRequest(parent=parent, page_size=2, page_token=token), timeout=10
            )
            listed += [found.name.split("/")[1] for found in page.accounts]
            if not (token := page.next_page_token):
                return listed

    assert await names("regions/630000") == ["630000", "630100", "630121", "630200"]
    assert await names("regions/630100") == ["630100", "630121"]
    assert await names("") == ["620000", "630000", "630100", "630121", "630200"]


async def test_deductions_are_listed_by_id_without_the_refused(stub: "BudgetServiceAsyncStub") -> None:
    await grant_all(stub, province=250)
    for name in ("c", "a", "b"):
        call = stub.ReserveDeduction(reserve_request(name, 100, region=PROVINCE), timeout=10)
        await (refusal(call) if name == "b" else call)

    first = await stub.ListDeductions(pb.ListDeductionsRequest(page_size=1), timeout=10)
    rest = await stub.ListDeductions(pb.ListDeductionsRequest(page_token=first.next_page_token), timeout=10)

    assert [d.name for d in [*first.deductions, *rest.deductions]] == ["deductions/a", "deductions/c"]
    for parent, listed in ((PROVINCE, 2), ("620000", 0)):
        request = pb.ListDeductionsRequest(parent=f"regions/{parent}")
        assert len((await stub.ListDeductions(request, timeout=10)).deductions) == listed
    assert rest.next_page_token == ""
    read = await stub.GetDeduction(pb.GetDeductionRequest(name="deductions/a"), timeout=10)
    assert read.deduction == first.deductions[0]


async def test_every_wrong_field_is_named_at_once(stub: "BudgetServiceAsyncStub") -> None:
    granted = await refusal(stub.GrantEnvelope(pb.GrantEnvelopeRequest(name="regions/63"), timeout=10))
    too_much = await refusal(stub.GrantEnvelope(grant_request(PROVINCE, 10**18 + 1), timeout=10))
    reserved = await refusal(stub.ReserveDeduction(pb.ReserveDeductionRequest(region_code="x"), timeout=10))
    listed = await refusal(stub.ListAccounts(pb.ListAccountsRequest(parent="x", page_token="WyJ4Il0="), timeout=10))

    assert granted == (
        StatusCode.INVALID_ARGUMENT,
        "INVALID_REQUEST",
        ["request_id", "name", "amount_kgce_calorific", "document"],
    )
    assert too_much[2] == ["amount_kgce_calorific"]
    assert reserved[2] == ["name", "filing", "region_code", "year", "amount_kgce_calorific"]
    assert listed[2] == ["parent", "page_token"]
