"""The inbox consumer: thin Faust agents around one transaction a batch."""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Self, TypeVar

from google.protobuf.message import DecodeError, Message
from opentelemetry.trace import SpanKind

from servicekit.eventing.dead_letters import Ceiling, DeadLetters, Record
from servicekit.eventing.envelope import Envelope, Malformed, envelope_of
from servicekit.eventing.outbox import type_on
from servicekit.rpc.errors import TRANSIENT
from servicekit.storage.transaction import Transaction
from servicekit.telemetry.metrics import BATCH_SECONDS, EVENTS_CONSUMED
from servicekit.telemetry.tracing import TRACEPARENT, span

log = logging.getLogger(__name__)

RETRY_DELAY_SECONDS_MAX = 5.0
ATTEMPTS_ALONE_MAX = 3
EVENTS_TOGETHER_MAX = 500
"""No further topic's batch joins a transaction that has so many."""

Work = TypeVar("Work", bound=Transaction)


@dataclass(frozen=True)
class Route(Generic[Work]):
    """One event type: its message, and the use case that takes it within the batch's transaction."""

    message: type[Message]
    handle: Callable[[Any, Work], Awaitable[None]]


@dataclass(frozen=True)
class Subscription(Generic[Work]):
    """One topic. A type that is neither routed nor ignored is set aside: a newer sender must not be lost silently."""

    topic: str
    routes: Mapping[str, Route[Work]]
    ignored: frozenset[str] = field(default_factory=frozenset)
    ahead: Callable[[Sequence[Any], Work], Awaitable[None]] | None = None
    """Called with a batch's messages before the first is handled: to lock and load in one go what all of them touch.

    They are not checked yet, so it must take what it finds in them with care, and raise for none.
    """
    together: bool = False
    """Whether its events share a transaction with those of the service's other such topics that come at the time."""

    @classmethod
    def of(
        cls,
        topic: str,
        handlers: Mapping[type[Message], Callable[[Any, Work], Awaitable[None]]],
        ignored: Iterable[type[Message]] = (),
        *,
        ahead: Callable[[Sequence[Any], Work], Awaitable[None]] | None = None,
        together: bool = False,
    ) -> Self:
        """Takes and ignores messages by the types that they have on the topic."""
        routes = {type_on(topic, message): Route(message, take) for message, take in handlers.items()}
        return cls(topic, routes, frozenset(type_on(topic, message) for message in ignored), ahead, together)


class InboxConsumer(Generic[Work]):
    """Takes batches of one topic: decodes them, has them applied, and sets aside what cannot be."""

    def __init__(
        self,
        subscription: Subscription[Work],
        begin: Callable[[], Work],
        dead_letters: DeadLetters,
        applier: "Applier[Work] | None" = None,
    ) -> None:
        """`applier` is shared by the topics whose events are applied together; without one they are applied alone."""
        self.subscription = subscription
        self._applier = applier or Applier(begin)
        self._dead_letters = dead_letters
        self._ceiling = Ceiling()

    async def apply(self, records: Sequence[Record]) -> None:
        """Returns when every record is applied or set aside. Retries what is transient for as long as it takes.

        Raises TooManyDeadLetters; the process must end then, with nothing of the batch acknowledged.
        """
        decoded = [made for record in records if (made := await self._decode(record)) is not None]
        wanted = [made for made in decoded if made.message is not None]
        if wanted:
            began = time.perf_counter()
            await self._applier.apply(wanted)
            BATCH_SECONDS.labels(self.subscription.topic).observe(time.perf_counter() - began)
        for made in decoded:
            self._count("ignored" if made.message is None else "applied", dead=False)

    def _count(self, result: str, *, dead: bool) -> None:
        EVENTS_CONSUMED.labels(self.subscription.topic, result).inc()
        self._ceiling.count(dead=dead)

    async def _decode(self, record: Record) -> "_Decoded[Work] | None":
        try:
            envelope = envelope_of(record.topic, record.key, record.value, record.headers)
            message = self._message(envelope)
        except (Malformed, DecodeError) as poison:
            await self.set_aside(record, poison, attempts=1)
            return None
        return _Decoded(self, record, envelope, message)

    def _message(self, envelope: Envelope) -> Message | None:
        """None for a type that this service ignores. Raises Malformed for one that it does not know."""
        if envelope.type in self.subscription.ignored:
            return None
        route = self.subscription.routes.get(envelope.type)
        if route is None:
            raise Malformed(f"events of type {envelope.type!r} are not known here")
        return route.message.FromString(envelope.value)

    async def set_aside(self, record: Record, error: BaseException, attempts: int) -> None:
        await self._dead_letters.put(record, error, attempts)
        self._count("dead", dead=True)


