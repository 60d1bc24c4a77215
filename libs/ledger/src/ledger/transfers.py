"""A transfer: amounts over one or several accounts that move together, and the entries this makes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from hashlib import sha256
from typing import Final, NewType

from ledger.accounts import AccountId, Bucket

TRANSFER_ID_CHARACTERS_MAX = 200
LEGS_MAX = 100
"""Accounts in one transfer: a tree has three levels, and some instruments are held together."""

TransferId = NewType("TransferId", str)
"""Chosen by whoever asks, so that asking again finds the same transfer."""


def transfer_id(text: str) -> TransferId:
    """Raises ValueError unless `text` is 1 to 200 printable characters."""
    if not 1 <= len(text) <= TRANSFER_ID_CHARACTERS_MAX or not text.isprintable():
        raise ValueError(f"{text!r} is not a transfer id of 1 to {TRANSFER_ID_CHARACTERS_MAX} printable characters")
    return TransferId(text)


class TransferKind(Enum):
    GRANT = "grant"
    REDUCE_GRANT = "reduce_grant"
    HOLD = "hold"


class TransferState(Enum):
    """A hold leaves PENDING once. A grant and its reduction are born POSTED."""

    PENDING = "pending"
    POSTED = "posted"
    VOIDED = "voided"
    EXPIRED = "expired"


class Step(Enum):
    """One moment of a transfer's life. Each moves every leg between the same two buckets."""

    GRANT = "grant"
    REDUCE_GRANT = "reduce_grant"
    HOLD = "hold"
    POST = "post"
    VOID = "void"
    EXPIRE = "expire"


MOVES: Final[Mapping[Step, tuple[Bucket, Bucket]]] = {
    Step.GRANT: (Bucket.SOURCE, Bucket.AVAILABLE),
    Step.REDUCE_GRANT: (Bucket.AVAILABLE, Bucket.SOURCE),
    Step.HOLD: (Bucket.AVAILABLE, Bucket.HELD),
    Step.POST: (Bucket.HELD, Bucket.POSTED),
    Step.VOID: (Bucket.HELD, Bucket.AVAILABLE),
    Step.EXPIRE: (Bucket.HELD, Bucket.AVAILABLE),
}

FIRST_STEPS: Final[Mapping[TransferKind, Step]] = {
    TransferKind.GRANT: Step.GRANT,
    TransferKind.REDUCE_GRANT: Step.REDUCE_GRANT,
    TransferKind.HOLD: Step.HOLD,
}

RESOLVING_STEPS: Final[Mapping[TransferState, Step]] = {
    TransferState.POSTED: Step.POST,
    TransferState.VOIDED: Step.VOID,
    TransferState.EXPIRED: Step.EXPIRE,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One amount that moved between two buckets of one account. Written once, never changed."""

    transfer: TransferId
    account: AccountId
    step: Step
    from_bucket: Bucket
    to_bucket: Bucket
    amount: int
    effective_on: date


@dataclass(frozen=True, slots=True)
class Leg:
    account: AccountId
    amount: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """Legs that move all or none. Id, kind, legs and effective day never change: they are its body.

    Invariants: each account once, sorted by its text; only a hold is pending or resolved, and it says on which day.
    """

    id: TransferId
    kind: TransferKind
    legs: tuple[Leg, ...]
    effective_on: date
    state: TransferState
    resolved_on: date | None = None

    def __post_init__(self) -> None:
        names = [str(leg.account) for leg in self.legs]
        assert 1 <= len(names) <= LEGS_MAX
        assert names == sorted(set(names))
        assert all(leg.amount > 0 for leg in self.legs)
        if self.kind is TransferKind.HOLD:
            assert (self.state is TransferState.PENDING) == (self.resolved_on is None)
        else:
            assert self.state is TransferState.POSTED
            assert self.resolved_on is None

    @property
    def body_hash(self) -> bytes:
        """SHA-256 over all that must be the same when the same id comes again."""
        lines = [self.kind.value, self.effective_on.isoformat(), *(f"{leg.account} {leg.amount}" for leg in self.legs)]
        return sha256("\n".join(lines).encode()).digest()

    def same_body(self, other: "Transfer") -> bool:
        return (self.kind, self.effective_on, self.legs) == (other.kind, other.effective_on, other.legs)

    def first_entries(self) -> Iterator[Entry]:
        return self._entries(FIRST_STEPS[self.kind], self.effective_on)

    def resolving_entries(self) -> Iterator[Entry]:
        if self.resolved_on is None:
            return iter(())
        return self._entries(RESOLVING_STEPS[self.state], self.resolved_on)

    def _entries(self, step: Step, effective_on: date) -> Iterator[Entry]:
        source, target = MOVES[step]
        for leg in self.legs:
            yield Entry(self.id, leg.account, step, source, target, leg.amount, effective_on)
