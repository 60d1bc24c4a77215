"""The accounts and transfers one decision looks at, and every operation on them.

Each operation returns the next book and the entries it made. The same id with the same content again changes
nothing and makes no entries. A refusal is raised by name and leaves the book as it was.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from kernel.errors import DomainError
from ledger.accounts import GRANTED_MAX, AccountId, Balances
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
from ledger.transfers import LEGS_MAX, Entry, Leg, Transfer, TransferId, TransferKind, TransferState


@dataclass(frozen=True, slots=True)
class Book:
    """What is not in it does not exist, as far as a decision can tell."""

    accounts: Mapping[AccountId, Balances] = field(default_factory=dict)
    transfers: Mapping[TransferId, Transfer] = field(default_factory=dict)

    def balances(self, account: AccountId) -> Balances:
        """Raises UnknownAccount."""
        try:
            return self.accounts[account]
        except KeyError:
            raise UnknownAccount(account) from None


REFUSALS: Final[Mapping[TransferState, Callable[[TransferId], DomainError]]] = {
    TransferState.POSTED: AlreadyPosted,
    TransferState.VOIDED: AlreadyVoided,
    TransferState.EXPIRED: AlreadyExpired,
}

Change = tuple[Book, tuple[Entry, ...]]


def grant(book: Book, transfer: TransferId, account: AccountId, amount: int, *, effective_on: date) -> Change:
    """Adds `amount` to what is available; opens the account when there is none.

    Raises AmountNotPositive, GrantTooLarge, TransferExistsDifferent.
    """
    granting = _transfer(transfer, TransferKind.GRANT, {account: amount}, effective_on)
    if _is_repeated(book, granting):
        return book, ()
    balances = book.accounts.get(account, Balances())
    if balances.granted + amount > GRANTED_MAX:
        raise GrantTooLarge(account, granted=balances.granted + amount, limit=GRANTED_MAX)
    opened = replace(book, accounts={**book.accounts, account: balances})
    return _recorded(opened, granting, granting.first_entries())


def reduce_grant(book: Book, transfer: TransferId, account: AccountId, amount: int, *, effective_on: date) -> Change:
    """Takes back what is still available. Raises InsufficientBalance, UnknownAccount, and what `grant` raises."""
    return _draw(book, _transfer(transfer, TransferKind.REDUCE_GRANT, {account: amount}, effective_on))


def place_hold(book: Book, transfer: TransferId, legs: Mapping[AccountId, int], *, effective_on: date) -> Change:
    """Holds every leg or none.

    Raises AmountNotPositive, UnknownAccount, InsufficientBalance (for the first account, by its text, that is short),
    TransferExistsDifferent; ValueError for no leg or more than 100.
    """
    return _draw(book, _transfer(transfer, TransferKind.HOLD, legs, effective_on))


def post(book: Book, hold: TransferId, *, effective_on: date) -> Change:
    """Makes a hold final. Raises UnknownTransfer, AlreadyPosted (on another day), AlreadyVoided, AlreadyExpired."""
    return _resolve(book, hold, TransferState.POSTED, effective_on)


def void(book: Book, hold: TransferId, *, effective_on: date) -> Change:
    """Gives a hold back. Raises UnknownTransfer, AlreadyVoided (on another day), AlreadyPosted, AlreadyExpired."""
    return _resolve(book, hold, TransferState.VOIDED, effective_on)


def expire(book: Book, hold: TransferId, *, effective_on: date) -> Change:
    """Gives a hold back for lapse of time. Raises UnknownTransfer, AlreadyExpired (on another day), and as `void`."""
    return _resolve(book, hold, TransferState.EXPIRED, effective_on)


def _transfer(transfer: TransferId, kind: TransferKind, legs: Mapping[AccountId, int], effective_on: date) -> Transfer:
    if not 1 <= len(legs) <= LEGS_MAX:
        raise ValueError(f"a transfer has 1 to {LEGS_MAX} legs, not {len(legs)}")
    for account, amount in legs.items():
        if amount <= 0:
            raise AmountNotPositive(account, amount)
    state = TransferState.PENDING if kind is TransferKind.HOLD else TransferState.POSTED
    return Transfer(
        id=transfer,
        kind=kind,
        legs=tuple(Leg(account, legs[account]) for account in sorted(legs, key=str)),
        effective_on=effective_on,
        state=state,
    )


def _is_repeated(book: Book, transfer: Transfer) -> bool:
    existing = book.transfers.get(transfer.id)
    if existing is not None and not existing.same_body(transfer):
        raise TransferExistsDifferent(transfer.id)
    return existing is not None


def _draw(book: Book, transfer: Transfer) -> Change:
    if _is_repeated(book, transfer):
        return book, ()
    for leg in transfer.legs:
        available = book.balances(leg.account).available
        if leg.amount > available:
            raise InsufficientBalance(leg.account, requested=leg.amount, available=available)
    return _recorded(book, transfer, transfer.first_entries())


def _resolve(book: Book, hold: TransferId, state: TransferState, effective_on: date) -> Change:
    transfer = book.transfers.get(hold)
    if transfer is None:
        raise UnknownTransfer(hold)
    if (transfer.state, transfer.resolved_on) == (state, effective_on):
        return book, ()
    if transfer.state is not TransferState.PENDING:
        raise REFUSALS[transfer.state](hold)
    resolved = replace(transfer, state=state, resolved_on=effective_on)
    return _recorded(book, resolved, resolved.resolving_entries())


def _recorded(book: Book, transfer: Transfer, made: Iterable[Entry]) -> Change:
    entries = tuple(made)
    moved = {
        entry.account: book.balances(entry.account).moved(entry.from_bucket, entry.to_bucket, entry.amount)
        for entry in entries
    }
    return Book({**book.accounts, **moved}, {**book.transfers, transfer.id: transfer}), entries
