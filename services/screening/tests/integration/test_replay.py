"""Decisions are made again from what is kept of them, also under a newer law; what is wrong with one is found."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pytest

from dualcontrol.budget.v1.budget_commands_pb2 import ReserveDeduction
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from dualcontrol.screening.v1.screening_service_pb2_grpc import ScreeningServiceStub
from screening.application.replays.keep_law import KeepLaw
from screening.entrypoints import verifying
from screening.entrypoints.grpc import servicers
from screening.entrypoints.sweeping import Sweeping
from servicekit.storage.bell import Bell
from servicekit.storage.database import Database
from statute.archive import packed
from statute.loader import SHIPPED_DATA, PolicyBundle, load_bundle
from testkit.refusals import refusal
from testkit.serving import serving

if TYPE_CHECKING:
    from services.screening.tests.integration.conftest import Begin, Events, Stream

    from dualcontrol.screening.v1.screening_service_pb2_grpc import ScreeningServiceAsyncStub
    from testkit.fixtures import Connection

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SECONDS = 30


@pytest.fixture(scope="session")
def newer(tmp_path_factory: pytest.TempPathFactory) -> PolicyBundle:
    """The same law with another figure in it."""
    data: Path = tmp_path_factory.mktemp("law") / "data"
    shutil.copytree(SHIPPED_DATA, data)
    file = data / "national" / "screening.yaml"
    file.write_text(file.read_text().replace('value: "365"', 'value: "180"'))
    return load_bundle("qinghai", data)


@pytest.fixture
async def later(pool: Database, begin: "Begin", newer: PolicyBundle) -> "AsyncIterator[ScreeningServiceAsyncStub]":
    """The service after the newer law was installed."""
    async with serving(servicers(begin, newer, lambda: NOW, Bell(pool, "decision"))) as channel:
        yield ScreeningServiceStub(channel)


@pytest.fixture
async def history(
    stream: "Stream", made: "Events", begin: "Begin", policy: PolicyBundle, pool: Database
) -> dict[str, int]:
    """Two filings' decisions: refused, served, restricted, withdrawn; how many each has."""
    keep_law = KeepLaw(policy, lambda: packed("qinghai"), lambda: NOW)
    for _ in range(2):
        async with begin() as work:
            await keep_law(work)
            await work.commit()
    sweeping = Sweeping(begin, policy, lambda: NOW, Bell(pool, "sweep"))
    await stream.take(made.level(3))
    for filing in ("f-1", "f-2"):
        for fact in made.facts(filing, kgce=5_000):
            await stream.take(fact)
    await stream.take(made.refused())
    for fact in made.facts(revision=2, kgce=4_000):
        await stream.take(fact)
    asked = [one.deduction for one in await stream.sent() if isinstance(one, ReserveDeduction)]
    await stream.take(made.reserved(asked[-1]))
    await stream.take(made.reserved("f-2-r1-1", "f-2"))
    await stream.take(made.level(1, version=2))
    await sweeping.sweep()
    await stream.take(made.withdrawn("f-1", 3))
    rows = await pool.fetch("SELECT filing_id, count(*) AS n FROM decision GROUP BY filing_id")
    return {row["filing_id"]: row["n"] for row in rows}


async def replayed(stub: "ScreeningServiceAsyncStub", name: str) -> pb.ReplayDecisionResponse:
    return await stub.ReplayDecision(pb.ReplayDecisionRequest(name=name), timeout=SECONDS)


async def verified(stub: "ScreeningServiceAsyncStub") -> list[pb.VerifyDecisionsResponse]:
    return [one async for one in stub.VerifyDecisions(pb.VerifyDecisionsRequest(), timeout=SECONDS)]


async def found(stub: "ScreeningServiceAsyncStub") -> set[tuple[str, str]]:
    """The differences, by name and kind."""
    kinds = pb.DecisionDifferenceKind
    prefix = "DECISION_DIFFERENCE_KIND_"
    return {
        (one.name, kinds.Name(one.kind).removeprefix(prefix))
        for answer in await verified(stub)
        for one in answer.differences
    }


async def spoil(owner: "Connection", table: str, statement: str) -> None:
    """What no program here can do."""
    async with owner.transaction():
        await owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        await owner.execute(statement)
        await owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


