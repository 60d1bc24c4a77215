"""Energy-use rights between regions: both agree, the province keeps what it had, and nobody answers for another."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.domain.periods.instruments import Instrument, account_of
from budget.domain.periods.refusals import PeriodIsClosed, SamePerson
from budget.domain.periods.trade_refusals import (
    TradeDecided,
    TradeExpired,
    TradeNotCovered,
    TradeNotPossible,
    TradeNotYours,
)
from budget.domain.periods.trades import Terms, Trade, TradeState, legs, offer, trade_finding
from kernel.regions import RegionCode, lineage
from kernel.text import Text
from ledger.accounts import AccountId, Balances
from ledger.book import Book
from ledger.entries import TransferId
from ledger.operations import Close, Grant
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle

DATONG, HUANGZHONG, LEDU, XINING, HAIDONG, PROVINCE = map(
    RegionCode, ("630121", "630106", "630202", "630100", "630200", "630000")
)
EVERYWHERE = (DATONG, HUANGZHONG, LEDU, XINING, HAIDONG, PROVINCE)
DAY, AT = date(2026, 3, 1), datetime(2026, 3, 1, 4, tzinfo=UTC)
TERMS = Terms(DATONG, LEDU, 2026, 400, "虚构价格文件", date(2026, 4, 1))


def account(region: RegionCode) -> AccountId:
    return account_of(Instrument.ENERGY, region, 2026)


def book(amount: int = 1_000) -> Book:
    made = Book()
    made.apply(Grant(TransferId("g"), {account(one): amount for one in EVERYWHERE}, DAY))
    return made


def trade(terms: Terms = TERMS) -> Trade:
    title = Text("题", "title")
    return Trade("t1", terms, "甲", AT, Finding("budget.period.trade", title, Verdict.UNKNOWN, title), "hash")


def offered(made: Book, terms: Terms = TERMS) -> Trade:
    one = trade(terms)
    made.apply(offer(one, made.accounts, on=DAY))
    return one


def granted(made: Book) -> dict[str, int]:
    return {one: made.balances(account(one)).granted for one in EVERYWHERE}


def test_an_offer_is_held_at_the_seller_and_not_above_both(policy: PolicyBundle) -> None:
    made = book()

    offered(made)

    held = {one: made.balances(account(one)).held for one in EVERYWHERE}
    assert held == {DATONG: 400, XINING: 400, HUANGZHONG: 0, LEDU: 0, HAIDONG: 0, PROVINCE: 0}


def test_an_accepted_trade_moves_every_level_of_both_and_no_level_above_both() -> None:
    made = book()

    accepted, operations = offered(made).accept(LEDU, "乙", made.accounts, on=DAY, at=AT)
    made.apply_linked(operations)

    assert accepted.state is TradeState.ACCEPTED
    assert granted(made) == {DATONG: 600, XINING: 600, HUANGZHONG: 1_000, LEDU: 1_400, HAIDONG: 1_400, PROVINCE: 1_000}
    assert all(made.balances(account(one)).held == 0 for one in EVERYWHERE)


@pytest.mark.parametrize(
    ("seller", "buyer", "levels"),
    [(DATONG, HUANGZHONG, 2), (DATONG, LEDU, 4), (XINING, HAIDONG, 2), (DATONG, HAIDONG, 3), (XINING, LEDU, 3)],
)
def test_only_levels_that_hold_one_of_both_are_touched(seller: RegionCode, buyer: RegionCode, levels: int) -> None:
    touched = legs(replace(TERMS, seller=seller, buyer=buyer))

    assert len(touched) == levels
    assert account(PROVINCE) not in touched


@pytest.mark.parametrize(
    ("seller", "buyer"), [(DATONG, DATONG), (DATONG, XINING), (XINING, DATONG), (PROVINCE, LEDU), (LEDU, PROVINCE)]
)
def test_a_region_does_not_trade_with_itself_or_with_a_level_above_or_below_it(
    seller: RegionCode, buyer: RegionCode
) -> None:
    with pytest.raises(TradeNotPossible):
        offered(book(), replace(TERMS, seller=seller, buyer=buyer))


@pytest.mark.parametrize(("amount", "covered"), [(999, True), (1_000, True), (1_001, False)])
def test_the_seller_offers_no_more_than_it_has(amount: int, covered: bool) -> None:
    made = book()
    if covered:
        assert offered(made, replace(TERMS, amount_kgce=amount)).state is TradeState.PROPOSED
        return
    with pytest.raises(TradeNotCovered) as caught:
        offered(made, replace(TERMS, amount_kgce=amount))
    assert caught.value.accounts.startswith("630121/energy_calorific_kgce/2026: 1000")


def test_a_level_without_an_envelope_takes_no_part() -> None:
    accounts = {one: balances for one, balances in book().accounts.items() if one.owner != HAIDONG}

    with pytest.raises(TradeNotPossible) as caught:
        offer(trade(), accounts, on=DAY)

    assert caught.value.accounts == "630200/energy_calorific_kgce/2026"


def test_a_closed_year_takes_no_part() -> None:
    made = book()
    made.apply(Close(TransferId("c"), account(HAIDONG), DAY, ""))

    with pytest.raises(PeriodIsClosed):
        offered(made)


@pytest.mark.parametrize("region", [DATONG, HAIDONG, HUANGZHONG, PROVINCE])
def test_nobody_accepts_or_rejects_for_the_buyer(region: RegionCode) -> None:
    made = book()
    one = offered(made)

    with pytest.raises(TradeNotYours):
        one.accept(region, "乙", made.accounts, on=DAY, at=AT)
    with pytest.raises(TradeNotYours):
        one.reject(region, "乙", on=DAY, at=AT)


def test_a_document_with_a_wide_blank_is_kept_on_one_printable_line() -> None:
    made = book()

    offered(made, replace(TERMS, price_document="某　文件" * 100))

    (kept,) = (one.first.note for one in made.transfers.values() if one.id == "trades/t1")
    assert kept.startswith("某 文件")
    assert kept.isprintable()


@pytest.mark.parametrize("person", ["甲", " 甲", ""])
def test_two_persons_agree(person: str) -> None:
    made = book()

    with pytest.raises(SamePerson):
        offered(made).accept(LEDU, person, made.accounts, on=DAY, at=AT)


def test_only_the_seller_withdraws() -> None:
    made = book()

    with pytest.raises(TradeNotYours):
        offered(made).withdraw(LEDU, "乙", on=DAY, at=AT)


@pytest.mark.parametrize(("day", "accepted"), [(date(2026, 3, 31), True), (date(2026, 4, 1), False)])
def test_an_offer_ends_on_its_expire_date(day: date, accepted: bool) -> None:
    made = book()
    one = offered(made)
    if accepted:
        assert one.accept(LEDU, "乙", made.accounts, on=day, at=AT)[0].state is TradeState.ACCEPTED
        return
    with pytest.raises(TradeExpired):
        one.accept(LEDU, "乙", made.accounts, on=day, at=AT)
    expired, operation = one.expire(on=day, at=AT)
    made.apply(operation)
    assert expired.state is TradeState.EXPIRED
    assert made.accounts == book().accounts


@pytest.mark.parametrize("end", ["reject", "withdraw"])
def test_an_offer_that_ends_gives_back_all_and_is_never_decided_again(end: str) -> None:
    made = book()
    one = offered(made)
    region = LEDU if end == "reject" else DATONG

    ended, operation = getattr(one, end)(region, "乙", on=DAY, at=AT)
    made.apply(operation)

    assert made.accounts == book().accounts
    with pytest.raises(TradeDecided):
        ended.accept(LEDU, "乙", made.accounts, on=DAY, at=AT)
    with pytest.raises(TradeDecided):
        ended.reject(LEDU, "乙", on=DAY, at=AT)
    with pytest.raises(TradeDecided):
        ended.withdraw(DATONG, "乙", on=DAY, at=AT)


@given(
    trades=st.lists(
        st.tuples(
            st.sampled_from(EVERYWHERE[:5]),
            st.sampled_from(EVERYWHERE[:5]),
            st.integers(1, 700),
            st.sampled_from(["accept", "reject", "withdraw", "leave"]),
        ),
        max_size=12,
    )
)
def test_trades_conserve_the_province_and_leave_no_level_below_zero(
    trades: list[tuple[RegionCode, RegionCode, int, str]],
) -> None:
    made = book()
    for number, (seller, buyer, amount, end) in enumerate(trades):
        one = replace(trade(Terms(seller, buyer, 2026, amount, "文件", TERMS.expire_date)), id=f"t{number}")
        try:
            made.apply(offer(one, made.accounts, on=DAY))
        except (TradeNotPossible, TradeNotCovered):
            continue
        if end == "accept":
            made.apply_linked(one.accept(buyer, "乙", made.accounts, on=DAY, at=AT)[1])
        elif end != "leave":
            made.apply(getattr(one, end)(buyer if end == "reject" else seller, "乙", on=DAY, at=AT)[1])

    after = granted(made)
    assert made.balances(account(PROVINCE)) == Balances(granted=1_000)
    assert all(made.balances(account(one)).available >= 0 for one in EVERYWHERE)
    # What leaves one prefecture comes to the other, and what leaves counties comes to counties or their prefectures.
    assert after[XINING] + after[HAIDONG] == 2_000
    below = {one: sum(after[c] - 1_000 for c in EVERYWHERE[:3] if one in lineage(c)) for one in (XINING, HAIDONG)}
    own = sum(after[one] - 1_000 - below[one] for one in (XINING, HAIDONG))
    assert own + sum(below.values()) == 0


def test_a_trade_as_known_tells_nothing_of_what_came_later() -> None:
    later = AT + timedelta(days=1)
    ended = replace(trade(), state=TradeState.REJECTED, decider="乙", decided_at=later)

    states = [ended.as_known(AT + timedelta(hours=hours)) for hours in (-1, 0, 23, 24)]

    assert [one.state.value if one else None for one in states] == [None, "proposed", "proposed", "rejected"]
    assert states[1] == trade()


def test_a_province_that_only_explores_trading_leaves_it_to_a_named_person(policy: PolicyBundle) -> None:
    finding = trade_finding(TERMS, policy, on=DAY)

    assert (finding.verdict, finding.leads_to) == (Verdict.UNKNOWN, Disposition.MANUAL)
    assert finding.basis_unverified
    assert "探索建立用能权交易机制" in finding.because.zh
    cited = {one.parameter for one in finding.under}
    assert {"budget.energy_use_right.qinghai", "budget.dual_control.energy_use_trade"} <= cited
