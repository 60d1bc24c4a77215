"""A channel to a service: under TLS where that is set, and whose every call says who makes it."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import grpc

Metadata = Sequence[tuple[str, str]]

PEER_TLS: Final = "DUALCONTROL_PEER_TLS_"


@dataclass(frozen=True, slots=True)
class PeerTls:
    """PEM files: the authority that services are proved by, and what proves us to them, both or neither.

    Without an authority calls go in plain text.
    """

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """From DUALCONTROL_PEER_TLS_CA, _CERTIFICATE and _KEY."""
        said = (environ.get(PEER_TLS + name) for name in ("CA", "CERTIFICATE", "KEY"))
        return cls(*(None if path is None else Path(path) for path in said))

    def changed(self) -> tuple[int, ...]:
        """When each file was written: another value than before means that a new channel must be made.

        Raises OSError.
        """
        return tuple(file.stat().st_mtime_ns for file in (self.ca, self.certificate, self.key) if file is not None)

    def channel(self, address: str, options: Sequence[tuple[str, Any]]) -> grpc.aio.Channel:
        """Reads the files. Raises OSError."""
        if self.ca is None:
            return grpc.aio.insecure_channel(address, options=options)
        proof = (None if file is None else file.read_bytes() for file in (self.key, self.certificate))
        credentials = grpc.ssl_channel_credentials(self.ca.read_bytes(), *proof)
        return grpc.aio.secure_channel(address, credentials, options=options)


PLAIN_TEXT: Final = PeerTls()


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
