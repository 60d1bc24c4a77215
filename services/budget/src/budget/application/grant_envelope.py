"""Grants an envelope, or adds to it."""

from dataclasses import dataclass
from datetime import date

from budget.application.ports import Work
from budget.domain.envelopes import Account, EnvelopeGranted, account_from, account_id
from kernel.regions import RegionCode
from ledger.transfers import TransferId


@dataclass(frozen=True, slots=True)
class GrantEnvelope:
    request_id: str
    region: RegionCode
    year: int
    amount_kgce: int
    document: str


async def grant_envelope(command: GrantEnvelope, work: Work, on: date) -> Account:
    """Raises GrantTooLarge of the ledger."""
    transfer = TransferId(f"grants/{command.request_id}")
    id_ = account_id(command.region, command.year)
    book, _ = await work.ledger.grant(transfer, id_, command.amount_kgce, effective_on=on)
    account = account_from(id_, book.balances(id_))
    granted = EnvelopeGranted(account, command.amount_kgce, command.document)
    await work.grants.add(transfer, granted)
    await work.announce(granted)
    return account
