"""Everything in PostgreSQL is lost in the middle of work and brought back: what is gone, and how long it took."""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from e2e.bench.report import Bar, Figure, publish
from e2e.conftest import grant_envelopes
from e2e.drill.disasters import Backups, Disaster, Dumps, Log
from e2e.drill.running import Running, drill_stack
from e2e.support.dossiers import project_code, submission

from client.connections import FILE_OF_TOKEN
from dualcontrol.filing.v1 import filing_service_pb2_grpc as rpc
from servicekit.eventing.topics import (
    BUDGET_COMMANDS,
    BUDGET_EVENTS,
    CAPACITY_EVENTS,
    FILING_EVENTS,
    REVIEW_EVENTS,
    SCREENING_EVENTS,
    TARGETS_EVENTS,
    TARGETS_READINGS,
)
from testkit.calling import channel
from testkit.services import NAMES
from testkit.stack import Stack

GROUPS: Final = {
    "review": (FILING_EVENTS, SCREENING_EVENTS),
    "capacity": (FILING_EVENTS, REVIEW_EVENTS),
    "budget": (BUDGET_COMMANDS,),
    "targets": (BUDGET_EVENTS, TARGETS_READINGS),
    "screening": (FILING_EVENTS, REVIEW_EVENTS, CAPACITY_EVENTS, BUDGET_EVENTS, TARGETS_EVENTS),
}
"""Who consumes what on the whole platform."""
SENDERS: Final = 2
PAUSE_SECONDS: Final = 0.1
"""Of each sender between two filings: the drill is about the loss, not about the load."""
CALL_SECONDS_MAX: Final = 30
VERIFY_SECONDS_MAX: Final = 300
WAYS: Final[Mapping[str, Callable[[Stack, Backups], Disaster]]] = {"dumps": Dumps, "log": Log}


