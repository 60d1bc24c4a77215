"""Whatever is asked, in whatever order: the book answers as the model does, and its log says the same."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from libs.ledger.tests.support.asking import (
    OPENING,
    Linked,
    answer_of,
    model_answer,
    model_balances,
    operations_of,
    several,
)
from libs.ledger.tests.support.model import Model

from kernel.errors import DomainError
from ledger.accounts import AccountId, Standing
from ledger.book import Book
from ledger.entries import Entry
from ledger.log import batch_after
from ledger.second_book import SecondBook

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)


class AnyBook(RuleBasedStateMachine):
    """One book; what each request makes becomes one batch of the log."""

    def __init__(self) -> None:
        super().__init__()
        self.book, self.model, self.second = Book(), Model(), SecondBook()
        self.numbers: dict[AccountId, int] = {}
        self.asked: list[Linked] = []

    @initialize()
    def opens(self) -> None:
        self.ask(OPENING)

    @rule(story=several(4))
    def asks(self, story: list[Linked]) -> None:
        for linked in story:
            self.ask(linked)

    @rule(place=st.integers(0, 1000))
    def asks_again(self, place: int) -> None:
        self.ask(self.asked[place % len(self.asked)])

    def ask(self, linked: Linked) -> None:
        self.asked.append(linked)
        before = dict(self.book.accounts), dict(self.book.transfers), len(self.book.entries)
        operations = operations_of(linked)
        outcome: tuple[Entry, ...] | DomainError
        try:
            outcome = self.book.apply(operations[0]) if len(operations) == 1 else self.book.apply_linked(operations)
        except DomainError as refusal:
            outcome = refusal
        assert answer_of(outcome) == model_answer(self.model, linked)
        if isinstance(outcome, DomainError):
            assert (self.book.accounts, self.book.transfers, len(self.book.entries)) == before
        assert self.book.accounts == model_balances(self.model)
        self.log(before[2])

    def log(self, mark: int) -> None:
        if not (entries := self.book.entries[mark:]):
            return
        new = dict.fromkeys(leg.account for entry in entries for leg in entry.legs if leg.account not in self.numbers)
        opened = {account: len(self.numbers) + place for place, account in enumerate(new, start=1)}
        self.numbers |= opened
        head = self.second.head
        known_at = NOON + timedelta(seconds=head.number)
        batch = batch_after(head, known_at, entries, opened=opened, numbers=self.numbers)
        assert self.second.numbered(batch) is None
        difference, past = self.second.enter(batch)
        assert difference is None
        assert {a: (one.standing, one.closed) for a, one in self.second.balances().items()} == {
            a: (Standing(b.granted, b.held, b.posted, b.overdraft), b.closed) for a, b in self.book.accounts.items()
        }
        for one in past:
            assert one.standing == Standing(*self.model.as_of(one.effective_on, len(self.model.made))[one.account])


AnyBook.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestAnyBook = AnyBook.TestCase
