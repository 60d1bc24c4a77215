"""Who waits in a region's queue, in which place and for what; and which cases wait longer than is normal."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from google.protobuf.message import Message
from google.type.date_pb2 import Date

from dualcontrol.budget.v1 import budget_events_pb2 as budget
from dualcontrol.budget.v1.budget_commands_pb2 import ReserveDeduction
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.review.v1 import opinion_events_pb2 as opinions
from dualcontrol.review.v1 import opinion_service_pb2 as opinion_pb
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from dualcontrol.screening.v1.screening_service_pb2_grpc import ScreeningServiceStub
from screening.entrypoints.grpc import servicers
from screening.entrypoints.stuck import StuckAlarm
from screening.entrypoints.sweeping import Sweeping
from servicekit.storage.bell import Bell
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from testkit.refusals import refusal
from testkit.serving import serving

if TYPE_CHECKING:
    from services.screening.tests.integration.conftest import Begin, Events, Stream

    from dualcontrol.screening.v1.screening_service_pb2_grpc import ScreeningServiceAsyncStub

    Alarm = Callable[[timedelta], StuckAlarm]
    At = Callable[[timedelta], AbstractAsyncContextManager[ScreeningServiceAsyncStub]]

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SECONDS = 30


def filed(made: "Events", filing: str, day: int = 2, region: str = "630104", kgce: int = 0) -> list[Message]:
    """What a decision on a filing of that day in March needs; day 0 is not stated."""
    accepted = made.accepted(filing, region=region)
    if day:
        accepted.dossier.application_date.CopyFrom(Date(year=2026, month=3, day=day))
    else:
        accepted.dossier.ClearField("application_date")
    return [accepted, made.reviewed(filing, kgce=kgce), made.replaced(filing)]


async def listed(stub: "ScreeningServiceAsyncStub", region: str = "630100", size: int = 50) -> list[pb.QueueEntry]:
    """All pages."""
    entries: list[pb.QueueEntry] = []
    token = ""
    while True:
        request = pb.ListQueueRequest(parent=f"regions/{region}", page_size=size, page_token=token)
        answer = await stub.ListQueue(request, timeout=SECONDS)
        assert answer.order.parameter == "screening.queue.order"
        entries += answer.entries
        token = answer.next_page_token
        if not token:
            return entries


@pytest.fixture
async def restricted(stream: "Stream", made: "Events") -> "Stream":
    """Six cases that two prefectures' level keeps waiting."""
    for level in (made.level(1), made.level(1, region="630200")):
        await stream.take(level)
    for filing, day, region in (
        ("f-3", 5, "630104"),
        ("f-1", 9, "630104"),
        ("f-2", 5, "630106"),
        ("f-4", 0, "630104"),
        ("f-5", 1, "630202"),
        ("f-6", 7, "630100"),
    ):
        for fact in filed(made, filing, day, region):
            await stream.take(fact)
    return stream


@pytest.mark.parametrize("size", [1, 2, 50])
@pytest.mark.parametrize(
    ("region", "order"),
    [
        # By application date, then by code; who states no day waits last.
        ("630100", ["f-2", "f-3", "f-6", "f-1", "f-4"]),
        ("630104", ["f-3", "f-1", "f-4"]),
        ("630000", ["f-5", "f-2", "f-3", "f-6", "f-1", "f-4"]),
        ("630200", ["f-5"]),
        ("640000", []),
    ],
)
async def test_the_queue_of_a_region_counts_from_one_in_the_published_order(
    stub: "ScreeningServiceAsyncStub", restricted: "Stream", region: str, order: list[str], size: int
) -> None:
    entries = await listed(stub, region, size)

    assert [entry.filing for entry in entries] == order
    assert [entry.position for entry in entries] == list(range(1, len(order) + 1))
    assert {entry.filing for entry in entries if not entry.HasField("application_date")} <= {"f-4"}


async def test_an_entry_says_why_it_waits_and_for_what(stub: "ScreeningServiceAsyncStub", restricted: "Stream") -> None:
    entry = (await listed(stub))[0]
    explained = await stub.ExplainDecision(pb.ExplainDecisionRequest(name=entry.decision), timeout=SECONDS)

    assert (entry.filing, entry.region_code, entry.project_name) == ("f-2", "630106", "project 1")
    assert (entry.disposition, entry.decision) == (common.DISPOSITION_RESTRICT, "filings/f-2/decisions/1")
    assert [reason.rule for reason in entry.reasons] == ["region.intensity_level"]
    assert (list(entry.waits_on), entry.refusals, entry.bars_others) == ([], 0, False)
    assert entry.application_date.day == 5
    assert explained.queue_position == entry.position


