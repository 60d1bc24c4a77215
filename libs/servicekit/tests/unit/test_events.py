from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcontrol.budget.v1.budget_commands_pb2 import ReserveDeduction
from dualcontrol.filing.v1.filing_events_pb2 import FilingAccepted
from servicekit.eventing.dead_letters import Ceiling, TooManyDeadLetters
from servicekit.eventing.envelope import Envelope, Malformed, envelope_of, headers_of
from servicekit.eventing.outbox import event_type
from servicekit.rpc.checks import Violations
from servicekit.rpc.pages import PAGE_SIZE_MAX, after, next_token, page_size

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
EVENT = Envelope(
    id="1", source="/dualcontrol/filing", type="cn.dualcontrol.filing.filing-accepted.v1", key="k", value=b"v"
)


def test_the_type_of_an_event_is_its_messages_name() -> None:
    assert event_type("filing", FilingAccepted) == "cn.dualcontrol.filing.filing-accepted.v1"
    assert event_type("budget", ReserveDeduction()) == "cn.dualcontrol.budget.reserve-deduction.v1"


def test_an_event_comes_back_as_it_was_sent() -> None:
    read = envelope_of("t", b"k", b"v", headers_of(EVENT, NOW))

    assert (read.id, read.source, read.type, read.key, read.value) == ("1", EVENT.source, EVENT.type, "k", b"v")


@pytest.mark.parametrize("missing", ["ce_id", "ce_source", "ce_type", "ce_specversion"])
def test_an_event_without_a_required_attribute_is_malformed(missing: str) -> None:
    headers = [(name, value) for name, value in headers_of(EVENT, NOW) if name != missing]
    with pytest.raises(Malformed, match=missing):
        envelope_of("t", b"k", b"v", headers)


@pytest.mark.parametrize(
    ("key", "value", "change"),
    [
        (b"k", None, {}),
        (b"\xff", b"v", {}),
        (b"k", b"v", {"ce_specversion": b"0.3"}),
        (b"k", b"v", {"ce_id": b"\xff\xfe"}),
        (b"k", b"v", {"ce_id": b"x" * 301}),
        (b"k", b"v", {"ce_type": b"a\0b"}),
    ],
)
def test_a_record_that_is_no_event_is_malformed(key: bytes, value: bytes | None, change: dict[str, bytes]) -> None:
    headers = {**dict(headers_of(EVENT, NOW)), **change}
    with pytest.raises(Malformed):
        envelope_of("t", key, value, headers)


@given(st.binary(max_size=64), st.dictionaries(st.text(max_size=12), st.binary(max_size=64), max_size=4))
def test_no_record_whatever_breaks_the_reader(value: bytes, headers: dict[str, bytes]) -> None:
    with pytest.raises(Malformed):
        envelope_of("t", value, value, {**headers, "ce_specversion": b""})


def test_beyond_the_ceiling_the_process_must_end() -> None:
    ceiling = Ceiling(dead_letters_max=3, window=10)
    for _ in range(3):
        ceiling.count(dead=True)
    with pytest.raises(TooManyDeadLetters):
        ceiling.count(dead=True)


def test_dead_letters_long_past_do_not_count() -> None:
    ceiling = Ceiling(dead_letters_max=3, window=10)
    for number in range(100):
        ceiling.count(dead=number % 5 == 0)


@pytest.mark.parametrize(("asked", "given_size"), [(0, 50), (1, 1), (500, 500), (501, 500), (2**31 - 1, 500)])
def test_a_page_has_a_bound(asked: int, given_size: int) -> None:
    assert page_size(asked, Violations()) == given_size <= PAGE_SIZE_MAX


def test_a_negative_page_is_refused() -> None:
    violations = Violations()
    page_size(-1, violations)
    assert violations.any


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_a_token_gives_back_its_key(key: str) -> None:
    violations = Violations()
    if len(key) < 50:
        assert after(next_token(key, 5, 5), violations) == key
    assert next_token(key, 4, 5) == ""
    assert not violations.any


@pytest.mark.parametrize(
    "token", ["x", "AAAA", "!!!!", "W10=", "WzFd", "W1wiMVwiXQ==", "a" * 5_000, "WyJcdTAwMDAiXQ==", "WyJcdWQ4MDAiXQ=="]
)
def test_a_token_of_another_hand_is_refused(token: str) -> None:
    violations = Violations()
    after(token, violations)
    assert violations.any
