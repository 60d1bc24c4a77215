"""The one interceptor: parses, traces, bounds, counts and translates errors for every call."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any

import grpc
from google.protobuf.message import DecodeError, Message
from google.rpc.error_details_pb2 import LocalizedMessage
from google.rpc.status_pb2 import Status
from grpc import StatusCode
from opentelemetry.trace import SpanKind

from kernel.errors import DomainError, InvalidRequest, Violation
from kernel.text import Text
from servicekit.access.current import CURRENT
from servicekit.access.gate import Gate
from servicekit.rpc.errors import DETAILS_KEY, TRANSIENT, status_of
from servicekit.telemetry.metrics import RPC_IN_FLIGHT, RPC_SECONDS
from servicekit.telemetry.tracing import TRACEPARENT, span

log = logging.getLogger(__name__)

UNARY_SECONDS_MAX = 30
STREAM_SECONDS_MAX = 3_600
PLAIN_SERVICES = ("/grpc.health.", "/grpc.reflection.")

_CODES_BY_NUMBER = {code.value[0]: code for code in StatusCode}
MALFORMED = InvalidRequest(
    (Violation("*", "NOT_PROTOBUF", Text(zh="请求不是有效的 protobuf 消息", en="is not a valid protobuf message")),),
)


class InFlight:
    """Counts the calls being served: `grpc.aio`'s own stop does not wait for handlers that were aborted."""

    def __init__(self) -> None:
        self._calls = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def __enter__(self) -> None:
        self._calls += 1
        self._idle.clear()
        RPC_IN_FLIGHT.inc()

    def __exit__(self, *_: object) -> None:
        self._calls -= 1
        RPC_IN_FLIGHT.dec()
        if self._calls == 0:
            self._idle.set()

    async def drained(self) -> None:
        await self._idle.wait()


class Interceptor(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]  # generic in the stubs only
    """Answers every call with a typed status: bad bytes, late calls and refusals included."""

    def __init__(self, in_flight: InFlight, gate: Gate) -> None:
        self._in_flight = in_flight
        self._gate = gate

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        handler = await continuation(handler_call_details)
        method: str = handler_call_details.method
        if handler is None or method.startswith(PLAIN_SERVICES):
            return handler
        if handler.response_streaming:
            return grpc.unary_stream_rpc_method_handler(
                self._streaming(method, handler.unary_stream, handler.request_deserializer),
                response_serializer=handler.response_serializer,
            )
        return grpc.unary_unary_rpc_method_handler(
            self._unary(method, handler.unary_unary, handler.request_deserializer),
            response_serializer=handler.response_serializer,
        )

    def _unary(self, method: str, serve: Callable[..., Awaitable[Message]], parse: Callable[[bytes], Message]) -> Any:
        async def call(raw: bytes, context: Any) -> Message:
            # The request comes as bytes: a parse error raised inside grpc would end as INTERNAL.
            async with _Call(method, context, self._in_flight, UNARY_SECONDS_MAX):
                return await serve(await self._admitted(method, parse, raw, context), context)
            raise AssertionError("an aborted call does not come back")

        return call

    def _streaming(
        self, method: str, serve: Callable[..., AsyncIterator[Message]], parse: Callable[[bytes], Message]
    ) -> Any:
        async def call(raw: bytes, context: Any) -> AsyncIterator[Message]:
            async with _Call(method, context, self._in_flight, STREAM_SECONDS_MAX):
                async for answer in serve(await self._admitted(method, parse, raw, context), context):
                    yield answer

        return call

    async def _admitted(self, method: str, parse: Callable[[bytes], Message], raw: bytes, context: Any) -> Message:
        """The request of a caller who may make it. Each call has a task of its own, so its caller ends with it."""
        current = await self._gate.admit(method, _metadata(context))
        request = _parsed(parse, raw)
        self._gate.check(method, request, current)
        CURRENT.set(current)
        return request


def _metadata(context: Any) -> Mapping[str, str]:
    return {key: value for key, value in context.invocation_metadata() or () if isinstance(value, str)}


def _parsed(parse: Callable[[bytes], Message], raw: bytes) -> Message:
    try:
        return parse(raw)
    except DecodeError:
        raise MALFORMED from None


class _Call:
    """One call: its span, its deadline, its place in the count, and the status it ends with."""

    def __init__(self, method: str, context: Any, in_flight: InFlight, seconds_max: int) -> None:
        self._method = method
        self._context = context
        self._in_flight = in_flight
        metadata = _metadata(context)
        self._span = span(method.lstrip("/"), SpanKind.SERVER, {TRACEPARENT: metadata.get(TRACEPARENT, "")}, {})
        remaining = context.time_remaining()
        self._timeout = asyncio.timeout(seconds_max if remaining is None else min(remaining, seconds_max))
        self._began = time.perf_counter()

    async def __aenter__(self) -> None:
        self._in_flight.__enter__()
        self._span.__enter__()
        await self._timeout.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        try:
            await self._timeout.__aexit__(kind, error, trace)
        except TimeoutError as late:
            kind, error, trace = TimeoutError, late, late.__traceback__
        self._span.__exit__(kind, error, trace)
        self._in_flight.__exit__()
        code, status = _ending(error, expired=self._timeout.expired())
        RPC_SECONDS.labels(self._method, code.name).observe(time.perf_counter() - self._began)
        if error is None or isinstance(error, asyncio.CancelledError | grpc.aio.AbortError | GeneratorExit):
            return False
        if code is StatusCode.INTERNAL:
            log.error("a call failed for a reason nobody foresaw", extra={"method": self._method}, exc_info=error)
        await self._context.abort(code, status.message, ((DETAILS_KEY, status.SerializeToString()),))
        return True


def _plain(code: StatusCode, en: str, zh: str) -> tuple[StatusCode, Status]:
    status = Status(code=code.value[0], message=en)
    status.details.add().Pack(LocalizedMessage(locale="zh-CN", message=zh))
    return code, status


def _ending(error: BaseException | None, *, expired: bool) -> tuple[StatusCode, Status]:
    if error is None:
        return StatusCode.OK, Status()
    if isinstance(error, DomainError):
        status = status_of(error)
        return _CODES_BY_NUMBER[status.code], status
    if expired:
        return _plain(
            StatusCode.DEADLINE_EXCEEDED,
            "The deadline passed; retry with the same request id.",
            "超过时限, 可用同一 request_id 重试",
        )
    if isinstance(error, asyncio.CancelledError | GeneratorExit):
        return _plain(StatusCode.CANCELLED, "The caller went away.", "调用方已取消")
    if isinstance(error, TRANSIENT):
        return _plain(
            StatusCode.UNAVAILABLE,
            "A part is away; retry with the same request id.",
            "依赖服务暂不可用, 可用同一 request_id 重试",
        )
    return _plain(StatusCode.INTERNAL, "The service failed; the operators were told.", "服务内部错误, 已通知运维")
