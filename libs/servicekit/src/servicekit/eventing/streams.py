"""The Faust app of one service: one agent a topic, acknowledged only after the commit, and a commit watchdog."""

import asyncio
import logging
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import faust
from aiokafka.errors import KafkaConnectionError

from servicekit.eventing.batches import batches
from servicekit.eventing.consumer import Applier, InboxConsumer, Subscription
from servicekit.eventing.dead_letters import DeadLetters, Record
from servicekit.eventing.watchdog import CommitWatchdog
from servicekit.settings import Settings
from servicekit.telemetry.metrics import CONSUMER_LAG

log = logging.getLogger(__name__)

BATCH_EVENTS_MAX = 500
BATCH_WAIT_SECONDS = (0.005, 0.05)
"""How long the first event of a batch waits for others, at least and at most: the latency that every hop adds."""
EXIT_FATAL = 70
WATCH_SECONDS = 5
STOP_SECONDS_MAX = 10
START_DELAY_SECONDS = 1


def fatal(reason: str) -> None:
    """Ends the process at once: what was not acknowledged comes again to the next one."""
    log.critical(reason)
    logging.shutdown()
    os._exit(EXIT_FATAL)


def _record(event: Any) -> Record:
    message = event.message
    headers = message.headers or ()
    pairs = list(headers.items()) if isinstance(headers, dict) else list(headers)
    # Topics are read raw, so what the broker gave is what the event still holds.
    return Record(message.topic, message.partition, message.offset, key=message.key, value=message.value, headers=pairs)


class Streams:
    """Consumes the service's topics until stopped."""

    def __init__(
        self, settings: Settings, group: str, subscriptions: Sequence[Subscription[Any]], begin: Callable[[], Any]
    ) -> None:
        self._settings = settings
        self._group = group
        self._subscriptions = subscriptions
        self._begin = begin
        # Faust insists on a folder, though nothing of ours is in it.
        self._folder = tempfile.TemporaryDirectory(prefix="dualcontrol-")
        self._together = Applier(begin)
        self._broker = settings.broker
        self._dead_letters = DeadLetters(self._broker, group)
        self._app: Any = None
        self._watchdog: asyncio.Task[None] | None = None
        self._busy = 0
        self._acknowledged: dict[tuple[str, int], int] = {}
        self._last_batch = time.monotonic()

    async def start(self) -> None:
        """Returns when the agents have their partitions; waits for the broker as long as it takes."""
        while True:
            self._app = self._build()
            try:
                await self._app.start()
                break
            except KafkaConnectionError as problem:
                log.warning("the broker does not answer yet: %s", problem)
                await self._app.stop()
                await asyncio.sleep(START_DELAY_SECONDS)
        while not self.ready:  # noqa: ASYNC110  # Faust tells of it by a property only
            await asyncio.sleep(0.05)
        self._watchdog = asyncio.create_task(self._watch())

    @property
    def ready(self) -> bool:
        return bool(self._app.state == "running" and not self._app.rebalancing)

    async def stop(self) -> None:
        """Commits and leaves the group. With the broker away Faust would hang, so the wait has an end."""
        if self._watchdog is not None:
            self._watchdog.cancel()
        try:
            async with asyncio.timeout(STOP_SECONDS_MAX):
                await self._app.stop()
                await self._dead_letters.stop()
        except TimeoutError:
            log.warning("the consumer did not stop in time; what was not committed comes again")
        finally:
            self._folder.cleanup()

    def _build(self) -> Any:
        session = self._settings.consumer_session_seconds
        app = faust.App(
            self._group,
            broker=[f"kafka://{address}" for address in self._broker.bootstrap.split(",")],
            broker_credentials=self._broker.credentials(),
            datadir=self._folder.name,
            store="memory://",
            key_serializer="raw",
            value_serializer="raw",
            topic_allow_declare=False,
            topic_disable_leader=True,
            consumer_auto_offset_reset="earliest",
            broker_session_timeout=session,
            broker_heartbeat_interval=max(1, session // 3),
            broker_rebalance_timeout=30,
            broker_request_timeout=max(30, session),
            producer_request_timeout=30,
            broker_commit_interval=1,
            web_enabled=False,
        )
        for subscription in self._subscriptions:
            self._add_agent(app, subscription)
        return app

    def _add_agent(self, app: Any, subscription: Subscription[Any]) -> None:
        topic = app.topic(
            subscription.topic, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
        )
        shared = self._together if subscription.together else None
        consumer = InboxConsumer(subscription, self._begin, self._dead_letters, shared)

        async def take(stream: Any) -> None:
            gathered = batches(stream, events_max=BATCH_EVENTS_MAX, wait_seconds=BATCH_WAIT_SECONDS)
            async with aclosing(gathered):
                async for events in gathered:
                    await self._apply(events, consumer, subscription.topic)
                    for event in events:
                        await stream.ack(event)
                        self._acknowledged[event.message.topic, event.message.partition] = event.message.offset

        # One topic, one agent, one at a time: more would let a commit pass an event in flight.
        app.agent(topic, name=f"{self._group}.{subscription.topic}", concurrency=1)(take)

    async def _apply(self, events: Sequence[Any], consumer: InboxConsumer[Any], topic: str) -> None:
        self._busy += 1
        try:
            await consumer.apply([_record(event) for event in events])
        except Exception:  # nothing may escape into Faust, which would go on
            log.exception("a batch could neither be applied nor set aside")
            fatal(f"the consumer of {topic} cannot go on")
        finally:
            self._busy -= 1
            self._last_batch = time.monotonic()

    async def _watch(self) -> None:
        watchdog = CommitWatchdog()
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            idle = self.ready and not self._busy and time.monotonic() - self._last_batch > WATCH_SECONDS
            # Faust has no public way to ask for it. What it calls read it also sets by a seek, before anything is read.
            committed = dict(self._app.consumer._committed_offset)  # noqa: SLF001
            ours = {tuple(partition) for partition in self._app.consumer.assignment()}
            self._show_lag(committed)
            done = {partition: offset for partition, offset in self._acknowledged.items() if partition in ours}
            if stuck := watchdog.stuck(done, committed, idle=idle):
                fatal(f"commits are stuck behind what was acknowledged: {stuck}")

    def _show_lag(self, committed: Mapping[Any, int | None]) -> None:
        lags = dict.fromkeys((subscription.topic for subscription in self._subscriptions), 0)
        for partition in self._app.consumer.assignment():
            # What the broker said with the last answer; none yet after a rebalance.
            end = self._app.consumer.highwater(partition)
            lags[partition.topic] += max(0, (end or 0) - (committed.get(partition) or 0))
        for topic, lag in lags.items():
            CONSUMER_LAG.labels(topic).set(lag)
