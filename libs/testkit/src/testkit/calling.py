"""Channels to the services of a stack, for tests: each call carries a token."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import grpc

from client.channels import Metadata, authorization, signed
from testkit.stack import Stack

Options = Sequence[tuple[str, Any]]


def channel(stack: Stack, service: str, *, token: str | None = None, options: Options = ()) -> grpc.aio.Channel:
    """For code that awaits. Without a `token` it is the partner system that calls."""
    return signed(grpc.aio.insecure_channel(stack.grpc_address(service), options=options), token or stack.token())


def blocking_channel(stack: Stack, service: str, *, token: str | None = None) -> grpc.Channel:
    """For code that waits. Without a `token` it is the partner system that calls."""
    made = grpc.insecure_channel(stack.grpc_address(service))
    return grpc.intercept_channel(made, _Signing(authorization(token or stack.token())))


class _Details(NamedTuple):
    method: str
    timeout: float | None
    metadata: Metadata
    credentials: Any
    wait_for_ready: bool | None
    compression: Any


class _Signing(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):  # type: ignore[type-arg]
    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata

    def _signed(self, details: Any) -> _Details:
        stated = (*(details.metadata or ()), *self._metadata)
        return _Details(
            details.method, details.timeout, stated, details.credentials, details.wait_for_ready, details.compression
        )

    def intercept_unary_unary(self, call: Callable[..., Any], details: Any, request: Any) -> Any:
        return call(self._signed(details), request)

    def intercept_unary_stream(self, call: Callable[..., Any], details: Any, request: Any) -> Any:
        return call(self._signed(details), request)
