"""Lets reservations and offers lapse on their day."""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from budget.application.commands import Expire
from budget.application.desk import Ticket
from budget.application.periods.trade import EXPIRED_MAX, expire_trades
from budget.application.ports import Work
from budget.domain.reservation import HOLDS, deduction_of_hold
from kernel.clock import Clock, legal_day
from servicekit.rpc.errors import TRANSIENT

if TYPE_CHECKING:
    from budget.application.periods.ports import Work as PeriodsWork

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0


class Expiry:
    def __init__(self, begin: Callable[[], Work], begin_periods: "Callable[[], PeriodsWork]", clock: Clock) -> None:
        self._begin = begin
        self._begin_periods = begin_periods
        self._clock = clock

    async def run(self) -> None:
        """Goes on until cancelled; the database may come and go meanwhile."""
        while True:
            try:
                while EXPIRED_MAX in (await self.deductions(), await self.trades()):
                    pass
            except TRANSIENT as problem:
                log.warning("nothing lapses for the moment: %s: %s", type(problem).__name__, problem)
            await asyncio.sleep(LOOK_SECONDS)

    async def deductions(self) -> int:
        """How many lapsed. The last day of a hold is the day before its `expires_on`."""
        async with self._begin() as work:
            due = await work.ledger.due(legal_day(self._clock()), EXPIRED_MAX, HOLDS)
            for hold in due:
                if (deduction := deduction_of_hold(hold)) is not None:
                    work.submit(Ticket(Expire(deduction)))
            await work.commit()
        return len(due)

    async def trades(self) -> int:
        """How many offers lapsed."""
        async with self._begin_periods() as work:
            ended = await expire_trades(work, self._clock())
            await work.commit()
        return len(ended)
