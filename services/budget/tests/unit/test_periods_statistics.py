"""What was measured: versions are added, and no date is answered with what was learned later."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.domain.periods.refusals import StatisticStatusBackward
from budget.domain.periods.statistics import Kind, Period, Series, Stage, Statistic, known_by, next_version
from kernel.quantities import Basis
from kernel.regions import RegionCode

ENERGY = Series(RegionCode("630000"), Kind.ENERGY, basis=Basis.CALORIFIC)
START = datetime(2026, 2, 1, tzinfo=UTC)
P, F, R = Stage.PROVISIONAL, Stage.FINAL, Stage.REVISED


def stated(stage: Stage, value: int = 100, *, day: int = 0, document: str = "统计公报") -> Statistic:
    return Statistic(ENERGY, Period(2025), stage, value, document, version=1, known_at=START + timedelta(days=day))


@pytest.mark.parametrize(
    ("period", "text", "until"),
    [
        (Period(2025), "2025", date(2026, 1, 1)),
        (Period(2025, quarter=1), "2025Q1", date(2025, 4, 1)),
        (Period(2025, quarter=4), "2025Q4", date(2026, 1, 1)),
        (Period(2025, month=1), "2025-01", date(2025, 2, 1)),
        (Period(2025, month=12), "2025-12", date(2026, 1, 1)),
    ],
)
def test_a_period_is_over_on_the_day_after_it(period: Period, text: str, until: date) -> None:
    assert str(period) == text
    assert period.until == until


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        (None, P, True), (None, F, True), (None, R, False),
        (P, P, True), (P, F, True), (P, R, False),
        (F, P, False), (F, F, False), (F, R, True),
        (R, P, False), (R, F, False), (R, R, True),
    ],
)  # fmt: skip
def test_a_figure_goes_from_provisional_to_final_to_revised(before: Stage | None, after: Stage, allowed: bool) -> None:
    versions = [stated(before)] if before else []

    if not allowed:
        with pytest.raises(StatisticStatusBackward):
            next_version(stated(after, 101), versions)
        return
    assert next_version(stated(after, 101), versions).version == len(versions) + 1


def test_the_same_figure_again_is_no_new_version() -> None:
    first = stated(F)

    assert next_version(stated(F, day=9), [first]) is first


def test_a_measured_zero_is_not_the_same_as_no_figure() -> None:
    assert known_by([stated(F, 0)], START) == stated(F, 0)
    assert known_by([], START) is None


@given(days=st.lists(st.integers(0, 400), min_size=1, max_size=8, unique=True), asked=st.integers(-5, 410))
def test_no_instant_is_answered_with_what_was_learned_after_it(days: list[int], asked: int) -> None:
    versions: list[Statistic] = []
    for day in sorted(days):
        versions.append(next_version(stated(P, 1_000 + day, day=day), versions))
    instant = START + timedelta(days=asked)

    found = known_by(versions, instant)

    expected = [day for day in sorted(days) if day <= asked]
    assert (found.value - 1_000 if found else None) == (expected[-1] if expected else None)
