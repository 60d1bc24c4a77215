"""ReviewService on a real server and a real database."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest
from google.rpc.status_pb2 import Status

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_events_pb2 as events
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.review.v1 import review_service_pb2 as pb
from dualcontrol.review.v1 import review_service_pb2_grpc as rpc
from review.adapters import simulating
from review.adapters.postgres import ReviewWork
from review.entrypoints.grpc import servicers
from review.entrypoints.stream import take_accepted
from servicekit.rpc.errors import DETAILS_KEY
from servicekit.rpc.server import Doors, RpcServer
from servicekit.simulation import Simulations
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from testkit.gates import open_gate
from testkit.ports import choose_port

pytestmark = pytest.mark.integration

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
"""The 24th in China."""
DEADLINE_SECONDS = 20
Begin = Callable[[], ReviewWork]
Stub: TypeAlias = "rpc.ReviewServiceAsyncStub"  # the typed face of ReviewServiceStub; it exists in the stubs only


@pytest.fixture
async def stub(begin: Begin, policy: PolicyBundle, pool: Database, database: str) -> AsyncIterator[Stub]:
    address = f"127.0.0.1:{choose_port()}"
    simulate = Simulations(pool, database, simulating.ranges, simulating.look).run
    server = RpcServer(Doors(address), servicers(begin, policy, lambda: NOW, simulate=simulate), open_gate())
    await server.start()
    await server.ready()
    async with grpc.aio.insecure_channel(address) as channel:
        yield rpc.ReviewServiceStub(channel)
    await server.stop(drain_seconds=5)


async def evaluated(stub: Stub, dossier: filing.Dossier) -> pb.Review:
    answer = await stub.EvaluateProject(pb.EvaluateProjectRequest(dossier=dossier), timeout=DEADLINE_SECONDS)
    return answer.review


def wrong_fields(error: grpc.aio.AioRpcError) -> dict[str, str]:
    trailing: Any = error.trailing_metadata()  # the stubs have another type for it than grpc.aio
    status = Status.FromString(dict(trailing)[DETAILS_KEY])
    request = BadRequest()
    assert any(detail.Unpack(request) for detail in status.details)
    return {v.field: v.reason for v in request.field_violations}


async def test_a_dry_run_gives_what_a_filing_gets_and_stores_nothing(
    stub: Stub,
    begin: Begin,
    pool: Database,
    policy: PolicyBundle,
    clinker_line: filing.Dossier,
) -> None:
    dry = await evaluated(stub, clinker_line)
    assert await pool.fetchval("SELECT count(*) FROM review") == 0
    assert (dry.name, dry.revision) == ("", 0)

    async with begin() as work:
        message = events.FilingAccepted(filing="clinker-line-1", revision=1, dossier=clinker_line)
        await take_accepted(policy, message, work)
        await work.commit()
    name = "filings/clinker-line-1/review"
    stored = (await stub.GetReview(pb.GetReviewRequest(name=name), timeout=DEADLINE_SECONDS)).review
    assert (stored.name, stored.revision, stored.version) == (name, 1, 1)
    for of_the_filing in ("name", "revision", "version"):
        stored.ClearField(of_the_filing)
    assert stored == dry


async def test_an_empty_dossier_is_no_error_and_is_asked_for_what_is_missing(
    stub: Stub,
) -> None:
    review = await evaluated(stub, filing.Dossier())

    assert review.two_high == common.VERDICT_UNKNOWN
    assert review.competent_level == pb.COMPETENT_LEVEL_UNSPECIFIED
    assert not review.HasField("annual_kgce_calorific")
    assert {
        "dossier.application_date",
        "dossier.energy.annual_tce_calorific",
        "dossier.industry_codes",
        "dossier.products",
    } <= {field for finding in review.findings for field in finding.missing}


async def test_all_wrong_fields_are_named_at_once(stub: Stub, clinker_line: filing.Dossier) -> None:
    clinker_line.kind = 77  # type: ignore[assignment]  # a value that no contract has
    clinker_line.application_date.day = 31
    clinker_line.application_date.month = 2
    clinker_line.industry_codes[0] = "水泥"
    clinker_line.products[0].unit_energy[0].value.value = "1e3"
    clinker_line.products[0].unit_energy[0].unit = ""
    clinker_line.products.add()
    clinker_line.energy.annual_tce_calorific.value = "1.2345"
    clinker_line.energy.annual_coal_t.value = "-1"
    clinker_line.energy.annual_electricity_kwh.value = "1000000000000000"
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await evaluated(stub, clinker_line)

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert wrong_fields(refused.value) == {
        "dossier.kind": "UNKNOWN_VALUE",
        "dossier.application_date": "NO_SUCH_DAY",
        "dossier.industry_codes[0]": "MALFORMED",
        "dossier.products[0].unit_energy[0].value": "NOT_A_NUMBER",
        "dossier.products[0].unit_energy[0].unit": "REQUIRED",
        "dossier.products[1].name": "REQUIRED",
        "dossier.energy.annual_tce_calorific": "TOO_PRECISE",
        "dossier.energy.annual_coal_t": "TOO_SMALL",
        "dossier.energy.annual_electricity_kwh": "TOO_LARGE",
    }


@pytest.mark.parametrize(("day", "refused"), [(24, False), (25, True)])
async def test_an_application_may_be_of_today_in_china_but_not_of_tomorrow(
    stub: Stub, clinker_line: filing.Dossier, day: int, *, refused: bool
) -> None:
    clinker_line.application_date.month = 11
    clinker_line.application_date.day = day
    if not refused:
        await evaluated(stub, clinker_line)
        return
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await evaluated(stub, clinker_line)
    assert wrong_fields(error.value) == {"dossier.application_date": "IN_THE_FUTURE"}


async def test_a_request_without_a_dossier_is_refused(stub: Stub) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.EvaluateProject(pb.EvaluateProjectRequest(), timeout=DEADLINE_SECONDS)
    assert wrong_fields(refused.value) == {"dossier": "REQUIRED"}


@pytest.mark.parametrize("name", ["", "filings/x/review", "filings/clinker-line-1", "filings/a\0bc/review"])
async def test_a_malformed_name_is_refused(stub: Stub, name: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.GetReview(pb.GetReviewRequest(name=name), timeout=DEADLINE_SECONDS)
    assert wrong_fields(refused.value).keys() == {"name"}


async def test_a_filing_that_has_not_arrived_is_not_found(stub: Stub) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.GetReview(pb.GetReviewRequest(name="filings/not-yet-here/review"), timeout=DEADLINE_SECONDS)
    assert refused.value.code() is grpc.StatusCode.NOT_FOUND
