"""FilingAccepted comes in, ReviewEvaluated goes out: with a real database."""

import asyncio
from collections.abc import Callable

import asyncpg
import pytest
from google.protobuf import text_format

from dualcontrol.filing.v1 import filing_events_pb2 as events
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.review.v1 import review_events_pb2 as announced
from kernel.errors import InvalidRequest
from review.adapters.postgres import ReviewWork
from review.domain.review import FilingId, Review
from review.entrypoints.stream import subscriptions
from servicekit.eventing.outbox import event_type
from servicekit.storage.database import Database
from statute.finding import Verdict
from statute.loader import PolicyBundle

pytestmark = pytest.mark.integration

FILING = FilingId("clinker-line-1")
Begin = Callable[[], ReviewWork]


def accepted(dossier: filing.Dossier, revision: int = 1, id_: str = FILING) -> events.FilingAccepted:
    return events.FilingAccepted(filing=id_, revision=revision, dossier=dossier)


async def take(begin: Begin, policy: PolicyBundle, message: events.FilingAccepted | events.FilingWithdrawn) -> None:
    (subscription,) = subscriptions(policy)
    async with begin() as work:
        await subscription.routes[event_type("filing", message)].handle(message, work)
        await work.commit()


async def standing(begin: Begin) -> Review | None:
    async with begin() as work:
        return await work.reviews.get(FILING)


async def published(pool: Database) -> list[announced.ReviewEvaluated]:
    rows = await pool.fetch("SELECT topic, key, type, value FROM outbox ORDER BY id")
    assert {(row["topic"], row["key"], row["type"]) for row in rows} <= {
        ("dualcontrol.review.events.v1", FILING, "cn.dualcontrol.review.review-evaluated.v1")
    }
    return [announced.ReviewEvaluated.FromString(row["value"]) for row in rows]


async def test_an_accepted_filing_is_evaluated_stored_and_announced(
    begin: Begin, pool: Database, policy: PolicyBundle, clinker_line: filing.Dossier
) -> None:
    await take(begin, policy, accepted(clinker_line))

    review = await standing(begin)
    assert review is not None
    assert review.evaluation.annual_kgce == 123_456_789
    assert review.evaluation.bundle_hash == policy.bundle_hash
    (event,) = await published(pool)
    assert event.filing == FILING
    assert event.review.name == f"filings/{FILING}/review"
    assert event.review.annual_kgce_calorific == 123_456_789


async def test_the_same_revision_again_changes_nothing(
    begin: Begin, pool: Database, policy: PolicyBundle, clinker_line: filing.Dossier
) -> None:
    await take(begin, policy, accepted(clinker_line))
    first = await standing(begin)
    clinker_line.ClearField("energy")
    await take(begin, policy, accepted(clinker_line))

    assert await standing(begin) == first
    assert len(await published(pool)) == 1


async def test_an_older_revision_that_comes_late_changes_nothing(
    begin: Begin, pool: Database, policy: PolicyBundle, clinker_line: filing.Dossier
) -> None:
    await take(begin, policy, accepted(clinker_line, revision=3))
    newest = await standing(begin)
    clinker_line.ClearField("energy")
    await take(begin, policy, accepted(clinker_line, revision=2))

    assert await standing(begin) == newest
    assert [event.review.revision for event in await published(pool)] == [3]


async def test_a_newer_revision_replaces_the_older_one(
    begin: Begin, pool: Database, policy: PolicyBundle, clinker_line: filing.Dossier
) -> None:
    await take(begin, policy, accepted(clinker_line))
    clinker_line.ClearField("energy")
    await take(begin, policy, accepted(clinker_line, revision=2))

    review = await standing(begin)
    assert review is not None
    assert review.revision == 2
    assert review.evaluation.annual_kgce is None
    assert [event.review.revision for event in await published(pool)] == [1, 2]


