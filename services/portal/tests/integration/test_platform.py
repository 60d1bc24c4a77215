"""How the services fare, asked over real sockets: who answers, who is slow, who says too much."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from client.metrics import DEAD_LETTERS, OUTBOX
from portal.adapters import platform
from portal.adapters.platform import SLOW, ServicesWatched
from portal.adapters.services import Connections
from portal.application.operations import NOT_SET

pytestmark = pytest.mark.integration

LOOPBACK = "127.0.0.1"
NOWHERE = f"{LOOPBACK}:1"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def http(serve: Serve) -> AsyncIterator[str]:
    """The address of a server that deals with each connection so."""

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(served, LOOPBACK, 0)
    async with server:
        yield f"{LOOPBACK}:{server.sockets[0].getsockname()[1]}"


def saying(text: str) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(text.encode())
        await writer.drain()

    return serve


async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


@asynccontextmanager
async def healthy(status: health_pb2.HealthCheckResponse.ServingStatus.ValueType) -> AsyncIterator[str]:
    servicer = health.aio.HealthServicer()  # type: ignore[attr-defined]  # the stubs lack it
    await servicer.set("", status)
    server = grpc.aio.server()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    port = server.add_insecure_port(f"{LOOPBACK}:0")
    await server.start()
    yield f"{LOOPBACK}:{port}"
    await server.stop(None)


@pytest.mark.parametrize("serves", [True, False])
async def test_a_service_says_whether_it_serves(*, serves: bool) -> None:
    status = health_pb2.HealthCheckResponse.SERVING if serves else health_pb2.HealthCheckResponse.NOT_SERVING

    async with healthy(status) as address, Connections({"filing": address}) as connections:
        found = await ServicesWatched(connections, {}).health("filing")

    assert found.value is serves
    assert found.problem is None


async def test_a_service_that_is_away_says_so() -> None:
    async with Connections({"filing": NOWHERE}) as connections:
        watched = ServicesWatched(connections, {"filing": NOWHERE})
        found, figures = await watched.health("filing"), await watched.figures("filing")

    assert found.value is None
    assert found.problem is not None
    assert figures.problem is not None
    assert NOWHERE in figures.problem.zh


async def test_figures_are_summed_over_their_labels() -> None:
    page = f'{DEAD_LETTERS}{{topic="a"}} 2.0\n{DEAD_LETTERS}{{topic="b"}} 3.0\n{OUTBOX} 7.0\n'

    async with http(saying(f"HTTP/1.0 200 OK\r\n\r\n{page}")) as address, Connections({}) as connections:
        found = await ServicesWatched(connections, {"filing": address}).figures("filing")

    assert found.value is not None
    assert (found.value.of(DEAD_LETTERS), found.value.of(OUTBOX)) == (5, 7)


@pytest.mark.parametrize("answer", ["HTTP/1.0 500 Fault\r\n\r\n", "what?\r\n", ""])
async def test_an_answer_that_is_none_says_so(answer: str) -> None:
    async with http(saying(answer)) as address, Connections({}) as connections:
        found = await ServicesWatched(connections, {"filing": address}).figures("filing")

    assert found.value is None
    assert found.problem is not None


async def test_one_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "SECONDS_MAX", 0.2)

    async with http(silent) as address, Connections({}) as connections:
        found = await ServicesWatched(connections, {"filing": address}).figures("filing")

    assert found.value is None
    assert found.problem is not None
    assert found.problem == SLOW or "timed out" in found.problem.en


async def test_where_nobody_said_the_address_nothing_is_looked_up() -> None:
    async with Connections({}) as connections:
        found = await ServicesWatched(connections, {"filing": None}).figures("filing")

    assert found.problem == NOT_SET
    assert found.absent
