"""Every fact that a case ever held is kept for ever, one version of each is held, and the case comes back as it was."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import asyncpg
import pytest

from dualcontrol.budget.v1.budget_commands_pb2 import PostDeduction, ReserveDeduction, ReverseDeduction
from dualcontrol.common.v1 import finding_pb2 as common
from kernel.regions import RegionCode
from screening.application.ports import Heard, Record, Waits
from screening.domain.case import Case, Posted, Reservation, Turn
from screening.domain.decision import Digest, Standing
from screening.domain.facts import (
    DeductionFact,
    DeductionId,
    DeductionState,
    FactVersion,
    FilingFact,
    FilingId,
    OpinionFact,
    OverrideFact,
    QueueFact,
    ReplacementFact,
    ReviewFact,
    RulingFact,
    SavingFact,
    Shortage,
    WithdrawalFact,
)
from screening.domain.replaying import Kept
from screening.wire.findings import told_from_wire
from servicekit.storage.database import Database
from statute.finding import Disposition, Outcome, Verdict

if TYPE_CHECKING:
    from services.screening.tests.integration.conftest import Begin, Events, Stream

pytestmark = pytest.mark.integration

F1 = FilingId("f-1")
COUNTY = RegionCode("630104")
AT = datetime(2026, 3, 2, 4, 0, 0, 123456, tzinfo=UTC)
SIGNERS = ("甲(虚构)", "乙(虚构)")
(TOLD,) = told_from_wire([common.Finding(rule="access.duty", verdict=common.VERDICT_FAILS, missing=["dossier.kind"])])
RESERVATION = Reservation(DeductionId("f-1-r2-3"), F1, 2, COUNTY, 2026, 5_000)
FULL = Case(
    F1,
    filing=FilingFact(2, "项目", COUNTY, date(2026, 3, 2), nationally_planned=True, findings=(TOLD,)),
    withdrawal=WithdrawalFact(3),
    review=ReviewFact(2, Verdict.HOLDS, 5_000, findings=(TOLD,), bundle_hash="hash", version=4),
    replacement=ReplacementFact(2, (TOLD,), "hash", version=5),
    savings=(SavingFact("s-1", 1, True, 5, True), SavingFact("s-2", 2, False, 6, False)),
    opinion=OpinionFact(3, 2, passes=True, in_force=True, document="文号", signers=SIGNERS),
    ruling=RulingFact(1, 2, Disposition.CONDITIONAL, ("access.duty",), "甲(虚构)", "第九条", "因"),
    overrides=(
        OverrideFact("1", 1, 2, ("access.duty",), date(2026, 9, 1), SIGNERS, "因", "文号"),
        OverrideFact("2", 2, 2, ("x.y",), date(2026, 4, 1), SIGNERS, "因", "文号", ended=True),
    ),
    queue=QueueFact(2, 2, RegionCode("630100")),
    queued=2,
    attempt=3,
    reservation=RESERVATION,
    deduction=DeductionFact(
        RESERVATION.deduction, DeductionState.REFUSED, (TOLD,), (Shortage(COUNTY, fits=True),)
    ),
    posted=Posted(replace(RESERVATION, deduction=DeductionId("f-1-r1-1"), revision=1), "文号", SIGNERS),
    turn=Turn(4, 2, (COUNTY, RegionCode("630000"))),
)  # fmt: skip
RECORD = Record(
    FULL,
    Standing(7, Digest(b"content"), Digest(b"says"), Outcome.DEFER, Disposition.RESTRICT),
    asked_at=AT,
    waits=Waits(("deduction", "review"), AT),
)


async def save(begin: "Begin", record: Record) -> None:
    async with begin() as work:
        await work.cases.load([record.case.filing_id])
        await work.cases.save({record.case.filing_id: record}, bars_at=3, at=AT)
        await work.commit()


async def kept(pool: Database, *, held: bool | None = None) -> list[tuple[str, str, int]]:
    rows = await pool.fetch(
        "SELECT kind, key, version FROM case_fact WHERE $1::boolean IS NULL OR held = $1 ORDER BY 1, 2, 3", held
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    "record",
    [RECORD, Record(Case(F1)), Record(Case(F1, filing=FilingFact(1, "x", COUNTY)), waits=Waits(("review",), AT))],
)
async def test_a_case_comes_back_as_it_was_saved_and_saving_it_again_changes_nothing(
    begin: "Begin", pool: Database, record: Record
) -> None:
    if record == Record(Case(F1)):
        await save(begin, Record(Case(F1), asked_at=AT))
    await save(begin, record)
    before = await pool.fetch("SELECT xmin::text FROM screening_case"), await kept(pool)

    async with begin() as work:
        assert await work.cases.get(F1) == record
        assert (await work.cases.load([F1]))[F1] == record
    await save(begin, record)

    assert (await pool.fetch("SELECT xmin::text FROM screening_case"), await kept(pool)) == before


async def test_what_a_case_let_go_is_kept_and_only_the_newest_of_each_is_held(begin: "Begin", pool: Database) -> None:
    await save(begin, RECORD)
    first = await kept(pool)
    assert FULL.review is not None
    newer = replace(
        FULL,
        review=replace(FULL.review, version=9),
        savings=(replace(FULL.savings[0], version=2, live=False), FULL.savings[1]),
        queue=None,
        reservation=None,
        deduction=None,
        attempt=4,
    )

    await save(begin, replace(RECORD, case=newer))

    assert await kept(pool) == sorted([*first, ("review", "", 9), ("saving", "s-1", 2)])
    assert await kept(pool, held=False) == [
        ("deduction", "f-1-r2-3", 1), ("queue", "", 2), ("review", "", 4), ("saving", "s-1", 1)
    ]  # fmt: skip


async def test_a_decisions_facts_are_found_by_the_versions_that_it_names(begin: "Begin") -> None:
    await save(begin, RECORD)
    assert FULL.review is not None
    await save(begin, replace(RECORD, case=replace(FULL, review=replace(FULL.review, version=9, annual_kgce=1))))
    named = [
        FactVersion("filing", 2), FactVersion("review", 4), FactVersion("saving/s-1", 1), FactVersion("override/1", 1),
        FactVersion("deduction", 2), FactVersion("region/630100", 7),
    ]  # fmt: skip

    async with begin() as work:
        (facts,) = await work.archive.facts_of(
            [Kept(F1, 1, date(2026, 3, 2), AT, causes=(), attempt=3, facts=tuple(named), bundle_hash="hash")]
        )

    assert facts[FactVersion("review", 4)] == FULL.review
    assert facts[FactVersion("saving/s-1", 1)] == FULL.savings[0]
    assert facts[FactVersion("override/1", 1)] == FULL.overrides[0]
    assert facts[FactVersion("deduction", 2)] == FULL.deduction
    assert FactVersion("region/630100", 7) not in facts


async def test_a_fact_that_is_kept_is_never_changed(begin: "Begin", pool: Database) -> None:
    await save(begin, RECORD)

    for statement in (
        "UPDATE case_fact SET version = version + 1",
        r"UPDATE case_fact SET fact = '\x00'",
        "UPDATE case_fact SET key = 'other' WHERE kind = 'saving'",
        "DELETE FROM case_fact",
    ):
        with pytest.raises(asyncpg.RaiseError, match="never changed"):
            await pool.execute(statement)
    await pool.execute("UPDATE case_fact SET held = false WHERE kind = 'queue'")
    with pytest.raises(asyncpg.RaiseError, match="never changed"):
        await pool.execute("UPDATE case_fact SET held = true WHERE kind = 'queue'")


async def test_one_version_of_a_fact_is_held_at_a_time(begin: "Begin", pool: Database) -> None:
    await save(begin, RECORD)

    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(
            "INSERT INTO case_fact (filing_id, kind, key, version, fact) VALUES ('f-1', 'review', '', 99, '')"
        )


@pytest.mark.parametrize(
    "statement",
    [
        "versions[3] = 3",
        "versions[5] = 1",
        "attempt = 2",
        "queued = 1",
        "decision_number = 6",
    ],
)
async def test_a_case_never_forgets_what_it_did(begin: "Begin", pool: Database, statement: str) -> None:
    await save(begin, RECORD)

    with pytest.raises(asyncpg.RaiseError):
        await pool.execute(f"UPDATE screening_case SET {statement}")


async def test_an_opinion_on_a_later_revision_takes_the_place_of_a_newer_word_on_an_earlier_one(
    stream: "Stream", made: "Events", begin: "Begin", pool: Database
) -> None:
    """The lapse of the first overtook the second: a version counts the changes of all opinions on a filing."""
    first, second = made.issued(), made.issued(revision=2, version=2)

    await stream.take(made.lapsed(first, 3))
    await stream.take(second)
    await stream.take(first)

    async with begin() as work:
        record = await work.cases.get(F1)
    assert record is not None
    assert record.case.opinion is not None
    assert (record.case.opinion.revision, record.case.opinion.in_force) == (2, True)
    assert [row for row in await kept(pool) if row[0] == "opinion"] == [("opinion", "", 2), ("opinion", "", 3)]


async def test_an_opinion_makes_final_what_is_held_and_its_lapse_undoes_it_at_the_budget(
    stream: "Stream", made: "Events"
) -> None:
    await stream.take(made.level(3))
    for fact in made.facts(kgce=5_000):
        await stream.take(fact)
    await stream.take(made.reserved())
    issued = made.issued()
    await stream.take(issued, issued)
    await stream.take(made.posted())
    await stream.take(made.lapsed(issued, 2))
    await stream.take(made.lapsed(issued, 2))

    sent = [one for one in await stream.sent() if isinstance(one, ReserveDeduction | PostDeduction | ReverseDeduction)]

    assert sent[1:] == [
        PostDeduction(deduction="f-1-r1-1", filing="f-1", document="文号 1"),
        ReverseDeduction(deduction="f-1-r1-1", filing="f-1", signers=SIGNERS, reason="文号 1"),
    ]


async def test_savings_let_a_project_in_where_the_level_deferred_it(
    stream: "Stream", made: "Events", begin: "Begin"
) -> None:
    await stream.take(made.level(2))
    for fact in made.facts(kgce=5_000):
        await stream.take(fact)
    assert await stream.sent()

    await stream.take(made.saved(kgce=4_999))
    assert not [one for one in await stream.sent() if isinstance(one, ReserveDeduction)]
    await stream.take(made.saved(kgce=1, hold="s-2"))

    assert [one.deduction for one in await stream.sent() if isinstance(one, ReserveDeduction)] == ["f-1-r1-1"]
    async with begin() as work:
        decision = await work.decisions.current(F1)
    assert decision is not None
    assert FactVersion("saving/s-1", 1) in decision.content.facts


async def test_a_decision_that_decides_the_same_on_the_same_facts_is_not_made_again(
    stream: "Stream", made: "Events", begin: "Begin", pool: Database
) -> None:
    await stream.take(made.level(1))
    for fact in made.facts(kgce=5_000):
        await stream.take(fact)
    ruling = RulingFact(1, 9, Disposition.APPROVE, ("x.y",), "甲(虚构)", "第九条", "另一修订")
    async with begin() as work:
        work.hear(Heard(F1, ruling))
        await work.commit()

    assert await pool.fetchval("SELECT max(number) FROM decision") == 1
    assert ("ruling", "", 1) in await kept(pool)
