"""Takes a booked quantity back. Its evidence stays used: no text frees it."""

from dataclasses import dataclass
from datetime import datetime

from budget.application.offsets.ports import Work
from budget.domain.offsets.deductibles import Offset, OffsetId, Revocation, transfer_id
from kernel.clock import legal_day
from kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class RevokeDeductible:
    offset: OffsetId
    signers: tuple[str, ...]
    reason: str


async def revoke_deductible(command: RevokeDeductible, work: Work, now: datetime) -> Offset:
    """Raises NotFound, and OffsetRefused when nothing was ever booked. A second revocation gives the first."""
    await work.offsets.lock()
    known = await work.offsets.get(command.offset)
    if known is None:
        raise NotFound(f"offsets/{command.offset}")
    await work.acting_on(known.claim.region)
    revoked, event = known.revoke(Revocation(legal_day(now), now, command.signers, command.reason))
    if event is None:
        return revoked
    if (reversal := revoked.reversal()) is not None:
        book = await work.ledger.open((), [transfer_id(command.offset)])
        book.apply(reversal)
        await work.ledger.save(book, now)
    await work.offsets.save_revocation(revoked)
    await work.announce(event)
    return revoked
