"""A project of several years, and the carbon that goes with its energy: all years, all levels and both, or none."""

import pytest
from services.budget.tests.support.budgets import COUNTY, LEVELS, PREFECTURE, PROVINCE, Budget

from budget.domain.deductions import DeductionState, Phase, Refusal
from budget.domain.envelopes import CARBON, account_id
from budget.domain.refusals import EnvelopeNotSet, InsufficientBudget
from budget.domain.reservation import refusal_error
from kernel.regions import RegionCode
from statute.finding import Verdict
from statute.loader import PolicyBundle


@pytest.fixture
def budget(policy: PolicyBundle) -> Budget:
    """1,000 kgce at every level in 2026 and 2027."""
    return Budget(policy).grant(1_000).grant(1_000, year=2027)


def test_each_year_takes_what_its_stage_adds(budget: Budget) -> None:
    reserved = budget.reserve("d1", Phase(2026, 300), Phase(2027, 200))

    assert reserved.state is DeductionState.RESERVED
    assert (budget.held(2026), budget.held(2027)) == ([300] * 3, [200] * 3)


@pytest.mark.parametrize(("second", "state"), [(1_000, "RESERVED"), (1_001, "REFUSED")])
def test_a_year_that_is_short_refuses_all_years(budget: Budget, second: int, state: str) -> None:
    decided = budget.reserve("d1", Phase(2026, 300), Phase(2027, second))

    assert decided.state.name == state
    assert budget.held(2026) == [300 if state == "RESERVED" else 0] * 3


def test_a_year_without_an_envelope_refuses_all_years_and_is_named(budget: Budget) -> None:
    refused = budget.reserve("d1", Phase(2026, 300), Phase(2028, 1))

    error = refusal_error(refused)
    assert isinstance(error, EnvelopeNotSet)
    assert error.levels == ", ".join(f"regions/{level}/accounts/2028" for level in LEVELS)
    assert budget.held(2026) == [0, 0, 0]


def test_a_project_that_is_short_in_one_year_is_told_how_much_less_it_may_add_then(budget: Budget) -> None:
    refused = budget.reserve("d1", Phase(2026, 300), Phase(2027, 1_001))

    assert refused.answer is not None
    (failing,) = [one for one in refused.answer.findings if one.verdict is Verdict.FAILS]
    (remedy,) = failing.remedies
    assert (remedy.field, remedy.stated, remedy.needed) == (
        "later_phases[0].amount_kgce_calorific", "1.001 tce", "1 tce",
    )  # fmt: skip
    assert budget.reserve("d2", Phase(2026, 300), Phase(2027, 1_000)).state.name == "RESERVED"
    assert ("later_phases[0].amount_kgce_calorific", "1001") in failing.inputs


def test_a_project_that_is_short_in_two_years_is_told_no_remedy_that_would_not_help(budget: Budget) -> None:
    refused = budget.reserve("d1", Phase(2026, 1_001), Phase(2027, 1_001))

    assert refused.answer is not None
    (failing,) = [one for one in refused.answer.findings if one.verdict is Verdict.FAILS]
    assert failing.remedies == ()


def test_the_refusal_says_all_that_was_asked_for(budget: Budget) -> None:
    error = refusal_error(budget.reserve("d1", Phase(2026, 300), Phase(2027, 1_001)))

    assert isinstance(error, InsufficientBudget)
    assert error.requested_kgce == 1_301
    assert error.levels == ", ".join(f"regions/{level}/accounts/2027: 1000" for level in LEVELS)


def test_carbon_is_not_drawn_where_the_province_keeps_none(budget: Budget) -> None:
    reserved = budget.reserve("d1", Phase(2026, 300, 900))

    assert reserved.state is DeductionState.RESERVED
    assert not any(account.instrument == CARBON for account in budget.book.accounts)


