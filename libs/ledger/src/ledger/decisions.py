"""Decides one operation: the entries that it makes, or why it is refused. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol

from ledger.accounts import GRANTED_MAX, AccountId, Balances
from ledger.entries import LEGS_MAX, NOTE_CHARACTERS_MAX, TRANSFER_ID_CHARACTERS_MAX, Entry, Leg, Step, TransferId
from ledger.operations import (
    AllowOverdraft,
    Close,
    Expire,
    Grant,
    Hold,
    Legs,
    Operation,
    Post,
    Reopen,
    Reverse,
    Spend,
    Void,
)
from ledger.refusals import (
    AccountClosed,
    AlreadyExpired,
    AlreadyPosted,
    AlreadyReversed,
    AlreadyVoided,
    AmountNotPositive,
    GrantTooLarge,
    HoldExceeded,
    HoldPending,
    InsufficientBalance,
    SignaturesMissing,
    TransferExistsDifferent,
    UnknownAccount,
    UnknownTransfer,
)
from ledger.transfers import Transfer, TransferState

SIGNERS = 2


class State(Protocol):
    """What a decision looks at. What is not in it does not exist, as far as a decision can tell."""

    @property
    def accounts(self) -> Mapping[AccountId, Balances]: ...

    @property
    def transfers(self) -> Mapping[TransferId, Transfer]: ...


Entries = tuple[Entry, ...]
NOTHING: Final[Entries] = ()
"""It was done before."""


def decide(operation: Operation, state: State) -> Entries:
    """The entries it makes, none when it was done before. Raises the refusals of `ledger.refusals`."""
    assert len(operation.note) <= NOTE_CHARACTERS_MAX
    assert not operation.note or operation.note.isprintable()
    assert 1 <= len(operation.id) <= TRANSFER_ID_CHARACTERS_MAX
    assert operation.id.isprintable()
    return DECISIONS[type(operation)](operation, state)


def _grant(operation: Grant, state: State) -> Entries:
    entry = Entry(operation.id, Step.GRANT, _legs(operation.legs), operation.effective_on, note=operation.note)
    if _is_repeated(entry, state):
        return NOTHING
    for account, amount in entry.legs:
        balances = state.accounts.get(account)
        if balances is None:
            if amount < 0:
                raise UnknownAccount(account)
            balances = Balances()
        _open(account, balances)
        _granted(account, balances, amount)
    return (entry,)


def _hold(operation: Hold, state: State) -> Entries:
    legs = _positive(_legs(operation.legs))
    entry = Entry(operation.id, Step.HOLD, legs, operation.effective_on, operation.expires_on, note=operation.note)
    return _drawn(entry, state)


def _spend(operation: Spend, state: State) -> Entries:
    legs = _positive(_legs(operation.legs))
    return _drawn(Entry(operation.id, Step.SPEND, legs, operation.effective_on, note=operation.note), state)


def _drawn(entry: Entry, state: State) -> Entries:
    if _is_repeated(entry, state):
        return NOTHING
    accounts = state.accounts
    for account, amount in entry.legs:
        balances = accounts.get(account)
        if balances is None:
            raise UnknownAccount(account)
        _open(account, balances)
        _cover(account, balances, amount)
    return (entry,)


def _post(operation: Post, state: State) -> Entries:
    transfer = _known_hold(operation.id, state)
    held = transfer.first.legs
    used = held if operation.legs is None else _used(operation.legs, held)
    note = operation.note
    if not used:
        return _given_back(transfer, Entry(operation.id, Step.VOID, held, operation.effective_on, note=note))
    posting = Entry(operation.id, Step.POST, used, operation.effective_on, note=note)
    made = _given_back(transfer, posting)
    if not made or used == held:
        return made
    amounts = dict(used)
    rest = tuple(Leg(a, n - amounts.get(a, 0)) for a, n in held if n != amounts.get(a, 0))
    return (posting, Entry(operation.id, Step.RELEASE, rest, operation.effective_on, note=note))


def _used(legs: Legs, held: tuple[Leg, ...]) -> tuple[Leg, ...]:
    """Zero is nothing used there. Raises HoldExceeded, AmountNotPositive."""
    most = dict(held)
    for account, amount in legs.items():
        if amount < 0:
            raise AmountNotPositive(account, amount)
        if amount > most.get(account, 0):
            raise HoldExceeded(account, used=amount, held=most.get(account, 0))
    return tuple(Leg(account, legs[account]) for account, _ in held if legs.get(account))


def _void(operation: Void, state: State) -> Entries:
    transfer = _known_hold(operation.id, state)
    return _given_back(
        transfer, Entry(operation.id, Step.VOID, transfer.first.legs, operation.effective_on, note=operation.note)
    )


def _expire(operation: Expire, state: State) -> Entries:
    transfer = _known_hold(operation.id, state)
    return _given_back(
        transfer, Entry(operation.id, Step.EXPIRE, transfer.first.legs, operation.effective_on, note=operation.note)
    )


def _given_back(transfer: Transfer, resolution: Entry) -> Entries:
    """The resolution of a pending hold; the same again makes nothing."""
    if transfer.state is not TransferState.PENDING:
        if transfer.resolution == resolution and transfer.reversal is None:
            return NOTHING
        raise RESOLVED[transfer.state](transfer.id)
    return (resolution,)


def _reverse(operation: Reverse, state: State) -> Entries:
    transfer = _known(operation.id, state)
    signers = tuple(sorted({signer.strip() for signer in operation.signers} - {""}))
    assert all(signer.isprintable() for signer in signers)
    if len(signers) != SIGNERS:
        raise SignaturesMissing(operation.id)
    granted = transfer.first.step is Step.GRANT
    entry = Entry(
        operation.id,
        Step.REVERSE_GRANT if granted else Step.REVERSE_POST,
        transfer.posted,
        operation.effective_on,
        signers=signers,
        note=operation.note,
    )
    if transfer.state is TransferState.REVERSED and transfer.reversal == entry:
        return NOTHING
    if transfer.state is TransferState.PENDING:
        raise HoldPending(transfer.id)
    if transfer.state is not TransferState.POSTED or transfer.first.step not in REVERSIBLE:
        raise RESOLVED[transfer.state](transfer.id)
    if granted:
        for account, amount in entry.legs:
            _granted(account, state.accounts[account], -amount)
    return (entry,)


def _allow_overdraft(operation: AllowOverdraft, state: State) -> Entries:
    legs = _legs({operation.account: operation.amount})
    entry = Entry(operation.id, Step.OVERDRAFT, legs, operation.effective_on, note=operation.note)
    if _is_repeated(entry, state):
        return NOTHING
    balances = state.accounts.get(operation.account)
    if balances is None:
        raise UnknownAccount(operation.account)
    if operation.amount < 0:
        least = max(0, -balances.available)
        if balances.overdraft + operation.amount < least:
            raise InsufficientBalance(
                operation.account, requested=-operation.amount, available=balances.overdraft - least
            )
    _limit(operation.account, balances.overdraft + operation.amount)
    return (entry,)


def _close(operation: Close, state: State) -> Entries:
    return _marked(Step.CLOSE, operation, state)


def _reopen(operation: Reopen, state: State) -> Entries:
    return _marked(Step.REOPEN, operation, state)


def _marked(step: Step, operation: Close | Reopen, state: State) -> Entries:
    entry = Entry(operation.id, step, (Leg(operation.account, 0),), operation.effective_on, note=operation.note)
    if _is_repeated(entry, state):
        return NOTHING
    if operation.account not in state.accounts:
        raise UnknownAccount(operation.account)
    return (entry,)


def _legs(legs: Legs) -> tuple[Leg, ...]:
    """In the order of the accounts' text. Raises AmountNotPositive for zero, ValueError for none or too many."""
    if not 1 <= len(legs) <= LEGS_MAX:
        raise ValueError(f"a transfer has 1 to {LEGS_MAX} legs, not {len(legs)}")
    for account, amount in legs.items():
        if not amount:
            raise AmountNotPositive(account, amount)
    if len(legs) == 1:
        return tuple(Leg(account, amount) for account, amount in legs.items())
    return tuple(Leg(account, legs[account]) for account in sorted(legs, key=str))