async def test_first_revisions_brought_at_once_leave_the_newest(
    begin: Begin, pool: Database, policy: PolicyBundle, clinker_line: filing.Dossier
) -> None:
    await asyncio.gather(*(take(begin, policy, accepted(clinker_line, revision=n)) for n in (2, 1, 3, 2)))

    review = await standing(begin)
    assert review is not None
    assert review.revision == 3
    revisions = [event.review.revision for event in await published(pool)]
    assert revisions == sorted(set(revisions))
    assert revisions[-1] == 3


async def test_a_malformed_event_names_every_wrong_field_and_stores_nothing(
    begin: Begin, pool: Database, policy: PolicyBundle, clinker_line: filing.Dossier
) -> None:
    clinker_line.kind = 99  # type: ignore[assignment]  # a value that no contract has
    clinker_line.industry_codes.append("301")
    with pytest.raises(InvalidRequest) as refused:
        await take(begin, policy, accepted(clinker_line, revision=0, id_="../x"))

    assert [v.field for v in refused.value.violations] == [
        "filing",
        "revision",
        "dossier.kind",
        "dossier.industry_codes[1]",
    ]
    assert await published(pool) == []


async def test_the_database_refuses_to_go_back_to_an_older_revision(
    begin: Begin, pool: Database, policy: PolicyBundle, clinker_line: filing.Dossier
) -> None:
    await take(begin, policy, accepted(clinker_line, revision=2))
    with pytest.raises(asyncpg.RaiseError):
        await pool.execute("UPDATE review SET revision = 1")


def small(id_: str, tce: str) -> filing.Dossier:
    return text_format.Parse(
        f"""
        applicant {{ name: "虚构示例企业" credit_code: "91632801MA7T0X1K6P" }} region_code: "632801"
        project_name: "{id_}" kind: PROJECT_KIND_NEW_BUILD application_date {{ year: 2026 month: 3 day: 2 }}
        industry_codes: "2613" products {{ product_id: "lithium_salts" name: "碳酸锂" }}
        energy {{ annual_tce_calorific {{ value: "{tce}" }} annual_coal_t {{ value: "0" }} }}
        """,
        filing.Dossier(),
    )


async def splitting(begin: Begin, id_: str) -> Verdict:
    async with begin() as work:
        review = await work.reviews.get(FilingId(id_))
    assert review is not None
    (finding,) = [f for f in review.evaluation.findings if f.rule == "review.splitting"]
    return finding.verdict


async def test_two_filings_of_one_owner_evaluated_at_once_do_not_both_miss_the_other(
    begin: Begin, policy: PolicyBundle
) -> None:
    first, second = (accepted(small(id_, "600"), id_=id_) for id_ in ("half-1", "half-2"))
    await asyncio.gather(take(begin, policy, first), take(begin, policy, second))

    assert {await splitting(begin, "half-1"), await splitting(begin, "half-2")} == {Verdict.HOLDS, Verdict.FAILS}


async def test_a_withdrawn_filing_is_added_up_no_more_even_when_an_older_event_comes_late(
    begin: Begin, policy: PolicyBundle
) -> None:
    await take(begin, policy, accepted(small("half-1", "600"), id_="half-1"))
    await take(begin, policy, events.FilingWithdrawn(filing="half-1", revision=3, reason="虚构"))
    await take(begin, policy, accepted(small("half-1", "600"), revision=2, id_="half-1"))
    await take(begin, policy, accepted(small("half-2", "600"), id_="half-2"))

    assert await splitting(begin, "half-2") is Verdict.HOLDS


async def test_a_withdrawal_that_comes_first_keeps_the_filing_out(begin: Begin, policy: PolicyBundle) -> None:
    await take(begin, policy, events.FilingWithdrawn(filing="half-1", revision=2, reason="虚构"))
    await take(begin, policy, accepted(small("half-1", "600"), id_="half-1"))
    await take(begin, policy, accepted(small("half-2", "600"), id_="half-2"))

    assert await splitting(begin, "half-2") is Verdict.HOLDS


async def test_a_malformed_withdrawal_is_refused(begin: Begin, policy: PolicyBundle) -> None:
    with pytest.raises(InvalidRequest) as refused:
        await take(begin, policy, events.FilingWithdrawn(filing="../x", revision=0))

    assert [v.field for v in refused.value.violations] == ["filing", "revision"]
