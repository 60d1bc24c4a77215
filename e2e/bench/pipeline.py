"""Filings accepted over gRPC to decision readable, open loop, beside a bare pipeline in the same run."""

import argparse
import asyncio
import contextlib
import random
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import grpc
import psutil
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from e2e.bench import bare
from e2e.bench.report import Figure, publish
from e2e.conftest import grant_envelopes
from e2e.support.dossiers import submission

from dualcontrol.filing.v1 import filing_service_pb2 as filing_pb
from dualcontrol.filing.v1 import filing_service_pb2_grpc as filing_rpc
from dualcontrol.screening.v1 import screening_service_pb2 as screening_pb
from dualcontrol.screening.v1 import screening_service_pb2_grpc as screening_rpc
from testkit.ports import choose_port
from testkit.services import SERVICES
from testkit.stack import Stack

SECONDS_MAX = 120
SEED = 7
P50, P99 = 0.50, 0.99


@dataclass
class Load:
    """An open loop: request n starts at its own time, whether or not the ones before it were answered."""

    rate: float
    seconds: float

    @property
    def count(self) -> int:
        return max(1, int(self.rate * self.seconds))

    async def run(self, send: Callable[[int], Coroutine[Any, Any, None]], first: int) -> dict[int, float]:
        """Sends them; gives each one's due time, from which its latency counts."""
        chance = random.Random(SEED)
        due: dict[int, float] = {}
        at = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(first, first + self.count):
                at += chance.expovariate(self.rate)
                await asyncio.sleep(max(0.0, at - time.perf_counter()))
                due[number] = at
                group.create_task(send(number))
        return due


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Cpu:
    """CPU time by process, in ms."""

    def __init__(self, pids: dict[str, int]) -> None:
        self._processes = {name: psutil.Process(pid) for name, pid in pids.items()}

    def read(self) -> dict[str, float]:
        return {name: self._ms(process) for name, process in self._processes.items()}

    @staticmethod
    def _ms(process: psutil.Process) -> float:
        total = 0.0
        for one in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                times = one.cpu_times()
                total += times.user + times.system
        return total * 1000


async def through_platform(stack: Stack, load: Load, first: int) -> list[float]:
    """Latencies in ms from a filing's due time to the arrival of its decision at a watcher."""
    arrived: dict[str, float] = {}
    names: dict[int, str] = {}
    done = asyncio.Event()
    options = [("grpc.max_receive_message_length", 16 * 1024 * 1024)]
    async with (
        grpc.aio.insecure_channel(stack.grpc_address("filing")) as filing_channel,
        grpc.aio.insecure_channel(stack.grpc_address("screening"), options=options) as screening_channel,
    ):
        stub: filing_rpc.FilingServiceAsyncStub = filing_rpc.FilingServiceStub(filing_channel)
        watcher: screening_rpc.ScreeningServiceAsyncStub = screening_rpc.ScreeningServiceStub(screening_channel)

        async def watch() -> None:
            stream = watcher.WatchDecisions(screening_pb.WatchDecisionsRequest(), timeout=SECONDS_MAX)
            async for answer in stream:
                arrived.setdefault(answer.decision.name.split("/")[1], time.perf_counter())
                if len(names) == load.count and set(names.values()) <= arrived.keys():
                    done.set()

        async def send(number: int) -> None:
            request: filing_pb.SubmitFilingRequest = submission(number, salt="bench")
            names[number] = request.dossier.project_code
            await stub.SubmitFiling(request, timeout=30)

        watching = asyncio.create_task(watch())
        due = await load.run(send, first)
        async with asyncio.timeout(SECONDS_MAX):
            await done.wait()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    return [(arrived[names[number]] - at) * 1000 for number, at in due.items()]


async def through_bare(dsn: str, address: str, load: Load, first: int) -> list[float]:
    arrived: dict[int, float] = {}
    done = asyncio.Event()
    expected = set(range(first, first + load.count))
    connection = await asyncpg.connect(dsn)

    def hear(_connection: object, _pid: int, _channel: str, payload: object) -> None:
        for number in map(int, str(payload).split(",")):
            arrived.setdefault(number, time.perf_counter())
        if expected <= arrived.keys():
            done.set()

    await connection.add_listener("bare_arrived", hear)
    async with grpc.aio.insecure_channel(address) as channel:
        insert = channel.unary_unary(bare.METHOD, request_serializer=bytes, response_deserializer=bytes)

        async def send(number: int) -> None:
            body = submission(number, salt="bench").SerializeToString()
            await insert(number.to_bytes(bare.ID_BYTES, "big") + body, timeout=30)

        due = await load.run(send, first)
        async with asyncio.timeout(SECONDS_MAX):
            await done.wait()
    await connection.close()
    return [(arrived[number] - at) * 1000 for number, at in due.items()]