class Load:
    """Files project after project until stopped; when each was answered."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._next = 1
        self._stopped = False
        self.answered: dict[int, float] = {}

    async def until_answered(self, count: int) -> None:
        while len(self.answered) < count:
            await asyncio.sleep(0.05)

    async def run(self) -> None:
        async with channel(self._stack, "filing") as to_filing:
            stub: rpc.FilingServiceAsyncStub = rpc.FilingServiceStub(to_filing)
            await asyncio.gather(*(self._send(stub) for _ in range(SENDERS)))

    async def _send(self, stub: "rpc.FilingServiceAsyncStub") -> None:
        while not self._stopped:
            number, self._next = self._next, self._next + 1
            await stub.SubmitFiling(submission(number, salt="restore"), timeout=CALL_SECONDS_MAX)
            self.answered[number] = time.time()
            await asyncio.sleep(PAUSE_SECONDS)

    def stop(self) -> None:
        self._stopped = True


async def again(stack: Stack, numbers: list[int]) -> None:
    """Sends the same requests once more, as whoever filed them would."""
    async with channel(stack, "filing") as to_filing:
        stub: rpc.FilingServiceAsyncStub = rpc.FilingServiceStub(to_filing)
        for number in numbers:
            await stub.SubmitFiling(submission(number, salt="restore"), timeout=CALL_SECONDS_MAX, wait_for_ready=True)


@dataclass
class Found:
    """What was seen at the end. Empty lists are what is hoped for."""

    way: str
    filed: int = 0
    kept: int = 0
    """Filings that are there after the restore."""
    on_their_way: int = 0
    lost: int = 0
    held_seconds: float = 0
    data_loss_seconds: float = 0
    """From the moment to the loss."""
    restore_seconds: float = 0
    """Until every service answers."""
    settled_seconds: float = 0
    """Until nothing is left to do."""
    forgotten: list[str] = field(default_factory=list)
    """Answered before the moment and not there, or gone without being named."""
    undecided: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    held: int = 0
    """So many checks of `dualcontrol verify` held at the end."""
    verified: list[str] = field(default_factory=list)
    """What it found broken, or did not reach."""

    @property
    def good(self) -> bool:
        return (
            not (self.forgotten or self.undecided or self.doubled or self.verified) and self.kept > 0 and self.held > 0
        )


class Drill:
    def __init__(self, running: Running, backups: Backups, disaster: Disaster) -> None:
        self._running = running
        self._stack = running.stack
        self._backups = backups
        self._disaster = disaster
        self._load = Load(running.stack)
        self.found = Found(disaster.name)

    async def run(self, filings: int) -> Found:
        await asyncio.to_thread(self._disaster.prepare)
        grant_envelopes(self._stack)
        working = asyncio.create_task(self._load.run())
        await self._load.until_answered(filings)
        _say(await asyncio.to_thread(self._disaster.keep))
        await self._load.until_answered(len(self._load.answered) + filings)
        # So that what is in flight at the loss is of every kind, the work goes on until the processes are gone.
        await asyncio.to_thread(self._kill_all)
        lost_at = time.time()
        self._load.stop()
        await asyncio.gather(working, return_exceptions=True)
        await asyncio.to_thread(self._disaster.destroy)
        moment = self._moment()
        self.found.data_loss_seconds = lost_at - moment
        await self._bring_back()
        await self._look(moment)
        await self._file_again()
        return self.found

    def _kill_all(self) -> None:
        for service in NAMES:
            self._stack.kill(service)

    def _backup(self) -> Path:
        return max(self._backups.folder.iterdir())

    def _moment(self) -> float:
        said = json.loads((self._backup() / "manifest.json").read_text("utf-8"))
        self.found.on_their_way, self.found.held_seconds = said["events"], said["held_seconds"]
        return datetime.fromisoformat(said["time"]).astimezone(UTC).timestamp()

    async def _bring_back(self) -> None:
        began = time.perf_counter()
        _say(await asyncio.to_thread(self._disaster.bring_back))
        await asyncio.to_thread(self._stack.up)
        self.found.restore_seconds = time.perf_counter() - began
        await self._quiet()
        self.found.settled_seconds = time.perf_counter() - began

    async def _quiet(self) -> None:
        while await self._running.count("filing", "SELECT count(*) FROM outbox"):
            await asyncio.sleep(0.2)
        await self._running.until_quiet()

    async def _look(self, moment: float) -> None:
        there = await self._filings()
        announced = {
            json.loads(line)["key"] for line in (self._backup() / "lost.jsonl").read_text("utf-8").splitlines()
        }
        names = {number: project_code(number) for number in self._load.answered}
        self.found.filed, self.found.kept = len(names), len(there)
        gone = {name for name in names.values() if name not in there}
        self.found.lost = len(gone)
        self.found.forgotten = sorted(
            name
            for number, name in names.items()
            if name in gone and (self._load.answered[number] < moment or name not in announced)
        )
        await self._look_at_decisions(there)
        await self._verify()

    async def _filings(self) -> set[str]:
        return {row["filing_id"] for row in await self._running.fetch("filing", "SELECT filing_id FROM filing")}

    async def _look_at_decisions(self, there: set[str]) -> None:
        rows = await self._running.fetch("screening", "SELECT filing_id, outcome FROM screening_case")
        outcomes = {row["filing_id"]: row["outcome"] for row in rows}
        self.found.undecided += sorted(name for name in there if outcomes.get(name) != "approve")
        # A case of a filing that is not there is one that somebody took from what is lost.
        self.found.doubled += sorted(outcomes.keys() - there)
        rows = await self._running.fetch(
            "budget",
            "SELECT filing FROM deduction WHERE state IN ('reserved', 'posted') GROUP BY filing HAVING count(*) <> 1",
        )
        self.found.doubled += [row["filing"] for row in rows]

    async def _file_again(self) -> None:
        """Whoever lost a filing sends it again, with the same request id as before; so do the others."""
        await again(self._stack, sorted(self._load.answered))
        await self._quiet()
        there = await self._filings()
        self.found.forgotten += sorted({project_code(number) for number in self._load.answered} - there)
        await self._look_at_decisions(there)
        await self._verify()

    async def _verify(self) -> None:
        command = [str(Path(sys.executable).parent / "dualcontrol"), "verify", "--json"]
        folder = self._stack.folder
        # Not as whoever is signed in on this machine.
        token = {"DUALCONTROL_TOKEN_FILE": str(folder / FILE_OF_TOKEN)}
        environment = {**os.environ, "DUALCONTROL_STACK": str(folder), **token}
        done = await asyncio.to_thread(
            subprocess.run, command, env=environment, capture_output=True, text=True, timeout=VERIFY_SECONDS_MAX
        )
        said = [json.loads(line) for line in done.stdout.splitlines()]
        assert said, done.stderr[-1_000:]
        self.found.held = sum(one["state"] == "held" for one in said)
        self.found.verified += [
            f"{one['en']}: {one['note_en']}"
            for one in said
            if one["state"] == "broken" or (one["state"] == "not_checked" and not _expected(one["note_en"]))
        ]


def _expected(note: str) -> bool:
    """A partner sees no stuck cases, and who published nothing since its start cannot show that it did."""
    return "Your role may not do this" in note or "published nothing yet" in note


def _say(text: str) -> None:
    print("".join(f"  {line}\n" for line in text.splitlines()), end="", flush=True)


def run(way: str, filings: int) -> Found:
    with drill_stack(NAMES) as stack:
        backups = Backups(stack)
        return asyncio.run(Drill(Running(stack, GROUPS), backups, WAYS[way](stack, backups)).run(filings))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filings", type=int, default=500, help="filed before the moment, and as many after it")
    parser.add_argument("--way", choices=sorted(WAYS), action="append", help="one of the two alone")
    arguments = parser.parse_args()
    figures, bars = [], []
    for way in arguments.way or sorted(WAYS):
        found = run(way, arguments.filings)
        print(found, flush=True)
        figures += [
            Figure(f"{way}: writers waited for the moment", "s", [found.held_seconds]),
            Figure(f"{way}: filings before the loss", "filings", [found.filed]),
            Figure(f"{way}: events on their way at the moment", "events", [found.on_their_way]),
            Figure(f"{way}: RPO, from the moment to the loss", "s", [found.data_loss_seconds]),
            Figure(f"{way}: filings lost with it, each named", "filings", [found.lost]),
            Figure(f"{way}: RTO, until every service answers", "s", [found.restore_seconds]),
            Figure(f"{way}: until nothing is left to do", "s", [found.settled_seconds]),
            Figure(f"{way}: checks of dualcontrol verify that held", "checks", [found.held]),
        ]
        wrong = len(found.forgotten) + len(found.undecided) + len(found.doubled) + len(found.verified)
        bars.append(Bar(f"{way}: forgotten, undecided, doubled or broken", wrong, at_most=0))
    publish("drill-restore", figures, bars)
    return 0 if all(bar.met for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
