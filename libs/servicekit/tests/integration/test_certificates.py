"""TLS of gRPC: who is let in, what is renewed, and health beside it for those without a certificate."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client import REGISTRY

from client.channels import PLAIN_TEXT, PeerTls
from servicekit.certificates import NO_FILES, TlsFiles, server_credentials
from servicekit.eventing.broker import Broker
from servicekit.rpc.server import Doors, RpcServer
from servicekit.upkeep import Upkeep
from testkit.authority import Authority
from testkit.gates import open_gate
from testkit.ports import choose_port

pytestmark = pytest.mark.integration

SERVING = health_pb2.HealthCheckResponse.SERVING


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


@pytest.fixture
async def doors(authority: Authority) -> AsyncIterator[Doors]:
    """Of a server that asks its clients for a certificate of the same authority."""
    issued = authority.issue("server")
    files = TlsFiles(authority.ca, issued.certificate, issued.key)
    made = Doors(f"localhost:{choose_port()}", files, f"127.0.0.1:{choose_port()}")
    server = RpcServer(made, None, open_gate())
    await server.start()
    await server.ready()
    yield made
    await server.stop(drain_seconds=1)


async def health(address: str, tls: PeerTls) -> object:
    async with tls.channel(address, ()) as channel:
        try:
            answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5)
        except grpc.aio.AioRpcError as error:
            return error.code()
        return answer.status


async def test_only_a_client_with_a_certificate_of_the_authority_is_served(
    doors: Doors, authority: Authority, tmp_path: Path
) -> None:
    mine, stranger = authority.issue("client"), Authority(tmp_path / "others").issue("stranger")

    assert await health(doors.address, PeerTls(authority.ca, mine.certificate, mine.key)) == SERVING
    for refused in (
        PeerTls(authority.ca),
        PeerTls(authority.ca, stranger.certificate, stranger.key),
        PLAIN_TEXT,
    ):
        assert await health(doors.address, refused) is grpc.StatusCode.UNAVAILABLE


async def test_health_alone_answers_beside_it_in_plain_text(doors: Doors) -> None:
    assert doors.health_address is not None
    assert await health(doors.health_address, PLAIN_TEXT) == SERVING


async def test_a_renewed_certificate_serves_the_next_connection(
    doors: Doors, authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "new")
    renewed = other.issue("server")
    assert doors.tls is not None
    for old, new in (
        (doors.tls.ca, other.ca),
        (doors.tls.certificate, renewed.certificate),
        (doors.tls.key, renewed.key),
    ):
        assert old is not None
        old.write_bytes(new.read_bytes())

    mine = other.issue("client")

    assert await health(doors.address, PeerTls(other.ca, mine.certificate, mine.key)) == SERVING


async def test_while_a_certificate_cannot_be_read_the_last_one_serves(doors: Doors, authority: Authority) -> None:
    mine = authority.issue("client")
    assert doors.tls is not None
    assert doors.tls.certificate is not None
    doors.tls.certificate.unlink()

    assert await health(doors.address, PeerTls(authority.ca, mine.certificate, mine.key)) == SERVING


def test_a_server_without_a_key_is_refused() -> None:
    with pytest.raises(ValueError, match="its key"):
        server_credentials(NO_FILES)


async def test_operators_see_until_when_a_certificate_is_valid_and_that_it_was_renewed(authority: Authority) -> None:
    issued = authority.issue("shown")
    files = TlsFiles(authority.ca, issued.certificate, issued.key)
    upkeep = asyncio.create_task(Upkeep("s", Broker("localhost:1"), [files]).run())

    async with asyncio.timeout(10):
        while (seen := shown("shown.pem")) is None:
            await asyncio.sleep(0)

    upkeep.cancel()
    assert seen > 0
    assert shown("ca.pem") is not None


def shown(file: str) -> float | None:
    return REGISTRY.get_sample_value("dualcontrol_certificate_expiry_time_seconds", {"file": file})