@contextmanager
def bench_stack() -> Iterator[tuple[Stack, str]]:
    """The platform, and the bare pipeline's two processes beside it on the same Kafka and PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="dualcontrol-bench-"))
    folder.chmod(0o711)
    stack = Stack(folder, SERVICES)
    try:
        stack.up()
        grant_envelopes(stack.grpc_address("budget"))
        address = f"127.0.0.1:{choose_port()}"
        yield stack, address
    finally:
        stack.reset()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def bare_processes(stack: Stack, address: str) -> AsyncIterator[dict[str, int]]:
    dsn = stack.postgres_admin_dsn
    connection = await asyncpg.connect(dsn)
    await connection.execute(bare.SCHEMA)
    await connection.close()
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka_bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(bare.TOPIC, num_partitions=4, replication_factor=1)])
    await admin.close()
    run = [sys.executable, "-m", "e2e.bench.bare"]
    serving = await asyncio.create_subprocess_exec(*run, "serve", dsn, stack.kafka_bootstrap, address)
    consuming = await asyncio.create_subprocess_exec(*run, "consume", dsn, stack.kafka_bootstrap)
    try:
        async with grpc.aio.insecure_channel(address) as channel, asyncio.timeout(60):
            await channel.channel_ready()
        yield {"bare serve": serving.pid, "bare consume": consuming.pid}
    finally:
        for process in (serving, consuming):
            process.terminate()
            await process.wait()


async def measure(load: Load, runs: int) -> list[Figure]:
    latencies: dict[str, list[list[float]]] = {"platform": [], "bare": []}
    cpu: dict[str, list[float]] = {}
    with bench_stack() as (stack, address):
        async with bare_processes(stack, address) as bare_pids:
            dsn = stack.postgres_admin_dsn
            pids = {row.name: row.pid for row in stack.status() if row.pid is not None}
            counters = {"platform": Cpu(pids), "bare": Cpu({**bare_pids, **_servers(pids)})}
            await through_platform(stack, Load(load.rate, 2), first=0)
            await through_bare(dsn, address, Load(load.rate, 2), first=0)
            for run in range(1, runs + 1):
                first = run * 1_000
                for side in ("platform", "bare"):
                    before = counters[side].read()
                    found = await (
                        through_platform(stack, load, first)
                        if side == "platform"
                        else through_bare(dsn, address, load, first)
                    )
                    latencies[side].append(found)
                    for name, after in counters[side].read().items():
                        cpu.setdefault(f"{side}: {name}", []).append((after - before[name]) / load.count)
    return [*_figures(latencies, cpu, load), *_ratios(latencies, cpu)]


def _servers(pids: dict[str, int]) -> dict[str, int]:
    return {name: pids[name] for name in ("kafka", "postgres") if name in pids}


def _figures(latencies: dict[str, list[list[float]]], cpu: dict[str, list[float]], load: Load) -> list[Figure]:
    rate = f"at {load.rate:g}/s"
    return [
        *(
            Figure(f"{side} p{share * 100:.0f} {rate}", "ms", [percentile(run, share) for run in runs])
            for side, runs in latencies.items()
            for share in (P50, P99)
        ),
        *(Figure(f"CPU {name}", "ms/filing", values) for name, values in sorted(cpu.items())),
        *(
            Figure(f"CPU {side}, all", "ms/filing", [sum(values) for values in _by_run(cpu, side)])
            for side in latencies
        ),
    ]


def _by_run(cpu: dict[str, list[float]], side: str) -> list[tuple[float, ...]]:
    return list(zip(*(values for name, values in cpu.items() if name.startswith(f"{side}:")), strict=True))


def _ratios(latencies: dict[str, list[list[float]]], cpu: dict[str, list[float]]) -> list[Figure]:
    """Ratios to the bare pipeline, run by run: what later changes are held against."""
    latency = {side: [percentile(run, P50) for run in runs] for side, runs in latencies.items()}
    total = {side: [sum(values) for values in _by_run(cpu, side)] for side in latencies}
    return [
        Figure("p50, platform / bare", "ratio", _ratio(latency["platform"], latency["bare"])),
        Figure("CPU, platform / bare", "ratio", _ratio(total["platform"], total["bare"])),
    ]


def _ratio(above: list[float], below: list[float]) -> list[float]:
    return [a / max(b, 1e-9) for a, b in zip(above, below, strict=True)]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m e2e.bench.pipeline", description=__doc__)
    parser.add_argument("--rate", type=float, default=10, help="filings a second (default 10)")
    parser.add_argument("--seconds", type=float, default=10, help="length of a run (default 10)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each side, interleaved (default 3)")
    options = parser.parse_args(arguments)
    publish("pipeline", asyncio.run(measure(Load(options.rate, options.seconds), options.runs)), bars=())


if __name__ == "__main__":
    main()
