"""What becomes of a hold: amended, locked, posted, voided, lapsed. Known failures of other registers are tests here."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from capacity.domain.availability import Register
from capacity.domain.lapsing import lapsed, next_due
from capacity.domain.lots import LotId
from capacity.domain.plan import Plan
from capacity.domain.replacement import (
    FilingId,
    HoldState,
    NoLiveHold,
    lapse,
    post,
    release,
    void,
    withdrawn,
)
from dossier.model import LotUse
from ledger.entries import TransferId
from ledger.operations import Expire, Grant, Hold, Post, Void
from ledger.refusals import InsufficientBalance
from ledger.transfers import TransferState
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle

DAY = date(2026, 3, 1)
ANNOUNCED = {"publicity": date(2025, 1, 6), "announced": date(2025, 2, 3)}


def finding(made: Any, rule: str) -> Finding:
    found: Finding
    (found,) = [f for f in made.evaluation.findings if f.rule == rule]
    return found


def uses(**quantities: str) -> tuple[LotUse, ...]:
    return tuple(LotUse(name.replace("_", "-"), Decimal(quantity)) for name, quantity in quantities.items())


def left(register: Register) -> dict[str, int]:
    return {account.owner: balances.available for account, balances in register.book.accounts.items()}


def two_lots(invented: Any) -> Register:
    registered: Register = invented.register(invented.lot("lot-a"), invented.lot("lot-b"))
    return registered


def test_an_amendment_before_the_announcement_moves_the_whole_hold(invented: Any) -> None:
    here = invented.on_the_way(two_lots(invented), invented.way(publicity=date(2025, 1, 6)))
    first = invented.take(invented.dossier(), here)

    second = invented.take(
        invented.dossier(replacement=invented.plan(lots=uses(lot_b="7000"))), here, revision=2, known=first.replacement
    )

    assert left(here) == {"lot-a": 10_000, "lot-b": 3_000}
    assert [type(operation) for operation in second.operations] == [Void, Hold]


def test_an_amendment_that_can_hold_nothing_leaves_the_book_as_it_was_before_the_filing(invented: Any) -> None:
    """The obligation that was not deducted after an amendment; the amended quantity that was spent elsewhere."""
    here = two_lots(invented)
    first = invented.take(invented.dossier(), here)
    other = invented.take(invented.dossier(replacement=invented.plan(lots=uses(lot_b="9000"))), here, filing="f-2")
    assert other.evaluation.holds

    second = invented.take(
        invented.dossier(replacement=invented.plan(lots=uses(lot_a="5000", lot_b="1001"))),
        here,
        revision=2,
        known=first.replacement,
    )

    assert finding(second, "capacity.lots").verdict is Verdict.FAILS
    assert left(here) == {"lot-a": 10_000, "lot-b": 1_000}


def test_a_second_amendment_gives_back_what_the_first_one_held(invented: Any) -> None:
    here = two_lots(invented)
    known = invented.take(invented.dossier(), here).replacement

    for revision, quantity in ((2, "7000"), (3, "8000"), (4, "6500")):
        plan = invented.plan(lots=uses(lot_b=quantity))
        known = invented.take(invented.dossier(replacement=plan), here, revision=revision, known=known).replacement

    assert left(here) == {"lot-a": 10_000, "lot-b": 3_500}
    assert known.hold == "f-1/4"


def test_the_same_revision_asked_again_of_the_ledger_holds_once(invented: Any) -> None:
    here = two_lots(invented)
    made = invented.take(invented.dossier(), here)

    here.book.apply_linked(made.operations)

    assert left(here) == {"lot-a": 4_000, "lot-b": 10_000}


def test_no_correction_takes_a_lot_below_what_is_held_of_it(invented: Any) -> None:
    here = two_lots(invented)
    invented.take(invented.dossier(), here)
    account = here.lots[LotId("lot-a")].account

    with pytest.raises(InsufficientBalance):
        here.book.apply(Grant(TransferId("correction"), {account: -4_001}, DAY))
    assert left(here) == {"lot-a": 4_000, "lot-b": 10_000}


def test_a_filing_may_go_on_with_what_it_holds_itself(invented: Any) -> None:
    here = invented.register(invented.lot("lot-a", 6_000))
    first = invented.take(invented.dossier(), here)

    again = invented.take(invented.dossier(), here, revision=2, known=first.replacement)

    assert finding(again, "capacity.lots").verdict is Verdict.HOLDS
    assert "可用 6000 t/d" in finding(again, "capacity.lots").because.zh
    assert left(here) == {"lot-a": 0}


# locked


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        ({}, False),
        ({"lots": uses(lot_a="6001")}, True),
        ({"lots": uses(lot_b="6000")}, True),
        ({"lots": uses(lot_a="6000", lot_b="1")}, True),
        ({"lots": ()}, True),
        ({"publicity_date": date(2025, 1, 7)}, True),
    ],
    ids=["unchanged", "more", "another lot", "a lot added", "no lot", "another publicity"],
)
def test_from_the_announcement_on_an_amendment_moves_no_lot(
    change: dict[str, Any],
    changed: bool,
    invented: Any,  # of the table
) -> None:
    here = two_lots(invented)
    first = invented.take(invented.dossier(), here)
    here = invented.on_the_way(here, invented.way(**ANNOUNCED))

    amended = invented.dossier(replacement=invented.plan(**change))
    second = invented.take(amended, here, revision=2, known=first.replacement)

    assert second.operations == ()
    assert left(here) == {"lot-a": 4_000, "lot-b": 10_000}
    assert second.replacement.holds == first.replacement.holds
    assert (second.replacement.hold, second.replacement.revision) == ("f-1/1", 2)
    announced = finding(second, "capacity.announced")
    assert announced.verdict is (Verdict.FAILS if changed else Verdict.HOLDS)
    assert announced.leads_to is (Disposition.RETURN if changed else None)


def test_a_locked_plan_that_is_voided_is_free_for_a_new_one(invented: Any) -> None:
    here = two_lots(invented)
    first = invented.take(invented.dossier(), here)
    here = invented.on_the_way(here, invented.way(**ANNOUNCED))

    freed, operations = void(first.replacement, on=DAY, note="虚构文件 撤销公告")
    here.book.apply_linked(operations)
    moved = invented.take(
        invented.dossier(replacement=invented.plan(lots=uses(lot_b="6000"))), here, revision=2, known=freed
    )

    assert left(here) == {"lot-a": 10_000, "lot-b": 4_000}
    assert moved.replacement.hold_state is HoldState.HELD


def test_what_was_used_for_good_stays_used_whatever_is_amended_or_withdrawn(invented: Any) -> None:
    here = two_lots(invented)
    first = invented.take(invented.dossier(), here)
    used, operations = post(first.replacement, on=DAY, note="虚构审查意见")
    here.book.apply_linked(operations)

    amended = invented.take(
        invented.dossier(replacement=invented.plan(lots=uses(lot_b="6000"))), here, revision=2, known=used
    )
    here.book.apply_linked(release(amended.replacement, on=DAY))
    gone = withdrawn(FilingId("f-1"), 3, amended.replacement)

    assert finding(amended, "capacity.announced").verdict is Verdict.FAILS
    assert here.book.transfers[TransferId("f-1/1")].state is TransferState.POSTED
    assert left(here) == {"lot-a": 4_000, "lot-b": 10_000}
    assert (gone.hold_state, gone.withdrawn, bool(gone.holds)) == (HoldState.POSTED, True, True)


# posted, voided, lapsed


def test_a_hold_is_posted_or_voided_once_and_the_same_again_changes_nothing(invented: Any) -> None:
    held = invented.decide(invented.dossier()).replacement

    used, first = post(held, on=DAY, note="虚构文件")
    freed, second = void(held, on=DAY, note="虚构文件")

    assert [type(operation) for operation in (*first, *second)] == [Post, Void]
    assert post(used, on=DAY, note="") == (used, ())
    assert void(freed, on=DAY, note="") == (freed, ())
    assert (used.holds, freed.holds) == (held.holds, ())
    with pytest.raises(NoLiveHold, match="posted"):
        void(used, on=DAY, note="")
    with pytest.raises(NoLiveHold, match="voided"):
        post(freed, on=DAY, note="")
    with pytest.raises(NoLiveHold, match="posted"):
        lapse(used, on=DAY, note="")


@pytest.mark.parametrize(("on", "over"), [(date(2026, 12, 31), False), (date(2027, 1, 1), True)])
def test_a_clinker_plan_of_before_2024_lapses_when_it_is_not_lit_by_the_end_of_2026(
    on: date,
    over: bool,
    invented: Any,
    policy: PolicyBundle,  # of the table
) -> None:
    here = two_lots(invented)
    held = invented.take(invented.dossier(), here).replacement
    plan = invented.way(publicity=date(2024, 9, 2), announced=date(2024, 10, 31))

    found = lapsed(held, next_due(held, plan, policy), on=on)

    assert (found is not None) is over
    if found is not None:
        (freed, operations), event = found
        here.book.apply_linked(operations)
        assert [type(operation) for operation in operations] == [Expire]
        assert freed.hold_state is HoldState.LAPSED
        assert (event.holds, event.due.last_day) == (held.holds, date(2026, 12, 31))
        assert left(here) == {"lot-a": 10_000, "lot-b": 10_000}


def test_a_plan_does_not_lapse_by_a_day_that_may_still_move(invented: Any, policy: PolicyBundle) -> None:
    held = invented.decide(invented.dossier()).replacement
    due = next_due(held, invented.way(publicity=date(2026, 1, 5), announced=date(2026, 2, 2)), policy)

    assert due is not None
    assert due.provisional
    assert lapsed(held, due, on=due.lapses_on + timedelta(days=30)) is None


@pytest.mark.parametrize(("on", "verdict"), [(date(2026, 12, 31), Verdict.HOLDS), (date(2027, 1, 1), Verdict.FAILS)])
def test_a_lapsed_plan_holds_nothing_more(on: date, verdict: Verdict, invented: Any) -> None:
    plan = invented.plan(publicity_date=date(2024, 9, 2))
    gypsum = replace(invented.product(), facts=(invented.fact("industrial_gypsum", "no"),))
    here = invented.on_the_way(
        two_lots(invented), invented.way(publicity=date(2024, 9, 2), announced=date(2024, 10, 31))
    )

    made = invented.decide(invented.dossier(products=(gypsum,), replacement=plan), here, on=on)

    assert finding(made, "capacity.lapse").verdict is verdict
    assert bool(made.evaluation.holds) is (verdict is Verdict.HOLDS)


@pytest.mark.parametrize(("on", "verdict"), [(date(2027, 1, 6), Verdict.HOLDS), (date(2027, 1, 7), Verdict.UNKNOWN)])
def test_without_a_record_a_plan_is_taken_to_stand_as_long_as_it_must(
    on: date, verdict: Verdict, invented: Any
) -> None:
    made = invented.decide(invented.dossier(), on=on)

    lapse_finding = finding(made, "capacity.lapse")
    assert lapse_finding.verdict is verdict
    assert lapse_finding.missing == (("filings/f-1/replacement.plan",) if verdict is Verdict.UNKNOWN else ())


# announced


@pytest.mark.parametrize(
    ("announced", "stated", "verdict", "leads_to"),
    [
        (date(2025, 3, 3), None, Verdict.HOLDS, Disposition.MANUAL),
        (date(2025, 3, 4), None, Verdict.FAILS, Disposition.RETURN),
        (None, "yes", Verdict.HOLDS, None),
        (None, "no", Verdict.FAILS, Disposition.RETURN),
        (None, None, Verdict.UNKNOWN, Disposition.RETURN),
    ],
)
def test_a_plan_is_announced_by_the_day_of_the_application(
    announced: date | None, stated: str | None, verdict: Verdict, leads_to: Disposition | None, invented: Any
) -> None:
    way = Plan() if announced is None else invented.way(publicity=date(2025, 1, 6), announced=announced)
    facts = () if stated is None else (invented.fact("replacement_plan_announced", stated),)

    made = invented.decide(invented.dossier(facts=facts), invented.on_the_way(two_lots(invented), way))

    found = finding(made, "capacity.announced")
    assert found.verdict is verdict
    # The ten days of publicity of 2024 are not verified: what rests on them is for a person.
    assert found.leads_to is (None if leads_to is Disposition.MANUAL else leads_to)
    assert found.rests_on_unverified_figure is (announced is not None)
