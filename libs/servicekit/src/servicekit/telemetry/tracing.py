"""One trace from the gRPC call through outbox, Kafka and Faust to the decision.

Whether a trace is recorded is decided where it begins, and told to everybody behind. What is not recorded is only
passed on, as text: a span of the SDK costs more than most of what is done within it.
"""

import random
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType
from typing import Final

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

TRACEPARENT: Final = "traceparent"
RATIO: Final = 0.01
"""The share of the traces beginning here that is recorded when nothing else is set."""

_FORM = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})", re.ASCII)
"""W3C Trace Context; the last bit says whether whoever began the trace has it recorded."""
_PROPAGATOR = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("dualcontrol")
_passed_on: ContextVar[str] = ContextVar("passed_on", default="")
"""The traceparent of a trace that is not recorded here; empty within a span of the SDK."""


class _Recording:
    """What this process records."""

    exports = False
    ratio = RATIO


class _FileExporter(ConsoleSpanExporter):
    def shutdown(self) -> None:
        super().shutdown()
        self.out.close()


def _line(span: ReadableSpan) -> str:
    return f"{span.to_json(indent=None)}\n"


def _exporters(file: Path | None, otlp_endpoint: str | None) -> Iterator[SpanExporter]:
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        yield _FileExporter(out=file.open("a", encoding="utf-8", buffering=1), formatter=_line)
    if otlp_endpoint is not None:
        # Imported here: only a process that sends spans pays for the exporter.
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

        yield OTLPSpanExporter(endpoint=otlp_endpoint)


def configure_tracing(
    service: str, file: Path | None, otlp_endpoint: str | None, *, ratio: float = RATIO
) -> TracerProvider:
    """`ratio` of the traces that begin here are recorded; of one that began elsewhere its beginner has decided."""
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    exporters = tuple(_exporters(file, otlp_endpoint))
    for exporter in exporters:
        provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=500))
    trace.set_tracer_provider(provider)
    _Recording.exports, _Recording.ratio = bool(exporters), ratio
    return provider


def span(
    name: str, kind: SpanKind, carrier: Mapping[str, str], attributes: Mapping[str, str]
) -> AbstractContextManager[None]:
    """Continues the trace which `carrier` names, or begins one; a span of the SDK when it is recorded here."""
    parent = carrier.get(TRACEPARENT, "")
    found = _FORM.fullmatch(parent)
    recorded = random.random() < _Recording.ratio if found is None else int(found[3], 16) & 1 == 1  # noqa: S311  # no secret
    if recorded and _Recording.exports:
        return _recorded(name, kind, parent, attributes)
    return _PassedOn(parent if found else _begun(recorded=recorded))


def traceparent() -> str:
    """The current span in W3C form; empty outside a span."""
    if text := _passed_on.get():
        return text
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get(TRACEPARENT, "")


def current_ids() -> tuple[str, str] | None:
    """The ids of the current trace and span, recorded or not; None outside of both."""
    found = _FORM.fullmatch(traceparent())
    return None if found is None else (found[1], found[2])


@contextmanager
def _recorded(name: str, kind: SpanKind, parent: str, attributes: Mapping[str, str]) -> Iterator[None]:
    context = _PROPAGATOR.extract({TRACEPARENT: parent})
    with _PassedOn(""), _tracer.start_as_current_span(name, context=context, kind=kind, attributes=dict(attributes)):
        yield


def _begun(*, recorded: bool) -> str:
    trace_id, span_id = random.getrandbits(128) or 1, random.getrandbits(64) or 1
    return f"00-{trace_id:032x}-{span_id:016x}-{recorded:02x}"


class _PassedOn:
    """The text is the current traceparent within. Put back by hand: a stream may end in another context."""

    __slots__ = ("_before", "_text")

    def __init__(self, text: str) -> None:
        self._text = text

    def __enter__(self) -> None:
        self._before = _passed_on.get()
        _passed_on.set(self._text)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        _passed_on.set(self._before)
