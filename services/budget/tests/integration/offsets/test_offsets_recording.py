"""Recording and revoking deductions over real gRPC and a real PostgreSQL."""

import asyncio
from collections import Counter
from typing import TYPE_CHECKING
from uuid import uuid4

import asyncpg
import pytest
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as ProtoDecimal
from grpc import StatusCode
from services.budget.tests.support.calls import announced
from services.budget.tests.support.offsets import AT_ONCE, NOW, SECONDS, balanced, objecting, record, totals

from budget.adapters.offsets import OffsetsWork
from budget.domain.periods.statistics import Kind, Period, Series, Stage, Statistic
from dualcontrol.budget.v1 import offsets_events_pb2 as events
from dualcontrol.budget.v1 import offsets_service_pb2 as pb
from kernel.quantities import Basis
from kernel.regions import RegionCode
from servicekit.storage.database import Database
from testkit.offsets import (
    COUNTY,
    ELSEWHERE,
    PREFECTURE,
    PROVINCE,
    SISTER,
    claim,
    consumption,
    feedstock,
    held,
    revocation,
)
from testkit.refusals import refusal

if TYPE_CHECKING:
    from dualcontrol.budget.v1.offsets_service_pb2_grpc import OffsetsServiceAsyncStub

pytestmark = pytest.mark.integration


async def test_what_is_recorded_stands_on_every_level_and_is_announced(
    stub: "OffsetsServiceAsyncStub", pool: Database
) -> None:
    offset = await record(stub, claim())

    assert offset.state == pb.OFFSET_STATE_RECORDED
    assert (offset.booked_kgce, offset.exact_kgce.value) == (1_229, "1229")
    for region in (COUNTY, PREFECTURE, PROVINCE):
        assert await totals(stub, region) == {pb.OFFSET_HEADING_NON_FOSSIL_ALL: 1_229}
    assert await totals(stub, ELSEWHERE) == {}
    assert await announced(pool) == [(COUNTY, "offset-recorded.v1")]
    value = await pool.fetchval("SELECT value FROM outbox")
    assert events.OffsetRecorded.FromString(value).offset == offset
    assert await balanced(pool)


async def test_what_is_refused_is_kept_with_its_findings_and_books_nothing(
    stub: "OffsetsServiceAsyncStub", pool: Database
) -> None:
    offset = await record(stub, claim(assessed_on={"year": 2026, "month": 3, "day": 1}, year=2026))

    assert offset.state == pb.OFFSET_STATE_REFUSED
    assert "budget.offset.period" in objecting(offset)
    listed = (await stub.ListOffsets(pb.ListOffsetsRequest(), timeout=SECONDS)).offsets
    assert list(listed) == [offset]
    assert await pool.fetchval("SELECT count(*) FROM ledger_entry") == 0
    assert await pool.fetchval("SELECT count(*) FROM certificate_use") == 0
    assert await announced(pool) == [(COUNTY, "offset-refused.v1")]


@pytest.mark.parametrize(
    ("region", "first", "last", "named"),
    [
        (COUNTY, 1, 10, "GEC-W 1-10"),
        (ELSEWHERE, 1, 10, "GEC-W 1-10"),
        (COUNTY, 10, 20, "GEC-W 10"),
        (SISTER, 5, 6, "GEC-W 5-6"),
        (SISTER, 0, 11, "GEC-W 1-10"),
    ],
)
async def test_a_certificate_counts_once_in_the_whole_province_and_who_was_first_is_named(
    stub: "OffsetsServiceAsyncStub", region: str, first: int, last: int, named: str
) -> None:
    before = await record(stub, claim())

    offset = await record(stub, claim(region, first, last))

    assert objecting(offset) == ["budget.offset.once"]
    because = next(f.because.en for f in offset.findings if f.rule == "budget.offset.once")
    assert all(word in because for word in (named, before.name, COUNTY, "2025-06-30"))


async def test_another_series_and_the_numbers_beside_it_are_other_certificates(
    stub: "OffsetsServiceAsyncStub",
) -> None:
    other = held(1, 10)
    other["range"] = {**other["range"], "series": "GEC-S"}
    offsets = [
        await record(stub, claim()),
        await record(stub, claim(first=11, last=20)),
        await record(stub, claim(certificates=[other])),
    ]

    assert {offset.state for offset in offsets} == {pb.OFFSET_STATE_RECORDED}


async def test_eight_clients_with_overlapping_certificates_record_exactly_one(
    stub: "OffsetsServiceAsyncStub", pool: Database
) -> None:
    requests = [claim(SISTER if n % 2 else ELSEWHERE, first=n + 1, last=100) for n in range(AT_ONCE)]

    offsets = await asyncio.gather(*(record(stub, request) for request in requests))

    states = Counter(offset.state for offset in offsets)
    assert states == {pb.OFFSET_STATE_RECORDED: 1, pb.OFFSET_STATE_REFUSED: AT_ONCE - 1}
    assert await pool.fetchval("SELECT count(*) FROM certificate_use") == 1


