"""Follows the stream of decisions without loss: after a break it goes on behind the last one received."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import grpc

from client.connections import ATTEMPTS_MAX, Services, retry_seconds
from client.errors import AWAY, service_error
from dualcontrol.screening.v1 import screening_service_pb2 as pb

STREAM_SECONDS: Final = 300
"""One stream's deadline: a dead connection is noticed, and the next stream begins where this one ended."""


async def watch_decisions(
    services: Services, resume_token: str = "", *, stream_seconds: float = STREAM_SECONDS
) -> AsyncIterator[pb.WatchDecisionsResponse]:
    """Every decision behind `resume_token` (the oldest first when empty), then each new one; never ends by itself.

    Raises ServiceError when the token is not the service's, or after ATTEMPTS_MAX breaks with nothing received between.
    """
    breaks = 0
    while True:
        try:
            asked = pb.WatchDecisionsRequest(resume_token=resume_token)
            async for answer in services.screening.WatchDecisions(asked, timeout=stream_seconds):
                breaks, resume_token = 0, answer.resume_token
                yield answer
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
                continue
            breaks += 1
            if error.code() not in AWAY or breaks == ATTEMPTS_MAX:
                raise service_error(error) from None
            await asyncio.sleep(retry_seconds(breaks))
