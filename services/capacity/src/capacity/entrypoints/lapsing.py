"""Runs beside the server: again and again lets those plans lapse whose time is over, a bounded number at a time."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from capacity.application.lapse_plan import lapse_plan
from capacity.application.ports import Work
from capacity.domain.replacement import FilingId
from kernel.clock import Clock, legal_day
from servicekit.rpc.errors import TRANSIENT
from statute.loader import PolicyBundle

log = logging.getLogger(__name__)

BATCH_PLANS_MAX: Final = 100
LOOK_SECONDS: Final = 60
RETRY_SECONDS: Final = 5


class Lapsing:
    """Several processes may run it at once: each plan is looked at under its own lock."""

    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock

    async def run(self) -> None:
        """Goes on until cancelled; the database may come and go meanwhile."""
        looked_anew = False
        while True:
            try:
                if not looked_anew:
                    await self.look_anew()
                    looked_anew = True
                lapsed = await self.lapse_due()
                await asyncio.sleep(0 if lapsed == BATCH_PLANS_MAX else LOOK_SECONDS)
            except TRANSIENT as problem:
                log.warning("plans wait for their lapse: %s: %s", type(problem).__name__, problem)
                await asyncio.sleep(RETRY_SECONDS)

    async def lapse_due(self) -> int:
        """How many lapsed, of at most BATCH_PLANS_MAX."""
        async with self._begin() as work:
            due = await work.plans.to_lapse(legal_day(self._clock()), BATCH_PLANS_MAX)
        return sum([await self._guarded(filing) for filing in due])

    async def look_anew(self) -> None:
        """Days off may have been published since a deadline was computed: the law changes only with a new start."""
        after: FilingId | None = None
        while True:
            async with self._begin() as work:
                page = await work.plans.provisional(after, BATCH_PLANS_MAX)
            for filing in page:
                await self._guarded(filing)
            if len(page) < BATCH_PLANS_MAX:
                return
            after = page[-1]

    async def _guarded(self, filing: FilingId) -> bool:
        """One plan that cannot lapse must not keep the others from it."""
        try:
            return await self._one(filing)
        except TRANSIENT:
            raise
        except Exception:
            log.exception("a plan could not be looked at", extra={"filing": filing})
            return False

    async def _one(self, filing: FilingId) -> bool:
        async with self._begin() as work:
            lapsed = await lapse_plan(filing, work, self._policy, self._clock())
            await work.commit()
        if lapsed:
            log.info("a plan lapsed", extra={"filing": filing})
        return lapsed