async def test_every_decision_is_made_again_byte_for_byte(
    stub: "ScreeningServiceAsyncStub", history: dict[str, int]
) -> None:
    assert history == {"f-1": 4, "f-2": 2}
    for filing, count in history.items():
        for number in (*range(1, count + 1), "current"):
            again = await replayed(stub, f"filings/{filing}/decisions/{number}")

            assert again.identical, again
            assert again.kept_sha256 == again.replayed_sha256
            assert not again.HasField("replayed")


@pytest.mark.parametrize("page", [1, 2, 500])
async def test_all_are_looked_at_in_pages_and_nothing_is_wrong_also_under_a_newer_law(
    later: "ScreeningServiceAsyncStub", history: dict[str, int], page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "PAGE_DECISIONS", page)
    monkeypatch.setattr(verifying, "PAGE_CASES", page)

    answers = await verified(later)

    assert [one for answer in answers for one in answer.differences] == []
    assert (answers[-1].looked_at, answers[-1].complete) == (sum(history.values()), True)


async def test_a_decision_is_replayed_under_its_own_law_when_a_newer_one_is_in_force(
    later: "ScreeningServiceAsyncStub", history: dict[str, int], policy: PolicyBundle, newer: PolicyBundle
) -> None:
    again = await replayed(later, "filings/f-1/decisions/1")

    assert again.identical
    assert again.kept.bundle_hash == policy.bundle_hash != newer.bundle_hash


async def test_a_law_that_is_not_kept_is_named(
    later: "ScreeningServiceAsyncStub", history: dict[str, int], owner: "Connection"
) -> None:
    await spoil(owner, "policy_bundle", "DELETE FROM policy_bundle")

    refused = await refusal(replayed(later, "filings/f-1/decisions/1"))

    assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "LAW_NOT_KEPT")
    assert {kind for _, kind in await found(later)} == {"LAW_NOT_KEPT"}


@pytest.mark.parametrize("law", [b"no zip", packed("qinghai")[:-100]])
async def test_a_law_that_cannot_be_read_is_named(
    later: "ScreeningServiceAsyncStub", history: dict[str, int], owner: "Connection", law: bytes
) -> None:
    await spoil(owner, "policy_bundle", f"UPDATE policy_bundle SET law = '\\x{law.hex()}'")

    refused = await refusal(replayed(later, "filings/f-1/decisions/1"))

    assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "LAW_NOT_READABLE")


async def test_another_law_under_its_hash_is_not_taken_for_it(
    later: "ScreeningServiceAsyncStub",
    history: dict[str, int],
    pool: Database,
    owner: "Connection",
    policy: PolicyBundle,
) -> None:
    other = policy.bundle_hash[::-1]
    await spoil(owner, "policy_bundle", f"UPDATE policy_bundle SET bundle_hash = '{other}'")
    message = pb.Decision.FromString(
        await pool.fetchval("SELECT decision FROM decision WHERE filing_id = 'f-1' AND number = 1")
    )
    message.bundle_hash = other
    changed = message.SerializeToString(deterministic=True).hex()
    await spoil(
        owner, "decision", f"UPDATE decision SET decision = '\\x{changed}' WHERE filing_id = 'f-1' AND number = 1"
    )

    refused = await refusal(replayed(later, "filings/f-1/decisions/1"))

    assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "LAW_NOT_READABLE")


async def test_a_fact_that_is_gone_is_named_and_found(
    stub: "ScreeningServiceAsyncStub", history: dict[str, int], owner: "Connection"
) -> None:
    await spoil(owner, "case_fact", "DELETE FROM case_fact WHERE filing_id = 'f-1' AND kind = 'review' AND version = 1")

    refused = await refusal(replayed(stub, "filings/f-1/decisions/1"))

    assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "FACT_NOT_KEPT")
    assert (await replayed(stub, "filings/f-1/decisions/2")).identical
    assert await found(stub) == {("filings/f-1/decisions/1", "FACT_NOT_KEPT")}


