"""What is learned of lots, read as of a day and a moment, and found by what is asked for; on a real database."""

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.decimal_pb2 import Decimal

from dualcontrol.capacity.v1 import capacity_events_pb2 as events
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from servicekit.storage.database import Database
from servicekit.wire import date_to_wire, instant_to_wire

if TYPE_CHECKING:
    from dualcontrol.capacity.v1.capacity_service_pb2_grpc import CapacityServiceAsyncStub

pytestmark = pytest.mark.integration

SECONDS_MAX = 20
CLEAN = ("inefficiently_run", "below_baseline", "past_elimination_date", "subsidised_exit")


def lot(name: str = "lot-a", **other: Any) -> pb.RegisterLotRequest:
    stated = {
        "product_id": "clinker", "owner": "虚构水泥有限公司", "region_code": "630121", "unit": "t/d",
        "quantity": Decimal(value="5000"), "facts": [filing.Fact(fact=fact, value="no") for fact in CLEAN],
    }  # fmt: skip
    return pb.RegisterLotRequest(lot=pb.Lot(name=f"lots/{name}", **{**stated, **other}), request_id=str(uuid4()))


def evidence(kind: str, day: date, *facts: filing.Fact, name: str = "lot-a") -> pb.RecordLotEvidenceRequest:
    given = pb.LotEvidence(
        kind=pb.LotEvidenceKind.Value(f"LOT_EVIDENCE_KIND_{kind}"),
        effective_date=date_to_wire(day),
        document="虚构文件〔2026〕1号",
        facts=facts,
    )
    return pb.RecordLotEvidenceRequest(name=f"lots/{name}", evidence=given, request_id=str(uuid4()))


async def test_a_lot_is_registered_with_its_equipment_facts_evidence_and_findings(
    stub: "CapacityServiceAsyncStub",
) -> None:
    kiln = pb.RetiredEquipment(kind="rotary_kiln", size=Decimal(value="4.8"), size_unit="m", count=1)
    closed = evidence("CLOSED", date(2025, 1, 2)).evidence

    registered = (await stub.RegisterLot(lot(equipment=[kiln], evidence=[closed]), timeout=SECONDS_MAX)).lot

    assert registered == (await stub.GetLot(pb.GetLotRequest(name="lots/lot-a"), timeout=SECONDS_MAX)).lot
    assert list(registered.equipment) == [kiln]
    assert [(f.rule, f.verdict) for f in registered.findings] == [
        ("capacity.conversion", common.VERDICT_HOLDS),
        ("capacity.eligibility", common.VERDICT_HOLDS),
    ]
    assert registered.evidence[0].HasField("known_time")
    assert registered.bundle_hash


async def test_evidence_is_added_told_and_never_overwritten(
    stub: "CapacityServiceAsyncStub", pool: Database, clock: Any
) -> None:
    await stub.RegisterLot(lot(), timeout=SECONDS_MAX)
    clock.tick()
    first = evidence("DISMANTLED", date(2026, 1, 5))

    once = await stub.RecordLotEvidence(first, timeout=SECONDS_MAX)
    clock.tick()
    again = await stub.RecordLotEvidence(first, timeout=SECONDS_MAX)
    corrected = await stub.RecordLotEvidence(evidence("DISMANTLED", date(2026, 1, 6)), timeout=SECONDS_MAX)

    assert once == again
    assert [one.effective_date.day for one in corrected.lot.evidence] == [5, 6]
    told = await pool.fetch("SELECT value FROM outbox WHERE type LIKE '%lot-evidence-recorded.v1' ORDER BY id")
    assert [events.LotEvidenceRecorded.FromString(row["value"]).evidence.effective_date.day for row in told] == [5, 6]
    with pytest.raises(Exception, match="only added to"):
        await pool.execute("UPDATE lot_evidence SET document = 'x'")
    with pytest.raises(Exception, match="only added to"):
        await pool.execute("DELETE FROM lot_evidence")


async def test_a_lot_is_read_as_it_was_known_then(stub: "CapacityServiceAsyncStub", filings: Any, clock: Any) -> None:
    await stub.RegisterLot(lot(quantity=Decimal(value="7000")), timeout=SECONDS_MAX)
    registered_at = clock.now
    clock.put(date(2026, 4, 1))
    await filings.take(filings.accepted(lot_a="6000"))
    await stub.RecordLotEvidence(evidence("DISMANTLED", date(2026, 3, 10)), timeout=SECONDS_MAX)

    async def seen(day: date | None = None, known: Timestamp | None = None) -> tuple[str, int]:
        as_of = pb.AsOf(effective_date=date_to_wire(day) if day else None, known_time=known)
        read = await stub.GetLot(pb.GetLotRequest(name="lots/lot-a", as_of=as_of), timeout=SECONDS_MAX)
        return read.lot.held.value, len(read.lot.evidence)

    assert await seen() == ("6000", 1)
    assert await seen(date(2026, 3, 9)) == ("0", 0)
    assert await seen(date(2026, 3, 10)) == ("0", 1)
    assert await seen(date(2026, 4, 1)) == ("6000", 1)
    assert await seen(known=instant_to_wire(registered_at)) == ("0", 0)
    with pytest.raises(grpc.aio.AioRpcError) as nothing:
        await seen(date(2026, 2, 28))
    assert nothing.value.code() is grpc.StatusCode.NOT_FOUND


