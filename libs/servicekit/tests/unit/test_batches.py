"""Batches of a stream: nothing is acknowledged, left behind or waited for without end."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from servicekit.eventing.batches import batches

ENOUGH = 1.0


class Lines:
    """A stream that gives what is put into it, until None is."""

    def __init__(self) -> None:
        self.enable_acks = True
        self.queue: asyncio.Queue[int | Exception | None] = asyncio.Queue()

    def put(self, *events: int | Exception | None) -> None:
        for event in events:
            self.queue.put_nowait(event)

    async def events(self) -> AsyncIterator[int]:
        while (event := await self.queue.get()) is not None:
            if isinstance(event, Exception):
                raise event
            yield event


async def test_what_came_together_is_one_batch_and_what_comes_later_another() -> None:
    lines = Lines()
    taken = batches(lines, events_max=10, wait_seconds=(0, 0))
    lines.put(1, 2, 3)
    first = await asyncio.wait_for(anext(taken), ENOUGH)

    lines.put(4, None)

    assert first == [1, 2, 3]
    assert [batch async for batch in taken] == [[4]]
    assert not lines.enable_acks


async def test_the_first_one_waits_for_company_only_so_long() -> None:
    lines = Lines()
    taken = batches(lines, events_max=10, wait_seconds=(0.05, 0.05))
    asyncio.get_running_loop().call_later(0.01, lines.put, 2)
    lines.put(1)

    batch = await asyncio.wait_for(anext(taken), ENOUGH)
    await taken.aclose()

    assert batch == [1, 2]


async def test_a_batch_is_never_larger_than_its_bound_and_none_is_lost_at_it() -> None:
    lines = Lines()
    lines.put(*range(25), None)

    sizes = []
    seen: list[int] = []
    async for batch in batches(lines, events_max=10, wait_seconds=(0, 0)):
        sizes.append(len(batch))
        seen += batch
        await asyncio.sleep(0.001)

    assert seen == list(range(25))
    assert max(sizes) == 10


async def test_while_a_batch_is_applied_the_next_one_gathers() -> None:
    lines = Lines()
    taken = batches(lines, events_max=10, wait_seconds=(0, 0))
    lines.put(1)
    await anext(taken)

    lines.put(2, 3)
    await asyncio.sleep(0.001)

    assert lines.queue.empty()
    assert await asyncio.wait_for(anext(taken), ENOUGH) == [2, 3]
    await taken.aclose()


async def test_an_error_of_the_stream_comes_after_what_was_before_it() -> None:
    lines = Lines()
    lines.put(1, OSError("the broker is away"))
    taken = batches(lines, events_max=10, wait_seconds=(0.001, 0.001))

    first = await asyncio.wait_for(anext(taken), ENOUGH)

    assert first == [1]
    with pytest.raises(OSError, match="the broker is away"):
        await asyncio.wait_for(anext(taken), ENOUGH)


async def test_who_is_stopped_while_waiting_leaves_no_task_behind() -> None:
    lines = Lines()

    async def take() -> None:
        await anext(batches(lines, events_max=10, wait_seconds=(0, 0)))

    waiting = asyncio.create_task(take())
    await asyncio.sleep(0.001)

    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await asyncio.sleep(0)

    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_after_a_batch_that_took_long_the_next_one_waits_longer_but_not_without_bound() -> None:
    lines = Lines()
    taken = batches(lines, events_max=10, wait_seconds=(0, 0.2))
    lines.put(1)
    await anext(taken)
    await asyncio.sleep(0.1)
    loop = asyncio.get_running_loop()
    began = loop.time()
    loop.call_later(0.1, lines.put, 3)
    lines.put(2)

    batch = await asyncio.wait_for(anext(taken), ENOUGH)
    await taken.aclose()

    assert batch == [2, 3]
    assert loop.time() - began >= 0.19
