"""Every operation, and every way in which it is refused."""

from collections.abc import Mapping
from datetime import date

import pytest

from kernel.errors import DomainError
from ledger import refusals as no
from ledger.accounts import GRANTED_MAX, AccountId, Balances
from ledger.book import Book
from ledger.decisions import accounts_of
from ledger.entries import LEGS_MAX, Leg, Step, TransferId, transfer_id
from ledger.operations import (
    AllowOverdraft,
    Close,
    Expire,
    Grant,
    Hold,
    Operation,
    Post,
    Reopen,
    Reverse,
    Spend,
    Void,
)
from ledger.transfers import TransferState

PROVINCE, PREFECTURE, COUNTY = (AccountId(code, "energy_kgce", "2026") for code in ("630000", "630100", "630121"))
NOWHERE = AccountId("630999", "energy_kgce", "2026")
DAY, NEXT_DAY = date(2026, 3, 1), date(2026, 3, 2)
TWO = ("甲", "乙")
G, H, S, P, V, E, R, O, C = map(TransferId, "ghspveroc")  # noqa: E741
NEW = TransferId("new")


@pytest.fixture
def book() -> Book:
    """100 in the county and 1000 above it; a pending hold, one of each other end, a spend, an overdraft of 5.

    Of the county 10 are held, 7 posted, 83 available. A second prefecture's account is closed.
    """
    book = Book()
    done: list[Operation] = [
        Grant(G, {COUNTY: 100, PREFECTURE: 1000, PROVINCE: 1000}, DAY),
        Hold(H, {COUNTY: 10, PROVINCE: 10}, DAY),
        *(Hold(one, {COUNTY: 5}, DAY) for one in (P, V, E, R)),
        Post(P, DAY, {COUNTY: 4}),
        Void(V, DAY),
        Expire(E, DAY),
        Post(R, DAY),
        Reverse(R, DAY, TWO),
        Spend(S, {COUNTY: 3}, DAY),
        AllowOverdraft(O, COUNTY, 5, DAY, "policy"),
        Close(C, PREFECTURE, DAY, "audit"),
    ]
    for operation in done:
        assert book.apply(operation)
    return book


DONE = [
    (Grant(NEW, {COUNTY: 1, NOWHERE: 2}, DAY), {COUNTY: Balances(101, 10, 7, 5), NOWHERE: Balances(2)}),
    (Grant(NEW, {COUNTY: -83, PROVINCE: 83}, DAY), {COUNTY: Balances(17, 10, 7, 5), PROVINCE: Balances(1083, 10)}),
    (Hold(NEW, {COUNTY: 88, PROVINCE: 990}, DAY), {COUNTY: Balances(100, 98, 7, 5), PROVINCE: Balances(1000, 1000)}),
    (Spend(NEW, {COUNTY: 88}, DAY), {COUNTY: Balances(100, 10, 95, 5)}),
    (Post(H, DAY), {COUNTY: Balances(100, 0, 17, 5), PROVINCE: Balances(1000, 0, 10)}),
    (Post(H, DAY, {COUNTY: 10, PROVINCE: 4}), {COUNTY: Balances(100, 0, 17, 5), PROVINCE: Balances(1000, 0, 4)}),
    (Post(H, DAY, {COUNTY: 1}), {COUNTY: Balances(100, 0, 8, 5), PROVINCE: Balances(1000)}),
    (Post(H, DAY, {COUNTY: 0}), {COUNTY: Balances(100, 0, 7, 5), PROVINCE: Balances(1000)}),
    (Void(H, DAY), {COUNTY: Balances(100, 0, 7, 5), PROVINCE: Balances(1000)}),
    (Expire(H, DAY), {COUNTY: Balances(100, 0, 7, 5), PROVINCE: Balances(1000)}),
    (Reverse(P, DAY, TWO), {COUNTY: Balances(100, 10, 3, 5)}),
    (Reverse(S, DAY, TWO), {COUNTY: Balances(100, 10, 4, 5)}),
    (AllowOverdraft(NEW, COUNTY, 1, DAY, "p"), {COUNTY: Balances(100, 10, 7, 6)}),
    (AllowOverdraft(NEW, COUNTY, -5, DAY, "p"), {COUNTY: Balances(100, 10, 7, 0)}),
    (Close(NEW, COUNTY, DAY, "x"), {COUNTY: Balances(100, 10, 7, 5, closed=True)}),
    (Reopen(NEW, PREFECTURE, DAY, "x"), {PREFECTURE: Balances(1000)}),
]


