"""Group commit: those who come while a batch is being written share the next one.

Nobody waits for company: a batch takes who is there. While one is being written the next one is decided already, by
what the first will leave; when the first fails, so does it, and both are decided anew. So one waits for the batches
that are under way and for one's own; MEMBERS_MAX bounds each.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

import asyncpg

from kernel.clock import Clock
from kernel.errors import DomainError
from ledger import statements
from ledger.accounts import AccountId
from ledger.book import Book
from ledger.decisions import Entries, accounts_of
from ledger.entries import TransferId
from ledger.operations import Expire, Operation, Post, Reverse, Void
from ledger.refusals import LedgerBusy
from ledger.store import LedgerStore, LoadedBook, Prepared, prepare

if TYPE_CHECKING:
    from ledger.store import Connection

MEMBERS_MAX: Final = 1_000
"""Members of one batch: one of a thousand takes some 20 to 50 ms."""
ATTEMPTS_MAX: Final = 3
"""With the ledger locked: only records beside it can still be in the way."""
WAITING_MAX: Final = 50_000
"""Members that wait: some two seconds of work at full speed."""
REMEMBERED_ACCOUNTS_MAX: Final = 20_000

RESOLVING: Final = (Post, Void, Expire, Reverse)
"""Operations on a transfer that was begun before, or by one that is linked with them."""

OUTPACED: Final = (asyncpg.SerializationError, asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError)
"""Somebody else has written meanwhile, or wrote the same before."""

Asked = TypeVar("Asked")
Asked_contra = TypeVar("Asked_contra", contravariant=True)
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Touched:
    """What a decision looks at: accounts, transfers it would begin, and transfers begun before."""

    accounts: AbstractSet[AccountId] = frozenset()
    begun: AbstractSet[TransferId] = frozenset()
    known: AbstractSet[TransferId] = frozenset()


class Desk(Protocol[Asked_contra, Answer]):
    """What is decided about, and what it keeps beside the ledger."""

    @property
    def keeps(self) -> bool:
        """Whether anything is kept beside the ledger; else `load` and `save` are never called."""

    def touches(self, asked: Sequence[Asked_contra]) -> Touched: ...

    async def load(self, connection: "Connection", asked: Sequence[Asked_contra]) -> Any:
        """What the decisions look at beside the ledger, in the batch's transaction."""

    def decide(self, asked: Asked_contra, book: Book, loaded: Any) -> Answer:
        """Applies to the book what it decides. A DomainError is this one's answer alone, and applies nothing."""

    async def save(self, connection: "Connection", answers: Sequence[Answer], loaded: Any) -> None:
        """Writes what was decided beside the ledger, in the batch's transaction."""

    @property
    def statement(self) -> str:
        """Writes a whole batch by itself: its first parameters are those of `statements.WRITE`, then come the records.

        It fails with one of OUTPACED when anything that is begun was heard of before.
        """

    def unheard(self) -> Any:
        """What is loaded for decisions that only begin what nobody has heard of."""

    def records(self, loaded: Any) -> Sequence[Any]:
        """What is kept beside the ledger of such decisions, for `statement`."""


class LedgerDesk:
    """Asked for operations that are linked; keeps nothing beside the ledger, and answers with their entries."""

    keeps: Final = False

    def touches(self, asked: Sequence[Sequence[Operation]]) -> Touched:
        operations = [operation for linked in asked for operation in linked]
        known = {operation.id for operation in operations if isinstance(operation, RESOLVING)}
        return Touched(accounts_of(operations), {operation.id for operation in operations} - known, known)

    async def load(self, connection: "Connection", asked: Sequence[Sequence[Operation]]) -> None:
        """Nothing."""

    def decide(self, asked: Sequence[Operation], book: Book, _loaded: None) -> Entries:
        return book.apply(asked[0]) if len(asked) == 1 else book.apply_linked(asked)

    async def save(self, connection: "Connection", answers: Sequence[Entries], loaded: None) -> None:
        """Nothing."""

    statement: Final = statements.WRITE

    def unheard(self) -> None:
        """Nothing."""

    def records(self, _loaded: None) -> Sequence[Any]:
        return ()


@dataclass(slots=True)
class _Member(Generic[Asked, Answer]):
    asked: Asked
    answer: "asyncio.Future[Answer]"


@dataclass(slots=True)
class _Ahead(Generic[Asked, Answer]):
    """A batch that was decided before the one in front of it is written."""

    members: list[_Member[Asked, Answer]]
    answers: list[Answer | DomainError]
    prepared: Prepared
    records: Sequence[Any]
    sending: "asyncio.Future[str] | None" = None


