"""Keeps the law in force before anything that decides under it begins."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from screening.application.replays.keep_law import KeepLaw
from screening.application.replays.ports import Work
from servicekit.rpc.errors import TRANSIENT

log = logging.getLogger(__name__)

RETRY_SECONDS: Final = 1.0


async def keep_then(run: Callable[[], Awaitable[None]], keep_law: KeepLaw, begin: Callable[[], Work]) -> None:
    """The database may come and go meanwhile."""
    while True:
        try:
            async with begin() as work:
                await keep_law(work)
                await work.commit()
            break
        except TRANSIENT as problem:
            log.warning("the law is not kept yet: %s: %s", type(problem).__name__, problem)
            await asyncio.sleep(RETRY_SECONDS)
    await run()
