"""ScreeningService over real gRPC and PostgreSQL: reading, paging, and following without loss."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from screening.application.ports import Position
from testkit.refusals import refusal as refused

if TYPE_CHECKING:
    from services.screening.tests.integration.conftest import Begin, Events, Stream

    from dualcontrol.screening.v1.screening_service_pb2_grpc import ScreeningServiceAsyncStub

pytestmark = pytest.mark.integration

SECONDS = 20


async def refusal(call: Any) -> tuple[grpc.StatusCode, str, set[str]]:
    """Code, reason and the fields that are wrong."""
    found = await refused(call)
    return found.code, found.reason, set(found.fields)


async def decided(stream: "Stream", made: "Events", *filings: str) -> None:
    for filing in filings:
        for fact in made.facts(filing):
            await stream.take(fact)


async def test_a_decision_is_read_by_number_and_as_the_current_one(
    stub: "ScreeningServiceAsyncStub", stream: "Stream", made: "Events"
) -> None:
    await stream.take(made.level(3))
    await decided(stream, made, "f-1")
    await stream.take(made.level(1, version=2))
    await stream.sweep()

    first = await stub.GetDecision(pb.GetDecisionRequest(name="filings/f-1/decisions/1"), timeout=SECONDS)
    current = await stub.GetDecision(pb.GetDecisionRequest(name="filings/f-1/decisions/current"), timeout=SECONDS)

    assert first.decision.disposition == common.DISPOSITION_APPROVE
    assert (current.decision.name, current.decision.disposition) == (
        "filings/f-1/decisions/2", common.DISPOSITION_RESTRICT
    )  # fmt: skip
    assert (current.decision.decide_date.year, current.decision.decide_date.day) == (2026, 2)
    assert current.decision.findings[0].rule == "region.intensity_level"


async def test_a_decision_that_is_not_there_is_told_apart_from_one_that_is_not_made_yet(
    stub: "ScreeningServiceAsyncStub", stream: "Stream", made: "Events"
) -> None:
    await stream.take(made.accepted())

    early = await refusal(
        stub.GetDecision(pb.GetDecisionRequest(name="filings/f-1/decisions/current"), timeout=SECONDS)
    )
    nowhere = await refusal(
        stub.GetDecision(pb.GetDecisionRequest(name="filings/f-2/decisions/current"), timeout=SECONDS)
    )
    numbered = await refusal(stub.GetDecision(pb.GetDecisionRequest(name="filings/f-1/decisions/7"), timeout=SECONDS))

    assert early == nowhere == (grpc.StatusCode.NOT_FOUND, "NO_DECISION_YET", set())
    assert numbered == (grpc.StatusCode.NOT_FOUND, "NOT_FOUND", set())


async def test_a_case_shows_what_it_has_and_what_it_waits_for(
    stub: "ScreeningServiceAsyncStub", stream: "Stream", made: "Events"
) -> None:
    name = "filings/f-1/case"
    assert (await refusal(stub.GetCase(pb.GetCaseRequest(name=name), timeout=SECONDS)))[1] == "NOT_FOUND"

    await stream.take(made.level(3, version=4))
    await stream.take(made.accepted())
    await stream.take(made.reviewed())
    early = (await stub.GetCase(pb.GetCaseRequest(name=name), timeout=SECONDS)).case
    await stream.take(made.replaced())
    asked = (await stub.GetCase(pb.GetCaseRequest(name=name), timeout=SECONDS)).case
    await stream.take(made.reserved())
    done = (await stub.GetCase(pb.GetCaseRequest(name=name), timeout=SECONDS)).case

    assert [(known.fact, known.version) for known in early.facts] == [
        ("filing", 1),
        ("review", 1),
        ("region/630100", 4),
    ]
    assert [list(case.waiting_for) for case in (early, asked, done)] == [["replacement"], ["deduction"], []]
    assert "deduction" in {known.fact for known in done.facts}


async def test_current_decisions_are_paged_by_filing_id(
    stub: "ScreeningServiceAsyncStub", stream: "Stream", made: "Events"
) -> None:
    await decided(stream, made, "f-3", "f-1", "f-2")
    await stream.take(made.level(1))
    await stream.sweep()

    first = await stub.ListDecisions(pb.ListDecisionsRequest(page_size=2), timeout=SECONDS)
    second = await stub.ListDecisions(
        pb.ListDecisionsRequest(page_size=2, page_token=first.next_page_token), timeout=SECONDS
    )

    assert [one.name for one in (*first.decisions, *second.decisions)] == [
        "filings/f-1/decisions/2", "filings/f-2/decisions/2", "filings/f-3/decisions/2"
    ]  # fmt: skip
    assert second.next_page_token == ""


@pytest.mark.parametrize(
    "name", ["", "f-1", "filings/f-1/decisions/0", "filings/F/decisions/1", "filings/f-1/decisions/9999999999"]
)
async def test_a_malformed_name_is_named(stub: "ScreeningServiceAsyncStub", name: str) -> None:
    for call in (
        stub.GetDecision(pb.GetDecisionRequest(name=name), timeout=SECONDS),
        stub.GetCase(pb.GetCaseRequest(name=name), timeout=SECONDS),
    ):
        assert await refusal(call) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", {"name"})


async def test_malformed_paging_is_named_all_at_once(stub: "ScreeningServiceAsyncStub") -> None:
    request = pb.ListDecisionsRequest(page_size=-1, page_token="?")

    code, _, fields = await refusal(stub.ListDecisions(request, timeout=SECONDS))

    assert (code, fields) == (grpc.StatusCode.INVALID_ARGUMENT, {"page_size", "page_token"})


async def test_a_strange_resume_token_is_refused(stub: "ScreeningServiceAsyncStub") -> None:
    async def first() -> None:
        async for _ in stub.WatchDecisions(pb.WatchDecisionsRequest(resume_token="mine"), timeout=SECONDS):
            raise AssertionError("nothing may come")

    assert await refusal(first()) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", {"resume_token"})


@asynccontextmanager
async def watching(stub: "ScreeningServiceAsyncStub", token: str = "") -> AsyncIterator[Any]:
    call = stub.WatchDecisions(pb.WatchDecisionsRequest(resume_token=token), timeout=SECONDS)
    try:
        yield aiter(call)
    finally:
        call.cancel()


async def test_a_watcher_gets_what_was_and_what_comes_and_resumes_after_its_last_token(
    stub: "ScreeningServiceAsyncStub", stream: "Stream", made: "Events"
) -> None:
    await stream.take(made.level(3))
    await decided(stream, made, "f-1", "f-2")
    async with watching(stub) as answers:
        first, second = await anext(answers), await anext(answers)
        await decided(stream, made, "f-3")
        third = await anext(answers)

    async with watching(stub, first.resume_token) as answers:
        again = [await anext(answers), await anext(answers)]

    assert [one.decision.name.split("/")[1] for one in (first, second, third)] == ["f-1", "f-2", "f-3"]
    assert again == [second, third]


async def test_a_watcher_misses_no_decision_that_commits_after_a_later_one(
    stub: "ScreeningServiceAsyncStub", stream: "Stream", made: "Events", begin: "Begin"
) -> None:
    await stream.take(made.level(3))
    for filing in ("late", "early"):
        await stream.take(made.accepted(filing))
        await stream.take(made.reviewed(filing, kgce=0))

    async with watching(stub) as answers:
        async with begin() as work:
            await stream.handle(work, made.replaced("late"))
            await stream.take(made.replaced("early"))
            async with begin() as reader:
                assert await reader.journal.after(Position(), 10) == []
            await work.commit()
        seen = [await anext(answers), await anext(answers)]

    assert [one.decision.name.split("/")[1] for one in seen] == ["late", "early"]


async def test_many_writers_at_once_are_followed_without_loss_across_broken_watches(
    stub: "ScreeningServiceAsyncStub", stream: "Stream", made: "Events"
) -> None:
    await stream.take(made.level(3))
    filings = [f"f-{number}" for number in range(40)]
    writers = [asyncio.create_task(decided(stream, made, *filings[start::4])) for start in range(4)]

    seen: list[str] = []
    token = ""
    while len(seen) < len(filings):
        async with watching(stub, token) as answers:
            for _ in range(min(3, len(filings) - len(seen))):
                answer = await anext(answers)
                seen.append(answer.decision.name.split("/")[1])
                token = answer.resume_token
    await asyncio.gather(*writers)

    assert sorted(seen) == sorted(filings)