class _Undecided(Exception):
    """Who of a batch could not be decided about at all, and why. The book may be half changed.

    Never leaves this module.
    """

    def __init__(self, place: int, problem: Exception) -> None:
        super().__init__(place)
        self.place, self.problem = place, problem


class GroupCommit(Generic[Asked, Answer]):
    """Belongs to one event loop. A batch is one transaction: it is there with all its members, or not at all.

    `connect` gives a connection that no one else uses meanwhile.
    """

    def __init__(
        self,
        desk: Desk[Asked, Answer],
        connect: Callable[[], "AbstractAsyncContextManager[Connection]"],
        clock: Clock,
        *,
        members_max: int = MEMBERS_MAX,
    ) -> None:
        self._desk = desk
        self._connect = connect
        self._clock = clock
        self._members_max = members_max
        self._waiting: deque[_Member[Asked, Answer]] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._remembered: LoadedBook | None = None

    def submit(self, asked: Asked) -> "asyncio.Future[Answer]":
        """The answer, once it is committed; raises what `decide` raised, or why the batch was not written.

        Raises LedgerBusy at once when too many wait already.
        """
        if len(self._waiting) >= WAITING_MAX:
            raise LedgerBusy(len(self._waiting))
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Member(asked, answer))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        return answer

    async def _write_all(self) -> None:
        try:
            async with self._connect() as connection:
                ahead: _Ahead[Asked, Answer] | None = None
                while ahead is not None or self._waiting:
                    members = self._take() if ahead is None else ahead.members
                    try:
                        ahead = await self._write(connection, members, ahead)
                    except BaseException as problem:
                        self._fail(members, problem)
                        raise
        except Exception as problem:  # noqa: BLE001  # whoever waits has to learn of it, whatever it is
            self._fail(list(self._waiting), problem)
            self._waiting.clear()
        finally:
            # Some may have come while the connection was given back; who was cancelled waits no more.
            left = any(not member.answer.done() for member in self._waiting)
            self._writer = asyncio.create_task(self._write_all()) if left else None

    def _take(self) -> list[_Member[Asked, Answer]]:
        taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._members_max))]
        return [member for member in taken if not member.answer.done()]

    async def _write(
        self,
        connection: "Connection",
        members: list[_Member[Asked, Answer]],
        ahead: "_Ahead[Asked, Answer] | None",
    ) -> "_Ahead[Asked, Answer] | None":
        """Writes what was prepared ahead, or decides and writes the members; gives what was prepared meanwhile."""
        following: _Ahead[Asked, Answer] | None = None
        try:
            if ahead is not None:
                answers: list[Answer | DomainError] | None = ahead.answers
                following = await self._send(connection, ahead)
            else:
                answers = await self._guess(connection, [member.asked for member in members])
        except (*OUTPACED, _Undecided):
            answers = None
        if answers is None:
            answers = await self._decide_with_care(connection, members)
        _tell(members, answers)
        return following or self._prepare()

    async def _send(self, connection: "Connection", ahead: "_Ahead[Asked, Answer]") -> "_Ahead[Asked, Answer] | None":
        """What follows is prepared while this is being written, and is on its way before anybody is told of this.

        When this fails, nothing that follows is left.
        """
        sending = ahead.sending or self._started(connection, ahead)
        await asyncio.sleep(0)  # it is on its way, and those who were told of the one before it may ask again
        following = self._prepare()
        try:
            await sending
        except BaseException:
            if following is not None:
                self._waiting.extendleft(reversed(following.members))
            raise
        if following is not None:
            following.sending = self._started(connection, following)
        return following

    def _started(self, connection: "Connection", ahead: "_Ahead[Asked, Answer]") -> "asyncio.Future[str]":
        """One statement, so that it runs on while the next batch is being decided."""
        arguments = (*ahead.prepared.arguments, *ahead.records)
        return asyncio.ensure_future(connection.execute(self._desk.statement, *arguments))

    def _prepare(self) -> "_Ahead[Asked, Answer] | None":
        """Decides those who wait by what is remembered; None when one has to look into the database for that."""
        book = self._remembered
        if book is None or not self._waiting:
            return None
        members = self._take()
        asked = [member.asked for member in members]
        touched = self._desk.touches(asked)
        if not touched.known and touched.accounts <= book.accounts.keys():
            # Whatever goes wrong here goes wrong again, and is told, when they are decided with care.
            with suppress(Exception):
                loaded = self._desk.unheard()
                answers = _decided(self._desk, asked, book, loaded)
                if book.entries and not any(isinstance(answer, DomainError) for answer in answers):
                    prepared = prepare(book.written, book.entries, self._clock())
                    book.continued(prepared.written)
                    return _Ahead(members, answers, prepared, self._desk.records(loaded))
            self._remembered = None
        self._waiting.extendleft(reversed(members))
        return None

    async def _guess(self, connection: "Connection", asked: Sequence[Asked]) -> list[Answer | DomainError] | None:
        """The answers; None when they rest on what is remembered alone, so that one has to look again."""
        if not self._desk.keeps:
            return await self._guess_within(connection, asked)
        async with connection.transaction():
            return await self._guess_within(connection, asked)

    async def _guess_within(
        self, connection: "Connection", asked: Sequence[Asked]
    ) -> list[Answer | DomainError] | None:
        store, book = LedgerStore(connection), await self._book(connection, asked)
        # Until it is written nothing of it is to be relied on.
        self._remembered = None
        loaded = await self._desk.load(connection, asked) if self._desk.keeps else None
        answers = _decided(self._desk, asked, book, loaded)
        # A refusal, and a repetition, must not rest on what may be out of date. What is written cannot: it would fail.
        if not book.entries or any(isinstance(answer, DomainError) for answer in answers):
            return None
        if self._desk.keeps:
            await self._desk.save(connection, _given(answers), loaded)
        book.continued(await store.write(book.written, book.entries, self._clock()))
        self._remembered = book if len(book.accounts) < REMEMBERED_ACCOUNTS_MAX else None
        return answers

    async def _book(self, connection: "Connection", asked: Sequence[Asked]) -> LoadedBook:
        store, touched = LedgerStore(connection), self._desk.touches(asked)
        if self._remembered is None:
            return await store.load(touched.accounts, touched.known)
        new = touched.accounts - self._remembered.accounts.keys()
        if new or touched.known:
            self._remembered.learn(await store.load(new, touched.known))
        return self._remembered

    async def _decide_with_care(
        self, connection: "Connection", members: list[_Member[Asked, Answer]]
    ) -> list[Answer | DomainError]:
        """With the ledger locked; tried again when somebody else's own records were in the way.

        What should never be asked fails whoever asked it, and takes him from the members: the others go on.
        """
        self._remembered = None
        attempts = 0
        while True:
            try:
                async with connection.transaction():
                    return await _settle(self._desk, connection, [member.asked for member in members], self._clock())
            except _Undecided as broken:
                self._fail([members.pop(broken.place)], broken.problem)
            except OUTPACED:
                attempts += 1
                if attempts == ATTEMPTS_MAX:
                    raise

    def _fail(self, members: Iterable[_Member[Asked, Answer]], problem: BaseException) -> None:
        self._remembered = None
        for member in members:
            if not member.answer.done():
                member.answer.set_exception(problem)


