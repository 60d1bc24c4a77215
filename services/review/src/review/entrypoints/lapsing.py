"""Runs beside the server: again and again lets those opinions lapse whose time is over, a bounded number at a time."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from kernel.clock import Clock, legal_day
from review.application.opinions.lapse import lapse_opinion
from review.application.opinions.ports import OpinionKey
from review.application.ports import Work
from servicekit.rpc.errors import TRANSIENT

log = logging.getLogger(__name__)

BATCH_OPINIONS_MAX: Final = 100
LOOK_SECONDS: Final = 60
RETRY_SECONDS: Final = 5


class Lapsing:
    """Several processes may run it at once: each opinion is looked at under its filing's lock."""

    def __init__(self, begin: Callable[[], Work], clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    async def run(self) -> None:
        """Goes on until cancelled; the database may come and go meanwhile."""
        while True:
            try:
                lapsed = await self.lapse_due()
                await asyncio.sleep(0 if lapsed == BATCH_OPINIONS_MAX else LOOK_SECONDS)
            except TRANSIENT as problem:
                log.warning("opinions wait for their lapse: %s: %s", type(problem).__name__, problem)
                await asyncio.sleep(RETRY_SECONDS)

    async def lapse_due(self) -> int:
        """How many lapsed, of at most BATCH_OPINIONS_MAX."""
        async with self._begin() as work:
            due = await work.opinions.due(legal_day(self._clock()), BATCH_OPINIONS_MAX)
        return sum([await self._guarded(key) for key in due])

    async def _guarded(self, key: OpinionKey) -> bool:
        """One opinion that cannot lapse must not keep the others from it."""
        try:
            return await self._one(key)
        except TRANSIENT:
            raise
        except Exception:
            log.exception("an opinion could not be looked at", extra={"filing": key.filing, "number": key.number})
            return False

    async def _one(self, key: OpinionKey) -> bool:
        async with self._begin() as work:
            lapsed = await lapse_opinion(key, work, on=legal_day(self._clock()))
            await work.commit()
        if lapsed:
            log.info("an opinion lapsed", extra={"filing": key.filing, "number": key.number})
        return lapsed