async def test_the_schema_itself_refuses_an_overlap_from_eight_connections(pool: Database) -> None:
    async def use(number: int) -> str:
        async with pool.acquire() as connection:
            try:
                await connection.execute(
                    "INSERT INTO certificate_use "
                    "(series, first_number, last_number, used_by, region_code, used_on, known_at) "
                    "VALUES ('S', $1, 50, $2, '630121', '2025-06-30', now())",
                    number,
                    f"offsets/{number}",
                )
            except asyncpg.ExclusionViolationError:
                return "refused"
        return "used"

    assert Counter(await asyncio.gather(*(use(n) for n in range(AT_ONCE)))) == {"used": 1, "refused": AT_ONCE - 1}
    for statement in ("UPDATE certificate_use SET used_by = 'x'", "DELETE FROM certificate_use"):
        with pytest.raises(asyncpg.RaiseError):
            await pool.execute(statement)


async def test_a_request_submitted_twice_at_once_makes_one(stub: "OffsetsServiceAsyncStub", pool: Database) -> None:
    request = claim()

    offsets = await asyncio.gather(*(record(stub, request) for _ in range(AT_ONCE)))

    assert all(offset == offsets[0] for offset in offsets)
    assert await totals(stub, PROVINCE) == {pb.OFFSET_HEADING_NON_FOSSIL_ALL: 1_229}
    assert len(await announced(pool)) == 1


async def test_a_form_sent_twice_under_two_ids_is_stopped_by_its_evidence(stub: "OffsetsServiceAsyncStub") -> None:
    await record(stub, feedstock("5", "m-1"))

    again = await record(stub, feedstock("5", "m-1"))

    assert objecting(again) == ["budget.offset.once"]
    assert await totals(stub, COUNTY) == {pb.OFFSET_HEADING_FEEDSTOCK: 5_000}


async def test_thirds_of_a_megawatt_hour_sum_up_without_drift(stub: "OffsetsServiceAsyncStub") -> None:
    for number, kwh in enumerate(("333.333333333", "333.333333333", "333.333333334")):
        request = claim(by_certificates=False, certificates=[], metering_records=[f"m-{number}"])
        request.claim.kwh.CopyFrom(ProtoDecimal(value=kwh))
        offset = await record(stub, request)
        assert offset.state == pb.OFFSET_STATE_RECORDED

    assert await totals(stub, COUNTY) == {pb.OFFSET_HEADING_NON_FOSSIL_ALL: 123}


async def test_a_fraction_of_a_kilogram_is_kept_until_it_counts(stub: "OffsetsServiceAsyncStub") -> None:
    booked = [(await record(stub, feedstock("0.0004", f"m-{n}"))).booked_kgce for n in range(5)]

    assert booked == [0, 1, 0, 1, 0]
    assert await totals(stub, PROVINCE) == {pb.OFFSET_HEADING_FEEDSTOCK: 2}


async def test_consumption_never_falls_below_zero_whoever_comes_at_once(
    stub: "OffsetsServiceAsyncStub", pool: Database
) -> None:
    requests = [feedstock("30", f"m-{n}", consumption=consumption(COUNTY, "100")) for n in range(AT_ONCE)]

    offsets = await asyncio.gather(*(record(stub, request) for request in requests))

    refused = [offset for offset in offsets if offset.state == pb.OFFSET_STATE_REFUSED]
    assert len(refused) == AT_ONCE - 3
    assert all(objecting(offset) == ["budget.offset.order"] for offset in refused)
    assert await totals(stub, COUNTY) == {pb.OFFSET_HEADING_FEEDSTOCK: 90_000}
    assert await balanced(pool)


async def test_bases_are_kept_apart(stub: "OffsetsServiceAsyncStub") -> None:
    await record(stub, feedstock("5", "m-1"))
    await record(stub, feedstock("7", "m-2", basis="OFFSET_BASIS_EQUIVALENT"))

    equivalent = pb.GetOffsetsRequest(parent=f"regions/{COUNTY}", year=2024, basis=pb.OFFSET_BASIS_EQUIVALENT)

    assert await totals(stub, COUNTY) == {pb.OFFSET_HEADING_FEEDSTOCK: 5_000}
    assert [t.kgce for t in (await stub.GetOffsets(equivalent, timeout=SECONDS)).totals] == [7_000]


async def test_the_increment_and_the_whole_are_never_taken_off_in_one_assessment(
    stub: "OffsetsServiceAsyncStub",
) -> None:
    early = claim(
        year=2023,
        heading="OFFSET_HEADING_RENEWABLE_INCREMENT",
        assessed_on={"year": 2024, "month": 2, "day": 1},
        certificates=[held(1, 10, generated_in="2023-05")],
    )
    late = claim(year=2023, assessed_on={"year": 2024, "month": 2, "day": 2},
                 certificates=[held(11, 30, generated_in="2023-05")])  # fmt: skip
    for request in (early, late):
        assert (await record(stub, request)).state == pb.OFFSET_STATE_RECORDED

    async def deducted(day: int) -> int:
        as_of = pb.OffsetsAsOf(effective_on=Date(year=2024, month=2, day=day))
        asked = pb.GetOffsetsRequest(
            parent=f"regions/{COUNTY}", year=2023, basis=pb.OFFSET_BASIS_CALORIFIC, as_of=as_of
        )
        return (await stub.GetOffsets(asked, timeout=SECONDS)).deducted_kgce

    assert [await deducted(1), await deducted(2)] == [1_229, 2_458]


