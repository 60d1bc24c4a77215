"""The second book reads the log alone, and names the first entry that cannot be."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.accounts import AccountId, Standing
from ledger.book import Book
from ledger.differences import (
    Account,
    BalanceDiffers,
    BatchDiffers,
    Difference,
    EntryDiffers,
    EntryOverdraws,
    HoldDiffers,
    LogShortened,
    PastBalanceDiffers,
    accounts_in,
)
from ledger.entries import Entry, Leg, Step, TransferId
from ledger.log import Batch, batch_after
from ledger.operations import AllowOverdraft, Close, Grant, Hold, Post, Reopen, Reverse, Void
from ledger.second_book import PastBalance, SecondBook

COUNTY, PROVINCE = (AccountId(code, "energy_kgce", "2026") for code in ("630121", "630000"))
NUMBERS = {COUNTY: 1, PROVINCE: 2}
NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
FIRST, LATER = date(2026, 3, 1), date(2026, 3, 10)
H = TransferId("h")


def batch(second: SecondBook, *entries: Entry) -> Batch:
    known_at = NOON + timedelta(seconds=second.head.number)
    opened = {} if second.head.number else NUMBERS
    return batch_after(second.head, known_at, entries, opened=opened, numbers=NUMBERS)


def entered(second: SecondBook, *entries: Entry) -> list[PastBalance]:
    one = batch(second, *entries)
    assert second.numbered(one) is None
    difference, past = second.enter(one)
    assert difference is None
    return past


def entry(step: Step, amount: int, transfer: str = "h", on: date = FIRST) -> Entry:
    return Entry(TransferId(transfer), step, (Leg(COUNTY, amount),), on)


def test_it_stands_where_the_first_book_stands() -> None:
    book, second = Book(), SecondBook()
    for operation in (
        Grant(TransferId("g"), {COUNTY: 100, PROVINCE: 100}, FIRST),
        Hold(H, {COUNTY: 60, PROVINCE: 60}, FIRST),
        Post(H, LATER, {COUNTY: 50, PROVINCE: 20}),
        Reverse(H, LATER, ("甲", "乙")),
        AllowOverdraft(TransferId("o"), COUNTY, 7, FIRST, "p"),
        Hold(TransferId("v"), {COUNTY: 107}, FIRST),
        Close(TransferId("c"), COUNTY, FIRST, "x"),
        Void(TransferId("v"), LATER),
        Close(TransferId("d"), PROVINCE, FIRST, "x"),
        Reopen(TransferId("r"), PROVINCE, FIRST, "x"),
    ):
        entered(second, *book.apply(operation))

    assert second.balances() == {
        COUNTY: Account(Standing(100, overdraft=7), closed=True),
        PROVINCE: Account(Standing(100), closed=False),
    }


def test_what_becomes_known_of_a_day_changes_every_later_day_that_is_known() -> None:
    second = SecondBook()
    entered(second, entry(Step.GRANT, 100, "g"))
    entered(second, entry(Step.HOLD, 10, "a", LATER))

    past = entered(second, entry(Step.HOLD, 5, "b", date(2026, 3, 5)))

    assert past == [
        PastBalance(COUNTY, date(2026, 3, 5), 3, Standing(100, held=5)),
        PastBalance(COUNTY, LATER, 3, Standing(100, held=15)),
    ]
    assert second.days() == {(COUNTY, FIRST, 1), (COUNTY, LATER, 2), (COUNTY, date(2026, 3, 5), 3)}


@pytest.mark.parametrize(
    ("entries", "kind"),
    [
        ([entry(Step.HOLD, 101)], EntryOverdraws),
        ([entry(Step.SPEND, 101)], EntryOverdraws),
        ([entry(Step.GRANT, -101, "less")], EntryOverdraws),
        ([entry(Step.HOLD, 60), entry(Step.HOLD, 60)], HoldDiffers),
        ([entry(Step.POST, 1)], HoldDiffers),
        ([entry(Step.HOLD, 60), entry(Step.VOID, 61)], HoldDiffers),
        ([entry(Step.HOLD, 60), entry(Step.POST, 50), entry(Step.RELEASE, 11)], HoldDiffers),
        ([entry(Step.HOLD, 60), entry(Step.POST, 60), entry(Step.VOID, 60)], HoldDiffers),
        ([entry(Step.HOLD, 60), entry(Step.POST, 60), entry(Step.REVERSE_POST, 61)], EntryOverdraws),
    ],
)
def test_the_entry_that_cannot_be_is_named(entries: list[Entry], kind: type[Difference]) -> None:
    second = SecondBook()
    entered(second, entry(Step.GRANT, 100, "g"))
    bad = batch(second, *entries)

    assert second.numbered(bad) is None
    difference, _ = second.enter(bad)

    assert isinstance(difference, kind)
    assert difference.logged == entries[-1]  # type: ignore[union-attr]
    assert accounts_in(difference) == {COUNTY}


def test_a_batch_that_does_not_follow_is_named_and_not_entered() -> None:
    second = SecondBook()
    entered(second, entry(Step.GRANT, 100, "g"))
    true = batch(second, entry(Step.HOLD, 60))

    for wrong in (replace(true, digest=bytes(32)), replace(true, number=3)):
        assert second.numbered(wrong) == BatchDiffers(wrong.number)

    assert second.head.number == 1


STANDING = Standing(1, 2, 3, 4)
NAMED: list[tuple[Difference, tuple[str, ...]]] = [
    (BatchDiffers(7), ("7",)),
    (LogShortened(9, 7), ("7", "9")),
    (EntryDiffers(7, entry(Step.HOLD, 61), None), ("7", "h hold", "630121", "61", "2026-03-01")),
    (HoldDiffers(7, entry(Step.VOID, 61)), ("7", "h void", "630121", "61")),
    (EntryOverdraws(7, entry(Step.HOLD, 61), COUNTY, STANDING), ("7", "h hold", "630121/energy_kgce/2026", "held 2")),
    (
        BalanceDiffers(COUNTY, None, Account(STANDING, closed=True)),
        ("630121/energy_kgce/2026", "posted 3", "closed true"),
    ),
    (
        PastBalanceDiffers(COUNTY, FIRST, 7, STANDING, None),
        ("630121/energy_kgce/2026", "2026-03-01", "7", "overdraft 4"),
    ),
]


@pytest.mark.parametrize(("difference", "words"), NAMED, ids=lambda value: type(value).__name__)
def test_a_difference_names_the_record_in_both_languages(difference: Difference, words: tuple[str, ...]) -> None:
    assert all(word in difference.text().zh for word in words)
    assert all(word in difference.text().en for word in words)
    assert accounts_in(difference) <= {COUNTY}
