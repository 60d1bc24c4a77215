"""The end of a year: nothing is lost over it, nothing slips through it, and nothing is carried without a policy."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budget.domain.periods.carried import carried_id, carried_legs, current_of, ids_of, root_of
from budget.domain.periods.closing import (
    CARRY_OVER_SHARE,
    ClosePeriod,
    Plan,
    ReopenPeriod,
    close,
    reopen,
)
from budget.domain.periods.instruments import Instrument, account_of
from budget.domain.periods.refusals import (
    CarryOverNotOnFile,
    HoldsPending,
    NextPeriodNotCovered,
    PeriodIsClosed,
    PeriodNotClosed,
    PeriodNotOver,
    SamePerson,
    TooManyHolds,
)
from kernel.clock import legal_day
from kernel.regions import RegionCode, lineage
from kernel.text import Text
from ledger.accounts import AccountId
from ledger.book import Book
from ledger.entries import TransferId
from ledger.operations import Grant, Hold, Reverse, Spend
from ledger.refusals import AccountClosed
from ledger.transfers import TransferState
from statute.finding import Citation
from statute.loader import PolicyBundle
from statute.parameter import Parameter, Version

COUNTY, OTHER, PREFECTURE, PROVINCE = map(RegionCode, ("630121", "630106", "630100", "630000"))
OLD, DAY = date(2026, 5, 1), date(2027, 1, 5)
ASKED = ClosePeriod("a1", PROVINCE, 2026, ("甲", "乙"))


def energy(region: RegionCode, year: int) -> AccountId:
    return account_of(Instrument.ENERGY, region, year)


def book(old: int = 1_000, new: int | None = 1_000) -> Book:
    """Envelopes of 2026 and 2027 at every level; county-level ones are a half."""
    made = Book()
    for year, amount in ((2026, old), (2027, new)):
        if amount is not None:
            legs = {energy(one, year): amount for one in (PROVINCE, PREFECTURE)}
            legs |= {energy(one, year): amount // 2 for one in (COUNTY, OTHER) if amount // 2}
            made.apply(Grant(TransferId(f"g{year}"), legs, OLD))
    return made


def hold(made: Book, name: str, amount: int, region: RegionCode = COUNTY) -> TransferId:
    id_ = TransferId(f"deductions/{name}")
    made.apply(Hold(id_, {energy(level, 2026): amount for level in lineage(region)}, OLD))
    return id_


def planned(made: Book, policy: PolicyBundle, asked: ClosePeriod = ASKED, on: date = DAY) -> Plan:
    pending = [one for one in made.transfers.values() if one.state is TransferState.PENDING]
    return close(asked, made.accounts, pending, policy, on=on)


def with_share(policy: PolicyBundle, share: str) -> PolicyBundle:
    citation = Citation(
        CARRY_OVER_SHARE, "虚构省文件", "", share, "ratio", date(2026, 1, 1), None, "policy_default", "figure", ""
    )
    parameter = Parameter(CARRY_OVER_SHARE, Text("结转", "share"), "ratio", "", (Version(Decimal(share), citation),))
    return replace(policy, parameters=MappingProxyType({**policy.parameters, CARRY_OVER_SHARE: parameter}))


def test_a_year_without_holds_closes_for_the_region_and_all_below_it(policy: PolicyBundle) -> None:
    made = book()

    plan = planned(made, policy)
    made.apply_linked(plan.operations)

    assert set(plan.accounts) == {energy(one, 2026) for one in (PROVINCE, PREFECTURE, COUNTY, OTHER)}
    assert all(made.balances(one).closed for one in plan.accounts)
    assert not made.balances(energy(COUNTY, 2027)).closed


def test_a_closed_year_takes_nothing_but_reversals(policy: PolicyBundle) -> None:
    made = book()
    made.apply(Spend(TransferId("s1"), {energy(COUNTY, 2026): 10}, OLD))
    made.apply_linked(planned(made, policy).operations)

    for operation in (
        Grant(TransferId("g9"), {energy(COUNTY, 2026): 1}, DAY),
        Grant(TransferId("g8"), {energy(COUNTY, 2026): -1}, DAY),
        Hold(TransferId("h9"), {energy(COUNTY, 2026): 1}, DAY),
        Spend(TransferId("s9"), {energy(COUNTY, 2026): 1}, DAY),
    ):
        with pytest.raises(AccountClosed):
            made.apply(operation)
    made.apply(Reverse(TransferId("s1"), DAY, ("甲", "乙"), "更正"))
    assert made.balances(energy(COUNTY, 2026)).posted == 0


def test_pending_holds_stand_in_the_way_and_are_named(policy: PolicyBundle) -> None:
    made = book()
    hold(made, "d1", 10)
    hold(made, "d2", 20)

    with pytest.raises(HoldsPending) as caught:
        planned(made, policy)

    assert (caught.value.count, caught.value.holds) == (2, "deductions/d1, deductions/d2")


def test_a_carried_hold_leaves_the_old_year_and_stands_in_the_new_one_linked(policy: PolicyBundle) -> None:
    made = book()
    hold(made, "d1", 30)

    plan = planned(made, policy, replace(ASKED, carry_holds=True))
    made.apply_linked(plan.operations)

    assert [(one.old, one.new) for one in plan.holds] == [("deductions/d1", "carried/2027/deductions/d1")]
    for level in lineage(COUNTY):
        assert made.balances(energy(level, 2026)).held == 0
        assert made.balances(energy(level, 2027)).held == 30


def test_a_hold_of_several_years_adds_what_was_of_the_closed_year_to_the_next(policy: PolicyBundle) -> None:
    made = book(new=60)
    made.apply(Grant(TransferId("g2028"), {energy(one, 2028): 5 for one in lineage(COUNTY)}, OLD))
    id_ = TransferId("deductions/d1")
    legs = {
        energy(level, year): amount for level in lineage(COUNTY) for year, amount in ((2026, 20), (2027, 10), (2028, 5))
    }
    made.apply(Hold(id_, legs, OLD))

    made.apply_linked(planned(made, policy, replace(ASKED, carry_holds=True)).operations)

    held = {year: made.balances(energy(COUNTY, year)).held for year in (2026, 2027, 2028)}
    # The county's 30 of 2027 are all taken: what the hold had there is free for it again.
    assert held == {2026: 0, 2027: 30, 2028: 5}
    carried = carried_id(id_, 2026)
    assert carried_legs(legs, carried) == dict(made.transfers[carried].first.legs)
    assert carried_legs(legs, id_) == legs
    assert root_of(carried) == root_of(id_) == id_


def test_what_is_held_for_a_trade_is_never_carried(policy: PolicyBundle) -> None:
    made = book()
    hold(made, "d1", 30)
    made.apply(Hold(TransferId("trades/t1"), {energy(COUNTY, 2026): 5}, OLD))

    with pytest.raises(HoldsPending) as caught:
        planned(made, policy, replace(ASKED, carry_holds=True))

    assert (caught.value.count, caught.value.holds) == (1, "trades/t1")


def test_a_hold_carried_twice_keeps_the_id_it_began_with() -> None:
    first = TransferId("deductions/d/1")
    once = carried_id(first, 2026)

    assert carried_id(once, 2027) == "carried/2028/deductions/d/1"
    assert root_of(carried_id(once, 2027)) == first


def test_a_hold_is_found_by_the_newest_of_its_ids() -> None:
    first = TransferId("deductions/d1")
    ids = ids_of(first, [2027, 2026])

    assert ids == ("deductions/d1", "carried/2027/deductions/d1", "carried/2028/deductions/d1")
    assert current_of(first, ids) == current_of(ids[1], ids) == ids[2]
    assert current_of(first, ids[:2]) == ids[1]
    assert current_of(first, [TransferId("carried/2029/deductions/d11")]) == first


@pytest.mark.parametrize(("new", "named"), [(None, "none"), (58, "29 < 30")])
def test_holds_are_not_carried_into_a_year_that_cannot_take_them(
    new: int | None, named: str, policy: PolicyBundle
) -> None:
    made = book(new=new)
    hold(made, "d1", 30)

    with pytest.raises(NextPeriodNotCovered) as caught:
        planned(made, policy, replace(ASKED, carry_holds=True))

    assert named in caught.value.accounts


def test_nothing_is_carried_over_while_no_policy_names_a_share(policy: PolicyBundle) -> None:
    assert CARRY_OVER_SHARE not in policy.parameters
    with pytest.raises(CarryOverNotOnFile):
        planned(book(), policy, replace(ASKED, carry_over=True))


def test_a_province_s_own_policy_carries_its_share_rounded_down(policy: PolicyBundle) -> None:
    made = book(old=1_001)

    plan = planned(made, with_share(policy, "0.5"), replace(ASKED, carry_over=True))
    made.apply_linked(plan.operations)

    assert made.balances(energy(PROVINCE, 2026)).granted == 501
    assert made.balances(energy(PROVINCE, 2027)).granted == 1_500
    assert plan.finding is not None
    assert plan.finding.under[-1].document == "虚构省文件"


@pytest.mark.parametrize(
    ("instant", "over"),
    [
        (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), True),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), True),
    ],
)
def test_the_year_ends_at_midnight_in_china(instant: datetime, over: bool, policy: PolicyBundle) -> None:
    if over:
        assert planned(book(), policy, on=legal_day(instant)).accounts
        return
    with pytest.raises(PeriodNotOver):
        planned(book(), policy, on=legal_day(instant))


def test_a_year_is_closed_once_and_reopened_by_two_persons(policy: PolicyBundle) -> None:
    made = book()
    made.apply_linked(planned(made, policy).operations)
    asked = ReopenPeriod("a2", PREFECTURE, 2026, ("甲", "乙"), "更正误结")

    with pytest.raises(PeriodIsClosed):
        planned(made, policy)
    with pytest.raises(SamePerson):
        reopen(replace(asked, signers=("甲", "甲")), made.accounts, on=DAY)
    made.apply_linked(reopen(asked, made.accounts, on=DAY).operations)

    assert not made.balances(energy(COUNTY, 2026)).closed
    assert made.balances(energy(PROVINCE, 2026)).closed
    with pytest.raises(PeriodNotClosed):
        reopen(replace(asked, act="a3"), made.accounts, on=DAY)


def test_closing_the_province_after_a_county_closes_the_rest(policy: PolicyBundle) -> None:
    made = book()
    made.apply_linked(planned(made, policy, replace(ASKED, region=COUNTY)).operations)

    plan = planned(made, policy, replace(ASKED, act="a2"))

    assert set(plan.accounts) == {energy(one, 2026) for one in (PROVINCE, PREFECTURE, OTHER)}


def test_more_holds_than_one_transaction_moves_are_refused(policy: PolicyBundle) -> None:
    made = book(old=10_000, new=10_000)
    for number in range(2_049):
        hold(made, f"d{number}", 1)

    with pytest.raises(TooManyHolds):
        planned(made, policy, replace(ASKED, carry_holds=True))


def sums(accounts: Mapping[AccountId, object], made: Book) -> tuple[int, int, int]:
    each = [made.balances(one) for one in accounts]
    return sum(b.granted for b in each), sum(b.held for b in each), sum(b.posted for b in each)


@settings(max_examples=60)
@given(
    amounts=st.lists(st.tuples(st.sampled_from([COUNTY, OTHER, PREFECTURE, PROVINCE]), st.integers(1, 90)), max_size=8),
    share=st.sampled_from(["0", "0.1", "0.3333", "1"]),
    carry_over=st.booleans(),
)
def test_closing_conserves_what_is_granted_held_and_posted_over_both_years(
    policy: PolicyBundle, amounts: list[tuple[RegionCode, int]], share: str, carry_over: bool
) -> None:
    made = book()
    taken = 0
    for number, (region, amount) in enumerate(amounts):
        if min(made.balances(energy(level, 2026)).available for level in lineage(region)) >= amount:
            hold(made, f"d{number}", amount, region)
            taken += amount
    before = sums(made.accounts, made)
    asked = replace(ASKED, carry_holds=True, carry_over=carry_over)

    made.apply_linked(planned(made, with_share(policy, share), asked).operations)

    assert sums(made.accounts, made) == before
    assert all(made.balances(energy(one, 2026)).held == 0 for one in (PROVINCE, PREFECTURE, COUNTY, OTHER))
    # What the levels hold still adds up in the new year: the province holds all of it.
    assert made.balances(energy(PROVINCE, 2027)).held == taken