def _positive(legs: tuple[Leg, ...]) -> tuple[Leg, ...]:
    for account, amount in legs:
        if amount < 0:
            raise AmountNotPositive(account, amount)
    return legs


def _is_repeated(entry: Entry, state: State) -> bool:
    existing = state.transfers.get(entry.transfer)
    if existing is None:
        return False
    if existing.first != entry:
        raise TransferExistsDifferent(entry.transfer)
    return True


def _known(transfer: TransferId, state: State) -> Transfer:
    found = state.transfers.get(transfer)
    if found is None:
        raise UnknownTransfer(transfer)
    return found


def _known_hold(hold: TransferId, state: State) -> Transfer:
    found = _known(hold, state)
    if found.first.step is not Step.HOLD:
        raise UnknownTransfer(hold)
    return found


def _open(account: AccountId, balances: Balances) -> None:
    if balances.closed:
        raise AccountClosed(account)


def _cover(account: AccountId, balances: Balances, amount: int) -> None:
    if amount > balances.takeable:
        raise InsufficientBalance(account, requested=amount, available=balances.takeable)


def _granted(account: AccountId, balances: Balances, amount: int) -> None:
    """Whether so much more may be granted, or less. An overdraft lets one take more, never lets it be taken back."""
    _limit(account, balances.granted + amount)
    most = min(balances.takeable, balances.granted)
    if amount < 0 and -amount > most:
        raise InsufficientBalance(account, requested=-amount, available=most)


def _limit(account: AccountId, granted: int) -> None:
    if granted > GRANTED_MAX:
        raise GrantTooLarge(account, granted=granted, limit=GRANTED_MAX)


REVERSIBLE: Final = frozenset({Step.GRANT, Step.HOLD, Step.SPEND})

RESOLVED: Final[Mapping[TransferState, Callable[[TransferId], Exception]]] = {
    TransferState.POSTED: AlreadyPosted,
    TransferState.VOIDED: AlreadyVoided,
    TransferState.EXPIRED: AlreadyExpired,
    TransferState.REVERSED: AlreadyReversed,
}

DECISIONS: Final[Mapping[type[Operation], Callable[[Any, State], Entries]]] = {
    Grant: _grant,
    Hold: _hold,
    Spend: _spend,
    Post: _post,
    Void: _void,
    Expire: _expire,
    Reverse: _reverse,
    AllowOverdraft: _allow_overdraft,
    Close: _close,
    Reopen: _reopen,
}


def accounts_of(operations: Iterable[Operation]) -> set[AccountId]:
    """The accounts that the operations name; those that a resolution touches are found with its transfer."""
    return {account for operation in operations for account in _named(operation)}


def _named(operation: Operation) -> Iterable[AccountId]:
    if isinstance(operation, AllowOverdraft | Close | Reopen):
        return (operation.account,)
    if isinstance(operation, Grant | Hold | Spend):
        return operation.legs
    return ()
