"""The second book names the first record that does not agree."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from ledger.accounts import AccountId, Balances, Bucket
from ledger.book import Book, Change, grant, place_hold, post
from ledger.transfers import Entry, TransferId
from ledger.verification import BalanceDiffers, EntryDiffers, EntryOverdraws, RecordedEntry, verify

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTY = AccountId("630121", "energy_calorific_kgce", "2026")
PROVINCE = AccountId("630000", "energy_calorific_kgce", "2026")
DAY = date(2026, 3, 1)


def recorded_year() -> tuple[Book, list[RecordedEntry]]:
    """Two grants, a hold on both levels, its posting: entries 0 to 5."""
    book, entries = Book(), list[Entry]()
    operations: list[Callable[[Book], Change]] = [
        lambda b: grant(b, TransferId("g1"), COUNTY, 1000, effective_on=DAY),
        lambda b: grant(b, TransferId("g2"), PROVINCE, 5000, effective_on=DAY),
        lambda b: place_hold(b, TransferId("h"), {COUNTY: 400, PROVINCE: 400}, effective_on=DAY),
        lambda b: post(b, TransferId("h"), effective_on=DAY),
    ]
    for operation in operations:
        book, made = operation(book)
        entries += made
    return book, [RecordedEntry(n, entry, book.transfers[entry.transfer]) for n, entry in enumerate(entries)]


def test_a_true_book_agrees_with_its_entries() -> None:
    book, entries = recorded_year()

    assert verify(entries, book.accounts) is None


@pytest.mark.parametrize(
    "tampered",
    [
        {"amount": 399},
        {"effective_on": date(2026, 3, 2)},
        {"to_bucket": Bucket.POSTED},
        {"account": AccountId("630200", "energy_calorific_kgce", "2026")},
    ],
)
def test_a_changed_entry_is_named(tampered: dict[str, object]) -> None:
    book, entries = recorded_year()
    true = entries[3].entry
    entries[3] = replace(entries[3], entry=replace(true, **tampered))  # type: ignore[arg-type]

    difference = verify(entries, book.accounts)

    assert isinstance(difference, EntryDiffers)
    assert (difference.seq, difference.recorded) == (3, entries[3].entry)
    assert difference.expected == (None if "account" in tampered else true)
    assert "3" in difference.text().zh
    assert "3" in difference.text().en


def test_an_entry_of_no_transfer_is_named() -> None:
    book, entries = recorded_year()
    entries[1] = replace(entries[1], transfer=None)

    difference = verify(entries, book.accounts)

    assert difference == EntryDiffers(1, entries[1].entry, None)


def test_an_entry_that_takes_what_was_never_given_is_named() -> None:
    book, entries = recorded_year()

    difference = verify(entries[1:], book.accounts)

    assert difference == EntryOverdraws(3, entries[3].entry, Bucket.AVAILABLE, -400)
    assert "-400" in difference.text().zh
    assert "-400" in difference.text().en


@pytest.mark.parametrize("recorded", [Balances(source=-1000, available=1000), None])
def test_a_changed_or_missing_balance_is_named(recorded: Balances | None) -> None:
    book, entries = recorded_year()
    others = {account: balances for account, balances in book.accounts.items() if account != COUNTY}
    tampered = others if recorded is None else {**others, COUNTY: recorded}

    difference = verify(entries, tampered)

    assert difference == BalanceDiffers(COUNTY, recorded, Balances(source=-1000, available=600, posted=400))
    assert str(COUNTY) in difference.text().zh
    assert str(COUNTY) in difference.text().en