@pytest.mark.parametrize(("operation", "after"), DONE, ids=lambda value: type(value).__name__)
def test_what_is_allowed_moves_its_amounts_once(
    book: Book, operation: Operation, after: Mapping[AccountId, Balances]
) -> None:
    before = dict(book.accounts)

    entries = book.apply(operation)
    repeated = book.apply(operation)

    assert book.accounts == {**before, **after}
    assert {entry.transfer for entry in entries} == {operation.id}
    assert repeated == ()


REFUSED: list[tuple[Operation, type[DomainError]]] = [
    (Grant(NEW, {COUNTY: 0}, DAY), no.AmountNotPositive),
    (Grant(NEW, {NOWHERE: -1}, DAY), no.UnknownAccount),
    (Grant(NEW, {PREFECTURE: 1}, DAY), no.AccountClosed),
    (Grant(NEW, {PREFECTURE: -1}, DAY), no.AccountClosed),
    (Grant(NEW, {PROVINCE: 1, COUNTY: -89}, DAY), no.InsufficientBalance),
    (Grant(NEW, {COUNTY: GRANTED_MAX - 99}, DAY), no.GrantTooLarge),
    (Grant(G, {COUNTY: 100, PREFECTURE: 1000, PROVINCE: 1001}, DAY), no.TransferExistsDifferent),
    (Grant(G, {COUNTY: 100, PREFECTURE: 1000, PROVINCE: 1000}, NEXT_DAY), no.TransferExistsDifferent),
    (Grant(G, {COUNTY: 100, PREFECTURE: 1000, PROVINCE: 1000}, DAY, "another"), no.TransferExistsDifferent),
    (Hold(NEW, {COUNTY: 0}, DAY), no.AmountNotPositive),
    (Hold(NEW, {COUNTY: -1}, DAY), no.AmountNotPositive),
    (Hold(NEW, {COUNTY: 1, NOWHERE: 1}, DAY), no.UnknownAccount),
    (Hold(NEW, {COUNTY: 1, PREFECTURE: 1}, DAY), no.AccountClosed),
    (Hold(NEW, {COUNTY: 89, PROVINCE: 1}, DAY), no.InsufficientBalance),
    (Hold(NEW, {COUNTY: 1, PROVINCE: 991}, DAY), no.InsufficientBalance),
    (Hold(H, {COUNTY: 10, PROVINCE: 10}, DAY, NEXT_DAY), no.TransferExistsDifferent),
    (Hold(S, {COUNTY: 3}, DAY), no.TransferExistsDifferent),
    (Spend(NEW, {COUNTY: -1}, DAY), no.AmountNotPositive),
    (Spend(NEW, {NOWHERE: 1}, DAY), no.UnknownAccount),
    (Spend(NEW, {PREFECTURE: 1}, DAY), no.AccountClosed),
    (Spend(NEW, {COUNTY: 89}, DAY), no.InsufficientBalance),
    (Spend(S, {COUNTY: 4}, DAY), no.TransferExistsDifferent),
    (Post(NEW, DAY), no.UnknownTransfer),
    (Post(S, DAY), no.UnknownTransfer),
    (Post(H, DAY, {COUNTY: 11}), no.HoldExceeded),
    (Post(H, DAY, {PREFECTURE: 1}), no.HoldExceeded),
    (Post(H, DAY, {COUNTY: -1}), no.AmountNotPositive),
    (Post(P, DAY, {COUNTY: 3}), no.AlreadyPosted),
    (Post(P, NEXT_DAY, {COUNTY: 4}), no.AlreadyPosted),
    (Post(V, DAY), no.AlreadyVoided),
    (Post(E, DAY), no.AlreadyExpired),
    (Post(R, DAY), no.AlreadyReversed),
    (Void(NEW, DAY), no.UnknownTransfer),
    (Void(G, DAY), no.UnknownTransfer),
    (Void(P, DAY), no.AlreadyPosted),
    (Void(V, DAY, "another"), no.AlreadyVoided),
    (Void(E, DAY), no.AlreadyExpired),
    (Void(R, DAY), no.AlreadyReversed),
    (Expire(NEW, DAY), no.UnknownTransfer),
    (Expire(P, DAY), no.AlreadyPosted),
    (Expire(V, DAY), no.AlreadyVoided),
    (Reverse(NEW, DAY, TWO), no.UnknownTransfer),
    (Reverse(P, DAY, ("甲",)), no.SignaturesMissing),
    (Reverse(P, DAY, ("甲", " 甲 ", "")), no.SignaturesMissing),
    (Reverse(P, DAY, ("甲", "乙", "丙")), no.SignaturesMissing),
    (Reverse(H, DAY, TWO), no.HoldPending),
    (Reverse(V, DAY, TWO), no.AlreadyVoided),
    (Reverse(E, DAY, TWO), no.AlreadyExpired),
    (Reverse(R, NEXT_DAY, TWO), no.AlreadyReversed),
    (Reverse(O, DAY, TWO), no.AlreadyPosted),
    (Reverse(C, DAY, TWO), no.AlreadyPosted),
    (Reverse(G, DAY, TWO), no.InsufficientBalance),
    (AllowOverdraft(NEW, NOWHERE, 1, DAY, "p"), no.UnknownAccount),
    (AllowOverdraft(NEW, COUNTY, 0, DAY, "p"), no.AmountNotPositive),
    (AllowOverdraft(NEW, COUNTY, -6, DAY, "p"), no.InsufficientBalance),
    (AllowOverdraft(NEW, COUNTY, GRANTED_MAX, DAY, "p"), no.GrantTooLarge),
    (AllowOverdraft(O, COUNTY, 6, DAY, "policy"), no.TransferExistsDifferent),
    (Close(NEW, NOWHERE, DAY, "x"), no.UnknownAccount),
    (Close(C, COUNTY, DAY, "audit"), no.TransferExistsDifferent),
    (Reopen(NEW, NOWHERE, DAY, "x"), no.UnknownAccount),
    (Reopen(C, PREFECTURE, DAY, "audit"), no.TransferExistsDifferent),
]


