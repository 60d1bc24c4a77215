"""A draft law looked at over very many filings; then the draft published, and both compared."""

import argparse
import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from e2e.bench.dossiers import dossiers
from e2e.bench.report import Bar, Figure, publish
from e2e.drill.broker import Sender
from e2e.drill.inputs import Event
from e2e.drill.replay import restart_under
from e2e.drill.running import GROUPS, Running, drill_stack
from e2e.support.dossiers import request_id

from dossier.wire import dossier_to_wire
from dualcontrol.budget.v1 import budget_service_pb2 as budget_pb
from dualcontrol.budget.v1 import budget_service_pb2_grpc as budget_rpc
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.screening.v1 import simulation_service_pb2 as pb
from dualcontrol.screening.v1 import simulation_service_pb2_grpc as rpc
from kernel.regions import RegionCode, lineage
from servicekit.eventing.topics import FILING_EVENTS, REVIEW_EVENTS, SCREENING_EVENTS
from statute.archive import packed
from statute.collection import SHIPPED_DATA
from statute.loader import load_bundle
from testkit.calling import blocking_channel, channel
from testkit.stack import Stack

SEED: Final = 20261125
SERVICES: Final = ("review", "capacity", "budget", "screening")
CONSUMED: Final = {
    **GROUPS,
    "review": (FILING_EVENTS, SCREENING_EVENTS),
    "capacity": (FILING_EVENTS, REVIEW_EVENTS),
}
SECONDS_BAR: Final = 15
MESSAGE_BYTES_MAX: Final = 16 * 1024 * 1024
LINE: Final = 'value: "1000", document: 国家发展和改革委员会令'
RAISED: Final = 'value: "3000", document: 国家发展和改革委员会令'
"""The draft: who uses less than 3,000 tce a year, in the place of 1,000, needs no review."""


@dataclass(frozen=True)
class Found:
    filings: int
    seconds: float
    first_answer: float
    simulated: frozenset[str]
    published: frozenset[str]


@contextmanager
def draft_folder() -> Iterator[Path]:
    """The shipped law with one line of review raised."""
    folder = Path(tempfile.mkdtemp(prefix="dualcontrol-law-"))
    try:
        folder.chmod(0o755)
        shutil.copytree(SHIPPED_DATA, folder, dirs_exist_ok=True)
        law = folder / "national" / "review.yaml"
        text = law.read_text("utf-8")
        assert LINE in text
        law.write_text(text.replace(LINE, RAISED), "utf-8")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def filed(count: int) -> Iterator[Event]:
    """Filings of the generator, all of one year, so that one year's budgets carry them."""
    chance = dossiers(count, SEED, load_bundle())
    for number, dossier in enumerate(chance):
        name = f"bench-{number:06d}"
        day = dossier.application_date or date(2026, 3, 2)
        dated = replace(dossier, project_code=name, application_date=day.replace(year=2026, day=min(day.day, 28)))
        message = filing.FilingAccepted(filing=name, revision=1, dossier=dossier_to_wire(dated))
        yield Event(FILING_EVENTS, name, request_id("simulate", name), message)


def grant(stack: Stack) -> None:
    """More than all of them can ask, wherever they are."""
    regions = {level for region in load_bundle().regions.values() for level in lineage(RegionCode(region.code))}
    with blocking_channel(stack, "budget") as channel:
        stub = budget_rpc.BudgetServiceStub(channel)
        for region in sorted(regions):
            request = budget_pb.GrantEnvelopeRequest(
                name=f"regions/{region}/accounts/2026",
                amount_kgce_calorific=10**17,
                document="虚构示例, 非真实预算",
                request_id=request_id("simulate-envelope", region),
            )
            stub.GrantEnvelope(request, timeout=30)


async def simulate(stack: Stack, law: bytes) -> tuple[frozenset[str], float, float]:
    """The filings whose decision would change, the seconds it took, and those to the first answer."""
    options = [("grpc.max_receive_message_length", MESSAGE_BYTES_MAX)]
    changed: set[str] = set()
    began, first = time.perf_counter(), 0.0
    async with channel(stack, "screening", options=options) as to_screening:
        stub: rpc.SimulationServiceAsyncStub = rpc.SimulationServiceStub(to_screening)
        async for answer in stub.SimulatePolicy(pb.SimulatePolicyRequest(law=law), timeout=3_600):
            first = first or time.perf_counter() - began
            changed |= {one.filing for one in answer.changed}
    return frozenset(changed), time.perf_counter() - began, first


async def measure(stack: Stack, count: int, folder: Path) -> Found:
    running = Running(stack, CONSUMED)
    sender = Sender(stack.kafka_bootstrap)
    await sender.send(list(filed(count)))
    await running.until_quiet()
    law = packed("qinghai", folder)
    simulated, seconds, first = await simulate(stack, law)
    before = int(await running.count("screening", "SELECT coalesce(max(seq), 0) FROM decision"))
    # What was run so far is the copy that the draft is published on.
    await asyncio.to_thread(restart_under, stack, folder, SERVICES)
    await until_published(running, load_bundle("qinghai", folder).bundle_hash)
    rows = await running.fetch("screening", "SELECT DISTINCT filing_id FROM decision WHERE seq > $1", before)
    return Found(count, seconds, first, simulated, frozenset(row["filing_id"] for row in rows))


async def until_published(running: Running, bundle_hash: str) -> None:
    """Every filing was looked at under the new law by review and by screening, and all that followed is done."""
    while await running.count("review", f"SELECT count(*) FROM review WHERE looked_under <> '{bundle_hash}'"):  # a hash
        await asyncio.sleep(1)
    while not await running.count(
        "screening", f"SELECT count(*) FROM sweep WHERE done AND policy = '{bundle_hash}'"
    ):  # a hash
        await asyncio.sleep(1)
    await running.until_quiet()


def run(count: int) -> Found:
    with drill_stack(SERVICES) as stack, draft_folder() as folder:
        grant(stack)
        return asyncio.run(measure(stack, count, folder))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m e2e.bench.simulate", description=__doc__)
    parser.add_argument("--filings", type=int, default=100_000, help="filings (default 100,000)")
    found = run(parser.parse_args(arguments).filings)
    differ = found.simulated ^ found.published
    publish(
        "simulate",
        [
            Figure(f"simulation over {found.filings} filings", "s", [found.seconds]),
            Figure("to the first progress", "s", [found.first_answer]),
            Figure("decisions that would change", "count", [len(found.simulated)]),
            Figure("decisions that changed when published", "count", [len(found.published)]),
        ],
        [
            Bar(f"seconds over {found.filings} filings", found.seconds, at_most=SECONDS_BAR),
            Bar("in one of both only", len(differ), at_most=0),
        ],
        notes=[f"in one only: {', '.join(sorted(differ)[:10])}"] if differ else [],
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
