"""A refusal names every account that could not cover it, so that whoever waits knows for what."""

import pytest
from services.budget.tests.support.budgets import COUNTY, PREFECTURE, PROVINCE, Budget

from budget.application.commands import Void
from budget.domain.deductions import Deduction, DeductionId, DeductionRefused, Phase
from budget.domain.envelopes import CARBON
from budget.wire.deductions import answer_from_bytes, answer_to_bytes, event_to_wire
from dualcontrol.budget.v1 import budget_events_pb2 as events
from kernel.regions import RegionCode
from statute.loader import PolicyBundle


@pytest.fixture
def budget(policy: PolicyBundle) -> Budget:
    return Budget(policy)


def shortages(deduction: Deduction) -> list[events.Shortage]:
    _, message = event_to_wire(DeductionRefused(deduction))
    assert isinstance(message, events.DeductionRefused)
    return list(message.shortages)


def shortage(region: RegionCode, asked: int, available: int, granted: int, **more: object) -> events.Shortage:
    stated = {"year": 2026, "instrument": "energy", **more}
    return events.Shortage(region_code=region, asked=asked, available=available, granted=granted, **stated)  # type: ignore[arg-type]


def test_each_account_that_is_short_is_named_from_the_nearest_with_what_it_has(budget: Budget) -> None:
    budget.grant(1_000, at=(COUNTY, PREFECTURE)).grant(5_000, at=(PROVINCE,))
    budget.reserve("d1", Phase(2026, 700))

    refused = budget.reserve("d2", Phase(2026, 301))

    assert shortages(refused) == [shortage(COUNTY, 301, 300, 1_000), shortage(PREFECTURE, 301, 300, 1_000)]


def test_a_kilogram_less_is_held_and_nothing_is_short(budget: Budget) -> None:
    budget.grant(300)

    assert budget.reserve("d1", Phase(2026, 300)).took_energy
    assert not budget.reserve("d2", Phase(2026, 1)).took_energy


def test_the_nearest_region_comes_first_whatever_its_year_and_instrument(budget: Budget) -> None:
    budget.grant(500, at=(COUNTY, PREFECTURE)).grant(99, at=(PROVINCE,))
    budget.grant(100, year=2027)
    budget.grant(80, year=2027, instrument=CARBON, at=(COUNTY,))
    budget.grant(900, year=2027, instrument=CARBON, at=(PREFECTURE, PROVINCE))

    refused = budget.reserve("d1", Phase(2026, 100), Phase(2027, 101, 81))

    assert shortages(refused) == [
        shortage(COUNTY, 101, 100, 100, year=2027),
        shortage(COUNTY, 81, 80, 80, year=2027, instrument="carbon"),
        shortage(PREFECTURE, 101, 100, 100, year=2027),
        shortage(PROVINCE, 100, 99, 99),
        shortage(PROVINCE, 101, 100, 100, year=2027),
    ]


def test_an_amendment_is_short_of_what_is_there_without_the_one_that_it_replaces(budget: Budget) -> None:
    budget.grant(1_000)
    budget.reserve("d1", Phase(2026, 600))

    refused = budget.reserve("d2", Phase(2026, 1_001), replaces="d1")

    assert [(one.region_code, one.available) for one in shortages(refused)] == [
        (COUNTY, 1_000), (PREFECTURE, 1_000), (PROVINCE, 1_000)
    ]  # fmt: skip


@pytest.mark.parametrize("why", ["no envelope", "closed", "voided before"])
def test_what_is_refused_for_another_reason_is_short_of_nothing(budget: Budget, why: str) -> None:
    if why == "voided before":
        budget.do(Void(DeductionId("d1"), "f-1"))
    else:
        budget.grant(1, at=(COUNTY, PROVINCE) if why == "no envelope" else (COUNTY, PREFECTURE, PROVINCE))
    if why == "closed":
        budget.close(PREFECTURE)

    assert shortages(budget.reserve("d1", Phase(2026, 2))) == []


def test_what_was_short_is_told_again_from_what_was_kept(budget: Budget) -> None:
    budget.grant(250)
    refused = budget.reserve("d1", Phase(2026, 251))
    assert refused.answer is not None

    kept = answer_from_bytes(answer_to_bytes(refused.answer), "INSUFFICIENT_BUDGET")

    again = Deduction(refused.id, refused.filing, refused.state, refused.demand, kept)
    assert shortages(again) == shortages(refused)
    assert shortages(refused)[0] == shortage(COUNTY, 251, 250, 250)
