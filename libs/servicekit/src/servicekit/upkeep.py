"""What a process does for itself while it runs: certificates are read again, and operators see how it fares."""

import asyncio
import logging
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version

from aiokafka.errors import KafkaError

from servicekit.certificates import TlsFiles
from servicekit.eventing.broker import Broker
from servicekit.eventing.dead_letters import replaying, waiting
from servicekit.telemetry.metrics import BUILD, CALENDAR_END, DEAD_LETTERS_WAITING
from statute.bundle import PolicyBundle

log = logging.getLogger(__name__)

SECONDS = 30
DISTRIBUTION = "dualcontrol-servicekit"


def show_what_runs(service: str, policy: PolicyBundle) -> None:
    """Tells Prometheus the version, the law, and until when working days are published in it."""
    BUILD.labels(service, version(DISTRIBUTION), policy.bundle_hash).set(1)
    if years := policy.calendar.years:
        CALENDAR_END.set(datetime(max(years) + 1, 1, 1, tzinfo=UTC).timestamp())


@dataclass
class Upkeep:
    """Of one process; `topics` are those whose dead letters it answers for."""

    service: str
    broker: Broker
    files: Sequence[TlsFiles]
    topics: Sequence[str] = ()
    _seen: tuple[int, ...] = field(default=(), init=False)

    async def run(self) -> None:
        """Goes on until cancelled. What fails is told, and tried again."""
        while True:
            self._certificates()
            try:
                async with asyncio.timeout(SECONDS):
                    await self._dead_letters()
            except (KafkaError, TimeoutError) as problem:
                log.warning("dead letters cannot be counted: %s: %s", type(problem).__name__, problem)
            await asyncio.sleep(SECONDS)

    def _certificates(self) -> None:
        try:
            changed = tuple(when for one in self.files for when in one.changed())
            if changed == self._seen:
                return
            for one in self.files:
                one.show_expiry()
            self.broker.renew()
            self._seen = changed
        except (OSError, ssl.SSLError, ValueError) as problem:
            log.warning("certificates cannot be read again: %s", problem)

    async def _dead_letters(self) -> None:
        if not self.topics:
            return
        consumer = self.broker.consumer(replaying(self.service))
        await consumer.start()
        try:
            for topic in self.topics:
                DEAD_LETTERS_WAITING.labels(topic).set(await waiting(consumer, topic, self.service))
        finally:
            await consumer.stop()