@dataclass(frozen=True, slots=True)
class _Decoded(Generic[Work]):
    consumer: InboxConsumer[Work]
    record: Record
    envelope: Envelope
    message: Message | None  # None: a type that this service ignores


_Batch = Sequence[_Decoded[Work]]


class Applier(Generic[Work]):
    """Applies events: inbox rows, states and outbox rows in one transaction.

    Of several topics those that come while a transaction is under way share the next one. What one topic has brought
    stays in its order.
    """

    def __init__(self, begin: Callable[[], Work]) -> None:
        self._begin = begin
        self._waiting: deque[tuple[_Batch[Work], asyncio.Future[None]]] = deque()
        self._working: asyncio.Task[None] | None = None

    async def apply(self, batch: "_Batch[Work]") -> None:
        """As InboxConsumer.apply."""
        applied: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((batch, applied))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        await applied

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._apply_next()
        finally:
            self._working = None

    async def _apply_next(self) -> None:
        sharing, events = [], list[_Decoded[Work]]()
        while self._waiting and len(events) < EVENTS_TOGETHER_MAX:
            batch, applied = self._waiting.popleft()
            sharing.append(applied)
            events += batch
        problem: Exception | None = None
        try:
            await self._apply(events)
        except Exception as raised:  # noqa: BLE001  # everybody who shares it hears of it
            problem = raised
        # Who was stopped meanwhile does not hear of it; what it brought comes again, and the inbox knows it.
        for applied in (one for one in sharing if not one.done()):
            if problem is None:
                applied.set_result(None)
            else:
                applied.set_exception(problem)

    async def _apply(self, batch: "_Batch[Work]") -> None:
        try:
            await self._patiently(batch)
        except Exception as problem:  # noqa: BLE001  # whatever one event raises, the others must go on
            if len(batch) > 1:
                log.warning("a batch failed and is applied event by event: %s", problem)
            for made in batch:
                await self._apply_alone(made)

    async def _apply_alone(self, made: "_Decoded[Work]") -> None:
        for attempt in range(1, ATTEMPTS_ALONE_MAX + 1):
            try:
                await self._patiently([made])
            except Exception as poison:
                if attempt < ATTEMPTS_ALONE_MAX:
                    continue
                log.exception("an event cannot be applied", extra={"type": made.envelope.type})
                await made.consumer.set_aside(made.record, poison, attempt)
            return

    async def _patiently(self, batch: "_Batch[Work]") -> None:
        delay = 0.05
        while True:
            try:
                return await self._transact(batch)
            except TRANSIENT as problem:
                log.warning("storage is away, the batch waits: %s: %s", type(problem).__name__, problem)
                await asyncio.sleep(delay * (0.5 + random.random()))  # noqa: S311  # jitter, no secret
                delay = min(delay * 2, RETRY_DELAY_SECONDS_MAX)

    async def _transact(self, batch: "_Batch[Work]") -> None:
        by_id = {(made.envelope.source, made.envelope.id): made for made in batch}
        async with self._begin() as work:
            accepted = await work.inbox.accept([made.envelope for made in batch])
            fresh = [by_id[envelope.source, envelope.id] for envelope in accepted]
            await self._look_ahead(fresh, work)
            for made in fresh:
                await self._handle(made, work)
            await work.commit()

    async def _look_ahead(self, fresh: "_Batch[Work]", work: Work) -> None:
        for consumer in dict.fromkeys(made.consumer for made in fresh):
            if (ahead := consumer.subscription.ahead) is not None:
                await ahead([made.message for made in fresh if made.consumer is consumer], work)

    async def _handle(self, made: "_Decoded[Work]", work: Work) -> None:
        assert made.message is not None
        envelope = made.envelope
        route = made.consumer.subscription.routes[envelope.type]
        with span(
            f"consume {envelope.type}",
            SpanKind.CONSUMER,
            {TRACEPARENT: envelope.traceparent},
            {"messaging.destination.name": envelope.topic, "messaging.kafka.message.key": envelope.key},
        ):
            await route.handle(made.message, work)
