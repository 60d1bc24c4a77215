"""Opinions of review come in: lots are used for good, and given back when an opinion holds no more."""

from typing import Any, Final

import pytest

from capacity.entrypoints.opinion_stream import opinion_subscription
from capacity.entrypoints.reevaluating import Reevaluating
from dualcontrol.capacity.v1 import capacity_events_pb2 as told_events
from dualcontrol.review.v1 import opinion_events_pb2 as events
from dualcontrol.review.v1 import opinion_service_pb2 as pb
from dualcontrol.review.v1 import review_events_pb2 as reviews
from kernel.errors import InvalidRequest
from servicekit.eventing.topics import REVIEW_EVENTS
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from testkit.event_types import types_of

pytestmark = pytest.mark.integration

USED, FREE, HELD = (1_000, 0, 6_000), (7_000, 0, 0), (1_000, 6_000, 0)


def opinion(version: int = 2, revision: int = 1, **other: Any) -> pb.Opinion:
    stated: dict[str, Any] = {
        "name": "filings/f-1/opinions/1",
        "result": pb.OPINION_RESULT_PASS,
        "drafter": "甲",
        "signer": "乙",
        "document": "虚构节能审〔2026〕1号",
    }
    return pb.Opinion(version=version, revision=revision, **{**stated, **other})


def issued(**other: Any) -> events.OpinionIssued:
    return events.OpinionIssued(filing="f-1", opinion=opinion(**other))


def lapsed(version: int = 3, **other: Any) -> events.OpinionLapsed:
    return events.OpinionLapsed(filing="f-1", opinion=opinion(version, **other))


def revoked(version: int = 3, **other: Any) -> events.OpinionRevoked:
    taken_back = opinion(version, revokers=["丙", "丁"], reason="虚构: 内容不实", **other)
    return events.OpinionRevoked(filing="f-1", opinion=taken_back)


async def lot(pool: Database) -> tuple[int, int, int]:
    """Available, held and posted tonnes."""
    row = await pool.fetchrow("SELECT granted - held - posted AS available, held, posted FROM ledger_account")
    assert row is not None
    return row["available"], row["held"], row["posted"]


async def told(pool: Database, kind: str) -> list[bytes]:
    rows = await pool.fetch(
        "SELECT value FROM outbox WHERE type = $1 ORDER BY id", f"cn.dualcontrol.capacity.{kind}.v1"
    )
    return [row["value"] for row in rows]


@pytest.fixture
async def held(filings: Any) -> None:
    await filings.register("lot-a", 7_000)
    await filings.take(filings.accepted(lot_a="6000"))


async def test_an_opinion_that_passes_the_project_uses_its_lots_for_good(
    held: None, filings: Any, pool: Database, parts: Any, policy: PolicyBundle, clock: Any
) -> None:
    await filings.take(issued(), issued())

    assert await lot(pool) == USED
    (event,) = await told(pool, "replacement-posted")
    assert told_events.ReplacementPosted.FromString(event).document == "虚构节能审〔2026〕1号"
    await filings.register("lot-b", 1_000)
    async with parts.begin() as work:
        await work.reevaluations.add("f-1", "whatever comes after")
        await work.commit()
    await Reevaluating(parts.begin, policy, clock).work_off()
    assert (await pool.fetchval("SELECT posted FROM ledger_account WHERE id LIKE 'lot-a%'")) == 6_000


@pytest.mark.parametrize(
    "message",
    [
        issued(result=pb.OPINION_RESULT_NOT_PASS),
        issued(result=pb.OPINION_RESULT_UNSPECIFIED),
        issued(revision=7),
        lapsed(revision=7),
        lapsed(result=pb.OPINION_RESULT_NOT_PASS),
    ],
)
async def test_an_opinion_that_passes_nothing_or_another_revision_moves_nothing(
    held: None, filings: Any, pool: Database, message: Any
) -> None:
    await filings.take(message)

    assert await lot(pool) == HELD


