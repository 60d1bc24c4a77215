"""The log's text says everything: what is written is read back, and a changed word breaks the seal."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.accounts import AccountId
from ledger.entries import NOTE_CHARACTERS_MAX, TRANSFER_ID_CHARACTERS_MAX, Entry, Leg, Step, TransferId
from ledger.log import FIRST_DIGEST, Batch, Head, batch_after, entries_of, opened_by

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
ACCOUNTS = [AccountId(owner, "energy_kgce", period) for owner in ("630000", "lot-1:a.b_c") for period in ("2026", "")]
NUMBERS = {account: n for n, account in enumerate(ACCOUNTS, start=1)}


def printable(characters_max: int, characters_min: int = 0) -> st.SearchStrategy[str]:
    letters = st.characters(
        exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"), include_characters=" {},'\"\\"
    )
    return st.text(letters, min_size=characters_min, max_size=characters_max).filter(str.isprintable)


signers = printable(20, 1).map(str.strip).filter(bool)
entries = st.builds(
    Entry,
    transfer=printable(TRANSFER_ID_CHARACTERS_MAX, 1).map(TransferId),
    step=st.sampled_from(Step),
    legs=st.lists(st.sampled_from(ACCOUNTS), min_size=1, unique=True).flatmap(
        lambda accounts: st.tuples(*(st.builds(Leg, st.just(a), st.integers(-(10**18), 10**18)) for a in accounts))
    ),
    effective_on=st.dates(),
    expires_on=st.none() | st.dates(),
    signers=st.just(()) | st.tuples(signers, signers),
    note=printable(NOTE_CHARACTERS_MAX),
)


def batch_of(*made: Entry, head: Head = Head(), at: datetime = NOON) -> Batch:  # noqa: B008
    return batch_after(head, at, made, opened=NUMBERS if head.number == 0 else {}, numbers=NUMBERS)


@settings(max_examples=40, deadline=None)
@given(made=st.lists(entries, min_size=1, max_size=8))
def test_the_entries_of_a_batch_are_read_back_as_they_were(made: list[Entry]) -> None:
    batch = batch_of(*made)

    names = opened_by(batch.text)

    assert names == {n: account for account, n in NUMBERS.items()}
    assert list(entries_of(batch.text, names)) == made


ENTRY = Entry(TransferId("h"), Step.HOLD, (Leg(ACCOUNTS[0], 60),), date(2026, 3, 1))


def test_each_batch_follows_the_one_before_it() -> None:
    first = batch_of(ENTRY)
    second = batch_of(ENTRY, head=first.head, at=NOON + timedelta(microseconds=1))

    assert first.follows(Head())
    assert second.follows(first.head)
    assert not second.follows(Head())
    assert opened_by(second.text) == {}
    assert Head().digest == FIRST_DIGEST


@pytest.mark.parametrize(
    "changed",
    [
        {"text": b"60"},
        {"number": 2},
        {"known_at": NOON + timedelta(microseconds=1)},
        {"digest": bytes(32)},
    ],
)
def test_a_batch_of_which_anything_was_changed_does_not_follow(changed: dict[str, object]) -> None:
    batch = batch_of(ENTRY)
    if "text" in changed:
        changed = {"text": batch.text.replace(b"{60}", b"{61}")}

    assert not replace(batch, **changed).follows(Head())  # type: ignore[arg-type]


def test_an_instant_is_the_same_in_every_time_zone() -> None:
    china = timezone(timedelta(hours=8))

    batch = batch_of(ENTRY, at=NOON.astimezone(china))

    assert replace(batch, known_at=NOON).follows(Head())


def test_time_does_not_run_backwards_in_the_log() -> None:
    with pytest.raises(AssertionError):
        batch_of(ENTRY, head=batch_of(ENTRY).head, at=NOON)


@pytest.mark.parametrize(
    "text", [b"", b"1\tx\n\n", b"1\tx\n\nh\t0\thold\t{1}\t{60}", b"1\tx\n\nh\t0\tgive\t{1}\t{6}\t\t\t\t"]
)
def test_a_text_that_is_no_batch_is_not_read(text: bytes) -> None:
    with pytest.raises((ValueError, KeyError)):
        list(entries_of(text, {1: ACCOUNTS[0]}))
