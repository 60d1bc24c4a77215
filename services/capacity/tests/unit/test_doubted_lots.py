"""A lot whose account the second book closed is named, is for a person, and is neither held anew nor lost."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from capacity.domain.audit import LotsDiffered, LotsReopened
from capacity.domain.availability import Register
from capacity.domain.evaluation import Decided
from capacity.domain.lots import Lot, LotId
from capacity.domain.replacement import HoldState
from capacity.wire.events import event_to_wire
from dossier.model import LotUse
from dualcontrol.capacity.v1 import capacity_events_pb2 as events
from kernel.text import Text
from ledger.entries import TransferId
from ledger.operations import Close, Reopen
from statute.finding import Disposition, Finding, Verdict

DAY = date(2026, 3, 2)


def close(register: Register, lot: Lot) -> None:
    register.book.apply(Close(TransferId(f"audit/1/{lot.account}"), lot.account, DAY, "不符"))


def reopen(register: Register, lot: Lot) -> None:
    register.book.apply(Reopen(TransferId(f"audit/1/{lot.account}/reopened"), lot.account, DAY, "不符"))


def there(decided: Decided) -> Finding:
    (found,) = [finding for finding in decided.evaluation.findings if finding.rule == "capacity.lots"]
    return found


def test_a_plan_that_names_a_closed_lot_is_for_a_person_and_holds_nothing(invented: Any) -> None:
    lot = invented.lot()
    register = invented.register(lot)
    close(register, lot)

    decided = invented.take(invented.dossier(), register)

    finding = there(decided)
    assert (finding.verdict, finding.leads_to) == (Verdict.UNKNOWN, Disposition.MANUAL)
    assert "lot-a" in finding.because.zh
    assert "lot-a" in finding.because.en
    assert finding.under
    assert decided.operations == ()
    assert decided.replacement.hold_state is HoldState.NONE


@pytest.mark.parametrize("quantity", ["10000", "10001"])
def test_what_is_left_of_a_closed_lot_decides_nothing(quantity: str, invented: Any) -> None:
    lot = invented.lot(tonnes=10_000)
    register = invented.register(lot)
    close(register, lot)

    decided = invented.take(invented.dossier(replacement=invented.plan(quantity)), register)

    assert there(decided).verdict is Verdict.UNKNOWN


def test_another_lot_that_is_short_is_still_refused_and_both_are_named(invented: Any) -> None:
    closed, short = invented.lot("lot-a"), invented.lot("lot-b", 10)
    register = invented.register(closed, short)
    close(register, closed)
    uses = (LotUse("lot-a", Decimal(6000)), LotUse("lot-b", Decimal(11)))

    decided = invented.take(invented.dossier(replacement=invented.plan(lots=uses)), register)

    finding = there(decided)
    assert (finding.verdict, finding.leads_to) == (Verdict.FAILS, Disposition.RETURN)
    assert "lot-a" in finding.because.en
    assert "lot-b" in finding.because.en


def test_an_amendment_of_the_same_shares_keeps_its_hold_while_the_lot_is_closed(invented: Any) -> None:
    lot = invented.lot()
    register = invented.register(lot)
    first = invented.take(invented.dossier(), register)
    close(register, lot)

    second = invented.take(invented.dossier(), register, revision=2, known=first.replacement)
    reopen(register, lot)
    third = invented.take(invented.dossier(), register, revision=3, known=second.replacement)

    assert there(second).verdict is Verdict.UNKNOWN
    assert second.replacement.holds == first.replacement.holds
    assert (second.replacement.revision, second.replacement.hold_revision) == (2, 1)
    assert there(third).verdict is Verdict.HOLDS
    assert third.replacement.hold_revision == 3
    assert register.book.balances(lot.account).held == 6_000


@pytest.mark.parametrize(
    "changed",
    [{"replacement": "6001"}, {"capacity": "6000"}],
    ids=["other shares", "too little"],
)
def test_an_amendment_that_would_not_hold_the_same_gives_back_what_is_held(
    changed: dict[str, str], invented: Any
) -> None:
    lot = invented.lot()
    register = invented.register(lot)
    first = invented.take(invented.dossier(), register)
    close(register, lot)

    plan = invented.plan(changed.get("replacement", "6000"))
    dossier = invented.dossier(replacement=plan, products=(invented.product(changed.get("capacity", "4000")),))
    second = invented.take(dossier, register, revision=2, known=first.replacement)

    assert second.replacement.holds == ()
    assert second.replacement.hold_state is HoldState.VOIDED
    assert register.book.balances(lot.account).held == 0


def test_a_closed_lot_does_not_touch_plans_on_others(invented: Any) -> None:
    closed, other = invented.lot("lot-b"), invented.lot("lot-a")
    register = invented.register(closed, other)
    close(register, closed)

    decided = invented.take(invented.dossier(), register)

    assert there(decided).verdict is Verdict.HOLDS
    assert register.book.balances(other.account).held == 6_000


def test_what_the_second_book_closed_and_a_person_reopened_is_told_by_lot_under_one_key() -> None:
    differed = event_to_wire(LotsDiffered(Text("不符", "differs"), (LotId("lot-a"),)))
    reopened = event_to_wire(LotsReopened((LotId("lot-a"),), "甲", "已查明"))

    assert (differed[0], reopened[0]) == ("ledger", "ledger")
    assert isinstance(differed[1], events.LotsDiffered)
    assert list(differed[1].closed_lots) == ["lots/lot-a"]
    assert (differed[1].difference.zh, differed[1].difference.en) == ("不符", "differs")
    assert reopened[1] == events.LotsReopened(lots=["lots/lot-a"], person="甲", reason="已查明")
