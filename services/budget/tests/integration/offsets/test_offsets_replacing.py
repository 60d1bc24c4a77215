"""Savings that replace new consumption over real gRPC and a real PostgreSQL."""

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from grpc import StatusCode
from services.budget.tests.support.calls import announced
from services.budget.tests.support.offsets import AT_ONCE, SECONDS, SteppingClock, balanced, objecting, record

from dualcontrol.budget.v1 import offsets_service_pb2 as pb
from dualcontrol.common.v1 import finding_pb2 as common
from servicekit.storage.database import Database
from testkit.offsets import (
    ELSEWHERE,
    claim,
    feedstock,
    reservation,
    saving,
)
from testkit.refusals import refusal

if TYPE_CHECKING:
    from dualcontrol.budget.v1.offsets_service_pb2_grpc import OffsetsServiceAsyncStub

pytestmark = pytest.mark.integration


async def test_a_saving_is_registered_once_and_held_to_its_quantity(
    stub: "OffsetsServiceAsyncStub", pool: Database
) -> None:
    answer = await stub.RegisterSaving(saving(), timeout=SECONDS)
    assert answer.saving.available_kgce == 1_000

    code, reason, _, _ = await refusal(stub.RegisterSaving(saving(), timeout=SECONDS))
    assert (code, reason) == (StatusCode.ALREADY_EXISTS, "SAVING_EXISTS")
    requests = [reservation(f"f-{n}", retrofit_1=600) for n in range(AT_ONCE)]
    answers = await asyncio.gather(
        *(stub.ReserveSaving(request, timeout=SECONDS) for request in requests), return_exceptions=True
    )

    assert sum(isinstance(answer, pb.ReserveSavingResponse) for answer in answers) == 1
    listed = (await stub.ListSavings(pb.ListSavingsRequest(), timeout=SECONDS)).savings
    assert [(one.available_kgce, one.held_kgce) for one in listed] == [(400, 600)]
    assert await balanced(pool)


async def test_evidence_of_a_saving_is_used_once_and_its_id_stays_free_when_it_is_refused(
    stub: "OffsetsServiceAsyncStub",
) -> None:
    await stub.RegisterSaving(saving(lot="lot-1"), timeout=SECONDS)
    refused = await stub.RegisterSaving(saving("retrofit-2", lot="lot-1"), timeout=SECONDS)
    mended = await stub.RegisterSaving(saving("retrofit-2", lot="lot-2"), timeout=SECONDS)

    assert not refused.HasField("saving")
    told = [f.because.en for f in refused.findings if f.verdict == common.VERDICT_FAILS]
    assert len(told) == 1
    assert "lot lot-1 was used by savings/retrofit-1" in told[0]
    assert mended.HasField("saving")


async def test_a_metering_record_serves_a_deduction_or_a_saving_never_both(stub: "OffsetsServiceAsyncStub") -> None:
    change: dict[str, Any] = {
        "source": "SAVING_SOURCE_FUEL_CHANGE",
        "acceptance": "",
        "metering_records": ["m-1"],
        "certificates": [{"series": "GEC-W", "first_number": 1, "last_number": 3}],
    }
    await record(stub, feedstock("5", "m-1"))

    refused = await stub.RegisterSaving(saving(**change), timeout=SECONDS)
    taken = await stub.RegisterSaving(saving(**{**change, "metering_records": ["m-2"]}), timeout=SECONDS)

    assert not refused.HasField("saving")
    assert taken.HasField("saving")
    assert objecting(await record(stub, claim())) == ["budget.offset.once"]


async def test_savings_are_held_all_or_none(stub: "OffsetsServiceAsyncStub") -> None:
    await stub.RegisterSaving(saving(), timeout=SECONDS)
    await stub.RegisterSaving(saving("retrofit-2"), timeout=SECONDS)

    _, reason, metadata, _ = await refusal(
        stub.ReserveSaving(reservation(energy=1_700, retrofit_1=700, retrofit_2=1_001), timeout=SECONDS)
    )
    assert (reason, metadata["saving"], metadata["available_kgce"]) == (
        "INSUFFICIENT_SAVING",
        "savings/retrofit-2",
        "1000",
    )
    _, reason, metadata, _ = await refusal(stub.ReserveSaving(reservation(energy=701, retrofit_1=700), timeout=SECONDS))
    assert (reason, metadata["required_kgce"]) == ("REPLACEMENT_TOO_SMALL", "701")
    code, _, _, _ = await refusal(stub.ReserveSaving(reservation(nothing_1=700), timeout=SECONDS))
    assert code is StatusCode.NOT_FOUND

    listed = (await stub.ListSavings(pb.ListSavingsRequest(), timeout=SECONDS)).savings
    assert [one.held_kgce for one in listed] == [0, 0]


async def test_a_hold_is_resolved_once_and_a_repetition_changes_nothing(
    stub: "OffsetsServiceAsyncStub", pool: Database
) -> None:
    await stub.RegisterSaving(saving(), timeout=SECONDS)
    hold = (await stub.ReserveSaving(reservation(retrofit_1=600), timeout=SECONDS)).hold
    other = (await stub.ReserveSaving(reservation("f-2", energy=300, retrofit_1=400), timeout=SECONDS)).hold

    posted = [
        (await stub.PostSaving(pb.PostSavingRequest(name=hold.name), timeout=SECONDS)).hold.state for _ in range(2)
    ]
    voided = [
        (await stub.VoidSaving(pb.VoidSavingRequest(name=other.name), timeout=SECONDS)).hold.state for _ in range(2)
    ]
    code, reason, _, _ = await refusal(stub.VoidSaving(pb.VoidSavingRequest(name=hold.name), timeout=SECONDS))

    assert posted == [pb.SAVING_HOLD_STATE_POSTED] * 2
    assert voided == [pb.SAVING_HOLD_STATE_VOIDED] * 2
    assert (code, reason) == (StatusCode.FAILED_PRECONDITION, "SAVING_HOLD_CLOSED")
    (left,) = (await stub.ListSavings(pb.ListSavingsRequest(), timeout=SECONDS)).savings
    assert (left.available_kgce, left.held_kgce, left.posted_kgce) == (400, 0, 600)
    assert await announced(pool) == [
        ("retrofit-1", "saving-registered.v1"),
        ("f-1", "saving-reserved.v1"),
        ("f-2", "saving-reserved.v1"),
        ("f-1", "saving-posted.v1"),
        ("f-2", "saving-voided.v1"),
    ]
    assert await balanced(pool)


async def test_savings_are_listed_as_they_were(stub: "OffsetsServiceAsyncStub", clock: SteppingClock) -> None:
    await stub.RegisterSaving(saving(), timeout=SECONDS)
    then = pb.OffsetsAsOf()
    then.known_at.FromDatetime(clock.now)
    await stub.RegisterSaving(saving("retrofit-2", region_code=ELSEWHERE), timeout=SECONDS)
    await stub.ReserveSaving(reservation(retrofit_1=600), timeout=SECONDS)

    async def listed(**changes: Any) -> list[tuple[str, int]]:
        answer = await stub.ListSavings(pb.ListSavingsRequest(**changes), timeout=SECONDS)
        return [(one.statement.name, one.available_kgce) for one in answer.savings]

    assert await listed() == [("savings/retrofit-1", 400), ("savings/retrofit-2", 1_000)]
    assert await listed(as_of=then) == [("savings/retrofit-1", 1_000)]
    assert await listed(parent=f"regions/{ELSEWHERE}") == [("savings/retrofit-2", 1_000)]
    assert await listed(source=pb.SAVING_SOURCE_SHUTDOWN) == []
