"""What the status says of a platform that fares well, and of one that does not."""

import pytest

from client.ops import looking
from client.ops.exposition import Sample, samples
from client.ops.looking import Line, Process, State, lines_of

NOW = 1_800_000_000.0
DAY = 86_400


def shown(*written: Sample, name: str = "screening/pod-1") -> list[Line]:
    return lines_of([Process(name, written)], NOW)


def states(lines: list[Line], area: object) -> list[tuple[str, State]]:
    return [(line.subject, line.state) for line in lines if line.area is area]


def test_the_text_format_is_read_with_labels_and_escapes() -> None:
    page = '# HELP x y\nx{topic="a\\"b\\\\c\\nd",n="1"} 2.5\ny 3e2\nz NaN-ish\nw 1 1700000000\n'

    assert samples(page) == [
        Sample("x", 2.5, {"topic": 'a"b\\c\nd', "n": "1"}),
        Sample("y", 300.0),
        Sample("w", 1.0),
    ]


@pytest.mark.parametrize(("count", "state"), [(0, State.GOOD), (5_000, State.GOOD), (5_001, State.BAD)])
def test_a_lag_is_bad_above_what_is_normal(count: int, state: State) -> None:
    lines = shown(Sample("dualcontrol_consumer_lag_events", count, {"topic": "t"}))

    assert states(lines, looking.LAG) == [("screening < t", state)]


def test_the_lag_of_a_service_is_that_of_its_processes_together_but_letters_are_the_same_for_all() -> None:
    one = [
        Sample("dualcontrol_consumer_lag_events", 3_000, {"topic": "t"}),
        Sample("dualcontrol_dead_letters_waiting", 2, {"topic": "t"}),
    ]

    lines = lines_of([Process("screening/a", one), Process("screening/b", one)], NOW)

    assert [str(line.value.en) for line in lines if line.area is looking.LAG] == ["6000 events"]
    assert [str(line.value.en) for line in lines if line.area is looking.LETTERS] == ["2 events"]


@pytest.mark.parametrize(("age", "state"), [(0, State.GOOD), (120, State.GOOD), (121, State.BAD)])
def test_an_outbox_is_bad_when_its_oldest_row_is_old(age: int, state: State) -> None:
    lines = shown(Sample("dualcontrol_outbox_oldest_time_seconds", NOW - age))

    assert states(lines, looking.OUTBOX) == [("screening", state)]


def test_an_empty_outbox_shows_a_zero_that_is_no_age() -> None:
    assert states(shown(Sample("dualcontrol_outbox_oldest_time_seconds", 0)), looking.OUTBOX) == [
        ("screening", State.GOOD)
    ]


@pytest.mark.parametrize(("days", "state"), [(14, State.GOOD), (13, State.BAD)])
def test_a_certificate_is_bad_two_weeks_before_its_end(days: int, state: State) -> None:
    lines = shown(Sample("dualcontrol_certificate_expiry_time_seconds", NOW + days * DAY, {"file": "tls.crt"}))

    assert states(lines, looking.CERTIFICATE) == [("screening tls.crt", state)]


@pytest.mark.parametrize(("days", "state"), [(45, State.GOOD), (44, State.BAD)])
def test_the_calendar_is_bad_45_days_before_its_end(days: int, state: State) -> None:
    assert states(shown(Sample("dualcontrol_calendar_end_time_seconds", NOW + days * DAY)), looking.CALENDAR) == [
        ("", state)
    ]


def test_two_versions_side_by_side_are_bad() -> None:
    def build(version: str) -> list[Sample]:
        return [Sample("dualcontrol_build_info", 1, {"service": "filing", "version": version, "law": "x"})]

    same = lines_of([Process("filing/a", build("1")), Process("filing/b", build("1"))], NOW)
    differ = lines_of([Process("filing/a", build("1")), Process("filing/b", build("2"))], NOW)

    assert states(same, looking.VERSION) == [("filing", State.GOOD)]
    assert {state for _, state in states(differ, looking.VERSION)} == {State.BAD}


def test_a_process_that_does_not_answer_is_unknown_and_not_well() -> None:
    assert states(lines_of([Process("filing/a", None)], NOW), looking.PROCESS) == [("filing/a", State.UNKNOWN)]


@pytest.mark.parametrize(
    ("succeeded", "state"),
    [(None, State.BAD), ("2027-01-14T08:00:00Z", State.GOOD), ("2027-01-14T05:00:00Z", State.BAD)],
)
def test_a_backup_is_bad_after_26_hours(succeeded: str | None, state: State) -> None:
    assert looking.backup("dc-backup", succeeded, NOW).state is state
