"""Whether a hold costs more on a ledger that has been written for ten years than on an empty one.

The stored ledger is made by the ledger's own code: ten years of days under a clock that is put on, every hold in one of
48 counties and in the two levels above it, accounts anew each year, some of it learned up to a month late.
"""

import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Final

import asyncpg
from e2e.bench.ledger_sides import COUNTIES, ENVELOPE, HOT, Library, amount_of, check, hold_id, in_windows
from e2e.bench.report import Bar, Figure

from kernel.regions import RegionCode, lineage
from ledger.accounts import AccountId
from ledger.entries import TransferId
from ledger.group import MEMBERS_MAX, GroupCommit, LedgerDesk
from ledger.operations import Grant, Hold, Operation
from ledger.store import AsOf, LedgerStore

FIRST_DAY: Final = date(2016, 1, 1)
DAYS: Final = 3_650
ENTRIES_OF_A_DAY_MIN: Final = 100
LATE_EVERY: Final = 50
"""One day in so many brings holds that were effective up to LATE_DAYS_MAX days before."""
LATE_DAYS_MAX: Final = 30
LOOKS: Final = 1_000
LOOK_MS: Final = 5
GROWTH_RATIO: Final = 1.10
SEED: Final = 7
MS: Final = 1_000


def accounts_above(county: str, year: int) -> tuple[AccountId, ...]:
    """Of the county, its prefecture and its province."""
    return tuple(AccountId(region, HOT.instrument, str(year)) for region in lineage(RegionCode(county)))


@dataclass
class Years:
    """Ten years of envelopes and holds, and the clock by which they become known: a second a batch."""

    entries: int
    now: datetime = datetime(FIRST_DAY.year, 1, 1, tzinfo=UTC)
    made: int = 0
    amounts: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By county and year."""

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def days(self) -> Iterator[list[Sequence[Operation]]]:
        """What is entered day by day; the clock is put on meanwhile. Few entries come on fewer days."""
        chance, ids, step = random.Random(SEED), count(), max(1, DAYS * ENTRIES_OF_A_DAY_MIN // self.entries)
        each, year = -(-self.entries * step // DAYS), 0
        for place, day in enumerate(FIRST_DAY + timedelta(days=since) for since in range(0, DAYS, step)):
            self.now = max(self.now, datetime(day.year, day.month, day.day, 1, tzinfo=UTC))
            asked, year = [] if day.year == year else _envelopes(day), day.year
            late = min(LATE_DAYS_MAX, day.timetuple().tm_yday - 1) if place % LATE_EVERY == LATE_EVERY - 1 else 0
            for _ in range(min(each, self.entries - self.made) - len(asked)):
                county = COUNTIES[chance.randrange(len(COUNTIES))]
                since = day - timedelta(days=chance.randint(0, late))
                number = next(ids)
                legs = dict.fromkeys(accounts_above(county, day.year), amount_of(number))
                asked.append([Hold(hold_id(number, f"{day:%y%m}"), legs, since)])
                self.amounts[county, day.year] += amount_of(number)
            self.made += len(asked)
            yield asked

    def held(self) -> Counter[AccountId]:
        """What stands on every account in the end."""
        sums: Counter[AccountId] = Counter()
        for (county, year), amount in self.amounts.items():
            for account in accounts_above(county, year):
                sums[account] += amount
        return sums


def _envelopes(day: date) -> list[Sequence[Operation]]:
    accounts = dict.fromkeys(account for county in COUNTIES for account in accounts_above(county, day.year))
    return [[Grant(TransferId(f"grants/{account}"), {account: ENVELOPE}, day, "bench")] for account in accounts]


async def fill(library: Library, entries: int) -> tuple[Years, float]:
    """Writes so many entries in batches of up to a thousand; what was written, and the seconds. Raises Lost."""
    years, began = Years(entries), time.perf_counter()
    group = GroupCommit(LedgerDesk(), library.pool.acquire, years.clock)
    for asked in years.days():
        await in_windows(group, iter(asked), MEMBERS_MAX, callers=2)
    seconds = time.perf_counter() - began
    held = years.held()
    async with library.pool.acquire() as connection:
        balances = await LedgerStore(connection).balances(held)
        check("entries stored", years.made, await connection.fetchval("SELECT count(*) FROM ledger_entry"))
    check("amounts stored", dict(held), {account: standing.held for account, standing in balances.items()})
    return years, seconds


async def settle_down(admin_dsn: str, library: Library) -> None:
    """What the server would do sooner or later for the filling is done now: it is not what is measured."""
    database = await library.pool.fetchval("SELECT current_database()")
    connection = await asyncpg.connect(admin_dsn, database=database)
    try:
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


async def look_back(library: Library, years: Years) -> list[float]:
    """What each of many looks took, in ms, at a random account as of a random day and time. Raises Lost."""
    chance, taken, counties = random.Random(SEED), list[float](), list(years.amounts)
    span = years.now - datetime(FIRST_DAY.year, 1, 1, tzinfo=UTC)
    async with library.pool.acquire() as connection:
        store = LedgerStore(connection)
        for _ in range(LOOKS):
            county, year = chance.choice(counties)
            account = chance.choice(accounts_above(county, year))
            day = date(year, 1, 1) + timedelta(days=chance.randrange(365))
            as_of = AsOf(day, years.now - span * chance.random())
            began = time.perf_counter()
            await store.balances_as_of([account], as_of)
            taken.append((time.perf_counter() - began) * MS)
        for account, held in years.held().most_common(1):
            found = await store.balances_as_of([account], AsOf(FIRST_DAY + timedelta(days=DAYS), years.now))
            check(f"held on {account} in the end", held, found[account].held)
    return taken


async def measure(admin_dsn: str, sides: tuple[Library, Library], entries: int, run: tuple[int, int]) -> "Growth":
    """`sides` are an empty ledger and one to be filled; `run` is rounds, and holds of a round."""
    empty, stored = sides
    rounds, holds = run
    years, seconds = await fill(stored, entries)
    await settle_down(admin_dsn, stored)
    looks = await look_back(stored, years)
    for library in sides:
        await library.grant([HOT])
        await library.grouped(holds, [HOT])
    growth = Growth(entries, seconds, looks)
    for number in range(rounds):
        for library in sides if number % 2 == 0 else reversed(sides):
            (growth.empty if library is empty else growth.stored).append(await library.grouped(holds, [HOT]))
    return growth


@dataclass
class Growth:
    """What was found; rates in holds a second, looks in ms."""

    entries: int
    seconds: float
    looks: list[float]
    empty: list[float] = field(default_factory=list)
    stored: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """How many times an empty ledger's cost a hold costs, round by round."""
        return [empty / stored for empty, stored in zip(self.empty, self.stored, strict=True)]

    def figures(self) -> list[Figure]:
        stored = f"{self.entries:,} entries stored"
        return [
            Figure("group commit, 1 account, empty ledger", "holds/s", self.empty),
            Figure(f"group commit, 1 account, {stored}", "holds/s", self.stored),
            Figure(f"cost of a hold, {stored} / empty", "ratio", self.ratios),
            Figure("balance as of a day and a time", "ms", self.looks),
            Figure(f"filling, {stored}", "s", [self.seconds]),
        ]

    def bars(self) -> list[Bar]:
        return [
            Bar("cost of a hold, stored / empty", statistics.median(self.ratios), at_most=GROWTH_RATIO),
            Bar("balance as of, median in ms", statistics.median(self.looks), at_most=LOOK_MS),
            Bar("balance as of, slowest in ms", max(self.looks), at_most=LOOK_MS),
        ]
