"""Each operation on a book: what it changes, what it refuses, and what a repetition does."""

from collections.abc import Callable
from datetime import date

import pytest

from kernel.errors import DomainError
from ledger.accounts import GRANTED_MAX, AccountId, Balances
from ledger.book import Book, Change, expire, grant, place_hold, post, reduce_grant, void
from ledger.refusals import (
    AlreadyExpired,
    AlreadyPosted,
    AlreadyVoided,
    AmountNotPositive,
    GrantTooLarge,
    InsufficientBalance,
    TransferExistsDifferent,
    UnknownAccount,
    UnknownTransfer,
)
from ledger.transfers import LEGS_MAX, TransferId, TransferState, transfer_id

COUNTY = AccountId("630121", "energy_calorific_kgce", "2026")
PREFECTURE = AccountId("630100", "energy_calorific_kgce", "2026")
PROVINCE = AccountId("630000", "energy_calorific_kgce", "2026")
DAY = date(2026, 3, 1)
NEXT_DAY = date(2026, 3, 2)
HOLD = TransferId("h")

Resolve = Callable[..., Change]


def granted(**amounts: int) -> Book:
    book = Book()
    for name, amount in amounts.items():
        account = {"county": COUNTY, "prefecture": PREFECTURE, "province": PROVINCE}[name]
        book, _ = grant(book, TransferId(f"grant {name}"), account, amount, effective_on=DAY)
    return book


def held(amount: int = 400) -> Book:
    return place_hold(granted(county=1000), HOLD, {COUNTY: amount}, effective_on=DAY)[0]


def test_grants_add_up() -> None:
    book, _ = grant(granted(county=1000), TransferId("more"), COUNTY, 500, effective_on=DAY)

    assert book.accounts[COUNTY] == Balances(source=-1500, available=1500)


def test_a_hold_takes_every_level_of_the_tree() -> None:
    legs = {COUNTY: 400, PREFECTURE: 400, PROVINCE: 400}

    book, entries = place_hold(granted(county=1000, prefecture=2000, province=3000), HOLD, legs, effective_on=DAY)

    assert [book.accounts[a].available for a in (COUNTY, PREFECTURE, PROVINCE)] == [600, 1600, 2600]
    assert [book.accounts[a].held for a in (COUNTY, PREFECTURE, PROVINCE)] == [400, 400, 400]
    assert [str(entry.account)[:6] for entry in entries] == ["630000", "630100", "630121"]


def test_a_hold_that_one_level_cannot_cover_is_refused_and_takes_nothing() -> None:
    book = granted(county=1000, prefecture=399, province=3000)

    with pytest.raises(InsufficientBalance) as refusal:
        place_hold(book, HOLD, {COUNTY: 400, PREFECTURE: 400, PROVINCE: 400}, effective_on=DAY)

    assert (refusal.value.account, refusal.value.requested, refusal.value.available) == (PREFECTURE, 400, 399)
    assert book == granted(county=1000, prefecture=399, province=3000)


@pytest.mark.parametrize(
    ("resolve", "balances", "state"),
    [
        (post, Balances(source=-1000, available=600, posted=400), TransferState.POSTED),
        (void, Balances(source=-1000, available=1000), TransferState.VOIDED),
        (expire, Balances(source=-1000, available=1000), TransferState.EXPIRED),
    ],
)
def test_a_hold_is_resolved(resolve: Resolve, balances: Balances, state: TransferState) -> None:
    book, entries = resolve(held(), HOLD, effective_on=NEXT_DAY)

    assert book.accounts[COUNTY] == balances
    assert (book.transfers[HOLD].state, book.transfers[HOLD].resolved_on) == (state, NEXT_DAY)
    assert [(entry.amount, entry.effective_on) for entry in entries] == [(400, NEXT_DAY)]


@pytest.mark.parametrize(("first", "refusal"), [(post, AlreadyPosted), (void, AlreadyVoided), (expire, AlreadyExpired)])
@pytest.mark.parametrize("second", [post, void, expire])
def test_a_hold_is_resolved_once(first: Resolve, second: Resolve, refusal: type[DomainError]) -> None:
    book, _ = first(held(), HOLD, effective_on=NEXT_DAY)

    if first is second:
        assert second(book, HOLD, effective_on=NEXT_DAY) == (book, ())
    else:
        with pytest.raises(refusal):
            second(book, HOLD, effective_on=NEXT_DAY)
    with pytest.raises(refusal):
        second(book, HOLD, effective_on=date(2026, 3, 3))


