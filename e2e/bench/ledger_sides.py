"""Holds on one ledger: a bare SQL function beside the ledger's library, one by one and in group commit.

Both sides get the same ids, amounts and number of callers, pools of the same kind, and one loop. What is counted was
acknowledged after its commit, and is looked for in the database afterwards.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import date
from importlib.resources import files
from itertools import count, islice
from typing import Any, Final

from kernel.clock import system_clock
from ledger.accounts import AccountId
from ledger.entries import TransferId
from ledger.group import MEMBERS_MAX, GroupCommit, LedgerDesk
from ledger.operations import Grant, Hold, Operation
from ledger.store import LedgerStore
from servicekit.storage.database import Database, open_database
from servicekit.storage.migrations import migrate
from testkit.postgres import new_secret, owner_dsn, provision

CALLERS: Final = 8
WINDOW: Final = 250
"""Holds that each caller of the group commit has in flight."""
TEN: Final = 10
ENVELOPE: Final = 10**15
DAY: Final = date(2026, 3, 2)

COUNTIES: Final = tuple(f"63{prefecture:02}{county}" for prefecture in range(1, 9) for county in range(21, 27))
HOT: Final = AccountId("630121", "energy_calorific_kgce", "2026")
HOTS: Final = tuple(AccountId(county, HOT.instrument, HOT.period) for county in COUNTIES[:TEN])
TREE: Final = tuple(
    AccountId(owner, instrument, "2026")
    for owner in ("630221", "630200", "630000")
    for instrument in ("energy_calorific_kgce", "carbon_kgco2")
)

BARE_SCHEMA: Final = """
CREATE TABLE bare_account (no integer PRIMARY KEY, granted bigint NOT NULL, held bigint NOT NULL);
CREATE TABLE bare_hold (id text COLLATE "C" PRIMARY KEY, account integer NOT NULL, amount bigint NOT NULL);
CREATE FUNCTION bare_place(hold text, place integer, asked bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO bare_hold VALUES (hold, place, asked) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE bare_account SET held = held + asked WHERE no = place AND granted - held >= asked;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account % cannot cover %', place, asked;
    END IF;
    RETURN true;
END
$$;
"""


class Lost(RuntimeError):
    """What was acknowledged is not what stands in the database."""


def check(what: str, expected: object, found: object) -> None:
    """Raises Lost unless the two are equal."""
    if expected != found:
        raise Lost(f"{what}: {expected} were acknowledged, {found} are there")


def amount_of(number: int) -> int:
    """No two that follow each other ask for the same."""
    return 100 + number * 7_919 % 99_901


def project(number: int, month: str = "2603") -> str:
    """As project codes are spread: in order within the month and the county, the counties in turn."""
    return f"{month}-{COUNTIES[number % len(COUNTIES)]}-04-01-{number:06}"


def hold_id(number: int, month: str = "2603") -> TransferId:
    """As the budget's deductions are called."""
    return TransferId(f"deductions/{project(number, month)}-r1-1")


async def rate(holds: int, work: Awaitable[object]) -> float:
    """Holds a second."""
    began = time.perf_counter()
    await work
    return holds / (time.perf_counter() - began)


async def new_database(admin_dsn: str, name: str) -> str:
    """The DSN of a database for its owner, who is no superuser."""
    return owner_dsn(await asyncio.to_thread(provision, admin_dsn, name, new_secret()))


class Bare:
    """Inserts the id, checks the limit, adds to the account: one call of one function in one transaction."""

    def __init__(self, pool: Database) -> None:
        self._pool = pool
        self._ids = count()
        self._holds = self._amount = 0

    @classmethod
    async def opened(cls, dsn: str) -> "Bare":
        pool = await open_database(dsn, CALLERS)
        await pool.execute(BARE_SCHEMA)
        await pool.execute(
            "INSERT INTO bare_account SELECT no, $1, 0 FROM generate_series(0, $2) AS no", ENVELOPE, TEN - 1
        )
        return cls(pool)

    async def close(self) -> None:
        await self._pool.close()

    async def place(self, holds: int, accounts: int) -> float:
        """Holds a second. Raises Lost."""
        asked = [(hold_id(next(self._ids)), place % accounts, amount_of(place)) for place in range(holds)]
        left = iter(asked)

        async def caller() -> None:
            async with self._pool.acquire() as connection:
                place = await connection.prepare("SELECT bare_place($1, $2, $3)")
                for one in left:
                    await place.fetchval(*one)

        found = await rate(holds, asyncio.gather(*(caller() for _ in range(CALLERS))))
        self._holds += holds
        self._amount += sum(map(amount_of, range(holds)))
        check("bare holds", self._holds, await self._pool.fetchval("SELECT count(*) FROM bare_hold"))
        held = await self._pool.fetchval("SELECT sum(held)::bigint FROM bare_account")
        check("bare amounts", self._amount, held)
        return found


class Library:
    """The ledger's own code on a database of its own."""

    def __init__(self, pool: Database) -> None:
        self.pool = pool
        self._ids = count()
        self._sent: Counter[AccountId] = Counter()

    @classmethod
    async def opened(cls, dsn: str) -> "Library":
        await migrate(dsn, [("ledger", files("ledger") / "migrations")])
        return cls(await open_database(dsn, CALLERS))

    async def close(self) -> None:
        await self.pool.close()

    def group(self, members_max: int = MEMBERS_MAX) -> GroupCommit[Sequence[Operation], Any]:
        return GroupCommit(LedgerDesk(), self.pool.acquire, system_clock, members_max=members_max)

    async def grant(self, accounts: Sequence[AccountId]) -> None:
        group = self.group()
        for account in accounts:
            await group.submit([Grant(TransferId(f"grants/{account}"), {account: ENVELOPE}, DAY, "bench")])

    async def unbatched(self, holds: int, accounts: Sequence[AccountId]) -> float:
        """Holds a second, one transaction each, eight callers. Raises Lost."""
        return await self._place(holds, lambda place: _one_leg(accounts, place), members=1, window=1)

    async def grouped(self, holds: int, accounts: Sequence[AccountId]) -> float:
        """Holds a second of one leg each. Raises Lost."""
        return await self._place(holds, lambda place: _one_leg(accounts, place))

    async def tree(self, holds: int) -> float:
        """Holds a second, each on three levels, energy and carbon linked. Raises Lost."""
        return await self._place(holds, lambda place: dict.fromkeys(TREE, amount_of(place)))

    async def _place(
        self,
        holds: int,
        legs: Callable[[int], Mapping[AccountId, int]],
        members: int = MEMBERS_MAX,
        window: int = WINDOW,
    ) -> float:
        ids = [hold_id(next(self._ids)) for _ in range(holds)]
        asked = ([Hold(id_, legs(place), DAY)] for place, id_ in enumerate(ids))
        found = await rate(holds, in_windows(self.group(members), asked, window))
        for place in range(holds):
            self._sent.update(legs(place))
        await self._check()
        return found

    async def _check(self) -> None:
        async with self.pool.acquire() as connection:
            balances = await LedgerStore(connection).balances(self._sent)
        for account, sent in self._sent.items():
            check(f"held on {account}", sent, balances[account].held)


def _one_leg(accounts: Sequence[AccountId], place: int) -> dict[AccountId, int]:
    return {accounts[place % len(accounts)]: amount_of(place)}


async def in_windows(group: GroupCommit[Any, Any], asked: Iterator[Any], window: int, callers: int = CALLERS) -> None:
    """Each caller submits a window, waits for all of it, and goes on."""

    async def caller() -> None:
        while answers := [group.submit(one) for one in islice(asked, window)]:
            for answer in answers:
                await answer

    await asyncio.gather(*(caller() for _ in range(callers)))