async def test_lots_are_found_by_product_region_recipient_and_what_is_left(
    stub: "CapacityServiceAsyncStub", filings: Any
) -> None:
    await stub.RegisterLot(lot("lot-a", quantity=Decimal(value="6000")), timeout=SECONDS_MAX)
    await stub.RegisterLot(lot("lot-b", region_code="632801"), timeout=SECONDS_MAX)
    await stub.RegisterLot(lot("lot-c", product_id="flat_glass", facts=[]), timeout=SECONDS_MAX)
    await stub.RegisterLot(lot("lot-d"), timeout=SECONDS_MAX)
    await filings.take(filings.accepted(lot_a="6000"))

    async def found(**asked: Any) -> list[str]:
        listed = await stub.ListLots(pb.ListLotsRequest(**asked), timeout=SECONDS_MAX)
        assert listed.next_page_token == ""
        return [one.name.removeprefix("lots/lot-") for one in listed.lots]

    assert await found() == ["a", "b", "c", "d"]
    assert await found(product_id="clinker") == ["a", "b", "d"]
    assert await found(region_code="630100") == ["a", "c", "d"]
    assert await found(region_code="630000") == ["a", "b", "c", "d"]
    assert await found(available=True) == ["b", "c", "d"]
    assert await found(recipient="filings/f-1") == ["a"]
    assert await found(product_id="clinker", region_code="630121", available=True) == ["d"]


async def test_a_filtered_list_comes_in_full_pages(stub: "CapacityServiceAsyncStub", filings: Any) -> None:
    for name in "abcdefgh":
        await stub.RegisterLot(lot(f"lot-{name}", quantity=Decimal(value="1000")), timeout=SECONDS_MAX)
    await filings.take(filings.accepted(**{f"lot_{name}": "1000" for name in "bcdefg"}))

    pages, token = [], ""
    while True:
        asked = pb.ListLotsRequest(page_size=1, page_token=token, available=True)
        page = await stub.ListLots(asked, timeout=SECONDS_MAX)
        pages.append([one.name.removeprefix("lots/lot-") for one in page.lots])
        if not (token := page.next_page_token):
            break

    assert pages[:2] == [["a"], ["h"]]
    assert all(page == [] for page in pages[2:])


async def test_every_wrong_field_of_a_lot_and_its_evidence_is_named_at_once(
    stub: "CapacityServiceAsyncStub", refused: Any
) -> None:
    wrong = lot(
        equipment=[pb.RetiredEquipment(kind="X", size=Decimal(value="0"), size_unit="寸", count=0)],
        facts=[filing.Fact(fact="idle", value="perhaps"), filing.Fact(fact="fuel", value="coal")],
        evidence=[
            pb.LotEvidence(),
            evidence("CLOSED", date(2026, 3, 2), filing.Fact(fact="idle", value="no")).evidence,
        ],
    )

    assert await refused(stub.RegisterLot(wrong, timeout=SECONDS_MAX)) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "INVALID_REQUEST",
        {
            "lot.equipment[0].kind", "lot.equipment[0].size", "lot.equipment[0].size_unit", "lot.equipment[0].count",
            "lot.facts[0].value", "lot.facts[1].fact", "lot.evidence[0].kind", "lot.evidence[0].effective_date",
            "lot.evidence[0].document", "lot.evidence[1].effective_date", "lot.evidence[1].facts",
        },
    )  # fmt: skip
    empty = pb.RecordLotEvidenceRequest()
    assert (await refused(stub.RecordLotEvidence(empty, timeout=SECONDS_MAX)))[2] == {"request_id", "name", "evidence"}


async def test_an_elimination_date_may_lie_ahead_and_evidence_needs_a_lot(
    stub: "CapacityServiceAsyncStub", refused: Any
) -> None:
    await stub.RegisterLot(lot(), timeout=SECONDS_MAX)

    ahead = await stub.RecordLotEvidence(evidence("ELIMINATION_DUE", date(2028, 1, 1)), timeout=SECONDS_MAX)
    code, reason, _ = await refused(
        stub.RecordLotEvidence(evidence("CLOSED", date(2026, 1, 1), name="no-such-lot"), timeout=SECONDS_MAX)
    )

    assert len(ahead.lot.evidence) == 1
    assert (code, reason) == (grpc.StatusCode.NOT_FOUND, "NOT_FOUND")


async def test_a_lot_takes_a_bounded_number_of_evidence(stub: "CapacityServiceAsyncStub", refused: Any) -> None:
    many = [evidence("CLOSED", date(2026, 1, 1)).evidence for _ in range(100)]
    await stub.RegisterLot(lot(evidence=many), timeout=SECONDS_MAX)

    code, reason, _ = await refused(stub.RecordLotEvidence(evidence("CLOSED", date(2026, 1, 1)), timeout=SECONDS_MAX))

    assert (code, reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "RECORD_LIMIT")


async def test_a_filter_that_is_wrong_is_refused(stub: "CapacityServiceAsyncStub", refused: Any) -> None:
    wrong = pb.ListLotsRequest(product_id="X", region_code="63", recipient="f-1")
    wrong.as_of.effective_date.month = 13

    assert (await refused(stub.ListLots(wrong, timeout=SECONDS_MAX)))[2] == {
        "product_id", "region_code", "recipient", "as_of.effective_date",
    }  # fmt: skip


@pytest.mark.parametrize("seconds", [-62135596800, 253402300799])
async def test_the_first_and_the_last_moment_there_are_can_be_asked_for(
    seconds: int, stub: "CapacityServiceAsyncStub"
) -> None:
    await stub.RegisterLot(lot(), timeout=SECONDS_MAX)
    then = pb.AsOf(known_time=Timestamp(seconds=seconds))

    listed = await stub.ListLots(pb.ListLotsRequest(as_of=then), timeout=SECONDS_MAX)

    assert [one.name for one in listed.lots] == ([] if seconds < 0 else ["lots/lot-a"])
