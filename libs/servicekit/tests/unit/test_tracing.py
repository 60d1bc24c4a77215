"""A trace is recorded where its beginner wants it to be, and passed on to everybody in any case."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from servicekit.telemetry.tracing import TRACEPARENT, configure_tracing, current_ids, span, traceparent

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
WANTED, UNWANTED = f"00-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}-00"
FORM = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]")
"""Its last bit tells whether it is recorded; the one before, which the SDK may set, how its id was made."""


@pytest.fixture
def exporting(tmp_path: Path) -> Iterator[None]:
    """This process has somewhere to write spans to, and records half of what begins here."""
    provider = configure_tracing("filing", tmp_path / "spans.jsonl", None, ratio=0.5)
    yield
    provider.shutdown()
    configure_tracing("filing", None, None)


def within(parent: str) -> tuple[str, bool]:
    """The traceparent within a span, and whether the SDK records it."""
    with span("consume", SpanKind.CONSUMER, {TRACEPARENT: parent}, {"key": "630000"}):
        return traceparent(), trace.get_current_span().is_recording()


def is_wanted(said: str) -> bool:
    return int(said[-2:], 16) & 1 == 1


@pytest.mark.parametrize("parent", [WANTED, UNWANTED])
def test_where_nothing_is_written_a_trace_is_passed_on_as_it_came(parent: str) -> None:
    assert within(parent) == (parent, False)
    assert traceparent() == ""


@pytest.mark.usefixtures("exporting")
def test_what_its_beginner_wants_recorded_is_a_span_of_the_same_trace() -> None:
    said, recorded = within(WANTED)

    assert recorded
    assert said.startswith(f"00-{TRACE}-")
    assert is_wanted(said)
    assert SPAN not in said


@pytest.mark.usefixtures("exporting")
def test_what_its_beginner_does_not_want_recorded_is_passed_on() -> None:
    assert within(UNWANTED) == (UNWANTED, False)


@pytest.mark.parametrize(
    "parent",
    [
        "",
        "00",
        f"01-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"{WANTED}\n",
        f"{WANTED}-more",
    ],
)
def test_what_names_no_trace_begins_a_new_one(parent: str) -> None:
    said, _ = within(parent)

    assert FORM.fullmatch(said)
    assert TRACE not in said


@pytest.mark.parametrize("ratio", [0, 1])
def test_the_share_that_is_recorded_is_told_to_all_behind(ratio: int, tmp_path: Path) -> None:
    provider = configure_tracing("filing", tmp_path / "spans.jsonl", None, ratio=ratio)
    try:
        seen = [within("") for _ in range(20)]
    finally:
        provider.shutdown()
        configure_tracing("filing", None, None)

    assert {recorded for _, recorded in seen} == {bool(ratio)}
    assert {is_wanted(said) for said, _ in seen} == {bool(ratio)}
    assert len({said for said, _ in seen}) == 20


@pytest.mark.usefixtures("exporting")
def test_the_trace_outside_is_there_again_behind_one_within() -> None:
    with span("a", SpanKind.SERVER, {TRACEPARENT: UNWANTED}, {}):
        recorded = within(WANTED)
        assert traceparent() == UNWANTED
        passed_on = within("")
        assert traceparent() == UNWANTED

    assert recorded[1]
    assert passed_on[0] != UNWANTED
    assert traceparent() == ""


def test_the_ids_of_a_trace_that_is_not_recorded_are_known_to_the_log() -> None:
    assert current_ids() is None
    with span("a", SpanKind.SERVER, {TRACEPARENT: UNWANTED}, {}):
        assert current_ids() == (TRACE, SPAN)


@given(st.text())
def test_no_header_makes_a_span_fail(parent: str) -> None:
    assert FORM.fullmatch(within(parent)[0])
