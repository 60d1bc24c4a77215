"""Statutory periods in working days: which day is the first, what a holiday does, and where the notices end."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statute.calendar import Deadline, NoSuchCounting, WorkingCalendar
from statute.loader import load_bundle

CALENDAR = load_bundle().calendar
DAYS = st.dates(date(2022, 1, 1), date(2026, 10, 31))
PERIODS = st.integers(1, 40)


@pytest.mark.parametrize(
    ("begins", "days", "ends", "provisional"),
    [
        (date(2018, 5, 8), 10, date(2018, 5, 21), True),
        (date(2021, 6, 29), 20, date(2021, 7, 26), True),
        (date(2022, 5, 25), 20, date(2022, 6, 22), False),
        (date(2022, 7, 20), 10, date(2022, 8, 2), False),
        (date(2023, 10, 26), 10, date(2023, 11, 8), False),
        (date(2024, 7, 24), 10, date(2024, 8, 6), False),
    ],
)
def test_the_printed_periods_of_publicity_last_as_long_as_prescribed(
    begins: date, days: int, ends: date, provisional: bool
) -> None:
    assert CALENDAR.limit(begins, days, "publicity") == Deadline(ends, provisional)


@pytest.mark.parametrize(
    ("event", "days", "counting", "ends"),
    [
        # An ordinary week: the day itself counts for publicity only.
        (date(2024, 3, 4), 1, "publicity", date(2024, 3, 4)),
        (date(2024, 3, 4), 1, "time_limit", date(2024, 3, 5)),
        (date(2024, 3, 4), 5, "publicity", date(2024, 3, 8)),
        (date(2024, 3, 4), 5, "time_limit", date(2024, 3, 11)),
        # From a Saturday day 1 is the Monday, counted either way.
        (date(2024, 3, 9), 1, "publicity", date(2024, 3, 11)),
        (date(2024, 3, 9), 1, "time_limit", date(2024, 3, 11)),
        # Spring festival 2024: off from Saturday 02-10 to 02-17, worked on the Sundays 02-04 and 02-18.
        (date(2024, 2, 2), 5, "time_limit", date(2024, 2, 8)),
        (date(2024, 2, 2), 6, "time_limit", date(2024, 2, 9)),
        (date(2024, 2, 2), 7, "time_limit", date(2024, 2, 18)),
        (date(2024, 2, 9), 20, "time_limit", date(2024, 3, 14)),
        (date(2024, 2, 4), 1, "publicity", date(2024, 2, 4)),
        # National day 2023 ends with two make-up days at the weekend.
        (date(2023, 9, 28), 1, "time_limit", date(2023, 10, 7)),
        (date(2023, 9, 28), 3, "time_limit", date(2023, 10, 9)),
        # New year 2023 begins in the December before, by the notice of 2023.
        (date(2022, 12, 30), 1, "time_limit", date(2023, 1, 3)),
    ],
)
def test_a_limit_steps_over_days_off_and_onto_days_worked_for_them(
    event: date, days: int, counting: str, ends: date
) -> None:
    assert CALENDAR.limit(event, days, counting) == Deadline(ends, provisional=False)


@pytest.mark.parametrize(
    ("event", "days", "ends", "provisional"),
    [
        (date(2026, 12, 30), 1, date(2026, 12, 31), False),
        (date(2026, 12, 30), 2, date(2027, 1, 1), True),
        (date(2026, 12, 31), 1, date(2027, 1, 1), True),
        (date(2027, 6, 1), 1, date(2027, 6, 2), True),
        (date(2021, 12, 30), 1, date(2021, 12, 31), True),
        (date(2021, 12, 31), 1, date(2022, 1, 4), False),
    ],
)
def test_a_limit_past_the_published_years_is_provisional(event: date, days: int, ends: date, provisional: bool) -> None:
    assert CALENDAR.limit(event, days, "time_limit") == Deadline(ends, provisional)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2024, 2, 9), True),
        (date(2024, 2, 10), False),
        (date(2024, 2, 12), False),
        (date(2024, 2, 18), True),
        (date(2024, 2, 24), False),
        (date(2026, 2, 16), False),
        (date(2026, 2, 28), True),
        (date(2022, 12, 31), False),
    ],
)
def test_a_day_is_worked_by_the_notice_of_its_year(day: date, worked: bool) -> None:
    assert CALENDAR.is_working_day(day) is worked


def test_each_year_of_the_notices_is_held() -> None:
    assert sorted(CALENDAR.years) == [2022, 2023, 2024, 2025, 2026]
    assert not CALENDAR.is_published(date(2027, 1, 1))
    off = {year: sum(day.year == year for day in CALENDAR.off_days) for year in sorted(CALENDAR.years)}
    worked = {year: sum(day.year == year for day in CALENDAR.work_days) for year in sorted(CALENDAR.years)}
    assert off == {2022: 32, 2023: 26, 2024: 28, 2025: 28, 2026: 33}
    assert worked == {2022: 7, 2023: 7, 2024: 8, 2025: 5, 2026: 6}


def test_both_ways_of_counting_are_methods_that_no_text_read_says_in_so_many_words() -> None:
    limit, publicity = CALENDAR.countings["time_limit"], CALENDAR.countings["publicity"]

    assert (limit.first_day_counted, publicity.first_day_counted) == (False, True)
    for counting in (limit, publicity):
        assert (counting.citation.kind, counting.citation.verification) == ("method", "unverified")
        assert counting.text.zh
        assert counting.text.en


def test_a_period_has_a_day_and_a_way_of_counting() -> None:
    with pytest.raises(ValueError, match="a period of 0"):
        CALENDAR.limit(date(2024, 1, 2), 0, "time_limit")
    with pytest.raises(NoSuchCounting, match="by_moonlight"):
        CALENDAR.limit(date(2024, 1, 2), 1, "by_moonlight")


def working_days(calendar: WorkingCalendar, first: date, last: date) -> int:
    span = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return sum(map(calendar.is_working_day, span))


@given(event=DAYS, days=PERIODS)
def test_a_limit_holds_exactly_its_working_days_and_ends_on_one(event: date, days: int) -> None:
    limit, publicity = (CALENDAR.limit(event, days, counting).day for counting in ("time_limit", "publicity"))

    assert working_days(CALENDAR, event + timedelta(days=1), limit) == days
    assert working_days(CALENDAR, event, publicity) == days
    assert CALENDAR.is_working_day(limit)
    assert CALENDAR.is_working_day(publicity)
    assert publicity <= limit


@given(event=DAYS, days=PERIODS)
def test_a_longer_period_ends_later_and_a_later_event_never_earlier(event: date, days: int) -> None:
    end = CALENDAR.limit(event, days, "time_limit").day

    assert CALENDAR.limit(event, days + 1, "time_limit").day > end
    assert CALENDAR.limit(event + timedelta(days=1), days, "time_limit").day >= end
