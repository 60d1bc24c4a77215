"""Runs beside the server: under another law evaluates every filing again, a bounded number at a time."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from review.application.evaluate_again import differs, evaluate_again
from review.application.ports import KeptReview, Work
from review.domain.review import FilingId
from servicekit.rpc.errors import TRANSIENT
from statute.loader import PolicyBundle

log = logging.getLogger(__name__)

BATCH_REVIEWS_MAX: Final = 100
LOOK_SECONDS: Final = 60
"""How often it is looked for filings that a process under another law evaluated meanwhile."""
RETRY_SECONDS: Final = 5
START: Final = (date.min, "")


class Sweeping:
    """In the order of application, then of ids. How far it is stands with the reviews, so a kill changes nothing.

    Several processes may run it at once: one works, and each review is looked at once under each law.
    """

    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle) -> None:
        self._begin = begin
        self._policy = policy
        self._after = START

    async def run(self) -> None:
        """Goes on until cancelled; the database may come and go meanwhile."""
        while True:
            try:
                changed = await self.sweep()
            except TRANSIENT as problem:
                log.warning("the filings wait to be evaluated again: %s: %s", type(problem).__name__, problem)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            if changed:
                log.info("filings were evaluated again", extra={"changed": changed})
            await asyncio.sleep(LOOK_SECONDS)

    async def sweep(self) -> int:
        """To the end, once: how many became a new version. What failed is looked at again the next time."""
        self._after, changed = START, 0
        while (found := await self._batch()) is not None:
            changed += found
        return changed

    async def _batch(self) -> int | None:
        """None at the end, and while another process sweeps."""
        async with self._begin() as guard:
            if not await guard.reviews.try_sweep():
                return None
            page = await guard.reviews.behind(self._policy.bundle_hash, self._after, BATCH_REVIEWS_MAX)
            if not page:
                return None
            changed = await self._apply(page)
            self._after = (page[-1].application_date, page[-1].filing)
            await guard.commit()
        return changed

    async def _apply(self, page: Sequence[KeptReview]) -> int:
        same: list[KeptReview] = []
        other: list[KeptReview] = []
        for kept in page:
            try:
                (other if differs(kept, self._policy) else same).append(kept)
            except Exception:
                log.exception("a filing could not be evaluated again", extra={"filing": kept.filing})
            # An evaluation is short, a batch of them is not: calls come between.
            await asyncio.sleep(0)
        async with self._begin() as work:
            await work.reviews.mark(same, self._policy.bundle_hash)
            await work.commit()
        return sum([await self._again(kept.filing) for kept in other])

    async def _again(self, filing: FilingId) -> bool:
        async with self._begin() as work:
            review = await evaluate_again(filing, work, self._policy)
            await work.commit()
        return review is not None
