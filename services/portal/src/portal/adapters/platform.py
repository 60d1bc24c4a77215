"""The services as an operator sees them: their health over gRPC, their figures over HTTP."""

import asyncio
from collections.abc import Mapping
from typing import Final

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from client.errors import ClientError, service_error
from client.metrics import Samples, read_metrics
from kernel.text import Text
from portal.adapters.services import Connections
from portal.application.operations import NOT_SET
from portal.application.parts import Part

SECONDS_MAX: Final = 2
SLOW: Final = Text(f"{SECONDS_MAX} 秒内没有答复", f"no answer within {SECONDS_MAX} seconds")


class ServicesWatched:
    """`metrics`: where each service shows its figures; None where nobody said."""

    def __init__(self, connections: Connections, metrics: Mapping[str, str | None]) -> None:
        self._connections = connections
        self._metrics = metrics

    async def health(self, service: str) -> Part[bool]:
        """Health is open: it is asked without a token."""
        try:
            stub = health_pb2_grpc.HealthStub(self._connections.channel(service))
            answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=SECONDS_MAX)
        except grpc.aio.AioRpcError as error:
            return Part(problem=service_error(error).text)
        except ClientError as unknown:
            return Part(problem=unknown.text)
        return Part(answer.status == health_pb2.HealthCheckResponse.SERVING)

    async def figures(self, service: str) -> Part[Samples]:
        address = self._metrics.get(service)
        if address is None:
            return Part(problem=NOT_SET, absent=True)
        try:
            async with asyncio.timeout(SECONDS_MAX):
                return Part(await read_metrics(service, address, seconds=SECONDS_MAX))
        except TimeoutError:
            return Part(problem=SLOW)
        except ClientError as unreadable:
            return Part(problem=unreadable.text)
