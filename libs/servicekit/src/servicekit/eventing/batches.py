"""The events of a Faust stream in batches, none of them acknowledged.

Faust's own `noack_take` looks every few milliseconds whether anything has come, on every topic and for ever. This one
sleeps until something comes.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any


async def batches(stream: Any, *, events_max: int, wait_seconds: float) -> AsyncGenerator[list[Any], None]:
    """Whoever comes first waits `wait_seconds` for company; while a batch is being applied the next one gathers.

    The caller acknowledges each event when its effects are committed. Raises what the stream raises.
    """
    # As `noack_take` does: the stream would acknowledge an event as soon as the next one is asked for.
    stream.enable_acks = False
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
                await asyncio.sleep(wait_seconds)
            arrived.clear()
            ended = gatherer.done()
            batch = gathering[:]
            gathering.clear()
            room.set()
            if batch:
                yield batch
            if ended:
                gatherer.result()
                return
    finally:
        gatherer.cancel()
        await asyncio.gather(gatherer, return_exceptions=True)