async def test_who_waits_for_budget_says_whose_and_who_bars_others_is_marked(
    stub: "ScreeningServiceAsyncStub",
    stream: "Stream",
    made: "Events",
    begin: "Begin",
    policy: PolicyBundle,
    pool: Database,
) -> None:
    sweeping = Sweeping(begin, policy, lambda: NOW, Bell(pool, "sweep"))
    await stream.take(made.level(3))
    for fact in filed(made, "f-1", kgce=5_000):
        await stream.take(fact)
    for attempt in (1, 2, 3):
        refused = made.refused(f"f-1-r1-{attempt}")
        refused.shortages.add(region_code="630100", year=2026, asked=5_000, available=0, granted=9_000)
        await stream.take(refused)
        freed = budget.DeductionVoided(deduction=made.voided("other", "f-9").deduction)
        freed.freed.add(region_code="630100", year=2026, instrument="energy_calorific_kgce")
        if attempt < 3:
            await stream.take(freed)
            await sweeping.sweep()
    # As after later ones were served before it so often.
    await pool.execute("UPDATE screening_case SET overtaken = refusals WHERE filing_id = 'f-1'")
    await pool.execute("UPDATE waiting SET bars = true")
    for fact in filed(made, "f-2", day=3, kgce=4_000):
        await stream.take(fact)

    first, second = await listed(stub)

    assert (first.filing, list(first.waits_on), first.refusals, first.bars_others) == ("f-1", ["630100"], 3, True)
    assert [reason.rule for reason in first.reasons] == ["budget.available"]
    assert (second.filing, list(second.waits_on), second.bars_others) == ("f-2", ["630100"], False)
    assert [reason.rule for reason in second.reasons] == ["screening.queue"]
    assert [one.deduction for one in await stream.sent() if isinstance(one, ReserveDeduction)][-1] == "f-1-r1-3"
    for name in (first.decision, second.decision):
        again = await stub.ReplayDecision(pb.ReplayDecisionRequest(name=name), timeout=SECONDS)
        assert again.identical


async def test_who_has_an_opinion_waits_no_more(stub: "ScreeningServiceAsyncStub", restricted: "Stream") -> None:
    issued = opinion_pb.Opinion(
        name="filings/f-2/opinions/1", revision=1, version=1, result=opinion_pb.OPINION_RESULT_NOT_PASS,
        state=opinion_pb.OPINION_STATE_ISSUED, document="虚构文号", drafter="虚构人甲", signer="虚构人乙",
    )  # fmt: skip
    await restricted.take(opinions.OpinionIssued(filing="f-2", opinion=issued))

    entries = await listed(stub)
    explained = await stub.ExplainDecision(
        pb.ExplainDecisionRequest(name="filings/f-2/decisions/current"), timeout=SECONDS
    )

    assert [(entry.filing, entry.position) for entry in entries][:2] == [("f-3", 1), ("f-6", 2)]
    assert explained.queue_position == 0


@pytest.fixture
def after(begin: "Begin", policy: PolicyBundle, pool: Database) -> "At":
    """The service so much later."""

    @asynccontextmanager
    async def at(passed: timedelta) -> "AsyncIterator[ScreeningServiceAsyncStub]":
        async with serving(servicers(begin, policy, lambda: NOW + passed, Bell(pool, "decision"))) as channel:
            yield ScreeningServiceStub(channel)

    return at


@pytest.fixture
def alarm(begin: "Begin", policy: PolicyBundle) -> "Alarm":
    """The alarm so much later."""
    return lambda passed: StuckAlarm(begin, policy, lambda: NOW + passed)


@pytest.mark.parametrize(("seconds", "stuck"), [(0, []), (14 * 60 + 59, []), (15 * 60, ["f-1", "f-2", "f-3"])])
async def test_a_case_is_stuck_from_the_normal_time_on_and_says_what_it_waits_for(
    after: "At", stream: "Stream", made: "Events", alarm: "Alarm", seconds: int, stuck: list[str]
) -> None:
    await stream.take(made.level(3))
    await stream.take(made.accepted("f-3"), made.accepted("f-1"))
    for fact in filed(made, "f-2", kgce=5_000):
        await stream.take(fact)
    for fact in filed(made, "f-4"):
        await stream.take(fact)

    async with after(timedelta(seconds=seconds)) as stub:
        answer = await stub.ListStuckCases(pb.ListStuckCasesRequest(), timeout=SECONDS)
    counted = await alarm(timedelta(seconds=seconds)).count()

    assert [one.name for one in answer.cases] == [f"filings/{filing}/case" for filing in stuck]
    assert answer.total == counted == len(stuck)
    assert (answer.normal.parameter, answer.normal.value) == ("screening.stuck_after", "15")
    if stuck:
        assert [list(one.waiting_for) for one in answer.cases] == [
            ["review", "replacement"], ["deduction"], ["review", "replacement"]
        ]  # fmt: skip
        assert answer.cases[0].waiting_since.ToDatetime(tzinfo=UTC) == NOW
        assert [(one.fact, one.version) for one in answer.cases[0].facts] == [("filing", 1)]


async def test_stuck_cases_are_paged_with_the_longest_wait_first(
    after: "At", stream: "Stream", made: "Events", pool: Database
) -> None:
    for number in (1, 2, 3):
        await stream.take(made.accepted(f"f-{number}"))
    await pool.execute(
        "UPDATE screening_case SET waiting_since = waiting_since - interval '1 h' WHERE filing_id = 'f-3'"
    )

    names, token = [], ""
    async with after(timedelta(hours=1)) as stub:
        while True:
            request = pb.ListStuckCasesRequest(page_size=2, page_token=token)
            answer = await stub.ListStuckCases(request, timeout=SECONDS)
            names.append([one.name.split("/")[1] for one in answer.cases])
            assert answer.total == 3
            token = answer.next_page_token
            if not token:
                break

    assert names == [["f-3", "f-1"], ["f-2"]]


async def test_malformed_requests_are_named(stub: "ScreeningServiceAsyncStub") -> None:
    queue = await refusal(
        stub.ListQueue(pb.ListQueueRequest(parent="regions/63", page_size=-1, page_token="?"), timeout=SECONDS)
    )
    stuck = await refusal(
        stub.ListStuckCases(pb.ListStuckCasesRequest(page_token="WyJ5ZXN0ZXJkYXkiXQ=="), timeout=SECONDS)
    )

    assert queue.fields == ["parent", "page_size", "page_token"]
    assert stuck.fields == ["page_token"]
