"""Runs beside the server: goes through what has to be screened again, a page at a time."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from kernel.clock import Clock
from screening.application.ports import Work
from screening.application.sweep import PAGE_CASES, lapse_overrides, sweep_for_policy, sweep_page
from servicekit.rpc.errors import TRANSIENT
from servicekit.storage.bell import Bell, within
from statute.loader import PolicyBundle

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 5.0
"""A ring may be missed, and overrides end without one."""
RETRY_SECONDS: Final = 1.0


class Sweeping:
    """Several processes may run it at once: one of them goes through a page at a time."""

    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, bell: Bell) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock
        self._bell = bell

    async def run(self) -> None:
        """Goes on until cancelled; the database may come and go meanwhile."""
        policy_added = False
        while True:
            ring = self._bell.next_ring()
            try:
                if not policy_added:
                    await self._for_policy()
                    policy_added = True
                await self.sweep()
                while await self._lapse() == PAGE_CASES:
                    pass
            except TRANSIENT as problem:
                log.warning("cases wait to be screened again: %s: %s", type(problem).__name__, problem)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            await within(ring, LOOK_SECONDS)

    async def sweep(self) -> int:
        """Until nothing is left; how many pages there were."""
        pages = 0
        while await self._page():
            pages += 1
        return pages

    async def _page(self) -> bool:
        async with self._begin() as work:
            found = await sweep_page(work, self._policy, at=self._clock())
            await work.commit()
        return found

    async def _for_policy(self) -> None:
        async with self._begin() as work:
            await sweep_for_policy(work, self._policy, at=self._clock())
            await work.commit()

    async def _lapse(self) -> int:
        async with self._begin() as work:
            count = await lapse_overrides(work, self._policy, at=self._clock())
            await work.commit()
        return count
