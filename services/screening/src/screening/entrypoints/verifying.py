"""Goes through all decisions that are kept, a page in a transaction, and says what is wrong with them."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from kernel.errors import DomainError
from screening.application.replays.ports import Work, Written
from screening.application.replays.verify import verified
from screening.domain.differences import NOWHERE, Difference, in_order, none_made
from screening.domain.facts import FilingId
from screening.entrypoints.laws import Laws
from statute.loader import PolicyBundle

PAGE_DECISIONS: Final = 500
PAGE_CASES: Final = 1_000
DIFFERENCES_MAX: Final = 100
TURN_DECISIONS: Final = 20
"""After so many others on the same loop get their turn."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What was found since the progress before; `complete` when all was looked at."""

    looked_at: int
    differences: tuple[Difference, ...]
    complete: bool = False


async def verify(begin: Callable[[], Work], laws: Laws) -> AsyncGenerator[Progress, None]:
    """Ends after DIFFERENCES_MAX differences; decisions may be made meanwhile."""
    looked_at, left = 0, DIFFERENCES_MAX
    async with aclosing(_pages(begin, laws)) as pages:
        async for size, found in pages:
            looked_at += size
            shown = tuple(found[:left])
            left -= len(shown)
            yield Progress(looked_at, shown)
            if left == 0:
                return
    yield Progress(looked_at, (), complete=True)


async def _pages(begin: Callable[[], Work], laws: Laws) -> AsyncGenerator[tuple[int, list[Difference]], None]:
    """How many decisions each page had, and what is wrong with it."""
    reached, size = NOWHERE, PAGE_DECISIONS
    while size == PAGE_DECISIONS:
        async with begin() as work:
            page = await work.archive.page(reached, PAGE_DECISIONS)
            facts = await work.archive.facts_of([one.kept for one in page])
        found: list[Difference] = []
        size = len(page)
        for place, (written, known) in enumerate(zip(page, facts, strict=True)):
            law = await _law_of(written, laws)
            found += verified(written, known, law, work.archive, after=reached)
            reached = written.reached
            if place % TURN_DECISIONS == 0:
                await asyncio.sleep(0)
        yield size, found
    yield 0, list(in_order(reached, NOWHERE))
    async for undecided in _undecided(begin):
        yield 0, [none_made(filing) for filing in undecided]


async def _undecided(begin: Callable[[], Work]) -> AsyncGenerator[list[FilingId], None]:
    after: FilingId | None = FilingId("")
    while after is not None:
        async with begin() as work:
            found, after = await work.archive.undecided(after, PAGE_CASES)
        yield list(found)


async def _law_of(written: Written, laws: Laws) -> PolicyBundle | DomainError:
    try:
        return await laws.of(written.kept.bundle_hash)
    except DomainError as refusal:
        return refusal
