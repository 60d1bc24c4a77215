"""A second book, kept from the log's text alone, with arithmetic of its own."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from ledger.accounts import AccountId, Bucket, Standing
from ledger.differences import Account, BatchDiffers, Difference, EntryOverdraws, HoldDiffers
from ledger.entries import MOVES, Entry, Leg, Step, TransferId
from ledger.log import Batch, Head, entries_of, opened_by

ENDING = (Step.VOID, Step.EXPIRE, Step.POST, Step.RELEASE)


@dataclass(frozen=True, slots=True)
class PastBalance:
    """What the account stood at until the end of that day, as known with that batch."""

    account: AccountId
    effective_on: date
    batch: int
    standing: Standing


@dataclass(slots=True)
class _Line:
    """One account: its four amounts, whether it is closed, and what each day added."""

    amounts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("granted", "held", "posted", "overdraft"), 0)
    )
    closed: bool = False
    days: list[date] = field(default_factory=list)
    """In order."""
    since: dict[date, int] = field(default_factory=dict)
    """With which batch a day was first known."""
    added: dict[date, dict[str, int]] = field(default_factory=dict)

    def add(self, name: str, amount: int, day: date, batch: int) -> None:
        if day not in self.added:
            self.days.insert(bisect_left(self.days, day), day)
            self.since[day] = batch
            self.added[day] = dict.fromkeys(self.amounts, 0)
        self.amounts[name] += amount
        self.added[day][name] += amount


@dataclass(slots=True)
class SecondBook:
    """Fed batch by batch, in their order. Keeps a line per account and what is held, no entry."""

    head: Head = field(default_factory=Head)
    names: dict[int, AccountId] = field(default_factory=dict)
    numbers: dict[AccountId, int] = field(default_factory=dict)
    entries_read: int = 0
    balances_read: int = 0
    _lines: defaultdict[AccountId, _Line] = field(default_factory=lambda: defaultdict(_Line))
    _held: dict[TransferId, dict[AccountId, int]] = field(default_factory=dict)

    def numbered(self, batch: Batch) -> Difference | None:
        """Takes in the accounts that the batch opens. A batch that does not follow is not to be entered."""
        if not batch.follows(self.head):
            return BatchDiffers(batch.number)
        opened = opened_by(batch.text)
        self.names.update(opened)
        self.numbers.update((account, no) for no, account in opened.items())
        return None

    def enter(self, batch: Batch) -> tuple[Difference | None, list[PastBalance]]:
        """The first difference within the batch, and the past balances that it makes."""
        first_days: dict[AccountId, date] = {}
        for entry in entries_of(batch.text, self.names):
            for account, _ in entry.legs:
                if entry.step in MOVES or entry.step is Step.OVERDRAFT:
                    first_days[account] = min(entry.effective_on, first_days.get(account, entry.effective_on))
            if (difference := self._take(entry, batch.number)) is not None:
                return difference, []
            self.entries_read += 1
        self.head = batch.head
        past = list(self._past(first_days, batch.number))
        self.balances_read += len(past)
        return None, past

    def balances(self) -> dict[AccountId, Account]:
        """Every account that was opened, as the log alone leaves it."""
        lines = ((account, self._lines[account]) for account in self.names.values())
        return {account: Account(Standing(**line.amounts), closed=line.closed) for account, line in lines}

    def days(self) -> set[tuple[AccountId, date, int]]:
        """Each account's days, with the batch with which each was first known."""
        return {(account, day, line.since[day]) for account, line in self._lines.items() for day in line.days}

    def _take(self, entry: Entry, batch: int) -> Difference | None:
        if (difference := self._hold(entry, batch)) is not None:
            return difference
        for account, amount in entry.legs:
            line = self._lines[account]
            if entry.step in MOVES:
                source, target = MOVES[entry.step]
                _move(line, source, -amount, day=entry.effective_on, batch=batch)
                _move(line, target, amount, day=entry.effective_on, batch=batch)
            elif entry.step is Step.OVERDRAFT:
                line.add("overdraft", amount, entry.effective_on, batch)
            else:
                line.closed = entry.step is Step.CLOSE
            left = line.amounts["granted"] - line.amounts["held"] - line.amounts["posted"] + line.amounts["overdraft"]
            if min(left, *line.amounts.values()) < 0:
                return EntryOverdraws(batch, entry, account, Standing(**line.amounts))
        return None

    def _hold(self, entry: Entry, batch: int) -> Difference | None:
        """A hold begins once, and no more of it ends than began."""
        if entry.step is Step.HOLD:
            if entry.transfer in self._held:
                return HoldDiffers(batch, entry)
            self._held[entry.transfer] = dict(entry.legs)
        elif entry.step in ENDING:
            held = self._held.get(entry.transfer, {})
            if not _ended(held, entry.legs):
                return HoldDiffers(batch, entry)
            if not held:
                self._held.pop(entry.transfer, None)
        return None

    def _past(self, first_days: dict[AccountId, date], batch: int) -> Iterator[PastBalance]:
        for account, first in first_days.items():
            line, sums = self._lines[account], dict.fromkeys(("granted", "held", "posted", "overdraft"), 0)
            for day in line.days:
                for name, amount in line.added[day].items():
                    sums[name] += amount
                if day >= first:
                    yield PastBalance(account, day, batch, Standing(**sums))


def _move(line: _Line, bucket: Bucket, amount: int, *, day: date, batch: int) -> None:
    if bucket is Bucket.SOURCE:
        line.add("granted", -amount, day, batch)
    elif bucket is not Bucket.AVAILABLE:
        line.add(bucket.value, amount, day, batch)


def _ended(held: dict[AccountId, int], legs: Iterable[Leg]) -> bool:
    """Takes the legs off what is held; False when more ends than is held."""
    for account, amount in legs:
        left = held.get(account, 0) - amount
        if left < 0:
            return False
        if left:
            held[account] = left
        else:
            held.pop(account, None)
    return True
