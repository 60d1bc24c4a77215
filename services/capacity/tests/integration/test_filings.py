"""Accepted and withdrawn filings on a real unit of work: what is held, what is told."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import pytest
from google.protobuf.message import Message

from capacity.adapters.postgres import CapacityWork
from capacity.domain.replacement import FilingId, Replacement
from dualcontrol.capacity.v1 import capacity_events_pb2 as told_events
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_events_pb2 as events
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from kernel.errors import InvalidRequest
from servicekit.storage.database import Database
from statute.loader import PolicyBundle

pytestmark = pytest.mark.integration

Begin = Callable[[], CapacityWork]
OF_2021 = date(2024, 10, 31)
"""The last day of the clinker measures of 2021, which bar no splitting as far as is on file."""


async def told(pool: Database, filing: str = "f-1") -> list[told_events.ReplacementEvaluated]:
    rows = await pool.fetch("SELECT topic, type, value FROM outbox WHERE key = $1 ORDER BY id", filing)
    assert {row["topic"] for row in rows} <= {"dualcontrol.capacity.events.v1"}
    assert {row["type"] for row in rows} <= {"cn.dualcontrol.capacity.replacement-evaluated.v1"}
    return [told_events.ReplacementEvaluated.FromString(row["value"]) for row in rows]


async def balances(pool: Database) -> dict[str, tuple[int, int]]:
    """Available and held tonnes by lot."""
    rows = await pool.fetch("SELECT id, granted - held - posted AS available, held FROM ledger_account ORDER BY id")
    return {row["id"].split("/")[0]: (row["available"], row["held"]) for row in rows}


async def known(begin: Begin, filing: str = "f-1") -> Replacement | None:
    async with begin() as work:
        return await work.replacements.get(FilingId(filing))


async def balanced(begin: Begin) -> bool:
    async with begin() as work:
        return await work.verify_lots() is None


async def test_a_plan_that_suffices_holds_its_lots_and_tells_why(
    filings: Any, pool: Database, begin: Begin, policy: PolicyBundle
) -> None:
    await filings.register("lot-a", 5_000)
    await filings.register("lot-b", 2_000)

    await filings.take(filings.accepted(lot_a="5000", lot_b="1000"))

    assert await balances(pool) == {"lot-a": (0, 5_000), "lot-b": (1_000, 1_000)}
    (event,) = await told(pool)
    replacement = event.replacement
    assert (event.filing, replacement.name, replacement.revision) == ("f-1", "filings/f-1/replacement", 1)
    assert replacement.required == common.VERDICT_HOLDS
    assert (replacement.required_capacity.value, replacement.unit) == ("6000", "t/d")
    assert [(h.lot, h.quantity.value, h.unit) for h in replacement.holds] == [
        ("lots/lot-a", "5000", "t/d"),
        ("lots/lot-b", "1000", "t/d"),
    ]
    assert [f.rule for f in replacement.findings] == [
        "capacity.plan",
        "capacity.ratio",
        "capacity.lots",
        "capacity.conversion",
        "capacity.eligibility",
        "capacity.split",
        "capacity.dismantled_first",
        "capacity.import_limit",
        "capacity.announced",
        "capacity.lapse",
    ]
    assert all(f.under for f in replacement.findings)
    assert replacement.bundle_hash == policy.bundle_hash
    assert await pool.fetchval("SELECT hold_id FROM replacement") == "f-1/1"
    assert await balanced(begin)


async def test_the_same_revision_again_holds_once_and_is_told_once(filings: Any, pool: Database) -> None:
    await filings.register("lot-a", 20_000)

    await filings.take(filings.accepted(lot_a="6000"))
    await filings.take(filings.accepted(lot_a="6000"), filings.accepted(lot_a="6000"))

    assert await balances(pool) == {"lot-a": (14_000, 6_000)}
    assert len(await told(pool)) == 1


async def test_an_amendment_gives_back_the_older_hold_and_holds_anew(
    filings: Any, pool: Database, begin: Begin
) -> None:
    await filings.register("lot-a", 9_000)
    await filings.register("lot-b", 9_000)

    await filings.take(filings.accepted(lot_a="9000"))
    await filings.take(filings.accepted(revision=2, lot_a="8000", lot_b="100"))

    assert await balances(pool) == {"lot-a": (1_000, 8_000), "lot-b": (8_900, 100)}
    assert [event.replacement.revision for event in await told(pool)] == [1, 2]
    assert await pool.fetchval("SELECT hold_id FROM replacement") == "f-1/2"
    assert await balanced(begin)


async def test_an_older_revision_that_comes_late_changes_nothing(filings: Any, pool: Database) -> None:
    await filings.register("lot-a", 20_000)

    await filings.take(filings.accepted(revision=2, lot_a="7000"))
    await filings.take(filings.accepted(revision=1, lot_a="6000"))

    assert await balances(pool) == {"lot-a": (13_000, 7_000)}
    assert [event.replacement.revision for event in await told(pool)] == [2]


async def test_several_revisions_in_one_batch_leave_only_the_last_hold(filings: Any, pool: Database) -> None:
    await filings.register("lot-a", 10_000)

    await filings.take(*(filings.accepted(revision=n, lot_a=str(6_000 + n)) for n in range(1, 6)))

    assert await balances(pool) == {"lot-a": (3_995, 6_005)}
    assert len(await told(pool)) == 5


async def test_a_withdrawal_frees_the_lots_for_others(filings: Any, pool: Database, begin: Begin) -> None:
    await filings.register("lot-a", 6_000)
    await filings.take(filings.accepted("f-1", lot_a="6000"))
    await filings.take(filings.accepted("f-2", lot_a="6000"))

    await filings.take(filings.withdrawn("f-1"), filings.withdrawn("f-1"))
    await filings.take(filings.accepted("f-2", revision=2, lot_a="6000"))

    assert await balances(pool) == {"lot-a": (0, 6_000)}
    assert [len(event.replacement.holds) for event in await told(pool, "f-2")] == [0, 1]
    gone = await known(begin)
    assert gone is not None
    assert gone.withdrawn
    assert gone.evaluation is not None
    assert (gone.evaluation.revision, gone.evaluation.holds) == (1, ())
    assert await balanced(begin)


async def test_a_withdrawal_that_overtakes_its_filing_wins(filings: Any, pool: Database, begin: Begin) -> None:
    await filings.register("lot-a", 6_000)

    await filings.take(filings.withdrawn(revision=2))
    await filings.take(filings.accepted(revision=1, lot_a="6000"))

    assert await balances(pool) == {"lot-a": (6_000, 0)}
    assert await told(pool) == []
    gone = await known(begin)
    assert gone is not None
    assert gone.evaluation is None


async def test_a_lot_that_is_short_is_told_and_holds_no_part(filings: Any, pool: Database) -> None:
    await filings.register("lot-a", 5_000)
    await filings.register("lot-b", 999)

    await filings.take(filings.accepted(lot_a="5000", lot_b="1000"))

    assert await balances(pool) == {"lot-a": (5_000, 0), "lot-b": (999, 0)}
    (event,) = await told(pool)
    (lots,) = [f for f in event.replacement.findings if f.rule == "capacity.lots"]
    assert (lots.rule, lots.verdict, lots.leads_to) == (
        "capacity.lots",
        common.VERDICT_FAILS,
        common.DISPOSITION_RETURN,
    )
    assert "lot-b" in lots.because.zh
    assert "999" in lots.because.zh


async def test_a_filing_that_owes_nothing_is_told_too(filings: Any, pool: Database) -> None:
    accepted = filings.accepted()
    accepted.dossier.products[0].product_id = "lithium_salts"

    await filings.take(accepted)

    (event,) = await told(pool)
    assert event.replacement.required == common.VERDICT_FAILS
    assert not event.replacement.HasField("required_capacity")
    (finding,) = event.replacement.findings
    assert (finding.rule, finding.verdict) == ("capacity.plan", common.VERDICT_HOLDS)


async def test_of_filings_that_come_at_once_a_lot_serves_no_more_than_it_has(
    filings: Any, pool: Database, begin: Begin
) -> None:
    await filings.register("lot-a", 18_500)

    await asyncio.gather(*(filings.take(filings.accepted(f"f-{n}", publicity=OF_2021, lot_a="6000")) for n in range(8)))

    assert await balances(pool) == {"lot-a": (500, 18_000)}
    holding = await pool.fetchval("SELECT count(*) FROM replacement WHERE hold_id IS NOT NULL")
    evaluations = [event for n in range(8) for event in await told(pool, f"f-{n}")]
    assert (holding, len(evaluations)) == (3, 8)
    assert sum(bool(event.replacement.holds) for event in evaluations) == 3
    assert await balanced(begin)


async def test_of_new_lines_that_come_at_once_one_gets_the_clinker_line_undivided(
    filings: Any, pool: Database, begin: Begin
) -> None:
    await filings.register("lot-a", 18_500)

    await asyncio.gather(*(filings.take(filings.accepted(f"f-{n}", lot_a="6000")) for n in range(8)))

    assert await balances(pool) == {"lot-a": (12_500, 6_000)}
    assert await pool.fetchval("SELECT count(*) FROM lot_recipient") == 1
    evaluations = [event for n in range(8) for event in await told(pool, f"f-{n}")]
    split = [f.verdict for event in evaluations for f in event.replacement.findings if f.rule == "capacity.split"]
    assert sorted(split) == [common.VERDICT_HOLDS, *[common.VERDICT_FAILS] * 7]
    assert await balanced(begin)


async def test_the_same_filing_taken_twice_at_once_holds_once(filings: Any, pool: Database, begin: Begin) -> None:
    await filings.register("lot-a", 60_000)

    await asyncio.gather(*(filings.take(filings.accepted(lot_a="6000")) for _ in range(6)))

    assert await balances(pool) == {"lot-a": (54_000, 6_000)}
    assert len(await told(pool)) == 1
    assert await balanced(begin)


async def test_plans_that_name_the_same_lots_in_opposite_order_all_come_through(filings: Any, pool: Database) -> None:
    await filings.register("lot-a", 50_000)
    await filings.register("lot-b", 50_000)
    forth = [filings.accepted(f"f-{n}", publicity=OF_2021, lot_a="4000", lot_b="4000") for n in range(5)]
    back = [filings.accepted(f"g-{n}", publicity=OF_2021, lot_b="4000", lot_a="4000") for n in range(5)]

    await asyncio.gather(*(filings.take(message) for message in (*forth, *back)))

    assert await balances(pool) == {"lot-a": (10_000, 40_000), "lot-b": (10_000, 40_000)}


def _broken(**changes: str) -> events.FilingAccepted:
    message = events.FilingAccepted(filing="f-1", revision=1)
    message.dossier.region_code = "630200"
    product = message.dossier.products.add(name="熟料", product_id="clinker")
    product.capacity.unit = "t/d"
    product.capacity.value.value = changes.get("capacity", "4000")
    use = message.dossier.replacement.lots.add(lot=changes.get("lot", "lots/lot-a"))
    use.quantity.value = changes.get("quantity", "6000")
    if "twice" in changes:
        message.dossier.replacement.lots.add().CopyFrom(use)
    if "day" in changes:
        message.dossier.replacement.publicity_date.month = 13
    if "kind" in changes:
        message.dossier.kind = 99  # type: ignore[assignment]
    return message


MALFORMED: Final[tuple[Message, ...]] = (
    events.FilingAccepted(),
    events.FilingAccepted(filing="f-1", revision=1),
    events.FilingAccepted(filing="f-1", revision=0, dossier=pb.Dossier(region_code="630200")),
    events.FilingAccepted(filing="F 1", revision=1, dossier=pb.Dossier(region_code="630200")),
    events.FilingAccepted(filing="f-1", revision=1, dossier=pb.Dossier(region_code="63")),
    _broken(capacity="NaN"),
    _broken(capacity="1e9"),
    _broken(capacity="-1"),
    _broken(quantity=""),
    _broken(lot="lot-a"),
    _broken(twice="yes"),
    _broken(day="13"),
    _broken(kind="99"),
    events.FilingWithdrawn(filing="f-1"),
    events.FilingWithdrawn(revision=2),
)


async def test_a_malformed_event_becomes_a_dead_letter_and_changes_nothing(filings: Any, pool: Database) -> None:
    for malformed in MALFORMED:
        with pytest.raises(InvalidRequest):
            await filings.take(malformed)

    assert await told(pool) == []
    assert await pool.fetchval("SELECT count(*) FROM replacement") == 0


async def test_the_schema_takes_only_a_newer_revision(filings: Any, pool: Database) -> None:
    await filings.take(filings.accepted(revision=2))

    with pytest.raises(Exception, match="takes only a newer one"):
        await pool.execute("UPDATE replacement SET revision = 2")
