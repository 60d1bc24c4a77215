"""Reading deductions as of a day and an instant, and bad requests, over real gRPC and a real PostgreSQL."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg
import pytest
from google.type.date_pb2 import Date
from grpc import StatusCode
from services.budget.tests.support.calls import announced
from services.budget.tests.support.offsets import SECONDS, SteppingClock, objecting, record, served, totals

from dualcontrol.budget.v1 import offsets_service_pb2 as pb
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from testkit.offsets import (
    COUNTY,
    ELSEWHERE,
    PREFECTURE,
    claim,
    feedstock,
    revocation,
)
from testkit.refusals import refusal

if TYPE_CHECKING:
    from dualcontrol.budget.v1.offsets_service_pb2_grpc import OffsetsServiceAsyncStub

pytestmark = pytest.mark.integration


async def test_a_cancelled_certificate_is_never_claimed_and_a_used_one_never_cancelled(
    stub: "OffsetsServiceAsyncStub", pool: Database
) -> None:
    def cancellation(first: int, last: int) -> pb.CancelCertificatesRequest:
        return pb.CancelCertificatesRequest(
            range=pb.CertificateRange(series="GEC-W", first_number=first, last_number=last),
            reason=pb.CANCELLATION_REASON_CONSUMED,
            region_code=COUNTY,
            document="企业声明 (虚构)",
            request_id=str(uuid4()),
        )

    cancelled = (await stub.CancelCertificates(cancellation(1, 5), timeout=SECONDS)).use
    assert cancelled.used_by.startswith("cancellations/")
    assert objecting(await record(stub, claim())) == ["budget.offset.once"]
    offset = await record(stub, claim(first=6, last=10))

    code, reason, metadata, _ = await refusal(stub.CancelCertificates(cancellation(9, 12), timeout=SECONDS))

    assert (code, reason) == (StatusCode.FAILED_PRECONDITION, "EVIDENCE_USED")
    assert metadata == {
        "evidence": "certificate GEC-W 9-10", "used_by": offset.name, "region_code": COUNTY, "used_on": "2025-06-30",
    }  # fmt: skip
    assert (COUNTY, "certificates-cancelled.v1") in await announced(pool)


async def test_certificates_are_listed_page_by_page_and_by_their_user(stub: "OffsetsServiceAsyncStub") -> None:
    offsets = [await record(stub, claim(first=n * 10, last=n * 10 + 9)) for n in range(5)]
    found, token = [], ""
    while True:
        request = pb.ListCertificatesRequest(series="GEC-W", page_size=2, page_token=token)
        page = await stub.ListCertificates(request, timeout=SECONDS)
        found += [use.range.first_number for use in page.uses]
        token = page.next_page_token
        if not token:
            break

    assert found == [0, 10, 20, 30, 40]
    by_user = await stub.ListCertificates(pb.ListCertificatesRequest(used_by=offsets[3].name), timeout=SECONDS)
    assert [use.range.first_number for use in by_user.uses] == [30]


async def test_lists_are_filtered_paged_and_shown_as_they_were_known(
    stub: "OffsetsServiceAsyncStub", clock: SteppingClock
) -> None:
    recorded = await record(stub, claim())
    await record(stub, feedstock("5", "m-1"))
    await record(stub, claim(ELSEWHERE, first=100, last=101))
    before = clock.now
    await stub.RevokeDeductible(revocation(recorded), timeout=SECONDS)

    async def listed(**changes: Any) -> list[pb.Offset]:
        return list((await stub.ListOffsets(pb.ListOffsetsRequest(**changes), timeout=SECONDS)).offsets)

    then = pb.OffsetsAsOf()
    then.known_at.FromDatetime(before)
    assert len(await listed()) == 3
    assert len(await listed(parent=f"regions/{PREFECTURE}")) == 2
    assert len(await listed(heading=pb.OFFSET_HEADING_FEEDSTOCK)) == 1
    assert len(await listed(year=2023)) == 0
    assert [o.name for o in await listed(state=pb.OFFSET_STATE_REVOKED)] == [recorded.name]
    assert await listed(state=pb.OFFSET_STATE_REVOKED, as_of=then) == []
    assert len(await listed(state=pb.OFFSET_STATE_RECORDED, as_of=then)) == 3
    assert await listed(as_of=pb.OffsetsAsOf(effective_on=Date(year=2025, month=6, day=29))) == []
    assert await totals(stub, COUNTY, as_of=then) == {
        pb.OFFSET_HEADING_FEEDSTOCK: 5_000,
        pb.OFFSET_HEADING_NON_FOSSIL_ALL: 1_229,
    }


async def test_a_balance_of_the_past_never_knows_what_was_learned_later(
    stub: "OffsetsServiceAsyncStub", clock: SteppingClock
) -> None:
    before = pb.OffsetsAsOf()
    before.known_at.FromDatetime(clock.now)
    await record(stub, claim())

    assert await totals(stub, COUNTY, as_of=before) == {}
    day_before = pb.OffsetsAsOf(effective_on=Date(year=2025, month=6, day=29))
    assert sum((await totals(stub, COUNTY, as_of=day_before)).values()) == 0


async def test_the_day_is_the_day_in_china(pool: Database, policy: PolicyBundle) -> None:
    # 16:30 UTC on 29 June is half past midnight on 30 June in China.
    async with served(pool, policy, lambda: datetime(2025, 6, 29, 16, 30, tzinfo=UTC)) as stub:
        offset = await record(stub, claim())
        revoked = (await stub.RevokeDeductible(revocation(offset), timeout=SECONDS)).offset

    assert offset.state == pb.OFFSET_STATE_RECORDED
    assert offset.claim.assessed_on == Date(year=2025, month=6, day=30)
    assert revoked.revocation.effective_on == Date(year=2025, month=6, day=30)


async def test_a_day_that_has_not_begun_in_china_is_refused(pool: Database, policy: PolicyBundle) -> None:
    async with served(pool, policy, lambda: datetime(2025, 6, 29, 15, 59, 59, tzinfo=UTC)) as stub:
        _, reason, _, fields = await refusal(record(stub, claim()))

    assert (reason, fields) == ("INVALID_REQUEST", ["claim.assessed_on"])


async def test_what_was_answered_cannot_be_changed_in_the_database(
    stub: "OffsetsServiceAsyncStub", pool: Database
) -> None:
    offset = await record(stub, claim())

    for statement in (
        "UPDATE budget_offset SET booked_kgce = 1",
        "UPDATE budget_offset SET exact_kgce = 1",
        "DELETE FROM budget_offset",
    ):
        with pytest.raises(asyncpg.RaiseError):
            await pool.execute(statement)
    assert Decimal(offset.exact_kgce.value) == await pool.fetchval("SELECT exact_kgce FROM budget_offset")


@pytest.mark.parametrize(
    ("method", "request_", "fields"),
    [
        ("GetOffsets", pb.GetOffsetsRequest(), ["parent", "year", "basis"]),
        ("ListOffsets", pb.ListOffsetsRequest(parent="x", year=1, heading=99, page_size=-1, page_token="?"),  # type: ignore[arg-type]
         ["parent", "year", "heading", "page_size", "page_token"]),
        ("ListSavings", pb.ListSavingsRequest(parent="x", source=99), ["parent", "source"]),  # type: ignore[arg-type]
        ("ListCertificates", pb.ListCertificatesRequest(page_token="e30="), ["page_token"]),
        ("PostSaving", pb.PostSavingRequest(name="x"), ["name"]),
        ("VoidSaving", pb.VoidSavingRequest(), ["name"]),
        ("ReserveSaving", pb.ReserveSavingRequest(),
         ["request_id", "filing", "region_code", "year", "basis", "energy_kgce", "mode", "shares"]),
        ("CancelCertificates", pb.CancelCertificatesRequest(),
         ["request_id", "range.series", "reason", "region_code", "document"]),
        ("RevokeDeductible", pb.RevokeDeductibleRequest(), ["request_id", "name", "signers", "reason"]),
    ],
)  # fmt: skip
async def test_every_wrong_field_is_named_at_once(
    stub: "OffsetsServiceAsyncStub", method: str, request_: Any, fields: list[str]
) -> None:
    code, reason, _, named = await refusal(getattr(stub, method)(request_, timeout=SECONDS))

    assert (code, reason) == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert named == fields
