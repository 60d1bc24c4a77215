"""Yearly capacity and output over gRPC, on a real database."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import grpc
import pytest
from google.type.decimal_pb2 import Decimal

from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from dualcontrol.common.v1 import finding_pb2 as common
from servicekit.storage.database import Database
from servicekit.wire import instant_to_wire

if TYPE_CHECKING:
    from dualcontrol.capacity.v1.capacity_service_pb2_grpc import CapacityServiceAsyncStub

pytestmark = pytest.mark.integration

SECONDS_MAX = 20
ASKED = pb.GetUtilisationRequest(product_id="clinker", region_code="630000")


def record(year: int, output: str = "4000", **other: Any) -> pb.RecordUtilisationRequest:
    stated = {
        "product_id": "clinker", "region_code": "630000", "year": year, "capacity_t": Decimal(value="10000"),
        "output_t": Decimal(value=output), "document": "虚构统计公报",
    }  # fmt: skip
    return pb.RecordUtilisationRequest(utilisation=pb.Utilisation(**{**stated, **other}), request_id=str(uuid4()))


async def test_rates_are_exact_and_their_mean_is_that_of_the_years_before(
    stub: "CapacityServiceAsyncStub", pool: Database
) -> None:
    for year, output in ((2023, "1"), (2024, "2"), (2025, "4"), (2026, "9999")):
        await stub.RecordUtilisation(record(year, output), timeout=SECONDS_MAX)

    seen = await stub.GetUtilisation(ASKED, timeout=SECONDS_MAX)

    assert [(one.year, one.rate.value) for one in seen.years] == [
        (2026, "0.9999"),
        (2025, "0.0004"),
        (2024, "0.0002"),
        (2023, "0.0001"),
    ]
    assert (seen.mean.numerator, seen.mean.denominator, seen.mean.rounded.value) == ("7", "30000", "0.0002")
    assert list(seen.mean_years) == [2023, 2024, 2025]
    assert seen.warning == pb.OVERCAPACITY_LEVEL_UNKNOWN
    assert "not_found" in {citation.verification for citation in seen.under}
    assert await pool.fetchval("SELECT count(*) FROM outbox WHERE key = 'clinker:630000'") == 4


async def test_a_missing_year_leaves_no_mean(stub: "CapacityServiceAsyncStub") -> None:
    await stub.RecordUtilisation(record(2025), timeout=SECONDS_MAX)

    seen = await stub.GetUtilisation(ASKED, timeout=SECONDS_MAX)

    assert not seen.HasField("mean")
    assert list(seen.missing_years) == [2023, 2024]


async def test_a_revised_figure_is_added_and_the_older_one_is_read_as_of_then(
    stub: "CapacityServiceAsyncStub", pool: Database, clock: Any
) -> None:
    first = record(2025, "4000")
    once = await stub.RecordUtilisation(first, timeout=SECONDS_MAX)
    then = clock.now
    clock.tick()
    again = await stub.RecordUtilisation(first, timeout=SECONDS_MAX)
    revised = await stub.RecordUtilisation(record(2025, "4500"), timeout=SECONDS_MAX)

    now = await stub.GetUtilisation(ASKED, timeout=SECONDS_MAX)
    past = pb.GetUtilisationRequest()
    past.CopyFrom(ASKED)
    past.known_time.CopyFrom(instant_to_wire(then))
    before = await stub.GetUtilisation(past, timeout=SECONDS_MAX)

    assert once == again
    assert (once.utilisation.version, revised.utilisation.version) == (1, 2)
    assert ([y.output_t.value for y in now.years], [y.output_t.value for y in before.years]) == (["4500"], ["4000"])
    with pytest.raises(Exception, match="only added to"):
        await pool.execute("UPDATE utilisation SET output_t = 1")


async def test_every_wrong_field_of_a_figure_is_named_at_once(stub: "CapacityServiceAsyncStub", refused: Any) -> None:
    wrong = record(2027, "1.5", product_id="X", region_code="", capacity_t=Decimal(value="0"), document="")

    assert await refused(stub.RecordUtilisation(wrong, timeout=SECONDS_MAX)) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "INVALID_REQUEST",
        {
            "utilisation.product_id", "utilisation.region_code", "utilisation.year", "utilisation.capacity_t",
            "utilisation.output_t", "utilisation.document",
        },
    )  # fmt: skip
    assert (await refused(stub.GetUtilisation(pb.GetUtilisationRequest(), timeout=SECONDS_MAX)))[2] == {
        "product_id",
        "region_code",
    }


@pytest.mark.parametrize(("output", "verdict"), [("4999", common.VERDICT_FAILS), ("5000", common.VERDICT_HOLDS)])
async def test_the_figures_on_record_decide_what_a_province_may_bring_in(
    output: str, verdict: common.Verdict.ValueType, stub: "CapacityServiceAsyncStub", filings: Any
) -> None:
    for year in (2022, 2023):
        await stub.RecordUtilisation(record(year, "5000"), timeout=SECONDS_MAX)
    await stub.RecordUtilisation(record(2024, output), timeout=SECONDS_MAX)
    await filings.register("lot-a", 8_000, region="620500")

    await filings.take(filings.accepted(lot_a="8000"))

    name = pb.GetReplacementRequest(name="filings/f-1/replacement")
    found = (await stub.GetReplacement(name, timeout=SECONDS_MAX)).replacement
    (limit,) = [f for f in found.findings if f.rule == "capacity.import_limit"]
    assert limit.verdict == verdict
    assert bool(found.holds) is (verdict == common.VERDICT_HOLDS)
