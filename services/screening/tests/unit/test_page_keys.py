"""Page tokens name the place they were made of, and nothing else passes for one."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.application.waiting.ports import Since
from screening.domain.facts import FilingId
from screening.domain.queue import Place
from screening.entrypoints import checks
from servicekit.rpc.checks import Violations
from servicekit.rpc.pages import next_token

FILINGS = st.from_regex(r"[a-z0-9][a-z0-9-]{2,20}", fullmatch=True).map(FilingId)


@given(place=st.builds(Place, st.dates(), FILINGS))
def test_a_place_in_the_queue_comes_back(place: Place) -> None:
    assert checks.place_from(checks.place_key(place)) == place


@given(since=st.builds(Since, st.datetimes(timezones=st.just(UTC)), FILINGS))
def test_a_place_among_the_stuck_comes_back(since: Since) -> None:
    assert checks.since_from(checks.since_key(since)) == since


@given(filing=FILINGS, number=st.integers(1, checks.NUMBER_MAX))
def test_a_place_among_overrides_comes_back(filing: FilingId, number: int) -> None:
    assert checks.numbered_from(checks.numbered_key(filing, number)) == (filing, number)


@pytest.mark.parametrize(
    ("read", "key"),
    [
        (checks.place_from, "2026-03-02"),
        (checks.place_from, "2026-13-02 f-1"),
        (checks.place_from, "2026-03-02 f-1 f-2"),
        (checks.since_from, "2026-03-02T04:00:00 f-1"),
        (checks.since_from, "yesterday f-1"),
        (checks.number_of, "0"),
        (checks.number_of, "-1"),
        (checks.number_of, "9999999999"),
        (checks.number_of, "１"),
        (checks.numbered_from, "f-1"),
        (checks.numbered_from, "f-1 0"),
    ],
)
def test_what_was_not_given_here_is_no_token(read: object, key: str) -> None:
    violations = Violations()

    assert checks.starts_at(violations, next_token(key, 1, 1), read) is None  # type: ignore[arg-type]
    assert violations.any


def test_the_day_of_who_states_none_is_the_last() -> None:
    place = Place(date.max, FilingId("f-1"))

    assert checks.place_from(checks.place_key(place)) == place
    assert Since(datetime(2026, 3, 2, tzinfo=UTC), FilingId("f-1")).at.tzinfo is UTC
