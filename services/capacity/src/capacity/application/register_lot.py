"""Registers a lot of retired capacity, once and for good, with what is known of it by then."""

from datetime import datetime

from capacity.application.ports import Work
from capacity.domain.evidence import KnownLot, LotRegistered, LotStanding
from capacity.domain.registration import findings_at_registration
from kernel.clock import legal_day
from statute.loader import PolicyBundle


async def register_lot(known: KnownLot, work: Work, policy: PolicyBundle, at: datetime) -> LotStanding:
    """Raises LotExists."""
    await work.acting_on(known.lot.region)
    on = legal_day(at)
    findings = findings_at_registration(known, on, policy)
    await work.lots.add(known, findings, policy.bundle_hash)
    lot = known.lot
    book = await work.ledger.open([lot.account])
    book.apply(lot.grant(on))
    await work.ledger.save(book, at)
    await work.reevaluations.add_naming([lot.id], f"lots/{lot.id} registered")
    standing = LotStanding(known, book.balances(lot.account), findings, policy.bundle_hash)
    await work.announce(LotRegistered(standing))
    return standing
