"""Review and capacity, asked over gRPC what they would find under a draft of the law."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import grpc

from client.channels import PeerTls
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from dualcontrol.capacity.v1 import capacity_service_pb2_grpc as capacity_rpc
from dualcontrol.review.v1 import review_service_pb2 as review
from dualcontrol.review.v1 import review_service_pb2_grpc as review_rpc
from screening.application.simulate import Draft, Looked
from screening.domain.facts import FilingId
from screening.domain.refusals import PeerNotReached
from screening.wire.facts import replacement_from_wire, review_from_wire
from servicekit.access.own_token import OwnToken
from servicekit.simulation import SimulationRunning

MESSAGE_BYTES_MAX: Final = 16 * 1024 * 1024
SECONDS_MAX: Final = 3_600


class GrpcPeers:
    """`addresses` are those of the services by name. A channel lives as long as one simulation.

    They hear who we are and for whom we ask: they look at what that person may see, and at nothing more.
    """

    def __init__(self, addresses: Mapping[str, str], identity: OwnToken, tls: PeerTls) -> None:
        self._addresses = addresses
        self._identity = identity
        self._tls = tls

    async def reviews(self, draft: Draft) -> AsyncIterator[Looked]:
        """Raises PeerNotReached."""
        request = review.SimulateReviewsRequest(law=draft.law, region_code=draft.region or "")
        async with self._channel("review") as channel:
            stub: review_rpc.ReviewServiceAsyncStub = review_rpc.ReviewServiceStub(channel)
            async for answer in _answers(
                "review", stub.SimulateReviews(request, timeout=SECONDS_MAX, metadata=self._identity.metadata())
            ):
                found = {_filing(one.name): review_from_wire(one) for one in answer.changed}
                yield Looked(answer.looked_at, answer.total, reviews=found)

    async def replacements(self, draft: Draft) -> AsyncIterator[Looked]:
        """Raises PeerNotReached."""
        request = capacity.SimulateReplacementsRequest(law=draft.law, region_code=draft.region or "")
        async with self._channel("capacity") as channel:
            stub: capacity_rpc.CapacityServiceAsyncStub = capacity_rpc.CapacityServiceStub(channel)
            async for answer in _answers(
                "capacity", stub.SimulateReplacements(request, timeout=SECONDS_MAX, metadata=self._identity.metadata())
            ):
                found = {_filing(one.name): replacement_from_wire(one) for one in answer.changed}
                yield Looked(answer.looked_at, answer.total, replacements=found)

    def _channel(self, service: str) -> grpc.aio.Channel:
        if service not in self._addresses:
            raise PeerNotReached(service)
        options = [("grpc.max_receive_message_length", MESSAGE_BYTES_MAX), ("grpc.enable_http_proxy", 0)]
        return self._tls.channel(self._addresses[service], options)


async def _answers(service: str, call: "grpc.aio.UnaryStreamCall[Any, Any]") -> AsyncIterator[Any]:
    try:
        async for answer in call:
            yield answer
    except grpc.aio.AioRpcError as error:
        if error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
            raise SimulationRunning from error
        raise PeerNotReached(service) from error
    finally:
        call.cancel()


def _filing(name: str) -> FilingId:
    """From `filings/{filing}/review` and the like."""
    return FilingId(name.split("/")[1])
