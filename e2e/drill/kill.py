"""Kill -9 at length, events doubled and out of order: the end is that of one process that never fell."""

import argparse
import asyncio
import random
import time
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from e2e.bench.report import Bar, Figure, publish
from e2e.drill.answers import answers_of
from e2e.drill.broker import Sender, left_to_consume, whole_topic
from e2e.drill.expected import content_of, expected
from e2e.drill.inputs import AMPLE, TOO_SMALL, YEAR, Inputs, inputs
from e2e.drill.replay import newer_law, replayed, restart_under
from e2e.drill.running import GROUPS, Running, drill_stack
from e2e.support.dossiers import request_id

from dualcontrol.budget.v1 import budget_service_pb2 as budget_pb
from dualcontrol.budget.v1 import budget_service_pb2_grpc as budget_rpc
from kernel.clock import legal_day
from kernel.regions import RegionCode, lineage
from servicekit.eventing.topics import (
    BUDGET_EVENTS,
)
from statute.loader import load_bundle
from testkit.calling import blocking_channel
from testkit.stack import Stack

VICTIMS: Final = ("screening", "budget", "screening", "postgres", "kafka")
ENVELOPE_KGCE: Final = 10**13
SMALL_KGCE: Final = 1_000
SHOWN_MAX: Final = 5


@dataclass
class Found:
    """What was seen at the end. Empty lists are what is hoped for."""

    filings: int
    events: int
    deliveries: int
    kills: list[str]
    seconds: float
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    held_wrongly: list[str] = field(default_factory=list)
    replayed: int = 0
    replayed_otherwise: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.different or self.held_wrongly or self.replayed_otherwise)


def grant(stack: Stack) -> None:
    """Ample at every level of most counties, next to nothing in one, and none in another."""
    amounts = {level: ENVELOPE_KGCE for county in (*AMPLE, TOO_SMALL) for level in lineage(RegionCode(county))}
    amounts[RegionCode(TOO_SMALL)] = SMALL_KGCE
    with blocking_channel(stack, "budget") as channel:
        stub = budget_rpc.BudgetServiceStub(channel)
        for region, amount in amounts.items():
            stub.GrantEnvelope(
                budget_pb.GrantEnvelopeRequest(
                    name=f"regions/{region}/accounts/{YEAR}",
                    amount_kgce_calorific=amount,
                    document="虚构示例, 非真实预算",
                    request_id=request_id("drill", region),
                ),
                timeout=30,
            )


