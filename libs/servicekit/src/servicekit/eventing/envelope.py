"""An event as it travels: CloudEvents 1.0 in Kafka's binary mode, with a protobuf value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from servicekit.telemetry.tracing import TRACEPARENT

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/protobuf"
HEADER_CHARACTERS_MAX = 300

_FIXED_HEADERS = (("content-type", CONTENT_TYPE.encode()), ("ce_specversion", SPEC_VERSION.encode()))


class Malformed(ValueError):
    """The record is not an event of ours; it can only be set aside."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event, its value still in bytes. `source` and `id` together are unique for ever."""

    id: str
    source: str
    type: str
    key: str
    value: bytes
    traceparent: str = ""
    topic: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def headers_of(envelope: Envelope, occurred: datetime) -> list[tuple[str, bytes]]:
    pairs = [
        *_FIXED_HEADERS,
        ("ce_id", envelope.id.encode()),
        ("ce_source", envelope.source.encode()),
        ("ce_type", envelope.type.encode()),
        ("ce_time", occurred.isoformat(timespec="microseconds").replace("+00:00", "Z").encode()),
        ("ce_subject", envelope.key.encode()),
    ]
    if envelope.traceparent:
        pairs.append((TRACEPARENT, envelope.traceparent.encode()))
    return pairs


def _header(headers: Mapping[str, bytes], name: str) -> str:
    raw = headers.get(name)
    if not raw:
        raise Malformed(f"the header {name} is missing")
    text = _text(raw, name)
    if len(text) > HEADER_CHARACTERS_MAX or not text.isprintable():
        raise Malformed(f"the header {name} is too long or unprintable")
    return text


def _text(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed(f"{name} is not UTF-8") from None


def envelope_of(
    topic: str, key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes]] | Mapping[str, bytes]
) -> Envelope:
    """Reads a record. Raises Malformed for a tombstone, a missing attribute or another version of the specification."""
    by_name = dict(headers.items() if isinstance(headers, Mapping) else headers or ())
    if value is None:
        raise Malformed("a record without a value is no event")
    if _header(by_name, "ce_specversion") != SPEC_VERSION:
        raise Malformed("the event is of another version of CloudEvents")
    return Envelope(
        id=_header(by_name, "ce_id"),
        source=_header(by_name, "ce_source"),
        type=_header(by_name, "ce_type"),
        key=_text(key or b"", "the key"),
        value=value,
        traceparent=by_name.get(TRACEPARENT, b"").decode("ascii", "replace"),
        topic=topic,
    )
