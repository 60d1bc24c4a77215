"""A second book, kept from the entries alone, that finds the first record which does not agree."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kernel.text import Text
from ledger.accounts import AccountId, Balances, Bucket
from ledger.transfers import Entry, Step, Transfer, TransferId


@dataclass(frozen=True, slots=True)
class RecordedEntry:
    """An entry as it was found, and the transfer it says it belongs to, if there is one with a leg on its account."""

    seq: int
    entry: Entry
    transfer: Transfer | None


@dataclass(frozen=True, slots=True)
class EntryDiffers:
    """The entry is not what its transfer makes there; `expected` is None when the transfer makes none."""

    seq: int
    recorded: Entry
    expected: Entry | None

    def text(self) -> Text:
        return Text(
            zh=f"第 {self.seq} 号分录与其记账不符: 账上为 {_shown(self.recorded)}, 应为 {_shown(self.expected)}",
            en=f"Entry {self.seq} differs from its transfer: found {_shown(self.recorded)}, "
            f"expected {_shown(self.expected)}",
        )


@dataclass(frozen=True, slots=True)
class EntryOverdraws:
    """With this entry a bucket falls below zero: the entry is too much, or one before it is gone."""

    seq: int
    recorded: Entry
    bucket: Bucket
    balance: int

    def text(self) -> Text:
        return Text(
            zh=f"第 {self.seq} 号分录 {_shown(self.recorded)} 使账户 {self.recorded.account} 的 "
            f"{self.bucket.value} 变为 {self.balance}",
            en=f"Entry {self.seq} {_shown(self.recorded)} takes {self.bucket.value} of {self.recorded.account} "
            f"to {self.balance}",
        )


@dataclass(frozen=True, slots=True)
class EntryMissing:
    """The transfer says that this step happened; its entry is gone."""

    transfer: TransferId
    account: AccountId
    step: Step

    def text(self) -> Text:
        return Text(
            zh=f"记账 {self.transfer} 在账户 {self.account} 的 {self.step.value} 分录缺失",
            en=f"The {self.step.value} entry of {self.transfer} on {self.account} is missing",
        )


@dataclass(frozen=True, slots=True)
class BalanceDiffers:
    """All entries agree, the balance does not. None: there is no such account in that book."""

    account: AccountId
    recorded: Balances | None
    recomputed: Balances | None

    def text(self) -> Text:
        return Text(
            zh=f"账户 {self.account} 余额不符: 账上为 {self.recorded}, 由分录重算为 {self.recomputed}",
            en=f"The balance of {self.account} differs: found {self.recorded}, the entries give {self.recomputed}",
        )


Difference = EntryDiffers | EntryOverdraws | EntryMissing | BalanceDiffers


@dataclass(slots=True)
class SecondBook:
    """Fed entry by entry, in the order of their numbers; keeps one line per account and no entry."""

    _buckets: defaultdict[AccountId, dict[Bucket, int]] = field(
        default_factory=lambda: defaultdict(lambda: dict.fromkeys(Bucket, 0))
    )

    def enter(self, found: RecordedEntry) -> EntryDiffers | EntryOverdraws | None:
        entry, expected = found.entry, _expected(found)
        if entry != expected:
            return EntryDiffers(found.seq, recorded=entry, expected=expected)
        buckets = self._buckets[entry.account]
        buckets[entry.from_bucket] -= entry.amount
        buckets[entry.to_bucket] += entry.amount
        if entry.from_bucket is not Bucket.SOURCE and buckets[entry.from_bucket] < 0:
            return EntryOverdraws(found.seq, entry, entry.from_bucket, buckets[entry.from_bucket])
        return None

    def compare(self, recorded: Mapping[AccountId, Balances]) -> BalanceDiffers | None:
        for account in sorted(recorded.keys() | self._buckets.keys(), key=str):
            recomputed = self._balances(account)
            if recorded.get(account) != recomputed:
                return BalanceDiffers(account, recorded.get(account), recomputed)
        return None

    def _balances(self, account: AccountId) -> Balances | None:
        if account not in self._buckets:
            return None
        return Balances(**{bucket.value: amount for bucket, amount in self._buckets[account].items()})


def verify(entries: Iterable[RecordedEntry], balances: Mapping[AccountId, Balances]) -> Difference | None:
    """Recomputes every balance from the entries, in their order; the first difference, or None when all agree."""
    book = SecondBook()
    for found in entries:
        if (difference := book.enter(found)) is not None:
            return difference
    return book.compare(balances)


def _expected(found: RecordedEntry) -> Entry | None:
    if found.transfer is None:
        return None
    place = (found.entry.account, found.entry.step)
    made = (*found.transfer.first_entries(), *found.transfer.resolving_entries())
    return next((entry for entry in made if (entry.account, entry.step) == place), None)


def _shown(entry: Entry | None) -> str:
    if entry is None:
        return "-"
    return (
        f"{entry.transfer} {entry.account} {entry.step.value} {entry.from_bucket.value}->{entry.to_bucket.value} "
        f"{entry.amount} {entry.effective_on.isoformat()}"
    )
