"""What is read without changing anything: previews, and the ledger as of a day and a time."""

from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from grpc import StatusCode
from services.budget.tests.support.calls import (
    COUNTY,
    PREFECTURE,
    PROVINCE,
    account,
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
    from services.budget.tests.integration.conftest import Hands

    from dualcontrol.budget.v1.budget_service_pb2_grpc import BudgetServiceAsyncStub

pytestmark = pytest.mark.integration

MARCH_1, MARCH_2, MARCH_5 = (Date(year=2026, month=3, day=day) for day in (1, 2, 5))
ENERGY = "630000/energy_calorific_kgce/2026"


def instant(clock: "Hands") -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(clock.now)
    return stamp


def preview_request(amount: int, *, kgco2: int | None = None) -> pb.PreviewDeductionRequest:
    phase = pb.Phase(year=2026, amount_kgce_calorific=amount, amount_kgco2=kgco2)
    return pb.PreviewDeductionRequest(region_code=COUNTY, phases=[phase])


@pytest.mark.parametrize(
    ("amount", "kgco2"), [(400, None), (500, 1_500), (501, None), (400, 1_501)],
)  # fmt: skip
async def test_a_preview_is_what_the_reservation_then_does(
    stub: "BudgetServiceAsyncStub", pool: Database, amount: int, kgco2: int | None
) -> None:
    await grant_all(stub, kgco2=1_500, county=500, prefecture=900, province=2_000)
    before = await standing(stub)

    preview = await stub.PreviewDeduction(preview_request(amount, kgco2=kgco2), timeout=10)
    untouched = await standing(stub)
    call = stub.ReserveDeduction(reserve_request("d1", amount, amount_kgco2=kgco2), timeout=10)
    refused = None if preview.covered else await refusal(call)
    if preview.covered:
        await call

    assert untouched == before
    after = await standing(stub)
    named = {f"{level.name.split('/')[1]}/{level.instrument}/2026": level for level in preview.levels}
    for name, level in named.items():
        assert (level.granted, level.available_before) == (before[name].granted, before[name].available)
        assert preview.covered is False or level.available_after == after[name].available
    assert (refused is None) is preview.covered is (amount <= 500 and kgco2 != 1_501)
    row = await pool.fetchrow("SELECT type, value FROM outbox WHERE key = 'f-1'")
    assert row is not None
    message = events.DeductionReserved if preview.covered else events.DeductionRefused
    assert list(message.FromString(row["value"]).findings) == list(preview.findings)


async def test_a_preview_orders_levels_and_rounds_the_share_up(stub: "BudgetServiceAsyncStub") -> None:
    await grant_all(stub, kgco2=3_000, county=700, prefecture=900, province=2_000)

    preview = await stub.PreviewDeduction(preview_request(100, kgco2=1), timeout=10)

    assert [(one.name.split("/")[1], one.instrument) for one in preview.levels] == [
        (region, instrument)
        for instrument in ("energy_calorific_kgce", "carbon_kgco2")
        for region in (COUNTY, PREFECTURE, PROVINCE)
    ]
    assert [one.used_basis_points_after for one in preview.levels] == [1_429, 1_112, 500, 4, 4, 4]


async def test_a_preview_of_a_level_without_an_envelope_says_nothing_of_it_and_is_not_covered(
    stub: "BudgetServiceAsyncStub",
) -> None:
    await grant_all(stub, county=500, province=2_000)

    preview = await stub.PreviewDeduction(preview_request(1), timeout=10)

    assert not preview.covered
    assert [one.HasField("granted") for one in preview.levels] == [True, False, True]
    assert list(preview.findings[0].missing) == ["regions/630100/accounts/2026"]


async def test_a_preview_names_every_wrong_field(stub: "BudgetServiceAsyncStub") -> None:
    none = await refusal(stub.PreviewDeduction(pb.PreviewDeductionRequest(region_code="x"), timeout=10))
    bad = pb.PreviewDeductionRequest(region_code=COUNTY, phases=[pb.Phase(year=2026), pb.Phase(year=2026)])

    assert none[2] == ["region_code", "phases"]
    assert (await refusal(stub.PreviewDeduction(bad, timeout=10)))[2] == [
        "phases", "phases[0].amount_kgce_calorific", "phases[1].amount_kgce_calorific"
    ]  # fmt: skip


async def test_the_ledger_is_read_as_of_both_its_times(stub: "BudgetServiceAsyncStub", clock: "Hands") -> None:
    await grant_all(stub, province=1_000)
    first = instant(clock)
    clock.turn(days=1)
    await stub.ReserveDeduction(reserve_request("d1", 400, region=PROVINCE), timeout=10)
    second = instant(clock)
    clock.turn(days=3)
    await stub.VoidDeduction(pb.VoidDeductionRequest(name="deductions/d1"), timeout=10)

    async def held(**asked: Any) -> list[int]:
        return [one.held for one in (await standing(stub, **asked)).values()]

    assert await held() == [0]
    assert await held(effective_date=MARCH_1) == [0]
    assert await held(effective_date=MARCH_2) == [400]
    assert await held(effective_date=MARCH_5) == [0]
    assert await held(known_time=first) == [0]
    assert await held(known_time=second) == [400]
    assert await held(known_time=second, effective_date=MARCH_5) == [400]
    assert await held(known_time=second, effective_date=MARCH_1) == [0]
    assert await held(known_time=Timestamp(seconds=1)) == []


async def test_the_ledger_is_listed_by_region_and_instrument_page_by_page(stub: "BudgetServiceAsyncStub") -> None:
    for region in (PROVINCE, PREFECTURE, COUNTY, "620000"):
        await stub.GrantEnvelope(grant_request(region, 10, kgco2=20), timeout=10)

    async def names(**asked: Any) -> list[str]:
        listed, token = [], ""
        while True:
            request = pb.ListLedgerAccountsRequest(page_size=2, page_token=token, **asked)
            page = await stub.ListLedgerAccounts(request, timeout=10)
            listed += [one.name for one in page.accounts]
            if not (token := page.next_page_token):
                return listed

    carbon = [f"{region}/carbon_kgco2/2026" for region in ("620000", PROVINCE, PREFECTURE, COUNTY)]
    assert await names(instrument="carbon_kgco2") == carbon
    assert await names(instrument="carbon_kgco2", effective_date=MARCH_1) == carbon
    assert len(await names(parent="regions/630100")) == 4
    assert await names(instrument="none") == []


async def test_wrong_fields_of_a_listing_are_named_at_once(stub: "BudgetServiceAsyncStub") -> None:
    request = pb.ListLedgerAccountsRequest(
        parent="x",
        instrument="a\nb",
        effective_date=Date(year=2026, month=2, day=30),
        known_time=Timestamp(seconds=2**62),
        page_size=-1,
        page_token="x",
    )

    code, _, fields = await refusal(stub.ListLedgerAccounts(request, timeout=10))

    assert code is StatusCode.INVALID_ARGUMENT
    assert fields == ["parent", "instrument", "effective_date", "known_time", "page_size", "page_token"]


async def test_the_accounts_of_energy_are_listed_without_those_of_carbon(stub: "BudgetServiceAsyncStub") -> None:
    await grant_all(stub, kgco2=20, province=10)

    listed = await stub.ListAccounts(pb.ListAccountsRequest(), timeout=10)

    assert list(listed.accounts) == [await account(stub, PROVINCE)]
    assert (await standing(stub))[ENERGY].granted == 10
