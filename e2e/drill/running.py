"""What a drill runs on: Kafka, PostgreSQL, the budget and screening, and when they have nothing left to do."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import asyncpg
from e2e.drill.broker import left_to_consume

from servicekit.eventing.topics import (
    BUDGET_COMMANDS,
    BUDGET_EVENTS,
    CAPACITY_EVENTS,
    FILING_EVENTS,
    REVIEW_EVENTS,
    TARGETS_EVENTS,
)
from testkit.postgres import owner_dsn
from testkit.services import service_spec
from testkit.stack import Stack

GROUPS: Final = {
    "screening": (FILING_EVENTS, REVIEW_EVENTS, CAPACITY_EVENTS, BUDGET_EVENTS, TARGETS_EVENTS),
    "budget": (BUDGET_COMMANDS,),
}
"""What each service of the drill consumes."""
QUIET_LOOKS: Final = 3
LOOK_SECONDS: Final = 1.0
STALLED_SECONDS_MAX: Final = 300
"""Without any progress for so long the drill fails."""


@contextmanager
def drill_stack(services: Sequence[str] = ("budget", "screening")) -> Iterator[Stack]:
    """Only what the drill is about: the others' events are its inputs."""
    folder = Path(tempfile.mkdtemp(prefix="dualcontrol-drill-"))
    # mkdtemp closes it to others; PostgreSQL, which runs as `nobody` when we are root, has to pass.
    folder.chmod(0o711)
    stack = Stack(folder, [service_spec(name) for name in services])
    try:
        stack.up()
        yield stack
    finally:
        stack.reset()
        shutil.rmtree(folder, ignore_errors=True)


class Running:
    """A stack of the drill: its databases, and what is still to be done in it. `groups` are who consumes what."""

    def __init__(self, stack: Stack, groups: Mapping[str, Sequence[str]] = GROUPS) -> None:
        self.stack = stack
        self._groups = groups

    async def until_quiet(self) -> None:
        quiet, last, moved = 0, None, time.perf_counter()
        while quiet < QUIET_LOOKS:
            await asyncio.sleep(LOOK_SECONDS)
            for row in self.stack.status():
                if row.state == "dead":
                    await asyncio.to_thread(self.stack.start, row.name)
            state = await self.open_work()
            quiet = quiet + 1 if not any(state) else 0
            if state != last:
                last, moved = state, time.perf_counter()
            assert time.perf_counter() - moved < STALLED_SECONDS_MAX, f"nothing moves any more: {state}"

    async def open_work(self) -> tuple[int, ...]:
        """What is not consumed, not published, and not screened again."""
        left = await left_to_consume(self.stack.kafka_bootstrap, self._groups)
        counts = [
            *[await self.count(service, "SELECT count(*) FROM outbox") for service in self._groups],
            await self.count("screening", "SELECT count(*) FROM sweep WHERE NOT done"),
            await self.count("screening", "SELECT count(*) FROM screening_case WHERE waiting_for <> ''"),
        ]
        return left, *counts

    async def fetch(self, service: str, query: str, *arguments: Any) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(owner_dsn(self.stack.dsn(service)))
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def count(self, service: str, query: str) -> int:
        return int((await self.fetch(service, query))[0][0])
