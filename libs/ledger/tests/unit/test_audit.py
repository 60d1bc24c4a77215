"""What the second book doubts is closed, once, and what it closed is reopened by a person."""

from datetime import date

from ledger.accounts import AccountId
from ledger.audit import closures, reopenings
from ledger.book import Book
from ledger.differences import BalanceDiffers, BatchDiffers
from ledger.entries import TransferId
from ledger.operations import Grant

A, B = AccountId("630121", "energy_kgce", "2026"), AccountId("630000", "energy_kgce", "2026")
DAY = date(2026, 3, 1)


def test_a_doubtful_account_is_closed_once_and_reopened_by_name() -> None:
    book, difference = Book(), BalanceDiffers(A, None, None)
    book.apply(Grant(TransferId("g"), {A: 1, B: 1}, DAY))

    closed = book.apply_linked(closures(difference, book.accounts, 7, DAY))
    again = closures(difference, book.accounts, 8, DAY)
    reopened = book.apply_linked(reopenings([entry.transfer for entry in closed], "甲", "已核对", DAY))

    assert [entry.legs[0].account for entry in closed] == [A]
    assert again == ()
    assert [entry.note for entry in reopened] == ["甲: 已核对"]
    assert not book.balances(A).closed


def test_a_log_that_does_not_hold_closes_every_account() -> None:
    book = Book()
    book.apply(Grant(TransferId("g"), {A: 1, B: 1}, DAY))

    book.apply_linked(closures(BatchDiffers(1), book.accounts, 1, DAY))

    assert all(balances.closed for balances in book.accounts.values())