def test_carbon_is_drawn_with_the_energy_at_every_level_where_the_province_keeps_it(budget: Budget) -> None:
    budget.grant(5_000, instrument=CARBON)

    budget.reserve("d1", Phase(2026, 300, 900))

    assert (budget.held(), budget.held(instrument=CARBON)) == ([300] * 3, [900] * 3)
    (entry,) = [entry for entry in budget.book.entries if entry.transfer == "deductions/d1"]
    assert len(entry.legs) == 6


def test_carbon_that_is_not_stated_is_not_drawn(budget: Budget) -> None:
    budget.grant(5_000, instrument=CARBON)

    budget.reserve("d1", Phase(2026, 300))

    assert budget.held(instrument=CARBON) == [0, 0, 0]


def test_a_year_in_which_the_province_keeps_no_carbon_draws_none(budget: Budget) -> None:
    budget.grant(5_000, instrument=CARBON)

    reserved = budget.reserve("d1", Phase(2026, 300, 900), Phase(2027, 200, 600))

    assert reserved.state is DeductionState.RESERVED
    assert budget.held(2027) == [200] * 3
    assert budget.held(2026, CARBON) == [900] * 3
    assert account_id(PROVINCE, 2027, CARBON) not in budget.book.accounts


@pytest.mark.parametrize("without", [COUNTY, PREFECTURE])
def test_a_level_without_carbon_below_a_province_that_keeps_it_is_unknown_and_not_zero(
    budget: Budget, without: RegionCode
) -> None:
    budget.grant(5_000, instrument=CARBON, at=tuple(level for level in LEVELS if level != without))

    refused = budget.reserve("d1", Phase(2026, 300, 900))

    error = refusal_error(refused)
    assert isinstance(error, EnvelopeNotSet)
    assert error.levels == f"regions/{without}/accounts/2026 ({CARBON})"
    assert budget.held() == [0, 0, 0]
    assert refused.answer is not None
    assert refused.answer.findings[0].missing == (error.levels,)


@pytest.mark.parametrize(("asked", "refusal"), [(900, None), (901, Refusal.INSUFFICIENT_BUDGET)])
def test_carbon_that_is_short_refuses_the_energy_too(budget: Budget, asked: int, refusal: Refusal | None) -> None:
    budget.grant(900, instrument=CARBON)

    decided = budget.reserve("d1", Phase(2026, 300, asked))

    assert decided.answer is not None
    assert decided.answer.refusal is refusal
    assert budget.held() == [0 if refusal else 300] * 3


def test_carbon_that_is_short_is_named_with_its_own_figure_and_unit(budget: Budget) -> None:
    budget.grant(900, instrument=CARBON)

    refused = budget.reserve("d1", Phase(2026, 300, 901))

    error = refusal_error(refused)
    assert isinstance(error, InsufficientBudget)
    assert f"regions/{COUNTY}/accounts/2026 ({CARBON}): 900" in error.levels
    assert refused.answer is not None
    assert "900 kgCO2" in refused.answer.findings[1].because.zh
    assert (f"regions/{COUNTY}/accounts/2026.available_kgco2", "900") in refused.answer.findings[1].inputs


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("year", [2026, 2027])
def test_a_closed_account_at_any_level_and_year_refuses_by_name(budget: Budget, level: RegionCode, year: int) -> None:
    budget.close(level, year=year)

    refused = budget.reserve("d1", Phase(2026, 300), Phase(2027, 200))

    error = refusal_error(refused)
    assert error is not None
    assert error.reason == "ACCOUNT_CLOSED"
    assert refused.answer is not None
    finding = refused.answer.findings[1]
    assert finding.verdict is Verdict.UNKNOWN
    assert f"regions/{level}/accounts/{year}" in finding.because.zh
    assert (budget.held(2026), budget.held(2027)) == ([0] * 3, [0] * 3)


def test_closed_carbon_refuses_the_energy_too(budget: Budget) -> None:
    budget.grant(900, instrument=CARBON)
    budget.close(COUNTY, instrument=CARBON)

    refused = budget.reserve("d1", Phase(2026, 300, 900))

    assert refused.answer is not None
    assert refused.answer.refusal is Refusal.ACCOUNT_CLOSED
