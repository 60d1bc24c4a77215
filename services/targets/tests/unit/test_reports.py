"""Which of several reports of one period counts."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.domain.periods import Period, year_to
from targets.domain.places import Place
from targets.domain.reports import Comparison, Report, ReportStatus, Series, standing

XINING = Series(Place("630100"), "energy_intensity", Comparison.YEAR_BEFORE)
H1, Q3 = year_to(date(2021, 6, 30)), year_to(date(2021, 9, 30))
PROVISIONAL, FINAL, REVISED = ReportStatus


def report(version: int, status: ReportStatus = FINAL, period: Period = H1, series: Series = XINING) -> Report:
    at = datetime(2021, 7, version, tzinfo=UTC)
    return Report(series, period, Decimal(version), "%", None, status, "", version, at)


@pytest.mark.parametrize(
    ("reported", "counts"),
    [
        ([PROVISIONAL], 1),
        ([PROVISIONAL, FINAL], 2),
        ([PROVISIONAL, FINAL, REVISED], 3),
        ([FINAL, PROVISIONAL], 1),
        ([REVISED, FINAL, PROVISIONAL], 1),
        ([FINAL, FINAL], 2),
        ([REVISED, REVISED, FINAL], 2),
    ],
)
def test_a_later_status_replaces_an_earlier_and_never_the_other_way(reported: list[ReportStatus], counts: int) -> None:
    reports = [report(version, status) for version, status in enumerate(reported, start=1)]

    (counting,) = standing(reports)

    assert counting.version == counts


def test_periods_and_comparisons_do_not_replace_each_other() -> None:
    june = report(2, period=Period(date(2021, 6, 1), date(2021, 6, 30)))
    cumulative = report(3, series=Series(XINING.place, XINING.indicator, Comparison.BASE_YEAR))

    assert {one.version for one in standing([report(1), june, cumulative, report(4, period=Q3)])} == {1, 2, 3, 4}


REPORTS = st.lists(st.tuples(st.sampled_from(ReportStatus), st.sampled_from([H1, Q3])), min_size=1, max_size=8).map(
    lambda made: [report(version, status, period) for version, (status, period) in enumerate(made, start=1)]
)


@given(REPORTS.flatmap(lambda reports: st.tuples(st.just(reports), st.permutations(reports))))
def test_the_order_in_which_reports_are_looked_at_does_not_matter(
    orders: tuple[Sequence[Report], Sequence[Report]],
) -> None:
    assert standing(orders[0]) == standing(orders[1])
