"""An entry: one step of a transfer's life, and the amounts that it moved. Written once, never changed."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Final, NamedTuple, NewType

from ledger.accounts import AccountId, Bucket

TRANSFER_ID_CHARACTERS_MAX = 200
NOTE_CHARACTERS_MAX = 500
LEGS_MAX = 200
"""Accounts in one transfer: a tree has three levels, some instruments are held together, over a few years."""

TransferId = NewType("TransferId", str)
"""Chosen by whoever asks, so that asking again finds the same transfer."""


def transfer_id(text: str) -> TransferId:
    """Raises ValueError unless `text` is 1 to 200 printable characters."""
    if not 1 <= len(text) <= TRANSFER_ID_CHARACTERS_MAX or not text.isprintable():
        raise ValueError(f"{text!r} is not a transfer id of 1 to {TRANSFER_ID_CHARACTERS_MAX} printable characters")
    return TransferId(text)


def note_of(words: str, *persons: str) -> str:
    """One printable line of at most 500 characters: a blank of another script becomes a plain one."""
    signed = f"{words} ({', '.join(persons)})" if persons else words
    return "".join(letter if letter.isprintable() else " " for letter in signed)[:NOTE_CHARACTERS_MAX].strip()


class Step(Enum):
    """One moment of a transfer's life."""

    GRANT = "grant"
    HOLD = "hold"
    SPEND = "spend"
    OVERDRAFT = "overdraft"
    CLOSE = "close"
    REOPEN = "reopen"
    POST = "post"
    VOID = "void"
    EXPIRE = "expire"
    RELEASE = "release"
    """What a posted hold did not use."""
    REVERSE_GRANT = "reverse_grant"
    REVERSE_POST = "reverse_post"


MOVES: Final[Mapping[Step, tuple[Bucket, Bucket]]] = {
    Step.GRANT: (Bucket.SOURCE, Bucket.AVAILABLE),
    Step.HOLD: (Bucket.AVAILABLE, Bucket.HELD),
    Step.SPEND: (Bucket.AVAILABLE, Bucket.POSTED),
    Step.POST: (Bucket.HELD, Bucket.POSTED),
    Step.VOID: (Bucket.HELD, Bucket.AVAILABLE),
    Step.EXPIRE: (Bucket.HELD, Bucket.AVAILABLE),
    Step.RELEASE: (Bucket.HELD, Bucket.AVAILABLE),
    Step.REVERSE_GRANT: (Bucket.AVAILABLE, Bucket.SOURCE),
    Step.REVERSE_POST: (Bucket.POSTED, Bucket.AVAILABLE),
}
"""Between which buckets a step moves its amounts. The others change what an account may do, not what is in it."""

STAGES: Final[Mapping[Step, int]] = {
    Step.GRANT: 0,
    Step.HOLD: 0,
    Step.SPEND: 0,
    Step.OVERDRAFT: 0,
    Step.CLOSE: 0,
    Step.REOPEN: 0,
    Step.POST: 1,
    Step.VOID: 1,
    Step.EXPIRE: 1,
    Step.RELEASE: 2,
    Step.REVERSE_GRANT: 3,
    Step.REVERSE_POST: 3,
}
"""A transfer passes each stage at most once: it begins, is resolved, gives back what was not used, is reversed."""


class Leg(NamedTuple):
    """One account's part. The amount is negative only in a grant that takes back, and zero only where none moves."""

    account: AccountId
    amount: int


class Entry(NamedTuple):
    """Legs in the order of their accounts' text, each account once.

    `effective_on` is the day on which it is true; when it became known stands in its batch.
    """

    transfer: TransferId
    step: Step
    legs: tuple[Leg, ...]
    effective_on: date
    expires_on: date | None = None
    signers: tuple[str, ...] = ()
    note: str = ""

    @property
    def stage(self) -> int:
        return STAGES[self.step]
