"""A plan on its way: steps, the lock, posting and voiding, and what lapses by itself; on a real database."""

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import grpc
import pytest

from capacity.entrypoints.lapsing import Lapsing
from dualcontrol.capacity.v1 import capacity_events_pb2 as events
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from dualcontrol.common.v1 import finding_pb2 as common
from servicekit.storage.database import Database
from servicekit.wire import date_from_wire, date_to_wire
from statute.loader import PolicyBundle

if TYPE_CHECKING:
    from dualcontrol.capacity.v1.capacity_service_pb2_grpc import CapacityServiceAsyncStub

pytestmark = pytest.mark.integration

SECONDS_MAX = 20
PLAN = "filings/f-1/replacement"
REFUSED = grpc.StatusCode.FAILED_PRECONDITION


def step(kind: str, day: date, name: str = PLAN) -> pb.RecordPlanStepRequest:
    made = pb.PlanStep(
        kind=pb.PlanStepKind.Value(f"PLAN_STEP_KIND_{kind}"), effective_date=date_to_wire(day), document="虚构公告"
    )
    return pb.RecordPlanStepRequest(name=name, step=made, request_id=str(uuid4()))


class Steps:
    """Records steps one after the other."""

    def __init__(self, stub: "CapacityServiceAsyncStub") -> None:
        self.stub = stub

    async def make(self, name: str = PLAN, **days: date) -> pb.Replacement:
        for kind, day in days.items():
            answer = await self.stub.RecordPlanStep(step(kind.upper(), day, name), timeout=SECONDS_MAX)
        return answer.replacement


@pytest.fixture
def steps(stub: "CapacityServiceAsyncStub") -> Steps:
    return Steps(stub)


async def balances(pool: Database) -> dict[str, tuple[int, int, int]]:
    """Available, held and posted tonnes by lot."""
    rows = await pool.fetch("SELECT id, granted - held - posted AS available, held, posted FROM ledger_account")
    return {row["id"].split("/")[0]: (row["available"], row["held"], row["posted"]) for row in rows}


def post(name: str = PLAN) -> pb.PostReplacementRequest:
    return pb.PostReplacementRequest(name=name, document="虚构审查意见〔2026〕1号", request_id=str(uuid4()))


def void(name: str = PLAN) -> pb.VoidReplacementRequest:
    return pb.VoidReplacementRequest(name=name, reason="虚构:\u3000撤销公告", request_id=str(uuid4()))


async def told(pool: Database, kind: str) -> list[bytes]:
    rows = await pool.fetch(
        "SELECT value FROM outbox WHERE type = $1 ORDER BY id", f"cn.dualcontrol.capacity.{kind}.v1"
    )
    return [row["value"] for row in rows]


async def test_a_plan_shows_its_steps_its_clock_and_its_deadlines(
    stub: "CapacityServiceAsyncStub", filings: Any, steps: Steps, pool: Database
) -> None:
    await filings.register("lot-a", 6_000)
    await filings.take(filings.accepted(lot_a="6000"))

    await steps.make(publicity=date(2025, 1, 6), announced=date(2025, 1, 20))

    plan = (await stub.GetReplacement(pb.GetReplacementRequest(name=PLAN), timeout=SECONDS_MAX)).replacement.plan
    assert [pb.PlanStepKind.Name(one.kind) for one in plan.steps] == [
        "PLAN_STEP_KIND_PUBLICITY",
        "PLAN_STEP_KIND_ANNOUNCED",
    ]
    assert date_from_wire(plan.earliest_announcement_date) == date(2025, 1, 18)
    assert [(pb.PlanStepKind.Name(d.step), date_from_wire(d.last_date)) for d in plan.deadlines] == [
        ("PLAN_STEP_KIND_FILING_AND_EIA_DONE", date(2027, 1, 20)),
        ("PLAN_STEP_KIND_IGNITED", date(2028, 1, 20)),
    ]
    assert plan.deadlines[0].under.parameter == "capacity.clinker.filing_and_eia_years"
    assert date_from_wire(plan.lapse_date) == date(2027, 1, 21)
    assert len(await told(pool, "plan-step-recorded")) == 2


