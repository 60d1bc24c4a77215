"""Shows how many cases wait for a fact longer than is normal, for the alarm."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from kernel.clock import Clock
from screening.application.waiting.lists import stuck_since
from screening.application.waiting.ports import Work
from servicekit.rpc.errors import TRANSIENT
from servicekit.telemetry.metrics import STUCK_CASES
from statute.loader import PolicyBundle

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 15.0


class StuckAlarm:
    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock

    async def run(self) -> None:
        """Goes on until cancelled; the database may come and go meanwhile."""
        while True:
            try:
                STUCK_CASES.set(await self.count())
            except TRANSIENT as problem:
                log.warning("nobody counts the stuck cases for the moment: %s: %s", type(problem).__name__, problem)
            await asyncio.sleep(LOOK_SECONDS)

    async def count(self) -> int:
        async with self._begin() as work:
            return await work.stuck.count(stuck_since(self._policy, self._clock()))
