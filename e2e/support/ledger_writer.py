"""A process that takes holds without a pause and says which of them are acknowledged, until it is killed.

`python -m e2e.support.ledger_writer PREFIX` waits for a line on its input, and writes one id a line.
"""

import asyncio
import os
import sys
from datetime import date
from itertools import count

import asyncpg

from kernel.clock import system_clock
from ledger.accounts import AccountId
from ledger.entries import TransferId
from ledger.group import GroupCommit, LedgerDesk
from ledger.operations import Hold

DAY = date(2026, 3, 1)
LEVELS = [AccountId(region, "energy_kgce", "2026") for region in ("630000", "630100", "630121")]
CLIENTS = 64
NAME = "ledger-drill"
"""By which the server knows its connections."""
DSN_VARIABLE = "DUALCONTROL_DRILL_DSN"


def drill_hold(prefix: str, n: int) -> Hold:
    return Hold(TransferId(f"{prefix}-{n}"), dict.fromkeys(LEVELS, 1 + n % 7), DAY)


async def main(prefix: str) -> None:
    settings = {"application_name": NAME}
    async with asyncpg.create_pool(os.environ[DSN_VARIABLE], min_size=1, max_size=2, server_settings=settings) as pool:
        group = GroupCommit(LedgerDesk(), pool.acquire, system_clock)
        numbers = count()

        async def client() -> None:
            for n in numbers:
                await group.submit([drill_hold(prefix, n)])
                os.write(1, f"{n}\n".encode())

        await asyncio.gather(*(client() for _ in range(CLIENTS)))


if __name__ == "__main__":
    sys.stdin.readline()
    asyncio.run(main(sys.argv[1]))
