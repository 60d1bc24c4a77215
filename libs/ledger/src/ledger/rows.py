"""How the ledger's records are written in rows, and read back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Protocol

from ledger.accounts import AccountId, Balances, Bucket, Standing, account_of
from ledger.entries import MOVES, Entry, Leg, Step, TransferId
from ledger.log import Batch, Numbers
from ledger.transfers import Transfer


class Row(Protocol):
    """What the driver gives: values by the name of their column."""

    def __getitem__(self, column: str, /) -> Any: ...


def balances_from(row: Row) -> Balances:
    return Balances(row["granted"], row["held"], row["posted"], row["overdraft"], row["closed"])


def standing_from(row: Row) -> Standing:
    return Standing(row["granted"], row["held"], row["posted"], row["overdraft"])


def transfers_from(rows: Iterable[Row], names: Mapping[int, AccountId]) -> dict[TransferId, Transfer]:
    """From one row per entry, ordered by transfer and stage."""
    found = {}
    for id_, entries in groupby(rows, key=lambda row: row["transfer_id"]):
        first, *later = (entry_from(row, names) for row in entries)
        transfer = Transfer(first)
        for entry in later:
            transfer = transfer.with_entry(entry)
        found[TransferId(id_)] = transfer
    return found


def entry_from(row: Row, names: Mapping[int, AccountId]) -> Entry:
    return Entry(
        transfer=TransferId(row["transfer_id"]),
        step=Step(row["step"]),
        legs=tuple(Leg(names[no], amount) for no, amount in zip(row["accounts"], row["amounts"], strict=True)),
        effective_on=row["effective_on"],
        expires_on=row["expires_on"],
        signers=tuple(row["signers"]),
        note=row["note"],
    )


def account_names(rows: Iterable[Row]) -> dict[int, AccountId]:
    return {row["no"]: account_of(row["id"]) for row in rows}


def write_arguments(batch: Batch, entries: Sequence[Entry], numbers: Numbers) -> list[Any]:
    """The arguments of `ledger_write`."""
    return [
        batch.number,
        batch.known_at,
        batch.text,
        batch.digest,
        *_delta_columns(entries, numbers),
        *_mark_columns(entries, numbers),
    ]


def _delta_columns(entries: Sequence[Entry], numbers: Numbers) -> list[list[Any]]:
    """What each account's columns change by, for each day on which something is effective."""
    changes: defaultdict[tuple[AccountId, date], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for entry in entries:
        factors = _FACTORS.get(entry.step)
        if factors is None:
            continue
        effective_on = entry.effective_on
        for account, amount in entry.legs:
            change = changes[account, effective_on]
            for place, factor in factors:
                change[place] += factor * amount
    columns = list(zip(*changes.values(), strict=True)) or [(), (), (), ()]
    return [
        [numbers[account] for account, _ in changes],
        [day for _, day in changes],
        *(list(column) for column in columns),
    ]


def _mark_columns(entries: Sequence[Entry], numbers: Numbers) -> list[list[Any]]:
    """The last word on each account that was closed or reopened."""
    marks = {
        numbers[leg.account]: entry.step is Step.CLOSE
        for entry in entries
        if entry.step in (Step.CLOSE, Step.REOPEN)
        for leg in entry.legs
    }
    return [list(marks), list(marks.values())]


_PLACES = {Bucket.SOURCE: (0, -1), Bucket.HELD: (1, 1), Bucket.POSTED: (2, 1)}
"""The column that shows a bucket, and its sign: the source is kept as what was granted."""


def _factors(source: Bucket, target: Bucket) -> tuple[tuple[int, int], ...]:
    moved = ((source, -1), (target, 1))
    return tuple((_PLACES[bucket][0], _PLACES[bucket][1] * sign) for bucket, sign in moved if bucket in _PLACES)


_FACTORS = {**{step: _factors(*buckets) for step, buckets in MOVES.items()}, Step.OVERDRAFT: ((3, 1),)}
