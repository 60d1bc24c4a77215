"""Linked operations are done all or none, and a book remembers what was done with it."""

from datetime import date

import pytest

from ledger.accounts import AccountId, Balances
from ledger.book import Book
from ledger.entries import Step, TransferId
from ledger.operations import Grant, Hold, Operation, Void
from ledger.refusals import AlreadyVoided, InsufficientBalance, UnknownAccount

ENERGY, CARBON = AccountId("630121", "energy_kgce", "2026"), AccountId("630121", "carbon_kgco2", "2026")
DAY = date(2026, 3, 1)
FIRST, SECOND = TransferId("first"), TransferId("second")


@pytest.fixture
def book() -> Book:
    book = Book()
    book.apply(Grant(TransferId("g"), {ENERGY: 100, CARBON: 50}, DAY))
    book.apply(Hold(FIRST, {ENERGY: 60}, DAY))
    return book


def test_an_amendment_counts_what_it_gives_back_as_available(book: Book) -> None:
    made = book.apply_linked([Void(FIRST, DAY, "second"), Hold(SECOND, {ENERGY: 100}, DAY)])

    assert [(entry.transfer, entry.step) for entry in made] == [(FIRST, Step.VOID), (SECOND, Step.HOLD)]
    assert book.balances(ENERGY) == Balances(100, held=100)
    assert tuple(book.entries[2:]) == made


def test_linked_operations_are_done_all_or_none(book: Book) -> None:
    before = dict(book.accounts), dict(book.transfers), list(book.entries)
    opening = Grant(TransferId("g2"), {AccountId("630122", "energy_kgce", "2026"): 5}, DAY)

    with pytest.raises(InsufficientBalance):
        book.apply_linked([opening, Void(FIRST, DAY), Hold(SECOND, {ENERGY: 101}, DAY)])

    assert (book.accounts, book.transfers, book.entries) == before


def test_after_a_refusal_the_book_goes_on_as_before(book: Book) -> None:
    with pytest.raises(InsufficientBalance):
        book.apply_linked([Void(FIRST, DAY), Hold(SECOND, {ENERGY: 101}, DAY)])

    book.apply_linked([Void(FIRST, DAY), Hold(SECOND, {ENERGY: 99}, DAY)])

    assert book.balances(ENERGY) == Balances(100, held=99)


def test_a_refusal_that_is_caught_within_takes_back_its_own_part_alone(book: Book) -> None:
    with book.all_or_none():
        book.apply(Hold(SECOND, {CARBON: 10}, DAY))
        with pytest.raises(InsufficientBalance):
            book.apply_linked([Void(FIRST, DAY), Hold(TransferId("third"), {ENERGY: 101}, DAY)])

    assert (book.balances(ENERGY), book.balances(CARBON)) == (Balances(100, held=60), Balances(50, held=10))
    assert [entry.transfer for entry in book.entries[2:]] == [SECOND]


def test_whatever_goes_wrong_within_leaves_the_book_as_it_was(book: Book) -> None:
    def broken() -> None:
        with book.all_or_none():
            book.apply_linked([Void(FIRST, DAY), Hold(SECOND, {ENERGY: 1}, DAY)])
            raise RuntimeError("what nobody thought of")

    with pytest.raises(RuntimeError, match="thought of"):
        broken()

    assert book.balances(ENERGY) == Balances(100, held=60)
    assert SECOND not in book.transfers


def test_a_linked_request_is_repeated_as_a_whole(book: Book) -> None:
    linked: list[Operation] = [Void(FIRST, DAY, "second"), Hold(SECOND, {ENERGY: 100}, DAY)]
    book.apply_linked(linked)

    assert book.apply_linked(linked) == ()
    with pytest.raises(AlreadyVoided):
        book.apply_linked([Void(FIRST, DAY, "third"), Hold(TransferId("third"), {ENERGY: 1}, DAY)])


def test_what_is_not_in_the_book_does_not_exist(book: Book) -> None:
    with pytest.raises(UnknownAccount):
        book.balances(AccountId("630999", "energy_kgce", "2026"))
