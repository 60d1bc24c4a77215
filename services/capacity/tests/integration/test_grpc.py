"""CapacityService over gRPC, on a real database."""

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import grpc
import pytest
from google.type.decimal_pb2 import Decimal as ProtoDecimal

from dualcontrol.capacity.v1 import capacity_events_pb2 as events
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from servicekit.storage.database import Database

if TYPE_CHECKING:
    from dualcontrol.capacity.v1.capacity_service_pb2_grpc import CapacityServiceAsyncStub

pytestmark = pytest.mark.integration

SECONDS_MAX = 20


def request(lot: str = "lot-a", quantity: str = "5000", *, request_id: str = "", **other: str) -> pb.RegisterLotRequest:
    stated: dict[str, Any] = {
        "product_id": "clinker",
        "owner": "虚构水泥有限公司",
        "region_code": "630121",
        "unit": "t/d",
        "remark": "虚构: 仅供测试",
    }
    given = pb.Lot(name=f"lots/{lot}", quantity=ProtoDecimal(value=quantity), **{**stated, **other})
    return pb.RegisterLotRequest(lot=given, request_id=request_id or str(uuid4()))


async def test_a_registered_lot_is_read_back_and_told(stub: "CapacityServiceAsyncStub", pool: Database) -> None:
    registered = (await stub.RegisterLot(request(), timeout=SECONDS_MAX)).lot

    read = (await stub.GetLot(pb.GetLotRequest(name="lots/lot-a"), timeout=SECONDS_MAX)).lot
    assert read == registered
    assert (read.quantity.value, read.held.value, read.used.value, read.unit) == ("5000", "0", "0", "t/d")
    (row,) = await pool.fetch("SELECT topic, key, type, value FROM outbox")
    assert (row["topic"], row["key"]) == ("dualcontrol.capacity.events.v1", "lot-a")
    assert row["type"] == "cn.dualcontrol.capacity.lot-registered.v1"
    assert events.LotRegistered.FromString(row["value"]).lot == registered


async def test_one_request_sent_many_times_at_once_registers_once_and_answers_alike(
    stub: "CapacityServiceAsyncStub", pool: Database
) -> None:
    once = request()

    answers = await asyncio.gather(*(stub.RegisterLot(once, timeout=SECONDS_MAX) for _ in range(20)))

    assert all(answer == answers[0] for answer in answers)
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 1
    assert await pool.fetchval("SELECT granted FROM ledger_account") == 5_000


async def test_a_lot_is_registered_once_whoever_asks(
    stub: "CapacityServiceAsyncStub", refused: Any, pool: Database
) -> None:
    calls = [stub.RegisterLot(request(quantity=str(5_000 + n)), timeout=SECONDS_MAX) for n in range(5)]

    outcomes = await asyncio.gather(*calls, return_exceptions=True)

    assert sum(isinstance(outcome, pb.RegisterLotResponse) for outcome in outcomes) == 1
    assert await refused(stub.RegisterLot(request(), timeout=SECONDS_MAX)) == (
        grpc.StatusCode.ALREADY_EXISTS,
        "LOT_EXISTS",
        set(),
    )
    assert await pool.fetchval("SELECT count(*) FROM ledger_account") == 1


async def test_a_request_id_with_another_body_is_refused(stub: "CapacityServiceAsyncStub", refused: Any) -> None:
    first = request()
    await stub.RegisterLot(first, timeout=SECONDS_MAX)

    other = request("lot-b", request_id=first.request_id)

    code, reason, _ = await refused(stub.RegisterLot(other, timeout=SECONDS_MAX))
    assert (code, reason) == (grpc.StatusCode.ABORTED, "REQUEST_ID_REUSED")


async def test_every_wrong_field_is_named_at_once(stub: "CapacityServiceAsyncStub", refused: Any) -> None:
    wrong = request("A", "0.5", request_id="no", product_id="X", owner="", region_code="63", unit="10kt/a", remark=" x")

    assert await refused(stub.RegisterLot(wrong, timeout=SECONDS_MAX)) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "INVALID_REQUEST",
        {
            "request_id",
            "lot.name",
            "lot.product_id",
            "lot.owner",
            "lot.region_code",
            "lot.quantity",
            "lot.unit",
            "lot.remark",
        },
    )


async def test_a_quantity_is_a_plain_number_of_whole_tonnes(stub: "CapacityServiceAsyncStub", refused: Any) -> None:
    for quantity in ("0", "-5", "0.5", "5000.5", "1e3", "1,000", "", "NaN", "99999999999999999"):
        code, _, fields = await refused(stub.RegisterLot(request(quantity=quantity), timeout=SECONDS_MAX))

        assert (code, fields) == (grpc.StatusCode.INVALID_ARGUMENT, {"lot.quantity"}), quantity


