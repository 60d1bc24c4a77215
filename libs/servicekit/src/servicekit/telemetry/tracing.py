"""One trace from the gRPC call through outbox, Kafka and Faust to the decision."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

TRACEPARENT = "traceparent"

_PROPAGATOR = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("dualcontrol")


def _line(span: ReadableSpan) -> str:
    return f"{span.to_json(indent=None)}\n"


def _exporters(file: Path | None, otlp_endpoint: str | None) -> Iterator[SpanExporter]:
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        yield ConsoleSpanExporter(out=file.open("a", encoding="utf-8", buffering=1), formatter=_line)
    if otlp_endpoint is not None:
        # Imported here: only a process that sends spans pays for the exporter.
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

        yield OTLPSpanExporter(endpoint=otlp_endpoint)


def configure_tracing(service: str, file: Path | None, otlp_endpoint: str | None) -> TracerProvider:
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    for exporter in _exporters(file, otlp_endpoint):
        provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=500))
    trace.set_tracer_provider(provider)
    return provider


@contextmanager
def span(name: str, kind: SpanKind, carrier: Mapping[str, str], attributes: Mapping[str, str]) -> Iterator[Span]:
    """A span that continues the trace which `carrier` names, or begins one."""
    parent = _PROPAGATOR.extract(carrier)
    with _tracer.start_as_current_span(name, context=parent, kind=kind, attributes=dict(attributes)) as current:
        yield current


def traceparent() -> str:
    """The current span in W3C form; empty outside a span."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get(TRACEPARENT, "")