async def test_a_step_sent_twice_is_recorded_once(
    stub: "CapacityServiceAsyncStub", filings: Any, pool: Database, clock: Any
) -> None:
    await filings.register("lot-a", 6_000)
    await filings.take(filings.accepted(lot_a="6000"))
    once = step("PUBLICITY", date(2025, 1, 6))

    first = await stub.RecordPlanStep(once, timeout=SECONDS_MAX)
    clock.tick()
    again = await stub.RecordPlanStep(once, timeout=SECONDS_MAX)

    assert first == again
    assert await pool.fetchval("SELECT count(*) FROM plan_step") == 1
    with pytest.raises(Exception, match="only added to"):
        await pool.execute("DELETE FROM plan_step")


async def test_steps_that_do_not_follow_are_refused_by_name_and_record_nothing(
    stub: "CapacityServiceAsyncStub", filings: Any, steps: Steps, pool: Database, refused: Any
) -> None:
    await filings.register("lot-a", 6_000)
    await filings.take(filings.accepted(lot_a="6000"))

    async def reason(kind: str, day: date) -> tuple[grpc.StatusCode, str]:
        code, name, _ = await refused(stub.RecordPlanStep(step(kind, day), timeout=SECONDS_MAX))
        return code, name

    assert await reason("ANNOUNCED", date(2025, 1, 20)) == (REFUSED, "STEP_OUT_OF_ORDER")
    await steps.make(publicity=date(2025, 1, 6))
    assert await reason("ANNOUNCED", date(2025, 1, 17)) == (REFUSED, "ANNOUNCED_TOO_EARLY")
    await steps.make(announced=date(2025, 1, 20))
    assert await reason("COMMISSIONED", date(2026, 2, 2)) == (REFUSED, "DISMANTLE_FIRST")
    assert await pool.fetchval("SELECT count(*) FROM plan_step") == 2
    code, _, fields = await refused(stub.RecordPlanStep(pb.RecordPlanStepRequest(), timeout=SECONDS_MAX))
    assert (code, fields) == (grpc.StatusCode.INVALID_ARGUMENT, {"request_id", "name", "step"})
    nobody = step("PUBLICITY", date(2025, 1, 6), "filings/nobody/replacement")
    assert (await refused(stub.RecordPlanStep(nobody, timeout=SECONDS_MAX)))[0] is grpc.StatusCode.NOT_FOUND


async def test_an_amendment_of_an_announced_plan_moves_nothing_and_says_so(
    stub: "CapacityServiceAsyncStub", filings: Any, steps: Steps, pool: Database
) -> None:
    await filings.register("lot-a", 6_000)
    await filings.register("lot-b", 6_000)
    await filings.take(filings.accepted(lot_a="6000"))
    await steps.make(publicity=date(2025, 1, 6), announced=date(2025, 1, 20))

    await filings.take(filings.accepted(revision=2, lot_b="6000"))

    assert await balances(pool) == {"lot-a": (0, 6_000, 0), "lot-b": (6_000, 0, 0)}
    found = (await stub.GetReplacement(pb.GetReplacementRequest(name=PLAN), timeout=SECONDS_MAX)).replacement
    assert (found.revision, found.hold_revision, found.hold_state) == (2, 1, pb.HOLD_STATE_HELD)
    assert [hold.lot for hold in found.holds] == ["lots/lot-a"]
    (announced,) = [f for f in found.findings if f.rule == "capacity.announced"]
    assert announced.verdict == common.VERDICT_FAILS
    await filings.take(filings.withdrawn(revision=3))
    assert await balances(pool) == {"lot-a": (6_000, 0, 0), "lot-b": (6_000, 0, 0)}


async def test_what_is_held_is_posted_once_whoever_asks_and_stays_used(
    stub: "CapacityServiceAsyncStub", filings: Any, pool: Database, refused: Any
) -> None:
    await filings.register("lot-a", 7_000)
    await filings.take(filings.accepted(lot_a="6000"))

    first = (await stub.PostReplacement(post(), timeout=SECONDS_MAX)).replacement
    again = (await stub.PostReplacement(post(), timeout=SECONDS_MAX)).replacement

    assert first == again
    assert first.hold_state == pb.HOLD_STATE_POSTED
    (event,) = await told(pool, "replacement-posted")
    assert [hold.quantity.value for hold in events.ReplacementPosted.FromString(event).holds] == ["6000"]
    code, reason, _ = await refused(stub.VoidReplacement(void(), timeout=SECONDS_MAX))
    assert (code, reason) == (REFUSED, "NO_LIVE_HOLD")
    await filings.take(filings.accepted(revision=2, lot_a="6500"), filings.withdrawn(revision=3))
    assert await balances(pool) == {"lot-a": (1_000, 0, 6_000)}
    with pytest.raises(Exception, match="used for good"):
        await pool.execute("UPDATE replacement SET hold_state = 'voided', revision = 9")
    assert (await stub.VerifyLots(pb.VerifyLotsRequest(), timeout=SECONDS_MAX)).balanced


