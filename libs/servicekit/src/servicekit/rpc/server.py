"""The gRPC server: health, reflection behind a switch, limits, and a drain that waits for every call."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from servicekit.access.gate import Gate
from servicekit.certificates import TlsFiles, server_credentials
from servicekit.rpc.interceptor import InFlight, Interceptor

log = logging.getLogger(__name__)

MESSAGE_BYTES_MAX = 1024 * 1024
"""A dossier is a few kilobytes; larger messages are refused with RESOURCE_EXHAUSTED."""
CONCURRENT_CALLS_MAX = 1_000
STOP_SECONDS = 2

OPTIONS = (
    ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
    ("grpc.so_reuseport", 0),
)

AddServicers = Callable[[grpc.aio.Server], Sequence[str]]
"""Adds the service's servicers and returns their full names."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Where the server is reached, and under which certificate; None: in plain text."""

    address: str
    tls: TlsFiles | None = None
    health_address: str | None = None
    """Where health alone answers too, in plain text: who asks only that may have no certificate."""
    reflection_on: bool = False


class RpcServer:
    """Serves until `stop`: then it says NOT_SERVING, finishes the calls it has, and closes."""

    def __init__(self, doors: Doors, add_servicers: AddServicers | None, gate: Gate) -> None:
        self._in_flight = InFlight()
        self._health: Any = health.aio.HealthServicer()  # type: ignore[attr-defined]  # the stubs lack it
        self._server = grpc.aio.server(
            interceptors=[Interceptor(self._in_flight, gate)],
            options=OPTIONS,
            maximum_concurrent_rpcs=CONCURRENT_CALLS_MAX,
        )
        names = tuple(add_servicers(self._server)) if add_servicers else ()
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        if doors.reflection_on:
            shown = (*names, health.SERVICE_NAME, reflection.SERVICE_NAME)
            reflection.enable_server_reflection(shown, self._server)
        if doors.tls is None:
            self._server.add_insecure_port(doors.address)
        else:
            self._server.add_secure_port(doors.address, server_credentials(doors.tls))
        self._names = ("", *names)
        self._beside = grpc.aio.server(options=OPTIONS)
        if doors.health_address is not None:
            health_pb2_grpc.add_HealthServicer_to_server(self._health, self._beside)
            self._beside.add_insecure_port(doors.health_address)

    async def start(self) -> None:
        await self._say(health_pb2.HealthCheckResponse.NOT_SERVING)
        await self._server.start()
        await self._beside.start()

    async def ready(self) -> None:
        await self._say(health_pb2.HealthCheckResponse.SERVING)

    async def stop(self, drain_seconds: int) -> None:
        await self._say(health_pb2.HealthCheckResponse.NOT_SERVING)
        try:
            async with asyncio.timeout(drain_seconds):
                await self._in_flight.drained()
        except TimeoutError:
            log.warning("calls were still running at the end of the drain")
        await self._server.stop(STOP_SECONDS)
        await self._beside.stop(0)

    async def _say(self, state: Any) -> None:
        for name in self._names:
            await self._health.set(name, state)
