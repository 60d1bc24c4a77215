"""Filings evaluated again: once for each cause, the first to apply first, and nothing told that is no news."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import grpc
import pytest

from capacity.adapters import simulating
from capacity.adapters.postgres import CapacityWork
from capacity.application.evaluate_again import evaluate_again
from capacity.domain.replacement import FilingId, HoldState, Replacement
from capacity.entrypoints.lapsing import Lapsing
from capacity.entrypoints.reevaluating import Reevaluating
from dualcontrol.capacity.v1 import capacity_events_pb2 as told_events
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_events_pb2 as events
from servicekit.simulation import Draft, Simulations
from servicekit.storage.database import Database
from servicekit.wire import date_to_wire
from statute.archive import packed
from statute.loader import SHIPPED_DATA, PolicyBundle, load_bundle

if TYPE_CHECKING:
    from dualcontrol.capacity.v1.capacity_service_pb2_grpc import CapacityServiceAsyncStub

pytestmark = pytest.mark.integration

Begin = Callable[[], CapacityWork]
SECONDS_MAX = 60
RATIO = '{when: other, ratio: "1.5", verification: confirmed, source: ccpid}'
LAPSING = date(2024, 9, 2)
"""A plan put to publicity then, and announced on the last day of October, has lapsed in 2027."""


@pytest.fixture
def again(parts: Any, policy: PolicyBundle, clock: Any) -> Reevaluating:
    return Reevaluating(parts.begin, policy, clock)


def applied(message: events.FilingAccepted, day: date) -> events.FilingAccepted:
    message.dossier.application_date.CopyFrom(date_to_wire(day))
    return message


async def known(begin: Begin, filing: str = "f-1") -> Replacement:
    async with begin() as work:
        found = await work.replacements.get(FilingId(filing))
    assert found is not None
    return found


async def told(pool: Database) -> list[tuple[str, int, int]]:
    """Filing, version and number of holds of each evaluation that was announced."""
    rows = await pool.fetch(
        "SELECT value FROM outbox WHERE type = 'cn.dualcontrol.capacity.replacement-evaluated.v1' ORDER BY id"
    )
    made = [told_events.ReplacementEvaluated.FromString(row["value"]) for row in rows]
    return [(event.filing, event.replacement.version, len(event.replacement.holds)) for event in made]


async def balances(pool: Database) -> dict[str, tuple[int, int, int]]:
    """Available, held and posted tonnes by lot."""
    rows = await pool.fetch("SELECT id, granted - held - posted AS available, held, posted FROM ledger_account")
    return {row["id"].split("/")[0]: (row["available"], row["held"], row["posted"]) for row in rows}


async def waiting(pool: Database) -> int:
    number: int = await pool.fetchval("SELECT count(*) FROM reevaluation")
    return number


async def test_a_lot_that_is_registered_later_serves_who_named_it_and_applied_first(
    filings: Any, pool: Database, again: Reevaluating
) -> None:
    await filings.take(applied(filings.accepted("f-late", lot_a="6000"), date(2025, 3, 4)))
    await filings.take(applied(filings.accepted("f-soon", lot_a="6000"), date(2025, 3, 3)))
    await filings.take(filings.accepted("f-other", lot_b="6000"))
    assert [one[2] for one in await told(pool)] == [0, 0, 0]

    await filings.register("lot-a", 6_000)

    assert await again.work_off() == 2
    assert (await told(pool))[3:] == [("f-soon", 2, 1), ("f-late", 2, 0)]
    assert await balances(pool) == {"lot-a": (0, 6_000, 0)}
    assert await waiting(pool) == 0
    assert await again.work_off() == 0


async def test_a_storm_of_causes_for_one_filing_evaluates_it_once(
    filings: Any, pool: Database, again: Reevaluating, stub: "CapacityServiceAsyncStub"
) -> None:
    await filings.register("lot-a", 6_000)
    await filings.take(filings.accepted(lot_a="6000"))
    for number in range(5):
        evidence = pb.LotEvidence(
            kind=pb.LOT_EVIDENCE_KIND_CLOSED, effective_date=date_to_wire(date(2024, 1, 1)), document=f"虚构{number}"
        )
        await stub.RecordLotEvidence(
            pb.RecordLotEvidenceRequest(name="lots/lot-a", evidence=evidence, request_id=str(uuid4())),
            timeout=SECONDS_MAX,
        )
    assert await waiting(pool) == 5

    assert await again.work_off() == 1

    assert await waiting(pool) == 0
    assert len(await told(pool)) <= 2


async def test_what_did_not_change_is_neither_stored_nor_told_nor_moved(
    filings: Any, pool: Database, again: Reevaluating, begin: Begin
) -> None:
    await filings.register("lot-a", 9_000)
    await filings.take(filings.accepted(lot_a="6000"))
    before = await known(begin)
    batches = await pool.fetchval("SELECT count(*) FROM ledger_batch")
    async with begin() as work:
        await work.reevaluations.add(FilingId("f-1"), "nothing")
        await work.commit()

    assert await again.work_off() == 1

    assert await known(begin) == before
    assert len(await told(pool)) == 1
    assert await pool.fetchval("SELECT count(*) FROM ledger_batch") == batches
    assert await waiting(pool) == 0


async def test_what_a_withdrawal_frees_goes_to_the_first_who_waits_for_it(
    filings: Any, pool: Database, again: Reevaluating, begin: Begin
) -> None:
    await filings.register("lot-a", 6_000)
    await filings.take(filings.accepted("f-1", lot_a="6000"))
    await filings.take(applied(filings.accepted("f-3", lot_a="6000"), date(2025, 3, 5)))
    await filings.take(applied(filings.accepted("f-2", lot_a="6000"), date(2025, 3, 4)))

    await filings.take(filings.withdrawn("f-1"))
    await again.work_off()

    # Whom the lot serves instead is news to the other one, too.
    assert (await told(pool))[3:] == [("f-2", 2, 1), ("f-3", 2, 0)]
    held = await known(begin, "f-2")
    assert (held.hold, held.hold_revision, held.revision) == ("f-2/2", 1, 1)
    assert await balances(pool) == {"lot-a": (0, 6_000, 0)}


async def test_what_a_smaller_amendment_frees_is_offered_too(filings: Any, pool: Database, again: Reevaluating) -> None:
    await filings.register("lot-a", 6_000)
    await filings.register("lot-b", 6_000)
    await filings.take(filings.accepted("f-1", lot_a="6000"))
    await filings.take(filings.accepted("f-2", lot_a="6000"))

    await filings.take(filings.accepted("f-1", revision=2, lot_b="6000"))
    await again.work_off()

    assert (await told(pool))[-1] == ("f-2", 2, 1)
    assert await balances(pool) == {"lot-a": (0, 6_000, 0), "lot-b": (0, 6_000, 0)}


async def test_what_a_decision_gave_back_is_not_held_anew_by_itself(
    filings: Any, pool: Database, again: Reevaluating, begin: Begin, stub: "CapacityServiceAsyncStub"
) -> None:
    await filings.register("lot-a", 6_000)
    await filings.take(filings.accepted("f-1", lot_a="6000"))
    await filings.take(filings.accepted("f-2", lot_a="6000"))
    void = pb.VoidReplacementRequest(name="filings/f-1/replacement", reason="虚构: 撤销", request_id=str(uuid4()))

    await stub.VoidReplacement(void, timeout=SECONDS_MAX)
    await again.work_off()
    await filings.take(filings.withdrawn("f-2"))
    await again.work_off()

    given_back = await known(begin)
    assert (given_back.hold_state, given_back.holds, given_back.ended) == (HoldState.VOIDED, (), True)
    assert await balances(pool) == {"lot-a": (6_000, 0, 0)}
    await filings.take(filings.accepted("f-1", revision=2, lot_a="6000"))
    anew = await known(begin)
    assert (anew.hold_state, anew.ended) == (HoldState.HELD, False)
    assert anew.version > given_back.version


async def test_a_plan_that_lapses_frees_its_lots_and_its_filing_is_told_so(
    filings: Any, pool: Database, again: Reevaluating, begin: Begin, clock: Any, *, policy: PolicyBundle, stub: Any
) -> None:
    await filings.register("lot-a", 6_000)
    await filings.take(filings.accepted("f-1", publicity=LAPSING, lot_a="6000"))
    for kind, day in (("PUBLICITY", LAPSING), ("ANNOUNCED", date(2024, 10, 31))):
        step = pb.PlanStep(
            kind=pb.PlanStepKind.Value(f"PLAN_STEP_KIND_{kind}"), effective_date=date_to_wire(day), document="虚构公告"
        )
        name = "filings/f-1/replacement"
        await stub.RecordPlanStep(
            pb.RecordPlanStepRequest(name=name, step=step, request_id=str(uuid4())), timeout=SECONDS_MAX
        )
    await again.work_off()
    announced = await known(begin)
    assert (announced.version, announced.hold, announced.hold_state) == (2, "f-1/1", HoldState.HELD)
    await filings.take(filings.accepted("f-2", lot_a="6000"))
    clock.put(date(2027, 1, 4))

    assert await Lapsing(begin, policy, clock).lapse_due() == 1
    await again.work_off()

    over = await known(begin)
    (lapse,) = [finding for finding in over.evaluation.findings if finding.rule == "capacity.lapse"]  # type: ignore[union-attr]
    assert (over.hold_state, over.holds, lapse.verdict.value) == (HoldState.LAPSED, (), "fails")
    assert (await known(begin, "f-2")).hold_state is HoldState.HELD


async def test_a_lot_registered_while_its_filing_is_evaluated_is_never_missed(
    filings: Any, pool: Database, again: Reevaluating
) -> None:
    names = [f"lot-{number}" for number in range(6)]

    await asyncio.gather(
        *(filings.register(name, 6_000) for name in names),
        *(filings.take(filings.accepted(f"f-{n}", **{f"lot_{n}": "6000"})) for n, _ in enumerate(names)),
    )
    await again.work_off()

    assert await balances(pool) == dict.fromkeys(names, (0, 6000, 0))


async def test_work_that_was_killed_is_taken_up_and_done_once(
    filings: Any, pool: Database, again: Reevaluating
) -> None:
    for number in range(8):
        await filings.take(filings.accepted(f"f-{number}", **{f"lot_{number}": "6000"}))
    for number in range(8):
        await filings.register(f"lot-{number}", 6_000)
    killed = asyncio.create_task(again.work_off())
    while len(await told(pool)) < 10:
        await asyncio.sleep(0)
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)

    await asyncio.gather(again.work_off(), again.work_off())
    await again.work_off()

    assert sorted((await told(pool))[8:]) == [(f"f-{number}", 2, 1) for number in range(8)]
    assert await waiting(pool) == 0


async def test_one_filing_that_cannot_be_evaluated_does_not_keep_the_others_from_it(
    filings: Any, pool: Database, again: Reevaluating, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(filing: FilingId, *arguments: Any, **named: Any) -> bool:
        if filing == "f-1":
            raise ArithmeticError
        return await evaluate_again(filing, *arguments, **named)

    for number in (1, 2):
        await filings.take(filings.accepted(f"f-{number}", lot_a="6000"))
    await filings.register("lot-a", 6_000)
    monkeypatch.setattr("capacity.entrypoints.reevaluating.evaluate_again", broken)

    await again.work_off()

    assert (await told(pool))[2:] == [("f-2", 2, 1)]
    assert await waiting(pool) == 1


# Another law


@pytest.fixture
def changed_law(tmp_path: Path) -> tuple[PolicyBundle, bytes]:
    """A new clinker line owes 1.25 instead of 1.5."""
    folder = tmp_path / "law"
    shutil.copytree(SHIPPED_DATA, folder)
    capacity = folder / "national" / "capacity.yaml"
    written = capacity.read_text("utf-8")
    assert RATIO in written
    capacity.write_text(written.replace(RATIO, RATIO.replace("1.5", "1.25")), "utf-8")
    return load_bundle("qinghai", folder), packed("qinghai", folder)


@pytest.fixture
async def three(filings: Any) -> None:
    """One that owes by the new ratio, one by an older one, one that owes nothing."""
    await filings.register("lot-a", 6_000)
    await filings.register("lot-b", 6_000)
    await filings.take(filings.accepted("f-1", lot_a="6000"))
    await filings.take(filings.accepted("f-2", publicity=date(2024, 10, 31), lot_b="6000"))
    nothing = filings.accepted("f-3")
    nothing.dossier.products[0].product_id = "lithium_salts"
    await filings.take(nothing)


async def test_another_law_makes_new_versions_of_what_decides_otherwise_and_moves_no_hold_that_still_serves(
    three: None, pool: Database, begin: Begin, clock: Any, changed_law: tuple[PolicyBundle, bytes]
) -> None:
    law, _ = changed_law
    sweeping = Reevaluating(begin, law, clock)

    assert (await sweeping.sweep(), await sweeping.sweep()) == (1, 0)

    assert (await told(pool))[3:] == [("f-1", 2, 1)]
    after = await known(begin)
    assert after.evaluation is not None
    assert after.evaluation.owed is not None
    assert str(after.evaluation.owed.tonnes.to_integral()) == "5000"
    assert (after.evaluation.bundle_hash, after.hold) == (law.bundle_hash, "f-1/1")
    assert (await known(begin, "f-2")).version == 1


async def test_a_draft_changes_as_a_what_if_what_it_then_changes_in_force(
    three: None,
    pool: Database,
    clock: Any,
    begin: Begin,
    *,
    changed_law: tuple[PolicyBundle, bytes],
    database: str,
    stub: "CapacityServiceAsyncStub",
) -> None:
    law, archive = changed_law
    simulations = Simulations(pool, database, simulating.ranges, simulating.look)
    progress = [one async for one in simulations.run(Draft(archive, "qinghai", clock(), "630000"))]
    changed = [pb.Replacement.FromString(raw) for one in progress for raw in one.changed]
    request = pb.SimulateReplacementsRequest(law=archive)
    answers = [one async for one in stub.SimulateReplacements(request, timeout=SECONDS_MAX)]
    assert (progress[-1].looked_at, progress[-1].total, len(await told(pool))) == (3, 3, 3)
    assert [one for answer in answers for one in answer.changed] == changed

    await Reevaluating(begin, law, clock).sweep()

    rows = await pool.fetch("SELECT value FROM outbox ORDER BY id DESC LIMIT 1")
    in_force = [told_events.ReplacementEvaluated.FromString(row["value"]).replacement for row in rows]
    assert changed == in_force
    assert changed[0].required == common.VERDICT_HOLDS


async def test_a_bad_draft_is_refused_by_name(stub: "CapacityServiceAsyncStub", refused: Any) -> None:
    async def simulated(**asked: Any) -> None:
        async for _ in stub.SimulateReplacements(pb.SimulateReplacementsRequest(**asked), timeout=SECONDS_MAX):
            pass

    invalid = grpc.StatusCode.INVALID_ARGUMENT
    assert await refused(simulated(region_code="63")) == (invalid, "INVALID_REQUEST", {"law", "region_code"})
    assert (await refused(simulated(law=b"x")))[:2] == (invalid, "BAD_LAW_ARCHIVE")


async def test_what_code_without_versions_wrote_is_read_and_left_alone(
    filings: Any, pool: Database, begin: Begin, again: Reevaluating
) -> None:
    await filings.register("lot-a", 6_000)
    await filings.take(filings.accepted(lot_a="6000"))
    await pool.execute("UPDATE replacement SET revision = 2, hold_id = 'f-1/2', looked_under = ''")

    assert await again.sweep() == 0
    old = await known(begin)
    assert (old.revision, old.version, old.hold, old.hold_revision) == (2, 2, "f-1/2", 2)
