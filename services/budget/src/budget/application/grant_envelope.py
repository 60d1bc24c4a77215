"""Grants an envelope, or adds to it."""

from dataclasses import dataclass
from datetime import date

from budget.application.ports import Work
from budget.domain.envelopes import CARBON, ENERGY, Account, EnvelopeGranted, account_from, account_id
from kernel.regions import RegionCode
from ledger.entries import TransferId, note_of
from ledger.operations import Grant


@dataclass(frozen=True, slots=True)
class GrantEnvelope:
    request_id: str
    region: RegionCode
    year: int
    amount_kgce: int
    document: str
    amount_kgco2: int | None = None


async def grant_envelope(command: GrantEnvelope, work: Work, on: date) -> Account:
    """Energy, and carbon where it is stated, all or none. Raises GrantTooLarge and AccountClosed of the ledger."""
    await work.acting_on(command.region)
    transfer = TransferId(f"grants/{command.request_id}")
    energy, carbon = (account_id(command.region, command.year, instrument) for instrument in (ENERGY, CARBON))
    legs = {energy: command.amount_kgce}
    if command.amount_kgco2 is not None:
        legs[carbon] = command.amount_kgco2
    book = await work.ledger.open(legs, [transfer])
    book.apply(Grant(transfer, legs, on, note_of(command.document)))
    await work.ledger.save(book, work.now)
    granted = EnvelopeGranted(
        account_from(energy, book.balances(energy)),
        command.amount_kgce,
        command.document,
        command.amount_kgco2,
        account_from(carbon, book.balances(carbon)) if carbon in legs else None,
    )
    await work.grants.add(transfer, granted)
    await work.announce(granted)
    return granted.account
