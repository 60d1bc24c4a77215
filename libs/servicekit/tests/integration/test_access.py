"""Who may come in, through real gRPC and with keys read over HTTP: a wrong token never breaks anything."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo, LocalizedMessage, RetryInfo
from google.rpc.status_pb2 import Status

from dualcontrol.targets.v1 import targets_service_pb2 as pb
from dualcontrol.targets.v1 import targets_service_pb2_grpc as rpc
from kernel.clock import system_clock
from kernel.regions import RegionCode
from servicekit.access.current import CURRENT
from servicekit.access.gate import TokenGate
from servicekit.access.keys import BYTES_MAX, read_keys
from servicekit.access.limits import CallLimits
from servicekit.access.tokens import Tokens
from servicekit.access.trust import Trust
from servicekit.rpc.server import Doors, RpcServer
from testkit.forging import Forge, claims, trusted, wrong_tokens
from testkit.ports import LOOPBACK, choose_port

pytestmark = pytest.mark.integration

FORGE = Forge()
NAME = "dualcontrol.targets.v1.TargetsService"
METADATA_BYTES = 256 * 1024


class Published(BaseHTTPRequestHandler):
    """The forge's key set, and a document without an end."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(FORGE.document if self.path == "/jwks" else b" " * (BYTES_MAX + 1))

    def log_message(self, *_: Any) -> None:
        """Tests print what failed and nothing else."""


@pytest.fixture(scope="module")
def keys_address() -> Iterator[str]:
    server = ThreadingHTTPServer((LOOPBACK, 0), Published)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://{LOOPBACK}:{server.server_port}"
    server.shutdown()
    server.server_close()


async def status_of(request: pb.GetRegionStatusRequest, _context: Any) -> pb.GetRegionStatusResponse:
    """Says who asked."""
    current = CURRENT.get()
    assert current is not None
    return pb.GetRegionStatusResponse(status=pb.RegionStatus(name=f"{request.name} {current.caller.label}"))


def add(server: Any) -> tuple[str, ...]:
    handler = grpc.unary_unary_rpc_method_handler(
        status_of,
        request_deserializer=pb.GetRegionStatusRequest.FromString,
        response_serializer=pb.GetRegionStatusResponse.SerializeToString,
    )
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(NAME, {"GetRegionStatus": handler})])
    return (NAME,)


@pytest.fixture
async def address(keys_address: str) -> AsyncIterator[str]:
    trust = Trust(issuers=(trusted("viewer", "reviewer", keys=f"{keys_address}/jwks"),))
    gate = TokenGate(Tokens(trust, system_clock), RegionCode("630000"), CallLimits(5), system_clock)
    made = f"{LOOPBACK}:{choose_port()}"
    server = RpcServer(Doors(made), add, gate)
    await server.start()
    yield made
    await server.stop(1)


async def ask(address: str, token: str | None, name: str = "regions/632800/status") -> pb.GetRegionStatusResponse:
    options = [("grpc.max_metadata_size", METADATA_BYTES), ("grpc.absolute_max_metadata_size", METADATA_BYTES)]
    async with grpc.aio.insecure_channel(address, options=options) as channel:
        stub: rpc.TargetsServiceAsyncStub = rpc.TargetsServiceStub(channel)
        metadata = (("authorization", f"Bearer {token}"),) if token is not None else ()
        return await stub.GetRegionStatus(pb.GetRegionStatusRequest(name=name), metadata=metadata, timeout=10)


def details_of(error: grpc.aio.AioRpcError) -> dict[str, Any]:
    trailing = dict(cast("Any", error.trailing_metadata() or ()))
    found: dict[str, Any] = {}
    for detail in Status.FromString(trailing.get("grpc-status-details-bin", b"")).details:
        for kind in (ErrorInfo, LocalizedMessage, RetryInfo):
            message = kind()
            if detail.Unpack(message):
                found[kind.__name__] = message
    return found


async def test_a_right_token_comes_in_and_the_handler_knows_who_asks(address: str) -> None:
    answer = await ask(address, FORGE.token(claims("viewer:632800", sub="viewer.haixi")))

    assert answer.status.name == "regions/632800/status 测试甲/viewer.haixi"


WRONG = wrong_tokens(FORGE, system_clock().timestamp())


# gRPC sends no metadata that is not ASCII.
@pytest.mark.parametrize("kind", [kind for kind, token in WRONG.items() if token.isascii()])
async def test_a_wrong_token_is_unauthenticated_and_never_internal(address: str, kind: str) -> None:
    token = WRONG[kind]
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await ask(address, token)

    # What is longer than any metadata may be, gRPC itself turns away before a line of ours runs.
    too_long = len(token) > 64 * 1024
    assert refused.value.code() in (
        {grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.RESOURCE_EXHAUSTED}
        if too_long
        else {grpc.StatusCode.UNAUTHENTICATED}
    )
    assert "Traceback" not in str(refused.value)
    if not too_long:
        assert details_of(refused.value)["LocalizedMessage"].message.endswith("登录")


async def test_who_shows_no_token_is_told_to_sign_in(address: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await ask(address, None)

    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert details_of(refused.value)["ErrorInfo"].metadata["why"] == "TOKEN_MISSING"


async def test_another_region_is_denied_in_both_languages(address: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await ask(address, FORGE.token(claims("viewer:630100")))

    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert "region" in str(refused.value.details())
    assert "行政区域" in details_of(refused.value)["LocalizedMessage"].message


async def test_too_many_calls_are_told_when_to_come_again(address: str) -> None:
    token = FORGE.token(claims("viewer:632800"))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await asyncio.gather(*(ask(address, token) for _ in range(50)))

    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert details_of(refused.value)["RetryInfo"].retry_delay.seconds == 1


async def test_a_key_set_without_an_end_is_not_read_to_its_end(keys_address: str) -> None:
    with pytest.raises(ValueError, match="too large"):
        await read_keys(f"{keys_address}/endless")
