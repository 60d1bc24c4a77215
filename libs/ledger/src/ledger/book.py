"""A working set of accounts and transfers, and what has been done with it so far."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from ledger.accounts import AccountId, Balances
from ledger.decisions import Entries, decide
from ledger.entries import MOVES, Entry, Step, TransferId
from ledger.operations import Operation
from ledger.refusals import UnknownAccount
from ledger.transfers import Transfer


class Book:
    """What is not in it does not exist, as far as a decision can tell. `entries` is all that was applied, in order."""

    def __init__(
        self,
        accounts: Mapping[AccountId, Balances] | None = None,
        transfers: Mapping[TransferId, Transfer] | None = None,
    ) -> None:
        self._accounts = dict(accounts or {})
        self._transfers = dict(transfers or {})
        self.entries: list[Entry] = []
        # What it takes to go back, newest last: only linked operations ever go back.
        self._before: list[tuple[AccountId, Balances | None] | tuple[TransferId, Transfer | None]] | None = None

    @property
    def accounts(self) -> Mapping[AccountId, Balances]:
        return self._accounts

    @property
    def transfers(self) -> Mapping[TransferId, Transfer]:
        return self._transfers

    def balances(self, account: AccountId) -> Balances:
        """Raises UnknownAccount."""
        try:
            return self._accounts[account]
        except KeyError:
            raise UnknownAccount(account) from None

    def apply(self, operation: Operation) -> Entries:
        """The entries it makes, none when it was done before. A refusal leaves the book as it was."""
        entries = decide(operation, self)
        for entry in entries:
            self._take(entry)
        return entries

    def apply_linked(self, operations: Iterable[Operation]) -> Entries:
        """All of them, each seeing what those before it did, or none."""
        mark = len(self.entries)
        with self.all_or_none():
            for operation in operations:
                self.apply(operation)
        return tuple(self.entries[mark:])

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """Leaves the book as it was when what is done within raises."""
        outermost = self._before is None
        if self._before is None:
            self._before = []
        mark, before_mark = len(self.entries), len(self._before)
        try:
            yield
        except BaseException:
            self._go_back(mark, before_mark)
            raise
        finally:
            if outermost:
                self._before = None

    def _take(self, entry: Entry) -> None:
        for account, amount in entry.legs:
            before = self._accounts.get(account)
            if self._before is not None:
                self._before.append((account, before))
            self._accounts[account] = _after(before or Balances(), entry.step, amount)
        known = self._transfers.get(entry.transfer)
        if self._before is not None:
            self._before.append((entry.transfer, known))
        self._transfers[entry.transfer] = Transfer(entry) if known is None else known.with_entry(entry)
        self.entries.append(entry)

    def _go_back(self, mark: int, before_mark: int) -> None:
        assert self._before is not None
        for key, before in reversed(self._before[before_mark:]):
            kept: dict[object, object] = self._accounts if isinstance(key, AccountId) else self._transfers  # type: ignore[assignment]
            if before is None:
                del kept[key]
            else:
                kept[key] = before
        del self._before[before_mark:]
        del self.entries[mark:]


def _after(balances: Balances, step: Step, amount: int) -> Balances:
    if step is Step.HOLD:
        return Balances(balances.granted, balances.held + amount, balances.posted, balances.overdraft, balances.closed)
    if step in MOVES:
        return balances.moved(*MOVES[step], amount)
    if step is Step.OVERDRAFT:
        return replace(balances, overdraft=balances.overdraft + amount)
    return replace(balances, closed=step is Step.CLOSE)