@pytest.mark.parametrize("resolve", [post, void, expire])
def test_only_a_known_hold_is_resolved(resolve: Resolve) -> None:
    with pytest.raises(UnknownTransfer):
        resolve(granted(county=1000), HOLD, effective_on=DAY)
    with pytest.raises(AlreadyPosted):
        resolve(granted(county=1000), TransferId("grant county"), effective_on=DAY)


def test_the_same_request_again_changes_nothing_even_when_there_is_no_more_room() -> None:
    book = held(1000)

    assert place_hold(book, HOLD, {COUNTY: 1000}, effective_on=DAY) == (book, ())
    assert grant(book, TransferId("grant county"), COUNTY, 1000, effective_on=DAY) == (book, ())


def test_a_hold_repeated_after_its_resolution_is_not_taken_again() -> None:
    book, _ = void(held(), HOLD, effective_on=NEXT_DAY)

    assert place_hold(book, HOLD, {COUNTY: 400}, effective_on=DAY) == (book, ())


def test_the_same_id_with_another_content_is_refused() -> None:
    book = held()

    attempts: list[Callable[[], Change]] = [
        lambda: place_hold(book, HOLD, {COUNTY: 401}, effective_on=DAY),
        lambda: place_hold(book, HOLD, {PROVINCE: 400}, effective_on=DAY),
        lambda: place_hold(book, HOLD, {COUNTY: 400}, effective_on=NEXT_DAY),
        lambda: reduce_grant(book, HOLD, COUNTY, 400, effective_on=DAY),
        lambda: grant(book, HOLD, COUNTY, 400, effective_on=DAY),
    ]
    for attempt in attempts:
        with pytest.raises(TransferExistsDifferent):
            attempt()


def test_a_grant_is_reduced_by_what_is_still_available_and_no_more() -> None:
    book, _ = reduce_grant(held(400), TransferId("less"), COUNTY, 600, effective_on=DAY)

    assert book.accounts[COUNTY] == Balances(source=-400, available=0, held=400)
    with pytest.raises(InsufficientBalance):
        reduce_grant(book, TransferId("less still"), COUNTY, 1, effective_on=DAY)


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_is_more_than_zero(amount: int) -> None:
    book = granted(county=1000)

    attempts: list[Callable[[], Change]] = [
        lambda: grant(book, HOLD, COUNTY, amount, effective_on=DAY),
        lambda: reduce_grant(book, HOLD, COUNTY, amount, effective_on=DAY),
        lambda: place_hold(book, HOLD, {COUNTY: amount}, effective_on=DAY),
    ]
    for attempt in attempts:
        with pytest.raises(AmountNotPositive):
            attempt()


def test_an_account_without_a_grant_is_unknown_not_empty() -> None:
    with pytest.raises(UnknownAccount):
        place_hold(granted(county=1000), HOLD, {PROVINCE: 1}, effective_on=DAY)
    with pytest.raises(UnknownAccount):
        reduce_grant(Book(), HOLD, COUNTY, 1, effective_on=DAY)


def test_a_grant_that_the_database_could_not_hold_is_refused() -> None:
    book = granted(county=GRANTED_MAX)

    with pytest.raises(GrantTooLarge):
        grant(book, TransferId("one more"), COUNTY, 1, effective_on=DAY)


@pytest.mark.parametrize("legs", [0, LEGS_MAX + 1])
def test_a_hold_has_some_legs_but_not_too_many(legs: int) -> None:
    with pytest.raises(ValueError, match="legs"):
        place_hold(Book(), HOLD, {AccountId(f"lot-{n}", "capacity:glass"): 1 for n in range(legs)}, effective_on=DAY)


@pytest.mark.parametrize("text", ["", "x" * 201, "a\nb", "a\x00"])
def test_a_transfer_id_is_short_and_printable(text: str) -> None:
    with pytest.raises(ValueError, match="transfer id"):
        transfer_id(text)


@pytest.mark.parametrize(
    "refusal",
    [
        AmountNotPositive(COUNTY, 0),
        UnknownAccount(COUNTY),
        InsufficientBalance(COUNTY, 2, 1),
        GrantTooLarge(COUNTY, 2, 1),
        UnknownTransfer(HOLD),
        TransferExistsDifferent(HOLD),
        AlreadyPosted(HOLD),
        AlreadyVoided(HOLD),
        AlreadyExpired(HOLD),
    ],
)
def test_every_refusal_says_its_changing_words_in_both_languages(refusal: DomainError) -> None:
    for word in refusal.metadata().values():
        assert word in refusal.text().zh
        assert word in refusal.text().en
