"""Events of several topics in one transaction: who comes while one is under way shares the next, in order."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self, cast

import pytest

from dualcontrol.filing.v1.filing_events_pb2 import FilingAccepted
from kernel.clock import system_clock
from servicekit.eventing.consumer import Applier, InboxConsumer, Subscription
from servicekit.eventing.dead_letters import DeadLetters, Record
from servicekit.eventing.envelope import Envelope, headers_of
from servicekit.eventing.outbox import type_on

ONE, OTHER = "dualcontrol.one.events.v1", "dualcontrol.other.events.v1"


class Book:
    """What was committed, transaction by transaction."""

    def __init__(self) -> None:
        self.transactions: list[list[str]] = []
        self.looked_ahead: list[list[str]] = []
        self.set_aside: list[str] = []
        self.open = asyncio.Event()
        self.open.set()

    async def put(self, record: Record, _error: BaseException, _attempts: int) -> None:
        assert record.key is not None
        self.set_aside.append(record.key.decode())


class Work:
    def __init__(self, book: Book) -> None:
        self.book = book
        self.taken: list[str] = []
        self.inbox = self

    async def accept(self, events: Sequence[Envelope]) -> list[Envelope]:
        return list(events)

    async def __aenter__(self) -> Self:
        await self.book.open.wait()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def commit(self) -> None:
        self.book.transactions.append(self.taken)


async def take(message: FilingAccepted, work: Any) -> None:
    if message.filing == "poison":
        raise ArithmeticError(message.filing)
    work.taken.append(message.filing)


async def look(messages: Sequence[FilingAccepted], work: Any) -> None:
    work.book.looked_ahead.append([one.filing for one in messages])


def record(topic: str, name: str) -> Record:
    message = FilingAccepted(filing=name)
    envelope = Envelope(name, "/t", type_on(topic, message), name, message.SerializeToString())
    headers = headers_of(envelope, system_clock())
    return Record(topic, 0, 0, key=name.encode(), value=envelope.value, headers=headers)


def consumers(book: Book) -> tuple[InboxConsumer[Any], InboxConsumer[Any]]:
    applier: Applier[Any] = Applier(lambda: Work(book))
    made = [
        InboxConsumer(
            Subscription[Any].of(topic, {FilingAccepted: take}, ahead=look, together=True),
            lambda: Work(book),
            cast("DeadLetters", book),
            applier,
        )
        for topic in (ONE, OTHER)
    ]
    return made[0], made[1]


async def test_who_comes_while_a_transaction_is_under_way_shares_the_next_one() -> None:
    book = Book()
    one, other = consumers(book)
    book.open.clear()
    first = asyncio.create_task(one.apply([record(ONE, "a")]))
    await asyncio.sleep(0.001)

    later = asyncio.gather(other.apply([record(OTHER, "b"), record(OTHER, "c")]), one.apply([record(ONE, "d")]))
    await asyncio.sleep(0.001)
    book.open.set()
    await asyncio.gather(first, later)

    assert book.transactions == [["a"], ["b", "c", "d"]]
    assert book.looked_ahead == [["a"], ["b", "c"], ["d"]]


async def test_poison_of_one_topic_is_set_aside_and_the_events_of_the_others_are_applied() -> None:
    book = Book()
    one, other = consumers(book)

    await asyncio.gather(one.apply([record(ONE, "a"), record(ONE, "poison")]), other.apply([record(OTHER, "b")]))

    assert sorted(name for names in book.transactions for name in names) == ["a", "b"]
    assert book.set_aside == ["poison"]


async def test_a_consumer_that_is_stopped_keeps_nobody_waiting() -> None:
    book = Book()
    one, other = consumers(book)
    book.open.clear()
    stopped = asyncio.create_task(one.apply([record(ONE, "a")]))
    stays = asyncio.create_task(other.apply([record(OTHER, "b")]))
    await asyncio.sleep(0.001)

    stopped.cancel()
    book.open.set()
    await asyncio.wait_for(stays, 1)

    assert [name for names in book.transactions for name in names] == ["a", "b"]


async def test_what_cannot_even_be_set_aside_is_heard_by_everybody_who_shared_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book = Book()
    one, other = consumers(book)

    async def fails(*_: object) -> None:
        raise RuntimeError("too many")

    monkeypatch.setattr(book, "put", fails)
    book.open.clear()
    applying = [
        asyncio.create_task(one.apply([record(ONE, "poison")])),
        asyncio.create_task(other.apply([record(OTHER, "b")])),
    ]
    await asyncio.sleep(0.001)
    book.open.set()

    assert [type(found) for found in await asyncio.gather(*applying, return_exceptions=True)] == [RuntimeError] * 2
