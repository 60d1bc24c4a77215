"""The events of a Faust stream in batches, none of them acknowledged.

Faust's own `noack_take` looks every few milliseconds whether anything has come, on every topic and for ever. This one
sleeps until something comes.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import Any

WAIT_BY_WORK = 2
"""The first event of a batch waits for others so many times as long as the last batch took, within bounds.

So an idle machine answers at once, and a busy one spares itself transactions: it takes more in each.
"""


async def batches(
    stream: Any, *, events_max: int, wait_seconds: tuple[float, float]
) -> AsyncGenerator[list[Any], None]:
    """Batches of at most `events_max`; the least and the longest time for which the first event waits for others.

    While a batch is being applied the next one gathers. The caller acknowledges each event when its effects are
    committed. Raises what the stream raises.
    """
    # As `noack_take` does: the stream would acknowledge an event as soon as the next one is asked for.
    stream.enable_acks = False
    shortest, longest = wait_seconds
    wait = shortest
    gathering: list[Any] = []
    arrived, room = asyncio.Event(), asyncio.Event()

    async def gather() -> None:
        try:
            async for event in stream.events():
                gathering.append(event)
                arrived.set()
                if len(gathering) >= events_max:
                    room.clear()
                    await room.wait()
        finally:
            arrived.set()

    gatherer = asyncio.create_task(gather())
    try:
        while True:
            await arrived.wait()
            if len(gathering) < events_max and not gatherer.done():
                await asyncio.sleep(wait)
            arrived.clear()
            ended = gatherer.done()
            batch = gathering[:]
            gathering.clear()
            room.set()
            if batch:
                began = time.monotonic()
                yield batch
                wait = min(max(WAIT_BY_WORK * (time.monotonic() - began), shortest), longest)
            if ended:
                gatherer.result()
                return
    finally:
        gatherer.cancel()
        await asyncio.gather(gatherer, return_exceptions=True)
