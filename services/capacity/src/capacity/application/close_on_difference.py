"""Closes the lots that the second book casts doubt on, and opens them again when a person says so."""

from datetime import datetime

from capacity.application.ports import Work
from capacity.domain.audit import LotsDiffered, LotsReopened
from capacity.domain.lots import LotId
from kernel.clock import legal_day
from ledger.accounts import AccountId
from ledger.audit import close_doubted, reopen_doubted
from ledger.differences import Difference


async def close_on_difference(difference: Difference, work: Work, at: datetime) -> tuple[AccountId, ...]:
    """The accounts that were closed for it; none when all of them are closed already."""
    closed = await close_doubted(work.ledger, difference, legal_day(at), at)
    if closed:
        await work.announce(LotsDiffered(difference.text(), _lots(closed)))
    return closed


async def reopen_lots(person: str, reason: str, work: Work, at: datetime) -> tuple[LotId, ...]:
    """The lots that the second book had closed. The caller has seen that it agrees now."""
    await work.acting_on(None)
    lots = _lots(await reopen_doubted(work.ledger, person, reason, legal_day(at), known_at=at))
    if lots:
        await work.announce(LotsReopened(lots, person, reason))
        await work.reevaluations.add_naming(lots, "lots reopened")
    return lots


def _lots(accounts: tuple[AccountId, ...]) -> tuple[LotId, ...]:
    """An account is its lot's alone."""
    return tuple(LotId(account.owner) for account in accounts)