async def test_a_hold_that_is_voided_is_free_and_an_amendment_holds_anew(
    stub: "CapacityServiceAsyncStub", filings: Any, pool: Database, refused: Any
) -> None:
    await filings.register("lot-a", 6_000)
    await filings.take(filings.accepted(lot_a="6000"))

    voided = (await stub.VoidReplacement(void(), timeout=SECONDS_MAX)).replacement

    assert (voided.hold_state, list(voided.holds)) == (pb.HOLD_STATE_VOIDED, [])
    assert await balances(pool) == {"lot-a": (6_000, 0, 0)}
    (event,) = await told(pool, "replacement-voided")
    assert events.ReplacementVoided.FromString(event).reason == "虚构:\u3000撤销公告"
    assert (await refused(stub.PostReplacement(post(), timeout=SECONDS_MAX)))[1] == "NO_LIVE_HOLD"
    await filings.take(filings.accepted("f-2", lot_a="1000"), filings.accepted(revision=2, lot_a="6000"))
    assert await balances(pool) == {"lot-a": (0, 6_000, 0)}


async def test_nothing_is_posted_that_is_not_held(stub: "CapacityServiceAsyncStub", filings: Any, refused: Any) -> None:
    await filings.take(filings.accepted(lot_a="6000"), filings.withdrawn("f-2"))

    for name in (PLAN, "filings/f-2/replacement"):
        assert (await refused(stub.PostReplacement(post(name), timeout=SECONDS_MAX)))[1] == "NO_LIVE_HOLD"
        assert (await refused(stub.VoidReplacement(void(name), timeout=SECONDS_MAX)))[1] == "NO_LIVE_HOLD"
    assert (await refused(stub.PostReplacement(post("filings/f-9/replacement"), timeout=SECONDS_MAX)))[1] == "NOT_FOUND"
    assert (await refused(stub.VoidReplacement(pb.VoidReplacementRequest(), timeout=SECONDS_MAX)))[2] == {
        "request_id",
        "name",
        "reason",
    }


@pytest.fixture
def lapsing(parts: Any, policy: PolicyBundle, clock: Any) -> Lapsing:
    return Lapsing(parts.begin, policy, clock)


async def test_a_plan_of_before_2024_lapses_by_itself_on_the_first_of_january_2027(
    stub: "CapacityServiceAsyncStub", filings: Any, steps: Steps, pool: Database, clock: Any, lapsing: Lapsing
) -> None:
    for name in ("lot-a", "lot-b"):
        await filings.register(name, 6_000)
    await filings.take(filings.accepted(publicity=date(2024, 9, 2), lot_a="6000"))
    await filings.take(filings.accepted("f-2", publicity=date(2024, 9, 2), lot_b="6000"))
    for name in (PLAN, "filings/f-2/replacement"):
        await steps.make(name, publicity=date(2024, 9, 2), announced=date(2024, 10, 31))
    clock.put(date(2026, 12, 31))
    await steps.make("filings/f-2/replacement", ignited=date(2026, 12, 31))

    assert await lapsing.lapse_due() == 0
    clock.put(date(2027, 1, 1))
    assert await lapsing.lapse_due() == 1
    assert await lapsing.lapse_due() == 0

    assert await balances(pool) == {"lot-a": (6_000, 0, 0), "lot-b": (0, 6_000, 0)}
    (event,) = await told(pool, "replacement-lapsed")
    lapsed = events.ReplacementLapsed.FromString(event)
    assert (lapsed.filing, lapsed.holds[0].lot) == ("f-1", "lots/lot-a")
    assert lapsed.deadline.under.parameter == "capacity.clinker.transition"
    found = (await stub.GetReplacement(pb.GetReplacementRequest(name=PLAN), timeout=SECONDS_MAX)).replacement
    assert (found.hold_state, list(found.holds)) == (pb.HOLD_STATE_LAPSED, [])
    assert await pool.fetchval("SELECT count(*) FROM plan_deadline") == 0
    assert (await stub.VerifyLots(pb.VerifyLotsRequest(), timeout=SECONDS_MAX)).balanced


