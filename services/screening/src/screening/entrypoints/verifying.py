"""Goes through all decisions that are kept, a page in a transaction, and says what is wrong with them."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from kernel.errors import DomainError
from screening.application.replays.ports import Archive, Work, Written
from screening.application.replays.verify import verified
from screening.domain.differences import NOWHERE, Difference, Reached, in_order, none_made
from screening.domain.facts import FactVersion, FilingId
from screening.domain.replaying import AnyFact
from screening.entrypoints.laws import Laws
from statute.loader import PolicyBundle

PAGE_DECISIONS: Final = 100
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
    """How many decisions each page had, and what is wrong with it. The next page is read meanwhile."""
    reached = NOWHERE
    reading = asyncio.create_task(_read(begin, reached))
    try:
        while page := await reading:
            reading = asyncio.create_task(_read(begin, page[-1].written.reached))
            found: list[Difference] = []
            for place, one in enumerate(page):
                law = await _law_of(one.written, laws)
                found += verified(one.written, one.facts, law, one.archive, after=reached)
                reached = one.written.reached
                if place % TURN_DECISIONS == 0:
                    await asyncio.sleep(0)
            yield len(page), found
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    yield 0, list(in_order(reached, NOWHERE))
    async for undecided in _undecided(begin):
        yield 0, [none_made(filing) for filing in undecided]


@dataclass(frozen=True, slots=True)
class _Read:
    written: Written
    facts: Mapping[FactVersion, AnyFact]
    archive: Archive


async def _read(begin: Callable[[], Work], after: Reached) -> list[_Read]:
    """The decisions that follow, each with its facts; none at the end."""
    async with begin() as work:
        await work.acting_on(None)
        page = await work.archive.page(after, PAGE_DECISIONS)
        facts = await work.archive.facts_of([one.kept for one in page])
        return [_Read(one, known, work.archive) for one, known in zip(page, facts, strict=True)]


async def _undecided(begin: Callable[[], Work]) -> AsyncGenerator[list[FilingId], None]:
    after: FilingId | None = FilingId("")
    while after is not None:
        async with begin() as work:
            await work.acting_on(None)
            found, after = await work.archive.undecided(after, PAGE_CASES)
        yield list(found)


async def _law_of(written: Written, laws: Laws) -> PolicyBundle | DomainError:
    try:
        return await laws.of(written.kept.bundle_hash)
    except DomainError as refusal:
        return refusal
