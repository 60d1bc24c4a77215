"""Holds on the ledger beside a bare SQL function, through every door, and on a ledger that has grown.

Everything runs on one PostgreSQL that waits for the disk, in one run; the rounds of all sides alternate, and every
ratio is to the bare function's figure of the same round. Only what was committed counts, and after each measurement
the balances are compared with what was sent.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import asyncpg
import uvloop
from e2e.bench import ledger_growth
from e2e.bench.ledger_growth import Growth
from e2e.bench.ledger_service import CARBON_YEAR, YEAR, BudgetService
from e2e.bench.ledger_sides import HOT, HOTS, TEN, TREE, Bare, Library, new_database
from e2e.bench.report import Bar, Figure, publish

from testkit.services import SERVICES
from testkit.stack import Stack

PARTS: Final = ("library", "service", "growth")
BARE: Final = "bare function, 1 account"
BARS: Final = {
    "unbatched, 1 account": 0.9,
    "group commit, 1 account": 15,
    "group commit, tree of 3 levels x 2": 8,
    "gRPC, batches of 250": 5,
    "command topic": 4,
}
"""How many times the bare function's rate on one account each should reach."""
SLOW_SHARE: Final = 10
"""Sides that commit one by one get a share of the holds of those that commit many."""


@dataclass
class Rates:
    """Holds a second by side, one figure a round."""

    by_side: dict[str, list[float]] = field(default_factory=dict)

    def note(self, side: str, rate: float) -> None:
        self.by_side.setdefault(side, []).append(rate)
        sys.stderr.write(f"  {side}: {rate:,.0f} holds/s\n")

    def ratios(self, side: str) -> list[float]:
        """To the bare function on one account, round by round."""
        return [rate / bare for rate, bare in zip(self.by_side[side], self.by_side[BARE], strict=True)]


@dataclass(frozen=True)
class Options:
    rounds: int
    holds: int
    stored: int
    parts: Sequence[str]


@contextmanager
def bench_stack() -> Iterator[Stack]:
    folder = Path(tempfile.mkdtemp(prefix="dualcontrol-bench-"))
    folder.chmod(0o711)
    stack = Stack(folder, SERVICES)
    try:
        yield stack
    finally:
        stack.reset()
        shutil.rmtree(folder, ignore_errors=True)


async def durable(admin_dsn: str) -> str:
    """The server's settings in words. Ends the process when a commit does not wait for the disk."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        found = {name: await connection.fetchval(f"SHOW {name}") for name in ("fsync", "synchronous_commit")}
        version = await connection.fetchval("SHOW server_version")
    finally:
        await connection.close()
    said = ", ".join(f"{name} {value}" for name, value in found.items())
    if set(found.values()) != {"on"}:
        sys.exit(f"PostgreSQL does not wait for the disk: {said}. Nothing is measured.")
    return f"PostgreSQL {version}, {said}"


async def library_round(bare: Bare, library: Library, rates: Rates, holds: int) -> None:
    few = max(1, holds // SLOW_SHARE)
    rates.note(BARE, await bare.place(few, 1))
    rates.note("unbatched, 1 account", await library.unbatched(few, [HOT]))
    rates.note("group commit, 1 account", await library.grouped(holds, [HOT]))
    rates.note("group commit, tree of 3 levels x 2", await library.tree(holds))
    rates.note(f"bare function, {TEN} accounts", await bare.place(few, TEN))
    rates.note(f"unbatched, {TEN} accounts", await library.unbatched(few, HOTS))
    rates.note(f"group commit, {TEN} accounts", await library.grouped(holds, HOTS))


async def service_round(service: BudgetService, rates: Rates, holds: int) -> None:
    """The process is down at the beginning and at the end, so that it does not weigh on the others."""
    rates.note("command topic", await service.from_topic(holds, YEAR))
    await service.quiet()
    rates.note("gRPC, batches of 250", await service.in_batches(holds, YEAR))
    await service.quiet()
    rates.note("gRPC, batches of 250, carbon too", await service.in_batches(holds, CARBON_YEAR))
    await service.quiet()
    rates.note("gRPC, one a call, 64 in flight", await service.one_by_one(max(1, holds // SLOW_SHARE), YEAR))
    await service.quiet()
    await service.stop()


async def measure_holds(stack: Stack, options: Options) -> Rates:
    rates, admin_dsn = Rates(), stack.postgres_admin_dsn
    bare = await Bare.opened(await new_database(admin_dsn, "bench_bare"))
    library = await Library.opened(await new_database(admin_dsn, "bench_library"))
    await library.grant([*HOTS, *TREE])
    service = await BudgetService.opened(stack) if "service" in options.parts else None
    if service is not None:
        await service.stop()
    for number in range(options.rounds + 1):
        # The first one warms up: plans, caches, files.
        kept, holds = (rates, options.holds) if number else (Rates(), max(1, options.holds // SLOW_SHARE))
        sys.stderr.write(f"round {number} of {options.rounds}\n")
        await library_round(bare, library, kept, holds)
        if service is not None:
            await service_round(service, kept, holds)
    await bare.close()
    await library.close()
    if service is not None:
        await service.close()
    return rates


async def measure_growth(stack: Stack, options: Options) -> Growth:
    admin_dsn = stack.postgres_admin_dsn
    sides = (
        await Library.opened(await new_database(admin_dsn, "bench_empty")),
        await Library.opened(await new_database(admin_dsn, "bench_stored")),
    )
    growth = await ledger_growth.measure(admin_dsn, sides, options.stored, (options.rounds, options.holds))
    for library in sides:
        await library.close()
    return growth


def rate_figures(rates: Rates) -> tuple[list[Figure], list[Bar]]:
    figures = [Figure(side, "holds/s", found) for side, found in rates.by_side.items()]
    figures += [Figure(f"{side} / bare", "ratio", rates.ratios(side)) for side in rates.by_side if side != BARE]
    bars = [
        Bar(f"{side} / bare function", statistics.median(rates.ratios(side)), at_least=least)
        for side, least in BARS.items()
        if side in rates.by_side
    ]
    return figures, bars


async def run(stack: Stack, options: Options) -> None:
    holding = bool({"library", "service"} & set(options.parts))
    servers = ["budget"] if "service" in options.parts else ["postgres"]
    await asyncio.to_thread(stack.up, servers)
    notes = [await durable(stack.postgres_admin_dsn), f"load average at the start {os.getloadavg()[0]:.2f}"]
    figures: list[Figure] = []
    bars: list[Bar] = []
    if holding:
        more_figures, more_bars = rate_figures(await measure_holds(stack, options))
        figures, bars = [*figures, *more_figures], [*bars, *more_bars]
    if "growth" in options.parts:
        growth = await measure_growth(stack, options)
        figures, bars = [*figures, *growth.figures()], [*bars, *growth.bars()]
    publish("ledger", figures, bars, notes)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m e2e.bench.ledger", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of all sides, interleaved (default 5)")
    parser.add_argument("--holds", type=int, default=40_000, help="holds of a measurement (default 40,000)")
    parser.add_argument("--stored", type=int, default=10_000_000, help="entries stored before (default 10,000,000)")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="what is measured (default all)")
    asked = parser.parse_args(arguments)
    with bench_stack() as stack:
        uvloop.run(run(stack, Options(asked.rounds, asked.holds, asked.stored, asked.parts)))


if __name__ == "__main__":
    main()
