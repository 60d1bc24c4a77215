"""The server: health, reflection behind its switch, deadlines, and a drain that waits for every call."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import grpc
import pytest
from google.rpc.status_pb2 import Status
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from dualcontrol.targets.v1 import targets_service_pb2 as pb
from dualcontrol.targets.v1 import targets_service_pb2_grpc as rpc
from kernel.errors import NotFound
from servicekit.rpc.interceptor import UNARY_SECONDS_MAX
from servicekit.rpc.server import Doors, RpcServer
from testkit.gates import open_gate
from testkit.ports import choose_port

pytestmark = pytest.mark.integration

NAME = "dualcontrol.targets.v1.TargetsService"


class Answering:
    """One method of a real service, whose answer waits until the test lets it go."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.go = asyncio.Event()

    async def get_status(self, request: pb.GetRegionStatusRequest, _context: Any) -> pb.GetRegionStatusResponse:
        if request.name == "missing":
            raise NotFound(request.name)
        if request.name == "broken":
            raise ZeroDivisionError("secret detail")
        if request.name == "away":
            raise ConnectionRefusedError
        self.begun.set()
        await self.go.wait()
        return pb.GetRegionStatusResponse(status=pb.RegionStatus(name=request.name))


class Running:
    def __init__(self, *, reflection_on: bool = False) -> None:
        self.servicer = Answering()
        self.address = f"127.0.0.1:{choose_port()}"

        def add(server: Any) -> tuple[str, ...]:
            handler = grpc.unary_unary_rpc_method_handler(
                self.servicer.get_status,
                request_deserializer=pb.GetRegionStatusRequest.FromString,
                response_serializer=pb.GetRegionStatusResponse.SerializeToString,
            )
            server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(NAME, {"GetRegionStatus": handler})])
            return (NAME,)

        self.server = RpcServer(Doors(self.address, reflection_on=reflection_on), add, open_gate())


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    made = Running()
    await made.server.start()
    await made.server.ready()
    yield made
    made.servicer.go.set()
    await made.server.stop(1)


async def status(running: Running, name: str, **options: Any) -> tuple[grpc.StatusCode, str, Status]:
    async with grpc.aio.insecure_channel(running.address) as channel:
        stub: rpc.TargetsServiceAsyncStub = rpc.TargetsServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await stub.GetRegionStatus(pb.GetRegionStatusRequest(name=name), **options)
    details: dict[str, bytes] = dict(cast("Any", failed.value.trailing_metadata()))
    packed = Status.FromString(details.get("grpc-status-details-bin", b""))
    return failed.value.code(), str(failed.value.details()), packed


async def health(address: str, service: str = "") -> int:
    async with grpc.aio.insecure_channel(address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        return int((await stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=5)).status)


async def test_a_refusal_an_absence_and_a_fault_each_have_their_code(running: Running) -> None:
    assert (await status(running, "missing"))[0] is grpc.StatusCode.NOT_FOUND
    assert (await status(running, "away"))[0] is grpc.StatusCode.UNAVAILABLE
    code, message, details = await status(running, "broken")

    assert code is grpc.StatusCode.INTERNAL
    assert "secret" not in message + str(details)


async def test_a_call_that_takes_too_long_ends_at_its_deadline(running: Running) -> None:
    code, _, _ = await status(running, "slow", timeout=0.2)
    assert code is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_call_without_a_deadline_ends_at_the_servers(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    assert UNARY_SECONDS_MAX <= 60
    monkeypatch.setattr("servicekit.rpc.interceptor.UNARY_SECONDS_MAX", 0.2)

    code, _, details = await status(running, "slow")

    assert code is grpc.StatusCode.DEADLINE_EXCEEDED
    assert "重试" in str(details.details[0].value.decode("utf-8", "ignore"))


async def test_a_stopping_server_says_so_and_finishes_what_it_began() -> None:
    running = Running()
    await running.server.start()
    await running.server.ready()
    assert await health(running.address) == health_pb2.HealthCheckResponse.SERVING
    async with grpc.aio.insecure_channel(running.address) as channel:
        stub: rpc.TargetsServiceAsyncStub = rpc.TargetsServiceStub(channel)
        call = asyncio.ensure_future(stub.GetRegionStatus(pb.GetRegionStatusRequest(name="x"), timeout=20))
        await running.servicer.begun.wait()
        stopping = asyncio.create_task(running.server.stop(drain_seconds=10))
        while await health(running.address, NAME) != health_pb2.HealthCheckResponse.NOT_SERVING:
            await asyncio.sleep(0.01)
        assert not call.done()
        running.servicer.go.set()

        assert (await call).status.name == "x"
    await stopping


async def test_a_drain_has_an_end() -> None:
    running = Running()
    await running.server.start()
    async with grpc.aio.insecure_channel(running.address) as channel:
        stub: rpc.TargetsServiceAsyncStub = rpc.TargetsServiceStub(channel)
        call = asyncio.ensure_future(stub.GetRegionStatus(pb.GetRegionStatusRequest(name="x"), timeout=20))
        await running.servicer.begun.wait()
        async with asyncio.timeout(10):
            await running.server.stop(drain_seconds=1)
        with pytest.raises(grpc.aio.AioRpcError):
            await call


@pytest.mark.parametrize("on", [True, False])
async def test_services_are_listed_only_behind_the_switch(*, on: bool) -> None:
    running = Running(reflection_on=on)
    await running.server.start()
    listed: list[str] = []
    async with grpc.aio.insecure_channel(running.address) as channel:
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        request = reflection_pb2.ServerReflectionRequest(list_services="*")
        try:
            async for answer in stub.ServerReflectionInfo(iter([request]), timeout=5):
                listed += [service.name for service in answer.list_services_response.service]
        except grpc.aio.AioRpcError as error:
            assert error.code() is grpc.StatusCode.UNIMPLEMENTED  # noqa: PT017
    await running.server.stop(1)
    assert (NAME in listed) is on
