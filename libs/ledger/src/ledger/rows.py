"""How the ledger's records are written in rows, and read back."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, Protocol

from ledger.accounts import AccountId, Balances, Bucket
from ledger.transfers import Entry, Leg, Step, Transfer, TransferId, TransferKind, TransferState
from ledger.verification import EntryMissing, RecordedEntry


class Row(Protocol):
    """What the driver gives: values by the name of their column."""

    def __getitem__(self, column: str, /) -> Any: ...


def accounts_from(rows: Iterable[Row]) -> dict[AccountId, Balances]:
    return {AccountId.parse(row["id"]): _balances_from(row) for row in rows}


def _balances_from(row: Row) -> Balances:
    return Balances(source=row["source"], available=row["available"], held=row["held"], posted=row["posted"])


def transfers_from(rows: Iterable[Row]) -> dict[TransferId, Transfer]:
    """From one row per leg, ordered by transfer and account."""
    grouped = (list(legs) for _, legs in groupby(rows, key=lambda row: row["transfer_id"]))
    return {transfer.id: transfer for transfer in map(_transfer_from, grouped)}


def _transfer_from(rows: list[Row]) -> Transfer:
    transfer = _with_legs(rows[0], tuple(Leg(AccountId.parse(row["account_id"]), row["amount"]) for row in rows))
    assert transfer.body_hash == rows[0]["body_hash"], f"the body of transfer {transfer.id} was changed in the database"
    return transfer


def _with_legs(row: Row, legs: tuple[Leg, ...]) -> Transfer:
    return Transfer(
        id=TransferId(row["transfer_id"]),
        kind=TransferKind(row["kind"]),
        legs=legs,
        effective_on=row["transfer_effective_on"],
        state=TransferState(row["state"]),
        resolved_on=row["resolved_on"],
    )


def recorded_entry_from(row: Row) -> RecordedEntry:
    """From an entry's row joined with its transfer and its leg, which may be absent."""
    account = AccountId.parse(row["account_id"])
    leg = () if row["leg_amount"] is None else (Leg(account, row["leg_amount"]),)
    entry = Entry(
        transfer=TransferId(row["transfer_id"]),
        account=account,
        step=Step(row["step"]),
        from_bucket=Bucket(row["from_bucket"]),
        to_bucket=Bucket(row["to_bucket"]),
        amount=row["amount"],
        effective_on=row["effective_on"],
    )
    return RecordedEntry(row["seq"], entry, _with_legs(row, leg) if leg and row["kind"] else None)


def missing_from(row: Row) -> EntryMissing:
    return EntryMissing(TransferId(row["transfer_id"]), AccountId.parse(row["account_id"]), Step(row["step"]))


def columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows turned into one array per column, as `unnest` takes them."""
    return [list(column) for column in zip(*rows, strict=True)]


def account_row(account: AccountId, balances: Balances) -> tuple[Any, ...]:
    return str(account), balances.source, balances.available, balances.held, balances.posted


def transfer_row(transfer: Transfer) -> tuple[Any, ...]:
    return (
        transfer.id,
        transfer.kind.value,
        transfer.state.value,
        transfer.body_hash,
        transfer.effective_on,
        transfer.resolved_on,
    )


def leg_rows(transfer: Transfer) -> Iterable[tuple[Any, ...]]:
    return ((transfer.id, str(leg.account), leg.amount) for leg in transfer.legs)


def resolution_row(transfer: Transfer) -> tuple[Any, ...]:
    return transfer.id, transfer.state.value, transfer.resolved_on


def entry_row(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.transfer,
        str(entry.account),
        entry.step.value,
        entry.from_bucket.value,
        entry.to_bucket.value,
        entry.amount,
        entry.effective_on,
    )
