"""Facts in any order, doubled and late, give one current decision; energy is asked for and given back."""

import itertools
from typing import TYPE_CHECKING

import asyncpg
import pytest
from google.protobuf.message import Message

from dualcontrol.budget.v1.budget_commands_pb2 import ReserveDeduction, VoidDeduction
from dualcontrol.budget.v1.budget_events_pb2 import DeductionExpired, DeductionVoided
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1.screening_events_pb2 import ProjectScreened
from screening.domain.facts import FilingId
from servicekit.storage.database import Database

if TYPE_CHECKING:
    from services.screening.tests.integration.conftest import Begin, Events, Stream

    from testkit.fixtures import Connection

pytestmark = pytest.mark.integration


async def numbers(pool: Database, filing: str = "f-1") -> list[int]:
    rows = await pool.fetch("SELECT number FROM decision WHERE filing_id = $1 ORDER BY number", filing)
    return [row["number"] for row in rows]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
async def test_facts_in_every_order_give_one_current_decision(
    stream: "Stream", made: "Events", begin: "Begin", order: tuple[int, ...]
) -> None:
    facts: list[Message] = [*made.facts(kgce=5_000), made.level(3)]

    for place in order:
        await stream.take(facts[place])
        await stream.take(facts[place])
    await stream.sweep()
    for deduction in [one.deduction for one in await stream.sent() if isinstance(one, ReserveDeduction)]:
        await stream.take(made.reserved(deduction))

    async with begin() as work:
        current = await work.decisions.current(FilingId("f-1"))
    assert current is not None
    assert current.content.disposition.value == "approve"
    assert {known.fact for known in current.content.facts} == {
        "filing", "review", "replacement", "deduction", "region/630100"
    }  # fmt: skip
    reserved = [one for one in await stream.sent() if isinstance(one, ReserveDeduction)]
    voided = [one for one in await stream.sent() if isinstance(one, VoidDeduction)]
    assert len(reserved) == len(voided) + 1


async def test_duplicates_add_no_decision_and_ask_for_no_energy_again(
    stream: "Stream", made: "Events", pool: Database
) -> None:
    await stream.take(made.level(3))
    for fact in made.facts(kgce=5_000):
        await stream.take(fact, fact)
        await stream.take(fact)
    await stream.take(made.reserved(), made.reserved())

    assert await numbers(pool) == [1]
    reserve, screened = await stream.sent()
    assert reserve == ReserveDeduction(
        deduction="f-1-r1-1", filing="f-1", region_code="630104", year=2026, amount_kgce_calorific=5_000
    )
    assert isinstance(screened, ProjectScreened)
    assert (screened.filing, screened.decision.name) == ("f-1", "filings/f-1/decisions/1")
    assert screened.decision.outcome == common.OUTCOME_APPROVE


async def test_each_message_goes_out_under_its_own_topic_and_key(
    stream: "Stream", made: "Events", pool: Database
) -> None:
    await stream.take(made.level(3))
    for fact in made.facts(kgce=5_000):
        await stream.take(fact)
    await stream.take(made.reserved())
    await stream.take(made.withdrawn())

    rows = await pool.fetch("SELECT topic, key, type FROM outbox ORDER BY id")

    assert [tuple(row) for row in rows] == [
        # All that a province's budgets are asked is in one order.
        ("dualcontrol.budget.commands.v1", "630000", "cn.dualcontrol.budget.reserve-deduction.v1"),
        ("dualcontrol.screening.events.v1", "f-1", "cn.dualcontrol.screening.project-screened.v1"),
        ("dualcontrol.screening.events.v1", "f-1", "cn.dualcontrol.screening.project-screened.v1"),
        ("dualcontrol.budget.commands.v1", "630000", "cn.dualcontrol.budget.void-deduction.v1"),
    ]


async def test_a_refusal_defers_and_a_new_revision_asks_again(
    stream: "Stream", made: "Events", begin: "Begin", pool: Database
) -> None:
    await stream.take(made.level(3))
    for fact in made.facts(kgce=5_000):
        await stream.take(fact)
    await stream.take(made.refused())
    async with begin() as work:
        current = await work.decisions.current(FilingId("f-1"))
    assert current is not None
    assert current.content.disposition.value == "defer"

    for fact in made.facts(revision=2, kgce=4_000):
        await stream.take(fact)
    await stream.take(made.reserved("f-1-r2-2"))

    async with begin() as work:
        current = await work.decisions.current(FilingId("f-1"))
    assert current is not None
    assert (current.number, current.content.disposition.value, current.content.project_name) == (
        2, "approve", "project 2"
    )  # fmt: skip
    assert await numbers(pool) == [1, 2]


async def test_a_case_comes_back_from_storage_as_it_was(stream: "Stream", made: "Events", begin: "Begin") -> None:
    await stream.take(made.level(3))
    for fact in made.facts(kgce=5_000):
        await stream.take(fact)
    await stream.take(made.reserved())
    await stream.take(made.withdrawn())

    async with begin() as work:
        record = await work.cases.get(FilingId("f-1"))

    assert record is not None
    case = record.case
    assert (case.withdrawal is not None, case.attempt, case.reservation, case.deduction) == (True, 2, None, None)
    assert case.filing is not None
    assert case.filing.project_name == "project 1"


@pytest.mark.parametrize("kind", [DeductionVoided, DeductionExpired])
async def test_energy_that_is_held_no_more_is_asked_for_anew_and_late_answers_change_nothing(
    stream: "Stream", made: "Events", pool: Database, kind: type[DeductionVoided | DeductionExpired]
) -> None:
    taken_back = kind(deduction=made.voided().deduction)
    await stream.take(made.level(3))
    for fact in made.facts(kgce=5_000):
        await stream.take(fact)
    await stream.take(made.reserved(), taken_back)
    await stream.take(made.reserved("f-1-r1-2"))
    await stream.take(made.reserved(), taken_back)

    asked = [one.deduction for one in await stream.sent() if isinstance(one, ReserveDeduction)]

    assert asked == ["f-1-r1-1", "f-1-r1-2"]
    assert await numbers(pool) == [1]


@pytest.mark.parametrize("filing_id", ["", "x", "Upper", "a" * 64, "f\x00-1"])
async def test_an_event_about_no_filing_is_refused(stream: "Stream", made: "Events", filing_id: str) -> None:
    with pytest.raises((ValueError, asyncpg.DataError)):
        await stream.take(made.reviewed(filing_id))


async def test_a_decision_is_never_changed_or_deleted(stream: "Stream", made: "Events", owner: "Connection") -> None:
    for fact in [made.level(3), *made.facts()]:
        await stream.take(fact)

    for statement in ("UPDATE decision SET number = 2", "DELETE FROM decision", "TRUNCATE decision CASCADE"):
        with pytest.raises(asyncpg.RaiseError, match="never changed"):
            await owner.execute(statement)


async def test_a_fact_never_grows_older_in_storage(stream: "Stream", made: "Events", pool: Database) -> None:
    await stream.take(made.accepted(revision=2))
    await stream.take(made.level(3, version=2))

    with pytest.raises(asyncpg.RaiseError, match="older"):
        await pool.execute("UPDATE screening_case SET versions[1] = 1")
    with pytest.raises(asyncpg.RaiseError, match="never changed"):
        await pool.execute("UPDATE region_fact SET version = 1")