async def settle(
    desk: Desk[Asked, Answer], connection: "Connection", asked: Sequence[Asked], known_at: datetime
) -> list[Answer | DomainError]:
    """Decides all in the caller's transaction, in their order, as one batch; the ledger is locked until it ends."""
    try:
        return await _settle(desk, connection, asked, known_at)
    except _Undecided as broken:
        raise broken.problem from None


async def _settle(
    desk: Desk[Asked, Answer], connection: "Connection", asked: Sequence[Asked], known_at: datetime
) -> list[Answer | DomainError]:
    store, touched = LedgerStore(connection), desk.touches(asked)
    book = await store.open(touched.accounts, touched.begun | touched.known)
    loaded = await desk.load(connection, asked) if desk.keeps else None
    answers = _decided(desk, asked, book, loaded)
    if desk.keeps:
        await desk.save(connection, _given(answers), loaded)
    await store.save(book, known_at)
    return answers


def _decided(desk: Desk[Asked, Answer], asked: Sequence[Asked], book: Book, loaded: Any) -> list[Answer | DomainError]:
    answers: list[Answer | DomainError] = []
    for place, one in enumerate(asked):
        try:
            answers.append(desk.decide(one, book, loaded))
        except DomainError as refusal:
            answers.append(refusal)
        except Exception as problem:
            raise _Undecided(place, problem) from problem
    return answers


def _given(answers: Iterable[Answer | DomainError]) -> list[Answer]:
    return [answer for answer in answers if not isinstance(answer, DomainError)]


def _tell(members: Sequence[_Member[Asked, Answer]], answers: Sequence[Answer | DomainError]) -> None:
    for member, answer in zip(members, answers, strict=True):
        if member.answer.done():
            continue
        if isinstance(answer, DomainError):
            member.answer.set_exception(answer)
        else:
            member.answer.set_result(answer)
