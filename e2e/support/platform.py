"""The whole platform on this machine, as the black-box tests see it: addresses, kill, databases, topics, spans."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import grpc
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from access.acts import ALLOWED
from access.methods import METHODS
from access.roles import Role
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from dualcontrol.screening.v1 import screening_service_pb2_grpc as rpc
from testkit.calling import blocking_channel, channel
from testkit.postgres import owner_dsn
from testkit.stack import Stack

SERVICES = ("filing", "review", "capacity", "budget", "targets", "screening")
WAIT_SECONDS_MAX = 120
POLL_SECONDS = 0.1
SUPERVISE_SECONDS = 1

T = TypeVar("T")


class Platform:
    """A running stack in a folder of its own."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    @property
    def folder(self) -> Path:
        """Where the stack keeps what it needs."""
        return self._stack.folder

    def address(self, service: str) -> str:
        return self._stack.grpc_address(service)

    def channel(self, service: str, *, token: str | None = None) -> grpc.aio.Channel:
        """Calls by the partner system, or by whom `token` names."""
        return channel(self._stack, service, token=token)

    def blocking_channel(self, service: str, *, token: str | None = None) -> grpc.Channel:
        return blocking_channel(self._stack, service, token=token)

    def token(self, subject: str | None = None) -> str:
        """Of a seeded person, or of the partner system."""
        return self._stack.token(subject)

    def token_for(self, method: str) -> str:
        """Of somebody who is let in: what runs the platform is no partner's business. `method` is its full name."""
        partner_may = METHODS[method].act in ALLOWED[Role.PARTNER]
        return self.token() if partner_may else self.token("sysadmin")

    def mint(self, *grants: str, subject: str, **claims: Any) -> str:
        """Of a caller who is known for this alone."""
        return self._stack.mint(*grants, subject=subject, **claims)

    def metrics_address(self, service: str) -> str:
        return self._stack.metrics_address(service)

    def log(self, name: str) -> Path:
        return self._stack.log(name)

    def reboot(self) -> None:
        """kill -9 of everything at once, as a power cut would; then a start."""
        for row in self._stack.status():
            self._stack.kill(row.name)
        self._stack.up()

    async def command(self, service: str, *arguments: str) -> int:
        """Runs one of a service's commands in the service's own surroundings; gives its exit code."""
        environment = {
            **os.environ,
            "DUALCONTROL_POSTGRES_DSN": self._stack.dsn(service),
            "DUALCONTROL_KAFKA_BOOTSTRAP": self._stack.kafka_bootstrap,
        }
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", service, *arguments, env=environment)
        return await process.wait()

    def kill(self, name: str) -> None:
        self._stack.kill(name)

    def start(self, name: str) -> None:
        """As an operator's supervisor would; returns when it is ready."""
        self._stack.start(name)

    def running(self) -> set[str]:
        return {row.name for row in self._stack.status() if row.state == "running"}

    def start_dead(self) -> None:
        for row in self._stack.status():
            if row.state == "dead":
                self._stack.start(row.name)

    @contextlib.asynccontextmanager
    async def supervised(self) -> AsyncIterator[None]:
        """Meanwhile, what is dead is started again: some faults end a process on purpose, for its supervisor to see."""

        async def supervise() -> None:
            while True:
                await asyncio.to_thread(self.start_dead)
                await asyncio.sleep(SUPERVISE_SECONDS)

        supervising = asyncio.create_task(supervise())
        try:
            yield
        finally:
            supervising.cancel()
            await asyncio.gather(supervising, return_exceptions=True)

    def complaints(self) -> str:
        """The last lines of the logs of processes that ended by themselves."""
        return "\n".join(
            f"{row.name} is dead:\n" + "\n".join(row.log.read_text("utf-8", "replace").splitlines()[-20:])
            for row in self._stack.status()
            if row.state == "dead"
        )

    async def until(self, read: Callable[[], T | Awaitable[T | None] | None], good: Callable[[T], bool]) -> T:
        """What `read` gives once it is good; fails with the last reading."""
        last: Any = None
        for _ in range(int(WAIT_SECONDS_MAX / POLL_SECONDS)):
            got = read()
            last = await got if isinstance(got, Awaitable) else got
            if last is not None and good(last):
                return last  # type: ignore[no-any-return]
            await asyncio.sleep(POLL_SECONDS)
        raise AssertionError(f"waited {WAIT_SECONDS_MAX} s; the last reading was {last!r}")

    async def decision(self, filing: str) -> screening.Decision:
        """The current decision, once there is one."""
        request = screening.GetDecisionRequest(name=f"filings/{filing}/decisions/current")
        async with self.channel("screening") as channel:
            stub: rpc.ScreeningServiceAsyncStub = rpc.ScreeningServiceStub(channel)

            async def read() -> screening.Decision | None:
                try:
                    return (await stub.GetDecision(request, timeout=10, wait_for_ready=True)).decision
                except grpc.aio.AioRpcError as error:
                    if error.code() in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.UNAVAILABLE):
                        return None
                    raise

            return await self.until(read, lambda _: True)

    async def fetch(self, service: str, query: str, *arguments: Any) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(owner_dsn(self._stack.dsn(service)))
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def count(self, service: str, query: str, *arguments: Any) -> int:
        return int((await self.fetch(service, query, *arguments))[0][0])

    async def publish(
        self, topic: str, key: bytes, records: Sequence[tuple[bytes | None, list[tuple[str, bytes]]]]
    ) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=self._stack.kafka_bootstrap)
        await producer.start()
        try:
            for value, headers in records:
                await producer.send_and_wait(topic, key=key, value=value, headers=headers)
        finally:
            await producer.stop()

    async def dead_letters(self, topic: str, enough: Callable[[list[Any]], bool]) -> list[Any]:
        """All letters so far, from the first, once they are enough."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self._stack.kafka_bootstrap, auto_offset_reset="earliest")
        await consumer.start()
        letters: list[Any] = []
        try:
            consumer.assign([TopicPartition(topic, 0)])
            async with asyncio.timeout(WAIT_SECONDS_MAX):
                while not enough(letters):
                    for batch in (await consumer.getmany(timeout_ms=500)).values():
                        letters += batch
        finally:
            await consumer.stop()
        return letters

    def spans(self) -> list[dict[str, Any]]:
        """Every finished span of every service, with the service's name."""
        return [
            {**json.loads(line), "service": file.stem}
            for file in sorted(Path(self._stack.folder, "traces").glob("*.jsonl"))
            for line in file.read_text("utf-8").splitlines()
            if line.endswith("}")
        ]

    def services_in_trace(self, trace_id: str) -> set[str]:
        return {span["service"] for span in self.spans() if span["context"]["trace_id"].removeprefix("0x") == trace_id}
