"""What is announced when the second book differs, and when a person opens accounts again."""

from dataclasses import dataclass

from kernel.text import Text
from ledger.accounts import AccountId


@dataclass(frozen=True, slots=True)
class LedgerDiffered:
    difference: Text
    closed: tuple[AccountId, ...]


@dataclass(frozen=True, slots=True)
class LedgerReopened:
    accounts: tuple[AccountId, ...]
    person: str
    reason: str