@pytest.mark.parametrize(
    ("operation", "refusal"), REFUSED, ids=lambda value: getattr(value, "__name__", type(value).__name__)
)
def test_what_is_not_allowed_is_refused_by_name_and_changes_nothing(
    book: Book, operation: Operation, refusal: type[DomainError]
) -> None:
    before = dict(book.accounts), dict(book.transfers), list(book.entries)

    with pytest.raises(refusal) as refused:
        book.apply(operation)

    assert (book.accounts, book.transfers, book.entries) == before
    assert refused.value.text().zh
    assert refused.value.text().en


def test_every_refusal_of_a_decision_is_in_the_table() -> None:
    names = {one for one in vars(no).values() if isinstance(one, type) and issubclass(one, DomainError)}

    assert {refusal for _, refusal in REFUSED} == names - {DomainError, no.LedgerDiffers, no.LedgerBusy}


def test_the_hold_is_refused_at_the_level_that_is_short(book: Book) -> None:
    with pytest.raises(no.InsufficientBalance) as refusal:
        book.apply(Hold(NEW, {COUNTY: 1, PROVINCE: 991}, DAY))

    assert (refusal.value.account, refusal.value.requested, refusal.value.available) == (PROVINCE, 991, 990)


def test_a_part_is_posted_and_the_rest_given_back_on_the_same_day(book: Book) -> None:
    posting, release = book.apply(Post(H, NEXT_DAY, {COUNTY: 10, PROVINCE: 4}))

    assert (posting.step, posting.legs) == (Step.POST, (Leg(PROVINCE, 4), Leg(COUNTY, 10)))
    assert (release.step, release.legs) == (Step.RELEASE, (Leg(PROVINCE, 6),))
    assert posting.effective_on == release.effective_on == NEXT_DAY
    assert book.transfers[H].state is TransferState.POSTED


def test_what_was_posted_in_part_is_reversed_in_that_part(book: Book) -> None:
    (entry,) = book.apply(Reverse(P, NEXT_DAY, ("乙", "甲"), "wrong meter"))

    assert (entry.step, entry.legs, entry.signers) == (Step.REVERSE_POST, (Leg(COUNTY, 4),), ("乙", "甲"))
    assert book.transfers[P].state is TransferState.REVERSED


