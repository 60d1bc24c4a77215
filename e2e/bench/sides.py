"""The two pipelines under load: the platform, and the bare one on the same Kafka and PostgreSQL."""

import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Protocol

import asyncpg
import grpc
import psutil
from e2e.bench import bare
from e2e.bench.steady import Run
from kafka.admin import KafkaAdminClient, NewTopic

from testkit.ports import choose_port
from testkit.services import NAMES
from testkit.stack import Stack

PARTITIONS = 4
READY_SECONDS_MAX = 60
RUN_SECONDS_MAX = 600
SERVERS = ("kafka", "postgres")
REST_SECONDS = 1.0
"""Between two runs, so that what the first left to do is not done in the second."""


class Side(Protocol):
    """One pipeline that runs."""

    @property
    def name(self) -> str: ...

    @property
    def pids(self) -> Mapping[str, int]: ...

    def arrivals(self, rate: float, seconds: float) -> Run:
        """One run of arrivals, sent by a process of its own."""


class PlatformSide:
    name = "platform"

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._filings = count()
        self._token = ""

    @property
    def pids(self) -> Mapping[str, int]:
        return {row.name: row.pid for row in self._stack.status() if row.pid is not None}

    def arrivals(self, rate: float, seconds: float) -> Run:
        where = [self._stack.grpc_address("filing"), self._stack.grpc_address("screening")]
        where += [self._token, self._stack.token()]
        run = _arrivals([self.name, *where], self._filings, rate, seconds)
        self._token = run.token
        return run

    def stop(self) -> None:
        """So that its idle services do not weigh on the other side's measurements."""
        for name in NAMES:
            self._stack.stop(name)


class BareSide:
    name = "bare"

    def __init__(self, address: str, dsn: str, pids: Mapping[str, int]) -> None:
        self._where = [address, dsn]
        self.pids = pids
        self._filings = count()

    def arrivals(self, rate: float, seconds: float) -> Run:
        return _arrivals([self.name, *self._where], self._filings, rate, seconds)


def _arrivals(side: Sequence[str], filings: "count[int]", rate: float, seconds: float) -> Run:
    first = next(filings)
    for _ in range(max(1, round(rate * seconds)) - 1):
        next(filings)
    # Through a file: what a long run tells once came through a pipe with its end cut off.
    with tempfile.NamedTemporaryFile("r", suffix=".json", encoding="utf-8") as told:
        command = [sys.executable, "-m", "e2e.bench.arrivals", *side, str(rate), str(seconds), str(first), told.name]
        subprocess.run(command, timeout=RUN_SECONDS_MAX, check=True)
        run = Run.read(json.load(told))
    time.sleep(REST_SECONDS)
    return run


@contextmanager
def bare_side(stack: Stack) -> Iterator[BareSide]:
    dsn, kafka = stack.postgres_admin_dsn, stack.kafka_bootstrap
    asyncio.run(_make_tables(dsn))
    _make_topics(kafka)
    address = f"127.0.0.1:{choose_port()}"
    run = [sys.executable, "-m", "e2e.bench.bare"]
    processes = {"serve": subprocess.Popen([*run, "serve", dsn, kafka, address])}
    for hop in bare.HOPS:
        processes[f"hop {hop}"] = subprocess.Popen([*run, "hop", dsn, kafka, str(hop)])
    servers = {row.name: row.pid for row in stack.status() if row.name in SERVERS and row.pid is not None}
    try:
        with grpc.insecure_channel(address) as channel:
            grpc.channel_ready_future(channel).result(READY_SECONDS_MAX)
        yield BareSide(address, dsn, {**{name: one.pid for name, one in processes.items()}, **servers})
    finally:
        for process in processes.values():
            process.terminate()
            process.wait()


async def _make_tables(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(bare.SCHEMA)
    await connection.close()


def _make_topics(bootstrap: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.create_topics(
            [NewTopic(name=bare.topic(hop), num_partitions=PARTITIONS, replication_factor=1) for hop in bare.HOPS]
        )
    finally:
        admin.close()


def cpu_ms(pids: Mapping[str, int]) -> dict[str, float]:
    """CPU time so far by process, its children's included."""
    return {name: _ms(psutil.Process(pid)) for name, pid in pids.items()}


def _ms(process: psutil.Process) -> float:
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system
    return total * 1000
