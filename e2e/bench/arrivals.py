"""Filings that arrive at their own times, answered or not: an open loop, in a process of its own.

`python -m e2e.bench.arrivals platform FILING SCREENING TOKEN RATE SECONDS FIRST FILE`, or
`... bare ADDRESS DSN RATE SECONDS FIRST FILE`, sends filings FIRST, FIRST + 1, ... and writes one JSON object, as
`Run.read` takes it.
"""

import asyncio
import collections
import contextlib
import json
import random
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import grpc
import uvloop
from e2e.bench import bare
from e2e.support.dossiers import submission

from client.channels import signed
from dualcontrol.screening.v1 import screening_service_pb2 as screening

SUBMIT = "/dualcontrol.filing.v1.FilingService/SubmitFiling"
WATCH = "/dualcontrol.screening.v1.ScreeningService/WatchDecisions"
SUBMIT_SECONDS_MAX = 30
DRAIN_SECONDS_MAX = 120
"""What has no decision so long after the last one was sent is counted as undecided."""
LISTEN_SECONDS = 0.5
MESSAGE_BYTES_MAX = 16 * 1024 * 1024

Send = Callable[[bytes], Awaitable[object]]


@dataclass
class Arrivals:
    """What was sent, when it was due, and when its decision came."""

    rate: float
    seconds: float
    first: int
    due: dict[str, float] = field(default_factory=dict)
    arrived: dict[str, float] = field(default_factory=dict)
    failures: collections.Counter[str] = field(default_factory=collections.Counter)
    _done: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: set[str] = field(default_factory=set)

    @property
    def numbers(self) -> range:
        return range(self.first, self.first + max(1, round(self.rate * self.seconds)))

    def arrive(self, name: str) -> None:
        if name in self._waiting:
            self.arrived[name] = time.perf_counter()
            self._waiting.discard(name)
            if not self._waiting:
                self._done.set()

    async def run(self, requests: dict[str, bytes], send: Send) -> float:
        """Sends each request at its time, whether or not those before it were answered; gives when it began."""
        chance = random.Random(self.first)
        self._waiting = set(requests)
        began = at = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for name, request in requests.items():
                at += chance.expovariate(self.rate)
                if (ahead := at - time.perf_counter()) > 0:
                    await asyncio.sleep(ahead)
                self.due[name] = at
                group.create_task(self._send(name, request, send))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS_MAX):
                await self._done.wait()
        return began

    async def _send(self, name: str, request: bytes, send: Send) -> None:
        try:
            await send(request)
        except grpc.aio.AioRpcError as error:
            self.failures[error.code().name] += 1
            self.arrive(name)
            self.arrived.pop(name, None)


async def through_platform(
    load: Arrivals, filing: str, screening_address: str, resume: str, identity: str
) -> dict[str, object]:
    """From the time a filing is due to the arrival of its decision at a watcher; gives the watcher's last token too."""
    requests = {}
    for number in load.numbers:
        request = submission(number, salt="bench")
        requests[request.dossier.project_code] = request.SerializeToString()
    reached = [resume]
    async with _channel(filing, identity) as to_filing, _channel(screening_address, identity) as to_screening:
        watch = to_screening.unary_stream(WATCH, request_serializer=bytes, response_deserializer=bytes)
        submit = to_filing.unary_unary(SUBMIT, request_serializer=bytes, response_deserializer=bytes)

        async def follow() -> None:
            async for raw in watch(screening.WatchDecisionsRequest(resume_token=resume).SerializeToString()):
                answer = screening.WatchDecisionsResponse.FromString(raw)
                load.arrive(answer.decision.name.split("/")[1])
                reached[0] = answer.resume_token

        following = asyncio.create_task(follow())
        await asyncio.sleep(LISTEN_SECONDS)
        found = await _measured(load, requests, lambda raw: submit(raw, timeout=SUBMIT_SECONDS_MAX))
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    return {**found, "token": reached[0]}


async def through_bare(load: Arrivals, address: str, dsn: str) -> dict[str, object]:
    """The same bytes through the bare pipeline, until the database notifies of their last row."""
    requests = {
        str(number): number.to_bytes(bare.ID_BYTES, "big") + submission(number, salt="bench").SerializeToString()
        for number in load.numbers
    }

    def hear(_connection: object, _pid: int, _channel: str, payload: object) -> None:
        for name in str(payload).split(","):
            load.arrive(name)

    connection = await asyncpg.connect(dsn)
    await connection.add_listener(bare.ARRIVED, hear)
    async with _channel(address) as channel:
        insert = channel.unary_unary(bare.METHOD, request_serializer=bytes, response_deserializer=bytes)
        found = await _measured(load, requests, lambda raw: insert(raw, timeout=SUBMIT_SECONDS_MAX))
    await connection.close()
    return found


async def _measured(load: Arrivals, requests: dict[str, bytes], send: Send) -> dict[str, object]:
    cpu = time.process_time()
    began = await load.run(requests, send)
    return {
        "due_seconds": [at - began for at in load.due.values()],
        "latencies_ms": [
            (load.arrived[name] - at) * 1000 if name in load.arrived else None for name, at in load.due.items()
        ],
        "failures": dict(load.failures),
        "cpu_ms": (time.process_time() - cpu) * 1000,
    }


@contextlib.asynccontextmanager
async def _channel(address: str, identity: str | None = None) -> AsyncIterator[grpc.aio.Channel]:
    options = [("grpc.max_receive_message_length", MESSAGE_BYTES_MAX)]
    async with signed(grpc.aio.insecure_channel(address, options=options), identity) as channel:
        await channel.channel_ready()
        yield channel


def main(arguments: list[str]) -> None:
    side, *where, rate, seconds, first, told = arguments
    load = Arrivals(float(rate), float(seconds), int(first))
    through = through_platform if side == "platform" else through_bare
    Path(told).write_text(json.dumps(uvloop.run(through(load, *where))), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
