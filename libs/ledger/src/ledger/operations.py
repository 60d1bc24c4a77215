"""What may be asked of the ledger. Each names the id under which it is done, once, and the day on which it is true."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.accounts import AccountId
from ledger.entries import TransferId

Legs = Mapping[AccountId, int]
"""Amounts in the smallest unit."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Adds what is positive, and opens accounts for it; takes back what is negative.

    Both in one grant move an amount between owners, all or none. `note` names the document.
    """

    id: TransferId
    legs: Legs
    effective_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Takes every leg or none, until it is posted, voided or expired."""

    id: TransferId
    legs: Legs
    effective_on: date
    expires_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Spend:
    """Posts at once, without a hold; every leg or none."""

    id: TransferId
    legs: Legs
    effective_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """Makes a hold final. `legs` are what was really used, at most what is held; None: all of it."""

    id: TransferId
    effective_on: date
    legs: Legs | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Void:
    """Gives a hold back."""

    id: TransferId
    effective_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Expire:
    """Gives a hold back for lapse of time."""

    id: TransferId
    effective_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reverse:
    """Undoes a grant, a spend or a posted hold. `signers` are two persons; `note` says why."""

    id: TransferId
    effective_on: date
    signers: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class AllowOverdraft:
    """Adds to how far the account may fall below zero; a negative amount takes it back. `note` names the policy."""

    id: TransferId
    account: AccountId
    amount: int
    effective_on: date
    note: str


@dataclass(frozen=True, slots=True)
class Close:
    """From now on the account takes nothing new. What it holds can still be resolved, and what is posted reversed."""

    id: TransferId
    account: AccountId
    effective_on: date
    note: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """Ends a closure. `note` says who does it and why."""

    id: TransferId
    account: AccountId
    effective_on: date
    note: str


Operation = Grant | Hold | Spend | Post | Void | Expire | Reverse | AllowOverdraft | Close | Reopen