async def test_a_decision_that_was_changed_is_shown_beside_what_it_should_be(
    stub: "ScreeningServiceAsyncStub", history: dict[str, int], pool: Database, owner: "Connection"
) -> None:
    row = await pool.fetchval("SELECT decision FROM decision WHERE filing_id = 'f-2' AND number = 2")
    message = pb.Decision.FromString(row)
    message.project_name = "another name"
    changed = message.SerializeToString(deterministic=True).hex()
    await spoil(
        owner, "decision", f"UPDATE decision SET decision = '\\x{changed}' WHERE filing_id = 'f-2' AND number = 2"
    )

    again = await replayed(stub, "filings/f-2/decisions/2")

    assert (again.identical, again.kept.project_name, again.replayed.project_name) == (
        False, "another name", "project 1"
    )  # fmt: skip
    assert await found(stub) == {
        ("filings/f-2/decisions/2", "NOT_IDENTICAL"), ("filings/f-2/decisions/2", "NOT_CURRENT")
    }  # fmt: skip


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, {("filings/f-2/decisions/2", "GAP")}),
        (2, {("filings/f-2/decisions/1", "NOT_CURRENT"), ("filings/f-2/case", "NONE_MADE")}),
    ],
)
async def test_a_decision_that_is_gone_leaves_a_gap(
    stub: "ScreeningServiceAsyncStub",
    history: dict[str, int],
    owner: "Connection",
    number: int,
    expected: set[tuple[str, str]],
) -> None:
    await spoil(owner, "decision", f"DELETE FROM decision WHERE filing_id = 'f-2' AND number = {number}")

    assert await found(stub) == expected


async def test_what_differs_is_told_up_to_a_bound(
    later: "ScreeningServiceAsyncStub", history: dict[str, int], owner: "Connection", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "DIFFERENCES_MAX", 3)
    await spoil(owner, "policy_bundle", "DELETE FROM policy_bundle")

    answers = await verified(later)

    assert sum(len(answer.differences) for answer in answers) == 3
    assert not answers[-1].complete


async def test_what_was_never_decided_is_not_replayed(
    stub: "ScreeningServiceAsyncStub", stream: "Stream", made: "Events"
) -> None:
    await stream.take(made.accepted())

    assert (await refusal(replayed(stub, "filings/f-1/decisions/current"))).reason == "NO_DECISION_YET"
    assert (await refusal(replayed(stub, "filings/f-1/decisions/1"))).reason == "NOT_FOUND"
    assert (await refusal(replayed(stub, "filings/f-1"))).reason == "INVALID_REQUEST"
    assert [(one.looked_at, one.complete) for one in await verified(stub)][-1] == (0, True)


async def test_the_law_is_kept_once_and_never_changed(
    history: dict[str, int], pool: Database, policy: PolicyBundle
) -> None:
    rows = await pool.fetch("SELECT bundle_hash, law FROM policy_bundle")

    assert [(row["bundle_hash"], row["law"]) for row in rows] == [(policy.bundle_hash, packed("qinghai"))]


async def test_an_explanation_shows_what_turned_since_the_decision_before(
    stub: "ScreeningServiceAsyncStub", history: dict[str, int]
) -> None:
    current = await stub.ExplainDecision(
        pb.ExplainDecisionRequest(name="filings/f-2/decisions/current"), timeout=SECONDS
    )
    first = await stub.ExplainDecision(pb.ExplainDecisionRequest(name="filings/f-2/decisions/1"), timeout=SECONDS)

    assert (current.previous, current.queue_position) == ("filings/f-2/decisions/1", 1)
    turned = {one.rule: (one.HasField("before"), one.HasField("after")) for one in current.changes}
    assert turned["region.intensity_level"] == (True, True)
    assert turned["screening.energy_demand"] == (True, False)
    assert [remedy.field for remedy in current.remedies] == ["dossier.nationally_planned"]
    assert (first.previous, list(first.changes), first.queue_position) == ("", [], 0)


async def test_a_history_is_paged_from_the_newest(stub: "ScreeningServiceAsyncStub", history: dict[str, int]) -> None:
    numbers, token = [], ""
    while True:
        request = pb.ListDecisionHistoryRequest(parent="filings/f-1", page_size=2, page_token=token)
        answer = await stub.ListDecisionHistory(request, timeout=SECONDS)
        numbers.append([int(one.name.rsplit("/", 1)[1]) for one in answer.decisions])
        token = answer.next_page_token
        if not token:
            break

    assert numbers == [[4, 3], [2, 1]]
    nothing = await stub.ListDecisionHistory(pb.ListDecisionHistoryRequest(parent="filings/f-9"), timeout=SECONDS)
    assert list(nothing.decisions) == []