def test_a_closed_account_still_resolves_what_it_holds_and_reverses_what_is_posted(book: Book) -> None:
    book.apply(Close(NEW, COUNTY, DAY, "audit"))

    book.apply(Void(H, DAY))
    book.apply(Reverse(P, DAY, TWO))

    assert book.balances(COUNTY) == Balances(100, 0, 3, 5, closed=True)


@pytest.mark.parametrize("taken", [Grant(NEW, {COUNTY: -16}, DAY), Reverse(TransferId("first"), DAY, TWO)])
def test_an_overdraft_does_not_let_more_be_taken_back_than_was_granted(taken: Operation) -> None:
    book = Book()
    book.apply_linked(
        [
            Grant(TransferId("first"), {COUNTY: 20}, DAY),
            Grant(TransferId("less"), {COUNTY: -5}, DAY),
            AllowOverdraft(O, COUNTY, 50, DAY, "p"),
        ]
    )

    with pytest.raises(no.InsufficientBalance) as refusal:
        book.apply(taken)

    assert refusal.value.available == 15


def test_the_reversal_of_a_reduction_does_not_exceed_the_limit() -> None:
    book = Book()
    for n, amount in enumerate((GRANTED_MAX, -1, 1)):
        book.apply(Grant(TransferId(f"g{n}"), {COUNTY: amount}, DAY))

    with pytest.raises(no.GrantTooLarge):
        book.apply(Reverse(TransferId("g1"), DAY, TWO))


def test_the_largest_amount_loses_no_unit() -> None:
    book = Book()
    book.apply(Grant(G, {COUNTY: GRANTED_MAX}, DAY))
    book.apply(Hold(H, {COUNTY: GRANTED_MAX - 1}, DAY))

    book.apply(Post(H, DAY, {COUNTY: GRANTED_MAX - 2}))

    assert book.balances(COUNTY) == Balances(GRANTED_MAX, 0, GRANTED_MAX - 2)
    assert book.balances(COUNTY).available == 2


def test_legs_stand_in_the_order_of_their_accounts_however_they_are_asked_for(book: Book) -> None:
    (entry,) = book.apply(Hold(NEW, {COUNTY: 1, PROVINCE: 2}, DAY))

    assert entry.legs == (Leg(PROVINCE, 2), Leg(COUNTY, 1))
    assert book.apply(Hold(NEW, {PROVINCE: 2, COUNTY: 1}, DAY)) == ()


def test_a_transfer_has_a_leg_and_not_too_many() -> None:
    accounts = [AccountId(f"lot-{n}", "capacity") for n in range(LEGS_MAX + 1)]

    assert Book().apply(Grant(NEW, dict.fromkeys(accounts[:-1], 1), DAY))
    for legs in ({}, dict.fromkeys(accounts, 1)):
        with pytest.raises(ValueError, match="legs"):
            Book().apply(Grant(NEW, legs, DAY))


@pytest.mark.parametrize("text", ["", "x" * 201, "a\tb", "a\nb", "a\x1fb", "\ud800"])
def test_an_id_that_would_break_the_log_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="transfer id"):
        transfer_id(text)
    with pytest.raises((AssertionError, ValueError)):
        Book().apply(Grant(TransferId(text), {COUNTY: 1}, DAY))


@pytest.mark.parametrize("text", ["a\tb", "a\nb", "a\x1fb"])
def test_a_note_and_a_signer_that_would_break_the_log_are_not_taken(book: Book, text: str) -> None:
    with pytest.raises(AssertionError):
        book.apply(Void(H, DAY, text))
    with pytest.raises(AssertionError):
        book.apply(Reverse(P, DAY, ("甲", text)))


def test_the_accounts_that_operations_name_are_known_before_they_are_decided() -> None:
    asked: list[Operation] = [
        Hold(H, {COUNTY: 1}, DAY),
        Void(V, DAY),
        Close(C, PROVINCE, DAY, "x"),
        Post(P, DAY, {PREFECTURE: 1}),
    ]

    assert accounts_of(asked) == {COUNTY, PROVINCE}
