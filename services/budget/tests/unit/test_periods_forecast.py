"""How a year will end: by what is known, on a line through the months, and never better than the figures say."""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.domain.periods.forecast import Forecast, Outlook, Taken, filled, forecast, line
from budget.domain.periods.instruments import Instrument, Measure
from budget.domain.periods.statistics import Kind, Period, Series, Stage, Statistic
from kernel.quantities import Basis
from kernel.regions import RegionCode
from statute.finding import Verdict
from statute.loader import PolicyBundle

PROVINCE = RegionCode("630000")
AT = datetime(2026, 7, 20, tzinfo=UTC)
F, P = Stage.FINAL, Stage.PROVISIONAL


def figure(value: int, *, month: int = 0, year: int = 2026, stage: Stage = F) -> Statistic:
    series = Series(PROVINCE, Kind.ENERGY, Basis.CALORIFIC)
    return Statistic(series, Period(year, month=month), stage, value, "虚构月报", 1, AT)


def months(*values: int, stage: Stage = F) -> tuple[Statistic, ...]:
    return tuple(figure(value, month=month, stage=stage) for month, value in enumerate(values, 1))


def outlook(known: tuple[Statistic, ...], **changes: object) -> Outlook:
    made = Outlook(
        PROVINCE, 2026, Instrument.ENERGY, Measure.TOTAL, date(2026, 7, 20), AT, Taken(10_000, 100, 50, 25), known
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def told(known: tuple[Statistic, ...], policy: PolicyBundle, **changes: object) -> Forecast:
    return forecast(outlook(known, **changes), policy)


def test_the_remainder_is_what_is_granted_less_all_that_is_and_will_be_taken(policy: PolicyBundle) -> None:
    made = told(months(100, 110, 120, 130, 140, 150), policy)

    # 100, 110, … 210: 1 860 in all.
    assert made.expected_consumption == 1_860
    assert made.remainder == 10_000 - 100 - 50 - 25 - 1_860
    assert (made.lower, made.upper) == (made.remainder, made.remainder)
    assert (made.finding.verdict, made.missing_months) == (Verdict.HOLDS, ())
    assert [one.statistic is not None for one in made.months] == [True] * 6 + [False] * 6
    assert dict(made.finding.inputs)["month_01"] == "100 (630000/energy_kgce/当量/2026-01 v1, final)"


def test_an_increment_is_charged_with_what_is_more_than_the_year_before(policy: PolicyBundle) -> None:
    previous = figure(1_800, year=2025)

    made = told(months(100, 110, 120, 130, 140, 150), policy, measure=Measure.INCREMENT, previous=previous)

    assert made.charge == 60
    assert made.remainder == 10_000 - 175 - 60


def test_without_the_year_before_an_increment_is_not_foreseen(policy: PolicyBundle) -> None:
    made = told(months(100, 110), policy, measure=Measure.INCREMENT)

    assert made.remainder is None
    assert made.finding.verdict is Verdict.UNKNOWN
    assert made.finding.missing[-1] == "630000/energy_kgce/当量/2025"


def test_months_that_are_over_and_missing_are_named(policy: PolicyBundle) -> None:
    known = tuple(one for one in months(100, 110, 120, 130, 140, 150) if one.period.month not in (2, 5))

    made = told(known, policy)

    assert made.missing_months == (2, 5)
    assert made.finding.missing == ("630000/energy_kgce/当量/2026-02", "630000/energy_kgce/当量/2026-05")
    assert made.expected_consumption == 1_860


@pytest.mark.parametrize(("day", "missing"), [(date(2026, 7, 31), 6), (date(2026, 8, 1), 7)])
def test_a_month_is_missing_from_the_day_after_it(day: date, missing: int, policy: PolicyBundle) -> None:
    assert len(told((), policy, on=day).missing_months) == missing


@pytest.mark.parametrize("known", [(), (100,)])
def test_fewer_months_than_a_line_needs_foresee_nothing(known: tuple[int, ...], policy: PolicyBundle) -> None:
    made = told(months(*known), policy)

    assert (made.remainder, made.lower, made.upper) == (None, None, None)
    assert made.finding.verdict is Verdict.UNKNOWN


def test_final_figures_alone_and_all_figures_are_the_bounds(policy: PolicyBundle) -> None:
    known = (*months(100, 100, 100), figure(200, month=4, stage=P), figure(200, month=5, stage=P))

    made = told(known, policy)

    assert made.upper == 10_000 - 175 - 1_200
    assert made.lower == made.remainder
    assert made.lower is not None
    assert made.lower < made.upper


def test_bounds_that_final_figures_do_not_give_are_not_told(policy: PolicyBundle) -> None:
    made = told(months(100, 110, stage=P), policy)

    assert made.remainder is not None
    assert (made.lower, made.upper) == (None, None)


def test_a_whole_year_that_was_measured_needs_no_line(policy: PolicyBundle) -> None:
    made = told(months(100, 110), policy, whole_year=figure(1_500))

    assert made.expected_consumption == 1_500


def test_a_falling_line_stops_at_zero() -> None:
    made = filled({one.period.month: one for one in months(30, 20, 10)})

    assert [one.value for one in made] == [30, 20, 10] + [0] * 9


def test_an_envelope_that_will_not_last_fails(policy: PolicyBundle) -> None:
    made = told(months(1_000, 1_000), policy)

    assert made.remainder == 10_000 - 175 - 12_000
    assert made.finding.verdict is Verdict.FAILS


@given(values=st.lists(st.integers(0, 10**15), min_size=2, max_size=12))
def test_filling_never_foresees_less_than_the_line_nor_a_whole_unit_more(values: list[int]) -> None:
    known = {one.period.month: one for one in months(*values)}

    made = filled(known)

    ahead = [one for one in made if one.statistic is None]
    exact = sum(line([(m, s.value) for m, s in known.items()], [one.month for one in ahead]).values(), Fraction(0))
    assert exact <= sum(one.value for one in ahead) < exact + 1
    assert all(one.value >= 0 for one in made)
    assert len(made) == 12


@given(values=st.lists(st.integers(0, 10**12), min_size=2, max_size=11), factor=st.integers(1, 50))
def test_a_forecast_scales_with_its_figures(values: list[int], factor: int) -> None:
    one = line(list(enumerate(values, 1)), [12])[12]
    many = line([(month, value * factor) for month, value in enumerate(values, 1)], [12])[12]

    assert many == one * factor
