"""What is written is read again as it was."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from budget.domain.periods.closing import Act, ActKind, CarriedHold
from budget.domain.periods.derivation import Asked, Known, StatedGdp, derive
from budget.domain.periods.events import (
    EnvelopeAdopted,
    EnvelopeRevised,
    Event,
    PeriodClosed,
    PeriodReopened,
    TradeAccepted,
    TradeEnded,
)
from budget.domain.periods.instruments import Instrument, Measure, account_of
from budget.domain.periods.proposals import Proposal, ProposalState
from budget.domain.periods.statistics import Kind, Period, Series, Stage, Statistic
from budget.domain.periods.targets import StatedTarget
from budget.domain.periods.trades import Terms, Trade, TradeState, trade_finding
from budget.wire.period_events import event_to_wire
from budget.wire.periods import act_from_wire, act_to_wire, proposal_from_wire, proposal_to_wire
from budget.wire.trades import trade_from_wire, trade_to_wire
from kernel.pace import Pace
from kernel.quantities import Basis
from kernel.regions import RegionCode
from ledger.accounts import Balances
from ledger.entries import TransferId
from statute.loader import PolicyBundle

PROVINCE = RegionCode("630000")
AT = datetime(2026, 3, 1, 4, 5, 6, 789_012, tzinfo=UTC)


def proposal(policy: PolicyBundle, *, known: bool) -> Proposal:
    gdp = StatedGdp(330_000_000_000, 2020, "虚构预测")
    target = StatedTarget(Decimal("-10.25"), "虚构文件")
    asked = Asked(RegionCode("630100"), 2022, Instrument.ENERGY, Measure.INCREMENT, gdp, target, Pace.LINEAR)
    energy = Series(asked.region, Kind.ENERGY, Basis.CALORIFIC)
    figures = Known(
        Statistic(energy, Period(2020), Stage.PROVISIONAL, 40_000, "年鉴", 2, AT),
        Statistic(Series(asked.region, Kind.GDP, price_year=2020), Period(2020), Stage.FINAL, 3, "年鉴", 1, AT),
        Statistic(energy, Period(2021), Stage.REVISED, 41_000, "年鉴", 3, AT),
    )
    derived = derive(asked, figures if known else Known(), policy)
    return Proposal("p1", asked, derived, policy.bundle_hash, "甲", AT)


@pytest.mark.parametrize("known", [True, False])
def test_a_proposal_is_read_as_it_was_written(known: bool, policy: PolicyBundle) -> None:
    made = proposal(policy, known=known)
    decided = replace(
        made,
        state=ProposalState.REPLACED,
        adopters=("乙", "丙"),
        adopted_at=AT,
        replaced_at=AT,
        replaces="p0",
        reason="r",
    )

    assert proposal_from_wire(proposal_to_wire(made)) == made
    assert proposal_from_wire(proposal_to_wire(decided)) == decided


def test_a_proposal_without_anything_stated_is_read_as_it_was_written(policy: PolicyBundle) -> None:
    asked = Asked(PROVINCE, 2040, Instrument.CARBON, Measure.TOTAL)
    made = Proposal("p1", asked, derive(asked, Known(), policy), policy.bundle_hash, "甲", AT)

    assert proposal_from_wire(proposal_to_wire(made)) == made


@pytest.mark.parametrize("state", list(TradeState))
def test_a_trade_is_read_as_it_was_written(state: TradeState, policy: PolicyBundle) -> None:
    terms = Terms(RegionCode("630121"), RegionCode("630202"), 2026, 400, "虚构文件", date(2026, 4, 1))
    decided = None if state is TradeState.PROPOSED else AT
    finding = trade_finding(terms, policy, on=date(2026, 3, 1))
    made = Trade("t1", terms, "甲", AT, finding, policy.bundle_hash, state, "乙" if decided else "", decided)

    assert trade_from_wire(trade_to_wire(made)) == made


@pytest.mark.parametrize("kind", list(ActKind))
def test_an_act_is_read_as_it_was_written(kind: ActKind) -> None:
    account = account_of(Instrument.ENERGY, PROVINCE, 2026)
    made = Act(
        "a1",
        kind,
        PROVINCE,
        2026,
        ("甲", "乙"),
        "年结",
        date(2027, 1, 5),
        AT,
        {account: Balances(100, 0, 30, 0, kind is ActKind.CLOSE)},
        (CarriedHold(TransferId("deductions/d"), TransferId("carried/2027/deductions/d")),),
        {account: 5},
    )

    assert act_from_wire(act_to_wire(made)) == made


def test_events_go_out_under_the_region_that_they_are_of(policy: PolicyBundle) -> None:
    made = proposal(policy, known=True)
    adopted = replace(made, state=ProposalState.ADOPTED, adopters=("乙",), adopted_at=AT)
    terms = Terms(RegionCode("630121"), RegionCode("630202"), 2026, 400, "文件", date(2026, 4, 1))
    finding = trade_finding(terms, policy, on=date(2026, 3, 1))
    trade = Trade("t1", terms, "甲", AT, finding, "h", TradeState.REJECTED, "乙", AT)
    act = Act("a1", ActKind.CLOSE, PROVINCE, 2026, ("甲", "乙"), "", date(2027, 1, 5), AT, {})

    keyed = [
        event_to_wire(one) for one in (EnvelopeRevised(adopted, Balances(5), -3), TradeEnded(trade), PeriodClosed(act))
    ]

    assert [(key, message.DESCRIPTOR.name) for key, message in keyed] == [
        ("630100", "EnvelopeRevised"), ("630121", "TradeEnded"), ("630000", "PeriodClosed"),
    ]  # fmt: skip


def freed(event: Event) -> list[tuple[str, int, str]]:
    """The accounts that can take more than before, as the event tells them."""
    _, message = event_to_wire(event)
    return [(one.region_code, one.year, one.instrument) for one in message.freed]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("difference", "more"), [(1, True), (0, False), (-1, False)])
def test_an_envelope_frees_its_account_when_more_is_granted(difference: int, more: bool, policy: PolicyBundle) -> None:
    made = replace(proposal(policy, known=True), state=ProposalState.ADOPTED, adopters=("乙",), adopted_at=AT)
    account = [("630100", 2022, "energy")]

    assert freed(EnvelopeAdopted(made, Balances(5))) == account
    assert freed(EnvelopeRevised(made, Balances(5), difference)) == (account if more else [])


def test_a_trade_frees_the_buyer_s_side_when_it_moves_and_the_seller_s_when_it_ends(policy: PolicyBundle) -> None:
    terms = Terms(RegionCode("630121"), RegionCode("630202"), 2026, 400, "文件", date(2026, 4, 1))
    finding = trade_finding(terms, policy, on=date(2026, 3, 1))
    trade = Trade("t1", terms, "甲", AT, finding, "h", TradeState.ACCEPTED, "乙", AT)

    moved = freed(TradeAccepted(trade, {}))
    ended = freed(TradeEnded(replace(trade, state=TradeState.EXPIRED)))

    assert moved == [("630202", 2026, "energy"), ("630200", 2026, "energy")]
    assert ended == [("630121", 2026, "energy"), ("630100", 2026, "energy")]


def test_a_closing_frees_the_next_year_where_a_remainder_goes_and_a_reopening_what_it_opens() -> None:
    energy = account_of(Instrument.ENERGY, PROVINCE, 2026)
    carbon = account_of(Instrument.CARBON, PROVINCE, 2026)
    act = Act("a1", ActKind.CLOSE, PROVINCE, 2026, ("甲", "乙"), "", date(2027, 1, 5), AT, {energy: Balances(5)})

    carried_over = freed(PeriodClosed(replace(act, remainders={energy: 0, carbon: 7})))

    assert freed(PeriodClosed(act)) == []
    assert carried_over == [("630000", 2027, "carbon")]
    assert freed(PeriodReopened(replace(act, kind=ActKind.REOPEN))) == [("630000", 2026, "energy")]
