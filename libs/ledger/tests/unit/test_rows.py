"""What a batch adds to each account's columns, day by day."""

from datetime import UTC, date, datetime

from ledger.accounts import AccountId
from ledger.entries import Entry, Leg, Step, TransferId
from ledger.log import Head, batch_after
from ledger.rows import write_arguments

A, B = AccountId("630121", "energy_kgce", "2026"), AccountId("630000", "energy_kgce", "2026")
NUMBERS = {A: 1, B: 2}
FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)


def entry(step: Step, *legs: tuple[AccountId, int], on: date = FIRST) -> Entry:
    return Entry(TransferId("t"), step, tuple(Leg(*leg) for leg in legs), on)


def columns(*entries: Entry) -> list[list[object]]:
    batch = batch_after(Head(), datetime(2026, 3, 1, tzinfo=UTC), entries, opened=NUMBERS, numbers=NUMBERS)
    return write_arguments(batch, entries, NUMBERS)[4:]


def test_amounts_of_one_account_and_day_are_added_up() -> None:
    found = columns(
        entry(Step.GRANT, (A, 100), (B, 500)),
        entry(Step.HOLD, (A, 60), (B, 60)),
        entry(Step.POST, (A, 50), on=SECOND),
        entry(Step.RELEASE, (A, 10), on=SECOND),
        entry(Step.OVERDRAFT, (A, -3), on=SECOND),
    )

    assert found == [[1, 2, 1], [FIRST, FIRST, SECOND], [100, 500, 0], [60, 60, -60], [0, 0, 50], [0, 0, -3], [], []]


def test_what_is_undone_leaves_zero_and_its_day() -> None:
    found = columns(
        entry(Step.GRANT, (A, 9)),
        entry(Step.REVERSE_GRANT, (A, 9)),
        entry(Step.SPEND, (A, 5)),
        entry(Step.REVERSE_POST, (A, 5)),
        entry(Step.HOLD, (A, 7)),
        entry(Step.EXPIRE, (A, 7)),
    )

    assert found == [[1], [FIRST], [0], [0], [0], [0], [], []]


def test_the_last_word_on_a_closure_counts_and_moves_nothing() -> None:
    found = columns(entry(Step.CLOSE, (A, 0)), entry(Step.CLOSE, (B, 0)), entry(Step.REOPEN, (A, 0)))

    assert found == [[], [], [], [], [], [], [1, 2], [False, True]]