async def test_half_of_the_saving_needed_bounds_certificates_of_other_provinces_over_the_plan(
    stub: "OffsetsServiceAsyncStub",
) -> None:
    bought = {"origin": "CERTIFICATE_ORIGIN_TRADED_ACROSS_PROVINCES"}
    needed = {"value": "4.916"}  # half of it is exactly 20 certificates
    first = claim(certificates=[held(1, 10, **bought)], saving_needed_tce=needed)
    second = claim(ELSEWHERE, year=2025, certificates=[held(11, 20, **bought)], saving_needed_tce=needed)
    third = claim(SISTER, certificates=[held(21, 21, **bought)], saving_needed_tce=needed)

    states = [(await record(stub, request)) for request in (first, second, third)]

    assert [objecting(offset) for offset in states] == [[], [], ["budget.offset.certificate_share"]]


async def test_a_revocation_takes_back_once_and_its_evidence_stays_used(
    stub: "OffsetsServiceAsyncStub", pool: Database
) -> None:
    offset = await record(stub, claim())
    first = (await stub.RevokeDeductible(revocation(offset), timeout=SECONDS)).offset
    second = (await stub.RevokeDeductible(revocation(offset, "丙", "丁"), timeout=SECONDS)).offset

    assert first == second
    assert first.state == pb.OFFSET_STATE_REVOKED
    assert list(first.revocation.signers) == ["甲", "乙"]
    assert await totals(stub, PROVINCE) == {pb.OFFSET_HEADING_NON_FOSSIL_ALL: 0}
    assert objecting(await record(stub, claim())) == ["budget.offset.once"]
    assert [type_ for _, type_ in await announced(pool)] == [
        "offset-recorded.v1",
        "offset-revoked.v1",
        "offset-refused.v1",
    ]
    assert await balanced(pool)


async def test_a_revocation_needs_two_persons_and_something_that_was_booked(stub: "OffsetsServiceAsyncStub") -> None:
    refused = await record(stub, claim(year=2026, assessed_on={"year": 2026, "month": 3, "day": 1}))

    code, reason, _, _ = await refusal(stub.RevokeDeductible(revocation(refused), timeout=SECONDS))
    assert (code, reason) == (StatusCode.FAILED_PRECONDITION, "OFFSET_REFUSED")
    _, reason, _, fields = await refusal(stub.RevokeDeductible(revocation(refused, "甲", "甲"), timeout=SECONDS))
    assert (reason, fields) == ("INVALID_REQUEST", ["signers"])
    unknown = pb.Offset(name=f"offsets/{uuid4()}")
    code, reason, _, _ = await refusal(stub.RevokeDeductible(revocation(unknown), timeout=SECONDS))
    assert (code, reason) == (StatusCode.NOT_FOUND, "NOT_FOUND")


async def test_the_statistics_on_file_bound_what_is_deducted(stub: "OffsetsServiceAsyncStub", pool: Database) -> None:
    async with OffsetsWork(pool, "budget") as work:
        for region, tce in ((COUNTY, 6), (PREFECTURE, 60), (PROVINCE, 600)):
            series = Series(RegionCode(region), Kind.ENERGY, Basis.CALORIFIC)
            figure = Statistic(series, Period(2024), Stage.FINAL, tce * 1_000, "统计公报 (虚构)", 1, NOW)
            await work.statistics.add(figure)
        await work.commit()

    offsets = [await record(stub, feedstock("5", f"m-{n}", consumption=[])) for n in range(2)]

    assert [objecting(offset) for offset in offsets] == [[], ["budget.offset.order"]]


async def test_a_refused_claim_uses_nothing_up_and_may_be_made_again_complete(stub: "OffsetsServiceAsyncStub") -> None:
    incomplete = await record(stub, claim(consumption=[]))
    complete = await record(stub, claim())

    assert objecting(incomplete) == ["budget.offset.order"]
    assert complete.state == pb.OFFSET_STATE_RECORDED


async def test_a_document_in_any_script_is_taken_and_kept_as_it_was_stated(
    stub: "OffsetsServiceAsyncStub", pool: Database
) -> None:
    documents = [
        "青海省　能耗扣减\u00a0核算表 " + "长" * 150 + "。",
        *("附件" + "甲" * 190 + str(n) for n in range(19)),
    ]

    offset = await record(stub, claim(documents=documents))

    assert list(offset.claim.documents) == documents
    note: str = await pool.fetchval("SELECT note FROM ledger_entry")
    assert len(note) == 500
    assert note.startswith("青海省 能耗扣减 核算表 长")
