"""A channel whose every call says who makes it."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

import grpc

Metadata = Sequence[tuple[str, str]]


def authorization(token: str | None) -> Metadata:
    """What a call carries to say who makes it; nothing without a token."""
    return () if token is None else (("authorization", f"Bearer {token}"),)


def signed(channel: grpc.aio.Channel, token: str | None) -> grpc.aio.Channel:
    """`channel`, with the token on every call. Without a token it is the channel itself."""
    return channel if token is None else _Signed(channel, authorization(token))


class _Signed(grpc.aio.Channel):
    def __init__(self, channel: grpc.aio.Channel, metadata: Metadata) -> None:
        self._channel = channel
        self._metadata = metadata

    def _with_metadata(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def made(request: Any, *, metadata: Metadata | None = None, **options: Any) -> Any:
            return call(request, metadata=(*self._metadata, *(metadata or ())), **options)

        return made

    def unary_unary(self, *method: Any, **options: Any) -> Any:
        return self._with_metadata(self._channel.unary_unary(*method, **options))

    def unary_stream(self, *method: Any, **options: Any) -> Any:
        return self._with_metadata(self._channel.unary_stream(*method, **options))

    def stream_unary(self, *method: Any, **options: Any) -> Any:
        return self._with_metadata(self._channel.stream_unary(*method, **options))

    def stream_stream(self, *method: Any, **options: Any) -> Any:
        return self._with_metadata(self._channel.stream_stream(*method, **options))

    async def __aenter__(self) -> Self:
        await self._channel.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._channel.__aexit__(kind, error, trace)

    async def close(self, grace: float | None = None) -> None:
        await self._channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        return self._channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        await self._channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        await self._channel.channel_ready()