async def test_an_empty_request_names_what_is_required(stub: "CapacityServiceAsyncStub", refused: Any) -> None:
    assert (await refused(stub.RegisterLot(pb.RegisterLotRequest(), timeout=SECONDS_MAX)))[2] == {"request_id", "lot"}
    bare = pb.RegisterLotRequest(lot=pb.Lot(name="lots/lot-a"), request_id=str(uuid4()))
    assert (await refused(stub.RegisterLot(bare, timeout=SECONDS_MAX)))[2] == {
        "lot.product_id",
        "lot.owner",
        "lot.region_code",
        "lot.quantity",
        "lot.unit",
    }


async def test_lots_are_listed_by_id_in_pages(stub: "CapacityServiceAsyncStub") -> None:
    for name in ("lot-c", "lot-a", "lot-e", "lot-b", "lot-d"):
        await stub.RegisterLot(request(name), timeout=SECONDS_MAX)

    pages, token = [], ""
    while True:
        page = await stub.ListLots(pb.ListLotsRequest(page_size=2, page_token=token), timeout=SECONDS_MAX)
        pages.append([lot.name for lot in page.lots])
        if not (token := page.next_page_token):
            break

    assert pages == [["lots/lot-a", "lots/lot-b"], ["lots/lot-c", "lots/lot-d"], ["lots/lot-e"]]


async def test_a_page_that_was_never_given_is_refused(stub: "CapacityServiceAsyncStub", refused: Any) -> None:
    wrong = pb.ListLotsRequest(page_size=-1, page_token="nonsense")

    code, _, fields = await refused(stub.ListLots(wrong, timeout=SECONDS_MAX))

    assert (code, fields) == (grpc.StatusCode.INVALID_ARGUMENT, {"page_size", "page_token"})


async def test_what_does_not_exist_is_not_found_and_a_wrong_name_is_wrong(
    stub: "CapacityServiceAsyncStub", refused: Any
) -> None:
    lot = stub.GetLot(pb.GetLotRequest(name="lots/lot-a"), timeout=SECONDS_MAX)
    replacement = stub.GetReplacement(pb.GetReplacementRequest(name="filings/f-1/replacement"), timeout=SECONDS_MAX)

    assert (await refused(lot))[0] is grpc.StatusCode.NOT_FOUND
    assert (await refused(replacement))[0] is grpc.StatusCode.NOT_FOUND
    for call in (
        stub.GetLot(pb.GetLotRequest(name="lots/A"), timeout=SECONDS_MAX),
        stub.GetReplacement(pb.GetReplacementRequest(name="filings/f-1"), timeout=SECONDS_MAX),
    ):
        assert (await refused(call))[0] is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_replacement_is_read_as_it_was_told_and_its_lot_shows_the_hold(
    stub: "CapacityServiceAsyncStub", filings: Any, pool: Database
) -> None:
    await filings.register("lot-a", 7_000)
    await filings.take(filings.accepted(lot_a="6000"))

    name = pb.GetReplacementRequest(name="filings/f-1/replacement")
    read = (await stub.GetReplacement(name, timeout=SECONDS_MAX)).replacement
    lot = (await stub.GetLot(pb.GetLotRequest(name="lots/lot-a"), timeout=SECONDS_MAX)).lot

    value = await pool.fetchval("SELECT value FROM outbox WHERE key = 'f-1'")
    assert read == events.ReplacementEvaluated.FromString(value).replacement
    assert (lot.quantity.value, lot.held.value, lot.used.value) == ("7000", "6000", "0")


async def test_a_filing_withdrawn_before_it_was_heard_of_is_not_found(
    stub: "CapacityServiceAsyncStub", refused: Any, filings: Any
) -> None:
    await filings.take(filings.withdrawn())

    name = pb.GetReplacementRequest(name="filings/f-1/replacement")
    assert (await refused(stub.GetReplacement(name, timeout=SECONDS_MAX)))[0] is grpc.StatusCode.NOT_FOUND


async def test_the_books_balance_and_a_tampered_balance_is_named(
    stub: "CapacityServiceAsyncStub", filings: Any, pool: Database
) -> None:
    await filings.register("lot-a", 7_000)
    await filings.take(filings.accepted(lot_a="6000"))
    assert (await stub.VerifyLots(pb.VerifyLotsRequest(), timeout=SECONDS_MAX)).balanced

    await pool.execute("UPDATE ledger_account SET held = held - 1")

    found = await stub.VerifyLots(pb.VerifyLotsRequest(), timeout=SECONDS_MAX)
    assert not found.balanced
    assert "lot-a" in found.difference.zh
    assert "lot-a" in found.difference.en


async def test_the_schema_keeps_a_lot_as_it_was_registered(stub: "CapacityServiceAsyncStub", pool: Database) -> None:
    await stub.RegisterLot(request(), timeout=SECONDS_MAX)

    with pytest.raises(Exception, match="never changed"):
        await pool.execute("UPDATE lot SET quantity_t = 1")
