"""An opinion lapses by itself on its day, unless construction started; once, however many look."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from dualcontrol.review.v1 import opinion_events_pb2 as events
from dualcontrol.review.v1 import opinion_service_pb2 as pb
from review.entrypoints import lapsing as module
from review.entrypoints.lapsing import Lapsing
from servicekit.program import Parts
from servicekit.storage.database import Database
from servicekit.wire import date_to_wire
from testkit.refusals import refusal

if TYPE_CHECKING:
    from dualcontrol.review.v1.opinion_service_pb2_grpc import OpinionServiceAsyncStub

pytestmark = pytest.mark.integration

SECONDS_MAX = 20
LAST_DAY = date(2028, 3, 1)
LAPSES = date(2028, 3, 2)
RUNNERS = 4


@pytest.fixture
def lapsing(parts: Parts, clock: Any) -> Lapsing:
    return Lapsing(parts.begin, clock)  # type: ignore[arg-type]  # of the service, not of any unit of work


def start(opinion: pb.Opinion, day: date) -> pb.RecordConstructionStartRequest:
    return pb.RecordConstructionStartRequest(
        name=opinion.name, start_date=date_to_wire(day), evidence="开工报告", request_id=str(uuid4())
    )


async def test_an_opinion_without_a_start_lapses_on_its_day_and_not_the_day_before(
    desk: Any, clock: Any, lapsing: Lapsing
) -> None:
    issued = await desk.issued()
    clock.put(LAST_DAY)
    assert await lapsing.lapse_due() == 0

    clock.put(LAPSES)
    counts = await asyncio.gather(*(lapsing.lapse_due() for _ in range(RUNNERS)))

    assert sum(counts) == 1
    lapsed = await desk.newest()
    assert (lapsed.state, lapsed.version) == (pb.OPINION_STATE_LAPSED, issued.version + 1)
    assert await desk.announced() == [
        events.OpinionIssued(filing="xining-line-2", opinion=issued),
        events.OpinionLapsed(filing="xining-line-2", opinion=lapsed),
    ]
    assert (await desk.log())[-1] == ("lapsed", 1, [], "2028-03-02")


async def test_a_start_in_time_keeps_the_opinion_also_when_it_is_told_on_the_day_of_the_lapse(
    stub: "OpinionServiceAsyncStub", desk: Any, clock: Any, lapsing: Lapsing
) -> None:
    issued = await desk.issued()
    clock.put(LAPSES)
    late = await refusal(stub.RecordConstructionStart(start(issued, LAPSES), timeout=SECONDS_MAX))
    assert (late.reason, late.metadata["lapses"]) == ("START_OUT_OF_TIME", "2028-03-02")

    answer = await stub.RecordConstructionStart(start(issued, LAST_DAY), timeout=SECONDS_MAX)

    assert await lapsing.lapse_due() == 0
    assert answer.opinion.construction_start_date == date_to_wire(LAST_DAY)
    assert answer.opinion.construction_evidence == "开工报告"
    assert await desk.newest() == answer.opinion
    assert len(await desk.announced()) == 1


async def test_a_start_told_after_the_lapse_is_refused(
    stub: "OpinionServiceAsyncStub", desk: Any, clock: Any, lapsing: Lapsing
) -> None:
    issued = await desk.issued()
    clock.put(LAPSES)
    await lapsing.lapse_due()

    refused = await refusal(stub.RecordConstructionStart(start(issued, LAST_DAY), timeout=SECONDS_MAX))

    assert refused.metadata == {"opinion": issued.name, "state": "lapsed"}


async def test_an_opinion_taken_back_does_not_lapse(
    stub: "OpinionServiceAsyncStub", desk: Any, clock: Any, lapsing: Lapsing
) -> None:
    issued = await desk.issued()
    request = pb.RevokeOpinionRequest(
        name=issued.name, signers=["甲", "乙"], reason="数据有误", request_id=str(uuid4())
    )
    await stub.RevokeOpinion(request, timeout=SECONDS_MAX)
    clock.put(LAPSES)

    assert await lapsing.lapse_due() == 0


async def test_many_lapse_in_bounded_batches_the_first_due_at_the_top(
    desk: Any, clock: Any, lapsing: Lapsing, pool: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_OPINIONS_MAX", 2)
    for filing_id in ("line-b", "line-a"):
        await desk.issued(filing_id)
    clock.put(date(2026, 3, 1))
    await desk.issued("line-c")
    clock.put(LAPSES)

    assert [await lapsing.lapse_due() for _ in range(3)] == [2, 1, 0]
    assert [event.filing for event in (await desk.announced())[-3:]] == ["line-c", "line-a", "line-b"]


async def test_it_goes_on_when_the_database_was_away(
    desk: Any, parts: Parts, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0)
    await desk.issued()
    clock.put(LAPSES)
    away = [ConnectionError("away"), TimeoutError("late")]

    def begin() -> Any:
        if away:
            raise away.pop()
        return parts.begin()

    running = asyncio.create_task(Lapsing(begin, clock).run())
    async with asyncio.timeout(SECONDS_MAX):
        while (await desk.newest()).state != pb.OPINION_STATE_LAPSED:
            await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert away == []


async def test_one_that_cannot_be_looked_at_does_not_keep_the_others(
    desk: Any, parts: Parts, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for filing_id in ("line-a", "line-b"):
        await desk.issued(filing_id)
    clock.put(LAPSES)
    begin: Any = parts.begin
    begins: list[Callable[[], Any]] = [begin, _broken]

    looked = Lapsing(lambda: begins.pop(0)() if begins else begin(), clock)

    assert await looked.lapse_due() == 1
    assert "could not be looked at" in caplog.text


def _broken() -> Any:
    raise ValueError("an opinion that nobody foresaw")