class Drill:
    def __init__(self, running: Running, given: Inputs, kills: int, seed: int) -> None:
        self._running = running
        self._stack = running.stack
        self._given = given
        self._deliveries = given.deliveries(seed)
        self._sender = Sender(running.stack.kafka_bootstrap)
        self._chance = random.Random(seed)
        self._points = sorted(self._chance.uniform(0.02, 0.9) for _ in range(kills))
        self._victims = [VICTIMS[number % len(VICTIMS)] for number in range(kills)]
        self._chance.shuffle(self._victims)

    async def run(self) -> Found:
        began = time.perf_counter()
        sending = asyncio.create_task(self._sender.send(self._deliveries))
        killing = asyncio.create_task(self._kill())
        await sending
        await killing
        await self._running.until_quiet()
        seconds = time.perf_counter() - began
        found = Found(
            filings=len(self._given.filings),
            events=len(self._given.events),
            deliveries=len(self._deliveries),
            kills=self._victims,
            seconds=seconds,
        )
        await self._compare(found)
        await asyncio.to_thread(self._replay, found)
        return found

    def _replay(self, found: Found) -> None:
        """All decisions again from their facts: under the law in force, and when a newer one is installed."""
        found.replayed, found.replayed_otherwise = replayed(self._stack)
        with newer_law() as folder:
            restart_under(self._stack, folder, ("screening",))
            again, otherwise = replayed(self._stack)
        assert again == found.replayed, "a law that decides the same opened decisions again"
        found.replayed_otherwise += otherwise

    async def _done(self) -> float:
        """The share of all deliveries that was consumed."""
        try:
            left = await left_to_consume(self._stack.kafka_bootstrap, {"screening": GROUPS["screening"]})
        except Exception:  # noqa: BLE001  # the broker may be the one that is down
            return 0.0
        return max(0.0, (self._sender.sent - left) / len(self._deliveries))

    async def _kill(self) -> None:
        for point, victim in zip(self._points, self._victims, strict=True):
            while await self._done() < point and not self._is_over():
                await asyncio.sleep(self._chance.uniform(0.05, 0.5))
            await asyncio.to_thread(self._stack.kill, victim)
            await asyncio.to_thread(self._stack.start, victim)

    def _is_over(self) -> bool:
        """All was sent: the last kills fall on what is still to be consumed, whatever its share."""
        return self._sender.sent == len(self._deliveries)

    async def _compare(self, found: Found) -> None:
        rows = await self._running.fetch(
            "screening",
            "SELECT DISTINCT ON (filing_id) filing_id, number, decision FROM decision ORDER BY filing_id, number DESC",
        )
        kept = {row["filing_id"]: content_of(row["decision"]) for row in rows}
        found.lost += [name for name in self._given.filings if name not in kept]
        gaps = await self._running.fetch(
            "screening", "SELECT filing_id FROM decision GROUP BY filing_id HAVING count(*) <> max(number)"
        )
        found.doubled += [row["filing_id"] for row in gaps]
        answers = answers_of(await whole_topic(self._stack.kafka_bootstrap, BUDGET_EVENTS))
        day = await self._day()
        should = expected(self._given, answers, load_bundle(), day)
        found.different += [name for name, content in should.items() if kept.get(name, b"") != content]
        await self._compare_holds(found)

    async def _day(self) -> date:
        """No filing of the drill is without an application date: the day decides nothing, but the core asks for one."""
        moment = (await self._running.fetch("screening", "SELECT now()"))[0][0]
        assert isinstance(moment, datetime)
        return legal_day(moment)

    async def _compare_holds(self, found: Found) -> None:
        """Each approved project holds its energy once, and nobody else any; and the ledger agrees."""
        live = await self._running.fetch(
            "budget",
            "SELECT filing AS filing_id, count(*) AS times FROM deduction WHERE state = 'reserved' GROUP BY filing",
        )
        standing = await self._running.fetch(
            "screening",
            "SELECT filing_id FROM screening_case WHERE outcome = 'approve' AND reservation IS NOT NULL",
        )
        holders, approved = {row["filing_id"] for row in live}, {row["filing_id"] for row in standing}
        found.doubled += [row["filing_id"] for row in live if row["times"] != 1]
        found.held_wrongly += sorted(holders ^ approved)
        with blocking_channel(self._stack, "budget") as channel:
            stub = budget_rpc.BudgetServiceStub(channel)
            verified = stub.VerifyLedger(budget_pb.VerifyLedgerRequest(), timeout=120)
            if not verified.balanced:
                found.held_wrongly.append(verified.difference.en)


def run(filings: int, kills: int, seed: int) -> Found:
    """Raises AssertionError when it stands still."""
    given = inputs(filings, seed)
    with drill_stack() as stack:
        grant(stack)
        return asyncio.run(Drill(Running(stack), given, kills, seed).run())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m e2e.drill.kill", description=__doc__)
    parser.add_argument("--filings", type=int, default=20_000, help="about 15 events each (default 20,000)")
    parser.add_argument("--kills", type=int, default=20, help="kill -9 of a random process (default 20)")
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args(arguments)
    found = run(options.filings, options.kills, options.seed)
    publish(
        "drill-kill",
        [
            Figure("filings", "count", [found.filings]),
            Figure("events", "count", [found.events]),
            Figure("deliveries", "count", [found.deliveries]),
            Figure("kill -9", "count", [len(found.kills)]),
            Figure("decisions replayed", "count", [found.replayed]),
            Figure("whole drill", "s", [found.seconds]),
            Figure("deliveries a second", "1/s", [found.deliveries / found.seconds]),
        ],
        [
            Bar("filings lost", len(found.lost), at_most=0),
            Bar("double effects", len(found.doubled), at_most=0),
            Bar("decisions that differ from one process's", len(found.different), at_most=0),
            Bar("holds that differ from the decisions", len(found.held_wrongly), at_most=0),
            Bar("decisions replayed otherwise", len(found.replayed_otherwise), at_most=0),
        ],
        notes=[f"killed: {', '.join(found.kills)}"],
    )
    for name, sample in (("lost", found.lost), ("doubled", found.doubled), ("different", found.different)):
        if sample:
            print(f"{name}: {', '.join(sample[:SHOWN_MAX])}")
    return 0 if found.good else 1


if __name__ == "__main__":
    raise SystemExit(main())
