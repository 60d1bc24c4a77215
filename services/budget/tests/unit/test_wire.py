"""What is kept of deductions comes back as it was; every event goes out under its key."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.budget.tests.support.budgets import COUNTY, Budget

from budget.application.commands import Expire, Post, Reverse, Void
from budget.domain.audit import LedgerDiffered, LedgerReopened
from budget.domain.deductions import PHASES_MAX, DeductionId, DeductionReserved, Demand, Phase
from budget.domain.envelopes import AMOUNT_MAX, CARBON, EnvelopeGranted, account_from, account_id
from budget.wire.deductions import (
    answer_from_bytes,
    answer_to_bytes,
    deduction_to_wire,
    demand_from_wire,
    demand_to_wire,
    event_to_wire,
    reserved_to_bytes,
)
from dualcontrol.budget.v1 import budget_events_pb2 as events
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from kernel.regions import RegionCode
from kernel.text import Text
from ledger.accounts import Standing
from statute.loader import PolicyBundle

AMOUNTS = st.integers(1, AMOUNT_MAX)
D1 = DeductionId("d1")


@st.composite
def demands(draw: st.DrawFn) -> Demand:
    years = sorted(draw(st.sets(st.integers(2020, 2060), min_size=1, max_size=PHASES_MAX)))
    phases = tuple(Phase(year, draw(AMOUNTS), draw(st.none() | AMOUNTS)) for year in years)
    replaced = draw(st.none() | st.just(DeductionId("d0")))
    return Demand(RegionCode("630121"), phases, draw(st.none() | st.dates(date(2026, 1, 1))), replaced)


@given(demand=demands())
def test_a_demand_comes_back_as_it_was(demand: Demand) -> None:
    kept = demand_to_wire(demand).SerializeToString()

    assert demand_from_wire(pb.Deduction.FromString(kept)) == demand


@pytest.fixture
def budget(policy: PolicyBundle) -> Budget:
    return Budget(policy).grant(1_000).grant(5_000, instrument=CARBON)


@pytest.mark.parametrize("amount", [300, 1_001], ids=["reserved", "refused"])
def test_an_answer_comes_back_with_energy_and_carbon_of_every_level(budget: Budget, amount: int) -> None:
    answer = budget.reserve("d1", Phase(2026, amount, 900)).answer

    assert answer is not None
    kept = answer_from_bytes(answer_to_bytes(answer), answer.refusal and answer.refusal.value)
    assert [(a.region, a.year, a.instrument) for a in kept.levels] == [
        (a.region, a.year, a.instrument) for a in answer.levels
    ]
    assert [a.balances.available for a in kept.levels] == [a.balances.available for a in answer.levels]
    assert (kept.refusal, kept.bundle_hash) == (answer.refusal, answer.bundle_hash)
    assert [f.rule for f in kept.findings] == [f.rule for f in answer.findings]


def test_every_turn_of_a_deduction_is_told_under_its_filing(budget: Budget) -> None:
    budget.reserve("d1", Phase(2026, 300, 900))
    budget.do(Post(D1, "批复"))
    budget.do(Reverse(D1, ("甲", "乙"), "误扣"))
    budget.reserve("d2", Phase(2026, 300))
    budget.do(Void(DeductionId("d2")))
    budget.reserve("d3", Phase(2026, 300))
    budget.do(Expire(DeductionId("d3")))
    budget.reserve("d4", Phase(2026, 1_001))

    told = [event_to_wire(event) for event in budget.events]

    assert {key for key, _ in told} == {"f-1"}
    assert [message.DESCRIPTOR.name for _, message in told] == [
        "DeductionReserved", "DeductionPosted", "DeductionReversed", "DeductionReserved", "DeductionVoided",
        "DeductionReserved", "DeductionExpired", "DeductionRefused",
    ]  # fmt: skip


def test_events_of_the_whole_ledger_have_one_key() -> None:
    account = account_id(COUNTY, 2026)

    differed = event_to_wire(LedgerDiffered(Text("不符", "differs"), (account,)))
    reopened = event_to_wire(LedgerReopened((account,), "甲", "已查明"))

    assert differed[0] == reopened[0] == "ledger"
    assert isinstance(reopened[1], events.LedgerReopened)
    assert [(one.region_code, one.year, one.instrument) for one in reopened[1].freed] == [("630121", 2026, "energy")]


@pytest.mark.parametrize("carbon", [None, 900])
def test_a_grant_frees_the_accounts_that_it_adds_to(carbon: int | None) -> None:
    energy = account_from(account_id(COUNTY, 2026), Standing(300))
    kept = None if carbon is None else account_from(account_id(COUNTY, 2026, CARBON), Standing(carbon))
    granted = EnvelopeGranted(energy, 300, "文件", carbon, kept)

    key, message = event_to_wire(granted)

    assert key == COUNTY
    assert isinstance(message, events.EnvelopeGranted)
    assert [one.instrument for one in message.freed] == ["energy", *(["carbon"] if carbon else [])]
    assert {(one.region_code, one.year) for one in message.freed} == {(COUNTY, 2026)}


@pytest.mark.parametrize(
    ("done", "state"), [(Post(D1, "批复"), "POSTED"), (Void(D1), "VOIDED"), (Expire(D1), "EXPIRED")]
)
def test_a_state_has_the_same_word_in_the_api(budget: Budget, done: Post | Void | Expire, state: str) -> None:
    budget.reserve("d1", Phase(2026, 300))

    assert deduction_to_wire(budget.do(done)).state == pb.DeductionState.Value(f"DEDUCTION_STATE_{state}")


@pytest.mark.parametrize("phases", [[Phase(2026, 300)], [Phase(2026, 300, 900), Phase(2027, 1)]])
def test_a_reservation_is_written_the_same_whether_its_answer_was_written_before_or_not(
    policy: PolicyBundle, phases: list[Phase]
) -> None:
    budget = Budget(policy).grant(1_000).grant(1_000, year=2027).grant(5_000, instrument=CARBON)
    reserved = budget.reserve("d1", *phases, expires_on=date(2026, 9, 1))
    (event,) = budget.events
    assert isinstance(event, DeductionReserved)
    assert reserved.answer is not None

    written = reserved_to_bytes(event, answer_to_bytes(reserved.answer))

    assert written == event_to_wire(event)[1].SerializeToString(deterministic=True)