async def test_an_opinion_that_lapsed_gives_back_what_was_used_under_its_drafter_and_signer(
    held: None, filings: Any, pool: Database, parts: Any, policy: PolicyBundle, clock: Any
) -> None:
    await filings.take(filings.accepted("f-2", lot_a="6000"))
    await filings.take(issued())

    await filings.take(lapsed(), lapsed())

    assert await lot(pool) == FREE
    (event,) = await told(pool, "replacement-reversed")
    reversed_ = told_events.ReplacementReversed.FromString(event)
    assert (list(reversed_.signers), [hold.lot for hold in reversed_.holds]) == (["甲", "乙"], ["lots/lot-a"])
    assert await pool.fetchval("SELECT hold_state FROM replacement WHERE filing_id = 'f-1'") == "reversed"
    await Reevaluating(parts.begin, policy, clock).work_off()
    assert await pool.fetchval("SELECT hold_state FROM replacement WHERE filing_id = 'f-2'") == "held"
    assert await pool.fetchval("SELECT hold_state FROM replacement WHERE filing_id = 'f-1'") == "reversed"
    async with parts.begin() as work:
        assert await work.verify_lots() is None


async def test_an_opinion_that_was_taken_back_is_reversed_by_those_who_took_it_back(
    held: None, filings: Any, pool: Database
) -> None:
    await filings.take(issued(), revoked())

    assert await lot(pool) == FREE
    (event,) = await told(pool, "replacement-reversed")
    reversed_ = told_events.ReplacementReversed.FromString(event)
    assert (list(reversed_.signers), reversed_.reason) == (["丙", "丁"], "虚构: 内容不实")


async def test_what_is_only_held_is_given_back_without_a_reversal(held: None, filings: Any, pool: Database) -> None:
    await filings.take(revoked())

    assert await lot(pool) == FREE
    assert len(await told(pool, "replacement-voided")) == 1


async def test_an_older_opinion_that_comes_late_changes_nothing(held: None, filings: Any, pool: Database) -> None:
    await filings.take(lapsed(version=5), issued(version=4))

    assert await lot(pool) == FREE
    assert await told(pool, "replacement-posted") == []


async def test_an_opinion_on_an_amended_revision_uses_what_its_announced_plan_holds(
    held: None, filings: Any, pool: Database
) -> None:
    await pool.execute(
        "INSERT INTO plan_step (filing_id, seq, kind, effective_on, document, known_at) VALUES "
        "('f-1', 1, 'publicity', '2025-01-06', 'x', now()), ('f-1', 2, 'announced', '2025-01-20', 'x', now())"
    )
    await filings.take(filings.accepted(revision=2, lot_a="6000"))

    await filings.take(issued(revision=2))

    assert await lot(pool) == USED


async def test_an_opinion_on_a_filing_that_holds_nothing_or_is_not_known_is_no_mistake(
    filings: Any, pool: Database
) -> None:
    await filings.take(issued(), lapsed())
    await filings.take(filings.accepted(), issued(version=4), revoked(version=5))

    assert await told(pool, "replacement-posted") == []


MALFORMED: Final = (
    events.OpinionIssued(),
    events.OpinionIssued(filing="../x", opinion=opinion()),
    issued(revision=0),
    issued(version=0),
    issued(document=""),
    lapsed(signer="甲"),
    lapsed(drafter=""),
)


async def test_a_malformed_event_becomes_a_dead_letter_and_changes_nothing(
    held: None, filings: Any, pool: Database
) -> None:
    for malformed in MALFORMED:
        with pytest.raises(InvalidRequest):
            await filings.take(malformed)

    assert await lot(pool) == HELD


def test_every_event_of_review_is_taken_or_ignored(policy: PolicyBundle, clock: Any) -> None:
    subscription = opinion_subscription(policy, clock)

    assert subscription.routes.keys() | subscription.ignored == types_of(REVIEW_EVENTS, events, reviews)
