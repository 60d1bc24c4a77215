"""Kill -9 in the middle of group commits: what was acknowledged is there, once, and the ledger agrees with its log.

20 kills in a usual run; DUALCONTROL_DEEP_TESTS=1 (`make test-deep`) makes 200 of it.
"""

import asyncio
import os
import random
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest
from e2e.support.ledger_writer import CLIENTS, DAY, DSN_VARIABLE, LEVELS, NAME, drill_hold

from kernel.clock import system_clock
from ledger.entries import TransferId
from ledger.group import GroupCommit, LedgerDesk
from ledger.operations import Grant
from ledger.second_book import SecondBook
from ledger.store import LedgerStore, migrations
from ledger.verification import follow, verify
from testkit.postgres import owner_dsn
from testkit.stack import Stack
from testkit.telling import Tell

if TYPE_CHECKING:
    Pool = asyncpg.Pool[asyncpg.Record]

    from ledger.store import Connection

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(3600)]

DEEP = os.environ.get("DUALCONTROL_DEEP_TESTS") == "1"
KILLS = 200 if DEEP else 20
EVERY_SERVER_KILL = 7
"""So often it is the server that is killed, under the writer."""
ENVELOPE = 10**15
SEED = 20261124
ROOT = Path(__file__).resolve().parent.parent


class Drill:
    """One ledger that is written to by one process after another."""

    def __init__(self, dsn: str, server: Stack) -> None:
        self.dsn, self.server = dsn, server
        self.chance = random.Random(SEED)
        self.book = SecondBook()
        self.held = 0
        self.figures: Counter[str] = Counter()

    async def started(self, prefix: str) -> Process:
        """It waits for its line, so that nobody waits for its start."""
        environment = {**os.environ, DSN_VARIABLE: self.dsn}
        module = "e2e.support.ledger_writer"
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, prefix, stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=ROOT, env=environment
        )

    async def killed(self, writer: Process, *, with_server: bool) -> set[int]:
        """Lets it write, kills it at a random moment, and gives what it had been told by then."""
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdin.write(b"\n")
        first = await writer.stdout.readline()
        rest = asyncio.create_task(writer.stdout.read())
        await asyncio.sleep(self.chance.uniform(0, 0.2))
        if with_server:
            await asyncio.to_thread(self.server.kill, "postgres")
            self.figures["kills of the server"] += 1
        assert first, "it ended by itself"
        assert with_server or writer.returncode is None, "it ended by itself"
        with suppress(ProcessLookupError):  # without its server it may be over by now
            writer.kill()
        acknowledged = {int(n) for n in (first + await rest).split()}
        await writer.communicate()
        if with_server:
            await asyncio.to_thread(self.server.start, "postgres")
        return acknowledged

    async def checked(self, prefix: str, acknowledged: set[int]) -> None:
        async with asyncpg.create_pool(self.dsn, min_size=1, max_size=2) as pool, pool.acquire() as connection:
            await until_gone(connection)
            present = await numbers_of(connection, prefix)
            # Each client asks for the next one when it has its answer.
            asked = set(range(len(acknowledged) + CLIENTS))
            assert acknowledged <= present <= asked, f"{prefix}: lost {sorted(acknowledged - present)}"
            await self.asked_again(pool, prefix, present, asked - acknowledged)
            await self.balanced(connection, prefix)
        self.figures["acknowledged"] += len(acknowledged)
        self.figures["written, the answer lost"] += len(present - acknowledged)
        self.figures["kills between writing and answering"] += present > acknowledged

    async def asked_again(self, pool: "Pool", prefix: str, present: set[int], open_: set[int]) -> None:
        """As any client would who had no answer: what is there makes nothing, what is not there is made."""
        group = GroupCommit(LedgerDesk(), pool.acquire, system_clock)
        again = sorted(open_)
        made = await asyncio.gather(*(group.submit([drill_hold(prefix, n)]) for n in again))
        assert [len(entries) for entries in made] == [int(n not in present) for n in again]
        self.figures["asked again"] += len(again)

    async def balanced(self, connection: "Connection", prefix: str) -> None:
        """Every hold counts once at every level, and the log, the entries and the balances agree."""
        holds = [drill_hold(prefix, n) for n in await numbers_of(connection, prefix)]
        self.held += sum(hold.legs[LEVELS[0]] for hold in holds)
        balances = await LedgerStore(connection).balances(LEVELS)
        assert {account: one.held for account, one in balances.items()} == dict.fromkeys(LEVELS, self.held)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            assert await follow(connection, self.book) is None


async def numbers_of(connection: "Connection", prefix: str) -> set[int]:
    """The holds of that prefix; fails when one is there twice."""
    found = await connection.fetch("SELECT transfer_id FROM ledger_entry WHERE transfer_id ^@ $1", f"{prefix}-")
    numbers = [int(row["transfer_id"].removeprefix(f"{prefix}-")) for row in found]
    assert len(numbers) == len(set(numbers))
    return set(numbers)


async def until_gone(connection: "Connection") -> None:
    """A process of the server finishes its statement before it notices that its client is dead."""
    alive = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1"
    async with asyncio.timeout(30):
        while await connection.fetchval(alive, NAME):
            await asyncio.sleep(0.01)


async def open_ledger(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    for file in sorted(migrations().glob("*.sql")):
        await connection.execute(file.read_text(encoding="utf-8"))
    async with connection.transaction():
        store = LedgerStore(connection)
        book = await store.open(LEVELS)
        book.apply(Grant(TransferId("envelopes"), dict.fromkeys(LEVELS, ENVELOPE), DAY))
        await store.save(book, system_clock())
    await connection.close()


async def test_what_was_acknowledged_survives_every_kill_once(
    database: str, postgres_server: Stack, tell: Tell
) -> None:
    # Nothing but the ledger is in it, so its owner works with it.
    database = owner_dsn(database)
    drill = Drill(database, postgres_server)
    await open_ledger(database)

    standby = await drill.started("r0")
    for n in range(KILLS):
        writer, standby = standby, await drill.started(f"r{n + 1}")
        acknowledged = await drill.killed(writer, with_server=n % EVERY_SERVER_KILL == EVERY_SERVER_KILL - 1)
        await drill.checked(f"r{n}", acknowledged)
    standby.kill()
    await standby.communicate()

    connection = await asyncpg.connect(database)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        assert await verify(connection) is None
    await connection.close()
    figures = ", ".join(f"{what} {number}" for what, number in drill.figures.items())
    tell(f"ledger drill: {KILLS} kills, seed {SEED}, nothing lost or doubled: {figures}")
