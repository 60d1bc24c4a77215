"""Runs beside the server: evaluates again what a lot, a step or the law may have changed, some at a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from time import monotonic
from typing import Final

from capacity.application.again_ports import KeptReplacement
from capacity.application.evaluate_again import evaluate_again
from capacity.application.looking import sight_of
from capacity.application.ports import Work
from capacity.domain.replacement import FilingId
from capacity.domain.signature import signature
from kernel.clock import Clock, legal_day
from servicekit.rpc.errors import TRANSIENT
from statute.loader import PolicyBundle

log = logging.getLogger(__name__)

BATCH_FILINGS_MAX: Final = 50
LOOK_SECONDS: Final = 0.5
SWEEP_SECONDS: Final = 60
"""How often it is looked for filings that a process under another law evaluated meanwhile."""
RETRY_SECONDS: Final = 5
START: Final = (date.min, "")


class Reevaluating:
    """In the order of application, then of ids. What is still to do stands in the database, so a kill changes nothing.

    Several processes may run it at once: one of them works.
    """

    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock
        self._after = START
        self._failed: set[FilingId] = set()
        """Left out until the next sweep: they must not keep the others from it."""

    async def run(self) -> None:
        """Goes on until cancelled; the database may come and go meanwhile."""
        swept = -float(SWEEP_SECONDS)
        while True:
            try:
                if monotonic() - swept >= SWEEP_SECONDS:
                    self._failed.clear()
                    await self.sweep()
                    swept = monotonic()
                await self.work_off()
                await asyncio.sleep(LOOK_SECONDS)
            except TRANSIENT as problem:
                log.warning("filings wait to be evaluated again: %s: %s", type(problem).__name__, problem)
                await asyncio.sleep(RETRY_SECONDS)

    async def work_off(self) -> int:
        """Everything that waits for a cause; how many filings."""
        return await self._all(self._caused)

    async def sweep(self) -> int:
        """Everything that was not looked at under this law; how many filings differ."""
        self._after = START
        return await self._all(self._under_law)

    async def _all(self, batch: Callable[[Work], Awaitable[int | None]]) -> int:
        """Batch by batch, until one is empty or another process works."""
        done = 0
        while True:
            async with self._begin() as guard:
                found = await batch(guard) if await guard.kept.try_sweep() else None
            if found is None:
                return done
            done += found

    async def _caused(self, guard: Work) -> int | None:
        filings = await guard.reevaluations.next(BATCH_FILINGS_MAX, self._failed)
        if not filings:
            return None
        for filing in filings:
            await self._guarded(filing, self._for_cause)
        return len(filings)

    async def _under_law(self, guard: Work) -> int | None:
        page = await guard.kept.behind(self._policy.bundle_hash, self._after, BATCH_FILINGS_MAX)
        if not page:
            return None
        self._after = (page[-1].application_date, page[-1].filing)
        differing = await self._differing(page, guard)
        return sum([await self._guarded(filing, self._for_law) for filing in differing])

    async def _differing(self, page: Sequence[KeptReplacement], guard: Work) -> list[FilingId]:
        sight, on = await sight_of(page, guard), legal_day(self._clock())
        same, other = [], []
        for kept in page:
            try:
                decided = sight.decided(kept, self._policy, on)
            except Exception:
                log.exception("a filing could not be evaluated again", extra={"filing": kept.filing})
                continue
            if signature(decided.evaluation) == kept.signature:
                same.append((kept.filing, kept.known.version))
            else:
                other.append(kept.filing)
            # An evaluation is short, a batch of them is not: calls come between.
            await asyncio.sleep(0)
        async with self._begin() as work:
            await work.kept.mark(same, self._policy.bundle_hash)
            await work.commit()
        return other

    async def _for_cause(self, filing: FilingId, work: Work) -> bool:
        if not await work.reevaluations.take(filing):
            return False
        return await evaluate_again(filing, work, self._policy, self._clock())

    async def _for_law(self, filing: FilingId, work: Work) -> bool:
        return await evaluate_again(filing, work, self._policy, self._clock(), words_count=False)

    async def _guarded(self, filing: FilingId, act: Callable[[FilingId, Work], Awaitable[bool]]) -> bool:
        """One filing that cannot be evaluated must not keep the others from it."""
        try:
            async with self._begin() as work:
                differs = await act(filing, work)
                await work.commit()
        except TRANSIENT:
            raise
        except Exception:
            log.exception("a filing could not be evaluated again", extra={"filing": filing})
            self._failed.add(filing)
            return False
        return differs
