"""What the second book may find: the first record that does not agree with the log, or within it."""

from dataclasses import dataclass
from datetime import date

from kernel.text import Text
from ledger.accounts import AccountId, Standing
from ledger.entries import Entry


@dataclass(frozen=True, slots=True)
class Account:
    """What stands on an account, whether it may or not, and whether it is closed."""

    standing: Standing
    closed: bool


@dataclass(frozen=True, slots=True)
class BatchDiffers:
    """The batch's text is not what was sealed, or a batch before it is gone."""

    batch: int

    def text(self) -> Text:
        return Text(
            zh=f"第 {self.batch} 批记录与其封印不符, 或此前有批次缺失",
            en=f"Batch {self.batch} is not what was sealed, or one before it is gone",
        )


@dataclass(frozen=True, slots=True)
class LogShortened:
    """Batches that were read before are gone from the end of the log."""

    last: int
    found: int

    def text(self) -> Text:
        return Text(
            zh=f"日志止于第 {self.found} 批, 而第 {self.last} 批曾经存在",
            en=f"The log ends with batch {self.found}, though batch {self.last} was there",
        )


@dataclass(frozen=True, slots=True)
class EntryDiffers:
    """An entry's record is not what the log says. None: there is none on that side."""

    batch: int
    recorded: Entry | None
    logged: Entry | None

    def text(self) -> Text:
        return Text(
            zh=f"第 {self.batch} 批分录不符: 账上为 {_shown(self.recorded)}, 日志为 {_shown(self.logged)}",
            en=f"An entry of batch {self.batch} differs: found {_shown(self.recorded)}, logged {_shown(self.logged)}",
        )


@dataclass(frozen=True, slots=True)
class HoldDiffers:
    """More of a hold ends than began, or it begins twice."""

    batch: int
    logged: Entry

    def text(self) -> Text:
        return Text(
            zh=f"第 {self.batch} 批分录 {_shown(self.logged)} 与其占用不符",
            en=f"Entry {_shown(self.logged)} of batch {self.batch} does not fit its hold",
        )


@dataclass(frozen=True, slots=True)
class EntryOverdraws:
    """With this entry the account is below zero: the entry is too much, or one before it is gone."""

    batch: int
    logged: Entry
    account: AccountId
    standing: Standing

    def text(self) -> Text:
        return Text(
            zh=f"第 {self.batch} 批分录 {_shown(self.logged)} 使账户 {self.account} 透支: {_amounts(self.standing)}",
            en=f"Entry {_shown(self.logged)} of batch {self.batch} overdraws {self.account}: {_amounts(self.standing)}",
        )


@dataclass(frozen=True, slots=True)
class BalanceDiffers:
    """All entries agree, the account's balance does not. None: there is no such account on that side."""

    account: AccountId
    recorded: Account | None
    recomputed: Account | None

    def text(self) -> Text:
        found, recomputed = _account(self.recorded), _account(self.recomputed)
        return Text(
            zh=f"账户 {self.account} 余额不符: 账上为 {found}, 由日志重算为 {recomputed}",
            en=f"The balance of {self.account} differs: found {found}, the log gives {recomputed}",
        )


@dataclass(frozen=True, slots=True)
class PastBalanceDiffers:
    """What is kept of a day that is past is not what the log gives. None: it is kept on one side only."""

    account: AccountId
    effective_on: date
    batch: int
    recorded: Standing | None
    recomputed: Standing | None

    def text(self) -> Text:
        day = self.effective_on.isoformat()
        return Text(
            zh=f"账户 {self.account} 截至 {day} 的余额 (第 {self.batch} 批) 不符: 账上为 {_amounts(self.recorded)}, "
            f"由日志重算为 {_amounts(self.recomputed)}",
            en=f"The balance of {self.account} at the end of {day}, known with batch {self.batch}, differs: "
            f"found {_amounts(self.recorded)}, the log gives {_amounts(self.recomputed)}",
        )


Difference = (
    BatchDiffers | LogShortened | EntryDiffers | HoldDiffers | EntryOverdraws | BalanceDiffers | PastBalanceDiffers
)


def accounts_in(difference: Difference) -> frozenset[AccountId]:
    """The accounts that it casts doubt on; none when it is the log itself that does not hold."""
    if isinstance(difference, BalanceDiffers | PastBalanceDiffers | EntryOverdraws):
        return frozenset({difference.account})
    if isinstance(difference, HoldDiffers):
        return frozenset(leg.account for leg in difference.logged.legs)
    if isinstance(difference, EntryDiffers):
        entries = (difference.recorded, difference.logged)
        return frozenset(leg.account for entry in entries if entry is not None for leg in entry.legs)
    return frozenset()


def _shown(entry: Entry | None) -> str:
    if entry is None:
        return "-"
    legs = ", ".join(f"{account} {amount}" for account, amount in entry.legs)
    return f"{entry.transfer} {entry.step.value} ({legs}) {entry.effective_on.isoformat()}"


def _account(account: Account | None) -> str:
    return "-" if account is None else f"{_amounts(account.standing)}, closed {str(account.closed).lower()}"


def _amounts(standing: Standing | None) -> str:
    if standing is None:
        return "-"
    return f"granted {standing.granted}, held {standing.held}, posted {standing.posted}, overdraft {standing.overdraft}"
