"""Filings evaluated again under another law, for good or as a what-if: the same ones, once, in one order."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import text_format
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_status import rpc_status
from services.review.tests.support.drafts import PROVINCIAL, TITLE, draft

from dualcontrol.filing.v1 import filing_events_pb2 as events
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.review.v1 import review_events_pb2 as announced
from dualcontrol.review.v1 import review_service_pb2 as pb
from dualcontrol.review.v1 import review_service_pb2_grpc as rpc
from review.adapters import simulating
from review.adapters.postgres import ReviewWork
from review.domain.review import FilingId, Review
from review.entrypoints.grpc import servicers
from review.entrypoints.stream import subscriptions
from review.entrypoints.sweeping import Sweeping
from servicekit.eventing.outbox import event_type
from servicekit.rpc.server import Doors, RpcServer
from servicekit.simulation import Draft, Simulations
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from testkit.gates import open_gate
from testkit.ports import choose_port

pytestmark = pytest.mark.integration

Begin = Callable[[], ReviewWork]
NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
DEADLINE_SECONDS = 60


def lithium(tce: str, day: date = date(2026, 3, 2), region: str = "632801") -> filing.Dossier:
    return text_format.Parse(
        f"""
        applicant {{ name: "虚构示例企业" credit_code: "91632801MA7T0X1K6P" }} region_code: "{region}"
        kind: PROJECT_KIND_NEW_BUILD industry_codes: "2613" products {{ product_id: "lithium_salts" name: "碳酸锂" }}
        application_date {{ year: {day.year} month: {day.month} day: {day.day} }}
        energy {{ annual_tce_calorific {{ value: "{tce}" }} annual_coal_t {{ value: "0" }} }}
        """,
        filing.Dossier(),
    )


async def take(begin: Begin, policy: PolicyBundle, *messages: Any) -> None:
    (subscription,) = subscriptions(policy)
    async with begin() as work:
        for message in messages:
            await subscription.routes[event_type("filing", message)].handle(message, work)
        await work.commit()


async def accept(begin: Begin, policy: PolicyBundle, id_: str, dossier: filing.Dossier, revision: int = 1) -> None:
    await take(begin, policy, events.FilingAccepted(filing=id_, revision=revision, dossier=dossier))


async def standing(begin: Begin, id_: str) -> Review:
    async with begin() as work:
        review = await work.reviews.get(FilingId(id_))
    assert review is not None
    return review


async def told(pool: Database) -> list[tuple[str, int, int]]:
    """Filing, revision and version of each event, in order."""
    rows = await pool.fetch("SELECT value FROM outbox ORDER BY id")
    made = [announced.ReviewEvaluated.FromString(row["value"]) for row in rows]
    return [(event.filing, event.review.revision, event.review.version) for event in made]


@pytest.fixture
async def four(begin: Begin, policy: PolicyBundle) -> None:
    """On both sides of the old and of the new line; the youngest application was filed first."""
    await accept(begin, policy, "above-both", lithium("30000"))
    await accept(begin, policy, "between-2", lithium("12001", date(2026, 5, 1)))
    await accept(begin, policy, "between-1", lithium("12000", date(2026, 4, 1)))
    await accept(begin, policy, "old-law", lithium("12000", date(2025, 8, 31)))


async def test_another_law_makes_new_versions_of_what_decides_otherwise_in_order_of_application(
    four: None, begin: Begin, pool: Database, tmp_path: Path
) -> None:
    law, _ = draft(tmp_path / "law", PROVINCIAL)
    before = await standing(begin, "between-1")

    changed = await Sweeping(begin, law).sweep()

    assert changed == 2
    assert (await told(pool))[4:] == [("between-1", 1, 2), ("between-2", 1, 2)]
    after = await standing(begin, "between-1")
    assert (after.version, after.revision, after.evaluation.bundle_hash) == (2, 1, law.bundle_hash)
    assert after.evaluation.competent_level is not before.evaluation.competent_level
    untouched = await standing(begin, "above-both")
    assert (untouched.version, untouched.evaluation.bundle_hash) == (1, before.evaluation.bundle_hash)


async def test_a_law_is_swept_once_and_back_again_when_it_goes(
    four: None, begin: Begin, pool: Database, policy: PolicyBundle, tmp_path: Path
) -> None:
    law, _ = draft(tmp_path / "law", PROVINCIAL)
    first, again = await Sweeping(begin, law).sweep(), await Sweeping(begin, law).sweep()
    back = await Sweeping(begin, policy).sweep()

    assert (first, again, back) == (2, 0, 2)
    assert (await told(pool))[6:] == [("between-1", 1, 3), ("between-2", 1, 3)]


async def test_other_words_of_the_law_make_no_new_version(
    four: None, begin: Begin, pool: Database, tmp_path: Path
) -> None:
    law, _ = draft(tmp_path / "law", TITLE)

    assert await Sweeping(begin, law).sweep() == 0
    assert len(await told(pool)) == 4


async def test_a_sweep_that_was_killed_goes_on_and_tells_nothing_twice(
    four: None, begin: Begin, pool: Database, tmp_path: Path
) -> None:
    law, _ = draft(tmp_path / "law", PROVINCIAL)
    killed = asyncio.create_task(Sweeping(begin, law).sweep())
    while len(await told(pool)) < 5:
        await asyncio.sleep(0)
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)

    await Sweeping(begin, law).sweep()

    assert sorted((await told(pool))[4:]) == [("between-1", 1, 2), ("between-2", 1, 2)]


async def test_sweeps_of_several_processes_at_once_look_at_each_filing_once(
    four: None, begin: Begin, pool: Database, tmp_path: Path
) -> None:
    law, _ = draft(tmp_path / "law", PROVINCIAL)

    await asyncio.gather(*(Sweeping(begin, law).sweep() for _ in range(2)))

    assert (await told(pool))[4:] == [("between-1", 1, 2), ("between-2", 1, 2)]


async def test_a_revision_after_a_sweep_is_a_newer_version(
    four: None, begin: Begin, pool: Database, tmp_path: Path
) -> None:
    law, _ = draft(tmp_path / "law", PROVINCIAL)
    await Sweeping(begin, law).sweep()

    await accept(begin, law, "between-1", lithium("11999"), revision=2)
    await accept(begin, law, "between-1", lithium("11998"), revision=4)

    assert [one for one in await told(pool) if one[0] == "between-1"] == [
        ("between-1", 1, 1),
        ("between-1", 1, 2),
        ("between-1", 2, 3),
        ("between-1", 4, 4),
    ]
    assert (await standing(begin, "between-1")).version == 4


async def test_a_withdrawn_filing_is_not_evaluated_again(
    four: None, begin: Begin, policy: PolicyBundle, pool: Database, tmp_path: Path
) -> None:
    law, _ = draft(tmp_path / "law", PROVINCIAL)
    await take(begin, policy, events.FilingWithdrawn(filing="between-1", revision=2, reason="虚构"))

    await Sweeping(begin, law).sweep()

    assert (await told(pool))[4:] == [("between-2", 1, 2)]


async def test_the_owners_later_filings_do_not_come_into_an_older_one_with_another_law(
    begin: Begin, policy: PolicyBundle, pool: Database, tmp_path: Path
) -> None:
    await accept(begin, policy, "half-1", lithium("600"))
    await accept(begin, policy, "half-2", lithium("600"))

    law, _ = draft(tmp_path / "law", TITLE)

    assert await Sweeping(begin, law).sweep() == 0


async def test_what_code_without_versions_wrote_is_read_and_left_alone(
    four: None, begin: Begin, pool: Database, tmp_path: Path
) -> None:
    law, _ = draft(tmp_path / "law", PROVINCIAL)
    await Sweeping(begin, law).sweep()
    await pool.execute("UPDATE review SET revision = 2, review = review WHERE filing_id = 'between-1'")
    await pool.execute("UPDATE review SET looked_under = ''")

    assert await Sweeping(begin, law).sweep() == 0
    assert (await standing(begin, "between-1")).version == 3


# What would change


@pytest.fixture
def simulations(pool: Database, database: str) -> Simulations:
    return Simulations(pool, database, simulating.ranges, simulating.look)


async def simulated(simulations: Simulations, law: bytes, region: str = "") -> tuple[int, int, list[pb.Review]]:
    """Looked at, of how many, and what changes."""
    progress = [one async for one in simulations.run(Draft(law, "qinghai", NOW, region))]
    changed = [pb.Review.FromString(raw) for one in progress for raw in one.changed]
    return progress[-1].looked_at, progress[-1].total, changed


async def test_a_draft_changes_as_a_what_if_what_it_then_changes_in_force(
    four: None, begin: Begin, pool: Database, simulations: Simulations, tmp_path: Path
) -> None:
    law, archive = draft(tmp_path / "law", PROVINCIAL)
    looked_at, total, changed = await simulated(simulations, archive)
    assert (looked_at, total, len(await told(pool))) == (4, 4, 4)

    await Sweeping(begin, law).sweep()

    rows = await pool.fetch("SELECT value FROM outbox WHERE id > (SELECT min(id) + 3 FROM outbox) ORDER BY key")
    in_force = [announced.ReviewEvaluated.FromString(row["value"]).review for row in rows]
    assert changed == in_force
    assert (await simulated(simulations, archive))[2] == []


async def test_a_draft_is_looked_at_within_a_region(
    four: None, begin: Begin, policy: PolicyBundle, simulations: Simulations, tmp_path: Path
) -> None:
    await accept(begin, policy, "elsewhere", lithium("12000", region="630121"))
    _, archive = draft(tmp_path / "law", PROVINCIAL)

    assert (await simulated(simulations, archive, "630100"))[:2] == (1, 1)
    assert (await simulated(simulations, archive, "632800"))[:2] == (4, 4)
    assert (await simulated(simulations, archive, "620000"))[:2] == (0, 0)


async def test_every_filing_is_in_one_range_however_many_there_are(
    four: None, pool: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulating, "RANGE_ROWS", 3)
    async with pool.acquire() as connection:
        found = await simulating.ranges(connection, "")

    assert [one.rows for one in found] == [3, 1]
    assert [found[0].after, found[1].after] == ["", found[0].upto]


@pytest.fixture
async def stub(
    begin: Begin, policy: PolicyBundle, simulations: Simulations
) -> "AsyncIterator[rpc.ReviewServiceAsyncStub]":
    address = f"127.0.0.1:{choose_port()}"
    adding = servicers(begin, policy, lambda: NOW, simulate=simulations.run)
    server = RpcServer(Doors(address), adding, open_gate())
    await server.start()
    async with grpc.aio.insecure_channel(address) as channel:
        yield rpc.ReviewServiceStub(channel)
    await server.stop(drain_seconds=5)


async def refusal(stub: "rpc.ReviewServiceAsyncStub", request: pb.SimulateReviewsRequest) -> tuple[Any, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        async for _ in stub.SimulateReviews(request, timeout=DEADLINE_SECONDS):
            pass
    info = ErrorInfo()
    details = rpc_status.from_call(caught.value).details  # type: ignore[arg-type]  # the stubs know no grpc.aio
    assert any(detail.Unpack(info) for detail in details)
    return caught.value.code(), info.reason


async def test_a_what_if_streams_its_progress_and_what_changes(
    four: None, stub: "rpc.ReviewServiceAsyncStub", tmp_path: Path
) -> None:
    _, archive = draft(tmp_path / "law", PROVINCIAL)
    request = pb.SimulateReviewsRequest(law=archive, region_code="630000")

    answers = [one async for one in stub.SimulateReviews(request, timeout=DEADLINE_SECONDS)]

    assert (answers[-1].looked_at, answers[-1].total) == (4, 4)
    names = [review.name for answer in answers for review in answer.changed]
    assert names == ["filings/between-1/review", "filings/between-2/review"]


async def test_a_bad_draft_is_refused_by_name(stub: "rpc.ReviewServiceAsyncStub") -> None:
    invalid = grpc.StatusCode.INVALID_ARGUMENT

    assert await refusal(stub, pb.SimulateReviewsRequest()) == (invalid, "INVALID_REQUEST")
    assert await refusal(stub, pb.SimulateReviewsRequest(law=b"x", region_code="63")) == (invalid, "INVALID_REQUEST")
    assert await refusal(stub, pb.SimulateReviewsRequest(law=b"x")) == (invalid, "BAD_LAW_ARCHIVE")


async def test_one_draft_at_a_time(
    simulations: Simulations, tmp_path: Path, stub: "rpc.ReviewServiceAsyncStub"
) -> None:
    _, archive = draft(tmp_path / "law", PROVINCIAL)
    running = simulations.run(Draft(archive, "qinghai", NOW))
    first = asyncio.create_task(anext(running))
    await asyncio.sleep(0)

    code, reason = await refusal(stub, pb.SimulateReviewsRequest(law=archive))

    assert (code, reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "SIMULATION_RUNNING")
    await first
    await running.aclose()
    assert (await simulated(simulations, archive))[:2] == (0, 0)


async def test_a_worker_that_is_killed_ends_the_what_if_and_the_next_one_runs(
    four: None, simulations: Simulations, tmp_path: Path
) -> None:
    _, archive = draft(tmp_path / "law", PROVINCIAL)
    running = asyncio.ensure_future(simulated(simulations, archive))
    while not multiprocessing.active_children():
        await asyncio.sleep(0.01)
    multiprocessing.active_children()[0].kill()

    with pytest.raises(OSError, match="a worker of the simulation ended"):
        await running
    assert (await simulated(simulations, archive))[:2] == (4, 4)
