"""The history of levels: by period, and by the days on which each was valid."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.regions import RegionCode
from targets.domain.history import Validity, history, valid_on
from targets.domain.levels import LevelBasis, LevelReading, RegionLevel, Scale, WarningLevel
from targets.domain.periods import year_to
from targets.domain.regions import Region
from targets.domain.reports import ReportStatus

XINING = RegionCode("630100")
Q1, H1, Q3 = date(2021, 3, 31), date(2021, 6, 30), date(2021, 9, 30)
APRIL, MAY, AUGUST, OCTOBER = date(2021, 4, 20), date(2021, 5, 10), date(2021, 8, 12), date(2021, 10, 8)
ONE, TWO, THREE = WarningLevel
Told = tuple[WarningLevel, date, date, bool, ReportStatus]


def told(
    level: WarningLevel,
    period_end: date,
    known_on: date,
    *,
    published: bool = False,
    status: ReportStatus = ReportStatus.FINAL,
) -> Told:
    return level, period_end, known_on, published, status


def levels(*reports: Told) -> list[RegionLevel]:
    """As the region took them in, one after the other."""
    region, taken = Region(XINING), []
    for level, period_end, known_on, published, status in reports:
        basis = LevelBasis.PUBLISHED if published else LevelBasis.DERIVED
        reading = LevelReading(
            Scale.INTENSITY,
            level,
            year_to(period_end),
            basis,
            f"{level.value}",
            "" if published else "b",
            ReportStatus.FINAL if published else status,
        )
        known_at = datetime(known_on.year, known_on.month, known_on.day, tzinfo=UTC)
        region, one, _ = region.take(reading, valid_from=known_on, known_at=known_at)
        taken.append(one)
    return taken


def valid(known: Sequence[RegionLevel], day: date) -> WarningLevel | None:
    entry = valid_on(known, day)
    return entry.level.reading.level if entry is not None else None


def test_a_level_is_valid_from_the_day_it_is_known_until_a_newer_period_s_is() -> None:
    known = levels(told(TWO, Q1, APRIL), told(ONE, H1, AUGUST))

    assert [entry.validity for entry in history(known)] == [Validity(APRIL, AUGUST), Validity(AUGUST, None)]
    assert valid(known, APRIL - timedelta(days=1)) is None
    assert valid(known, APRIL) is valid(known, AUGUST - timedelta(days=1)) is TWO
    assert valid(known, AUGUST) is valid(known, date(2026, 1, 1)) is ONE


def test_a_late_report_of_an_older_quarter_changes_the_history_and_not_today_s_level() -> None:
    before = levels(told(THREE, Q1, APRIL), told(TWO, H1, AUGUST))
    after = levels(told(THREE, Q1, APRIL), told(TWO, H1, AUGUST), told(ONE, Q1, OCTOBER, status=ReportStatus.REVISED))

    assert [(entry.level.reading.level, entry.validity) for entry in history(after) if entry.stands] == [
        (ONE, None),
        (TWO, Validity(AUGUST, None)),
    ]
    assert [entry.level.reading.level for entry in history(before) if entry.stands] == [THREE, TWO]
    for day in (APRIL, AUGUST, OCTOBER, date(2026, 1, 1)):
        assert valid(after, day) is valid(before, day)


def test_a_quarter_that_was_never_reported_and_comes_late_was_valid_on_no_day() -> None:
    known = levels(told(TWO, H1, AUGUST), told(ONE, Q1, OCTOBER))

    assert [(entry.stands, entry.validity) for entry in history(known)] == [
        (True, None),
        (True, Validity(AUGUST, None)),
    ]


def test_a_revision_of_the_newest_period_is_valid_from_its_own_day() -> None:
    known = levels(told(THREE, Q1, APRIL, status=ReportStatus.PROVISIONAL), told(ONE, Q1, MAY), told(TWO, H1, AUGUST))

    assert [(entry.stands, entry.validity) for entry in history(known)] == [
        (False, Validity(APRIL, MAY)),
        (True, Validity(MAY, AUGUST)),
        (True, Validity(AUGUST, None)),
    ]


def test_the_same_level_told_again_begins_nothing_anew() -> None:
    known = levels(told(TWO, Q1, APRIL), told(TWO, Q1, MAY))

    assert [entry.validity for entry in history(known)] == [Validity(APRIL, None), None]


def test_a_published_level_is_valid_from_its_publication_also_when_it_is_recorded_later() -> None:
    derived, published = levels(told(THREE, H1, date(2021, 7, 20)), told(ONE, H1, AUGUST, published=True))

    as_known_in_july = valid(levels(told(THREE, H1, date(2021, 7, 20))), AUGUST)

    assert as_known_in_july is THREE
    assert valid([published, derived], AUGUST) is ONE
    assert valid([published, derived], AUGUST - timedelta(days=1)) is THREE


REPORTS = st.lists(
    st.builds(
        told,
        st.sampled_from(WarningLevel),
        st.sampled_from([Q1, H1, Q3]),
        st.sampled_from([APRIL, MAY, AUGUST, OCTOBER]),
        published=st.booleans(),
        status=st.sampled_from(ReportStatus),
    ),
    max_size=8,
)


@given(
    REPORTS.map(lambda reports: levels(*reports)).flatmap(
        lambda known: st.tuples(st.just(known), st.permutations(known))
    )
)
def test_the_history_is_the_same_in_whatever_order_it_is_read(
    orders: tuple[Sequence[RegionLevel], Sequence[RegionLevel]],
) -> None:
    assert history(orders[0]) == history(orders[1])


@given(
    st.lists(
        st.tuples(st.sampled_from([Q1, H1, Q3]), st.booleans(), st.sampled_from(ReportStatus)),
        unique_by=lambda r: (r[0], r[1], None if r[1] else r[2]),
    )
    .map(
        lambda made: [
            told(WarningLevel(n % 3 + 1), end, OCTOBER, published=p, status=s) for n, (end, p, s) in enumerate(made)
        ]
    )
    .flatmap(lambda reports: st.tuples(st.just(reports), st.permutations(reports)))
)
def test_in_whatever_order_reports_arrive_the_newest_level_and_each_period_s_are_the_same(
    orders: tuple[Sequence[Told], Sequence[Told]],
) -> None:
    one, another = (levels(*order) for order in orders)

    assert valid(one, OCTOBER) is valid(another, OCTOBER)
    assert [entry.level.reading for entry in history(one) if entry.stands] == [
        entry.level.reading for entry in history(another) if entry.stands
    ]


@given(REPORTS)
def test_exactly_one_level_is_valid_on_each_day_from_the_first(reports: list[Told]) -> None:
    known = levels(*reports)
    spells = [entry.validity for entry in history(known) if entry.validity is not None]

    for day in (APRIL, MAY, AUGUST, OCTOBER):
        held = [spell for spell in spells if spell.first <= day and (spell.until is None or day < spell.until)]
        assert len(held) == (1 if any(level.valid_from <= day for level in known) else 0)


@pytest.mark.parametrize("day", [APRIL, OCTOBER])
def test_nothing_is_valid_where_nothing_was_told(day: date) -> None:
    assert valid([], day) is None
