"""Whatever is asked, in whatever order: nothing overdrawn, nothing half done, nothing done twice."""

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kernel.errors import DomainError
from ledger.accounts import AccountId, Balances, Bucket
from ledger.book import Book, Change, expire, grant, place_hold, post, reduce_grant, void
from ledger.transfers import TransferId, TransferKind, TransferState
from ledger.verification import RecordedEntry, verify

ACCOUNTS = [AccountId(owner, "energy_calorific_kgce", "2026") for owner in ("630000", "630100", "630121")]
DAY = date(2026, 1, 1)

accounts = st.sampled_from(ACCOUNTS)
amounts = st.integers(min_value=-1, max_value=30)
days = st.integers(min_value=0, max_value=1).map(lambda n: DAY + timedelta(days=n))
ids = st.integers(min_value=0, max_value=12).map(lambda n: TransferId(f"t{n}"))
legs = st.dictionaries(accounts, amounts, min_size=1)


class AnyBook(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.recorded: list[RecordedEntry] = []
        self.resolutions: dict[TransferId, TransferState] = {}

    def ask(self, operation: Callable[[Book], Change]) -> None:
        before = self.book
        try:
            change = operation(before)
        except DomainError:
            assert self.book == before
            return
        self.book, entries = change
        assert (self.book == before) == (entries == ())
        # Asked again, at once: the same answer and no entry.
        assert operation(self.book) == (self.book, ())
        # All legs or none.
        assert not entries or {e.account for e in entries} == {
            leg.account for leg in self.book.transfers[entries[0].transfer].legs
        }
        self.recorded += [RecordedEntry(len(self.recorded) + n, entry, None) for n, entry in enumerate(entries)]

    @rule(transfer=ids, account=accounts, amount=amounts, on=days)
    def grants(self, transfer: TransferId, account: AccountId, amount: int, on: date) -> None:
        self.ask(lambda book: grant(book, transfer, account, amount, effective_on=on))

    @rule(transfer=ids, account=accounts, amount=amounts, on=days)
    def reduces(self, transfer: TransferId, account: AccountId, amount: int, on: date) -> None:
        self.ask(lambda book: reduce_grant(book, transfer, account, amount, effective_on=on))

    @rule(transfer=ids, wanted=legs, on=days)
    def holds(self, transfer: TransferId, wanted: dict[AccountId, int], on: date) -> None:
        self.ask(lambda book: place_hold(book, transfer, wanted, effective_on=on))

    @rule(hold=ids, resolve=st.sampled_from([post, void, expire]), on=days)
    def resolves(self, hold: TransferId, resolve: Callable[..., Change], on: date) -> None:
        self.ask(lambda book: resolve(book, hold, effective_on=on))

    @invariant()
    def buckets_are_what_the_transfers_say(self) -> None:
        for account, balances in self.book.accounts.items():
            assert sum(balances.in_bucket(bucket) for bucket in Bucket) == 0
            assert min(balances.available, balances.held, balances.posted) >= 0
            assert balances.held == self.total(account, TransferKind.HOLD, TransferState.PENDING)
            assert balances.posted == self.total(account, TransferKind.HOLD, TransferState.POSTED)
            assert balances.granted == self.total(account, TransferKind.GRANT, TransferState.POSTED) - self.total(
                account, TransferKind.REDUCE_GRANT, TransferState.POSTED
            )

    @invariant()
    def a_resolution_is_for_ever(self) -> None:
        resolved: dict[TransferId, TransferState] = {
            t.id: t.state for t in self.book.transfers.values() if t.state is not TransferState.PENDING
        }
        assert self.resolutions.items() <= resolved.items()
        self.resolutions = resolved

    @invariant()
    def the_second_book_agrees(self) -> None:
        entries = [RecordedEntry(r.seq, r.entry, self.book.transfers[r.entry.transfer]) for r in self.recorded]
        assert verify(entries, self.book.accounts) is None
        assert all(isinstance(balances, Balances) for balances in self.book.accounts.values())

    def total(self, account: AccountId, kind: TransferKind, state: TransferState) -> int:
        return sum(
            leg.amount
            for transfer in self.book.transfers.values()
            if (transfer.kind, transfer.state) == (kind, state)
            for leg in transfer.legs
            if leg.account == account
        )


AnyBook.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestAnyBook = AnyBook.TestCase