async def test_a_step_after_the_lapse_is_refused_and_a_new_publicity_begins_anew(
    stub: "CapacityServiceAsyncStub",
    filings: Any,
    steps: Steps,
    clock: Any,
    *,
    lapsing: Lapsing,
    refused: Any,
) -> None:
    await filings.register("lot-a", 6_000)
    await filings.take(filings.accepted(publicity=date(2024, 9, 2), lot_a="6000"))
    await steps.make(publicity=date(2024, 9, 2), announced=date(2024, 10, 31))
    clock.put(date(2027, 1, 4))
    await lapsing.lapse_due()

    late = step("IGNITED", date(2026, 12, 31))
    assert (await refused(stub.RecordPlanStep(late, timeout=SECONDS_MAX)))[1] == "PLAN_LAPSED"
    await filings.take(filings.accepted(revision=2, publicity=date(2024, 9, 2), lot_a="6000"))
    stale = (await stub.GetReplacement(pb.GetReplacementRequest(name=PLAN), timeout=SECONDS_MAX)).replacement
    assert list(stale.holds) == []
    await steps.make(publicity=date(2027, 1, 4))
    await filings.take(filings.accepted(revision=3, publicity=date(2027, 1, 4), lot_a="6000"))
    anew = (await stub.GetReplacement(pb.GetReplacementRequest(name=PLAN), timeout=SECONDS_MAX)).replacement
    assert (anew.hold_state, anew.hold_revision) == (pb.HOLD_STATE_HELD, 3)


async def test_plans_that_lapse_are_listed_in_pages_by_their_day(
    stub: "CapacityServiceAsyncStub", filings: Any, steps: Steps, refused: Any
) -> None:
    for number in range(5):
        await filings.register(f"lot-{number}", 6_000)
        drawn = {f"lot_{number}": "6000"}
        await filings.take(filings.accepted(f"f-{number}", publicity=date(2024, 9, 2), **drawn))
        name = f"filings/f-{number}/replacement"
        await steps.make(name, publicity=date(2024, 9, 2), announced=date(2024, 10, 31 - number % 2))

    pages, token = [], ""
    while True:
        asked = pb.ListLapsingRequest(by_date=date_to_wire(date(2027, 1, 1)), page_size=2, page_token=token)
        page = await stub.ListLapsing(asked, timeout=SECONDS_MAX)
        pages.append([(plan.replacement.split("/")[1], plan.provisional) for plan in page.plans])
        if not (token := page.next_page_token):
            break

    assert [name for page in pages for name, _ in page] == [f"f-{number}" for number in range(5)]
    assert [len(page) for page in pages] == [2, 2, 1]
    before = pb.ListLapsingRequest(by_date=date_to_wire(date(2026, 12, 31)))
    assert list((await stub.ListLapsing(before, timeout=SECONDS_MAX)).plans) == []
    wrong = pb.ListLapsingRequest(page_token="WyJhIl0=", page_size=-1)
    assert (await refused(stub.ListLapsing(wrong, timeout=SECONDS_MAX)))[2] == {"page_token", "page_size"}


async def test_a_day_that_may_still_move_lets_nothing_lapse_by_itself(
    filings: Any, steps: Steps, pool: Database, clock: Any, lapsing: Lapsing
) -> None:
    await filings.register("lot-a", 6_000)
    await filings.take(filings.accepted(lot_a="6000"))
    await steps.make(publicity=date(2025, 1, 6), announced=date(2025, 1, 20))
    assert await pool.fetchval("SELECT provisional FROM plan_deadline")

    clock.put(date(2027, 6, 1))
    await lapsing.look_anew()

    assert await lapsing.lapse_due() == 0
    assert await balances(pool) == {"lot-a": (0, 6_000, 0)}
