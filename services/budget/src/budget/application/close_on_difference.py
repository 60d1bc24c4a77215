"""Closes what the second book casts doubt on, and opens it again when a person says so."""

from datetime import datetime

from budget.application.ports import Work
from budget.domain.audit import LedgerDiffered, LedgerReopened
from kernel.clock import legal_day
from ledger.accounts import AccountId
from ledger.audit import close_doubted, reopen_doubted
from ledger.differences import Difference


async def close_on_difference(difference: Difference, work: Work, at: datetime) -> tuple[AccountId, ...]:
    """The accounts that were closed for it; none when all of them are closed already."""
    closed = await close_doubted(work.ledger, difference, legal_day(at), at)
    if closed:
        await work.announce(LedgerDiffered(difference.text(), closed))
    return closed


async def reopen_ledger(person: str, reason: str, work: Work, at: datetime) -> tuple[AccountId, ...]:
    """The accounts that the second book had closed. The caller has seen that it agrees now."""
    accounts = await reopen_doubted(work.ledger, person, reason, legal_day(at), known_at=at)
    if accounts:
        await work.announce(LedgerReopened(accounts, person, reason))
    return accounts
