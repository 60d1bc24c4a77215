"""What leaves the operators' hands holds no secret and nobody's name: what is not known to be harmless is taken out."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

GONE: Final = "[redacted]"
LOG_FIELDS: Final = frozenset(
    {
        "timestamp", "asctime", "time", "levelname", "level", "name", "logger", "service", "message", "trace_id",
        "span_id", "topic", "partition", "offset", "method", "type", "mode", "grpc", "count", "code", "applied",
        "attempts", "reason",
    }
)  # fmt: skip
"""Of a log's line what tells how the program fares; everything else may be somebody's data."""

_SECRET_NAME: Final = re.compile(
    r"pass(word|wd|phrase)?|secret|token|credential|private|api_?key|access_?key|dsn|authorization|cookie|jaas|htpasswd",
    re.IGNORECASE,
)
_PEM: Final = re.compile(r"-----BEGIN [A-Z ]+-----.*?(-----END [A-Z ]+-----|\Z)", re.DOTALL)
"""Over several lines; one without an end takes all that follows with it."""
_PATTERNS: Final = (
    _PEM,
    re.compile(r"[a-z][a-z0-9+.-]*://[^\s\"'<>]*@[^\s\"'<>]*", re.IGNORECASE),
    re.compile(r"\beyJ[A-Za-z0-9_-]{5,}(\.[A-Za-z0-9_-]*){0,4}"),
    re.compile(r"\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}", re.IGNORECASE),
    re.compile(r"\bAKIA[0-9A-Z]{12,}\b"),
    re.compile(r"\b[0-9a-fA-F]{32,}\b"),
    re.compile(r"[^\s\"'<>@,;]+@[^\s\"'<>@,;]+\.[A-Za-z]{2,}"),
    re.compile(r"\b1[3-9][0-9]{9}\b"),
    re.compile(r"\b[1-9][0-9]{16}[0-9Xx]\b"),
    re.compile(r"\b[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}\b"),
)
"""Keys, addresses with a login in them, tokens, long hexadecimal words, mail, telephones, identity and credit codes."""
_ASSIGNED: Final = re.compile(
    r"(?P<name>[A-Za-z0-9_.-]*(?:pass(?:word|wd|phrase)?|secret|token|credential|api_?key|dsn)[A-Za-z0-9_.-]*)"
    r"(?P<sign>[\"']?\s*[=:]\s*)(?P<value>\"[^\"]*\"|'[^']*'|[^\s,;\"'}\]]+)",
    re.IGNORECASE,
)
_WITH_ROWS: Final = re.compile(r"\b(STATEMENT|DETAIL|QUERY|CONTEXT|PARAMETERS):.*", re.IGNORECASE)
"""What PostgreSQL adds to an error: the statement, and the row that it is about."""
_IDS: Final = ("trace_id", "span_id")
_HEXADECIMAL: Final = re.compile(r"[0-9a-f]{16}|[0-9a-f]{32}")
_CHINESE: Final = re.compile(r"[㐀-鿿·]{2,}")
"""Our programs log in English: Chinese in a log is a project's, a company's or a person's name."""


def plain(text: str) -> str:
    """Any text, without secrets and without Chinese words."""
    for pattern in _PATTERNS:
        text = pattern.sub(GONE, text)
    text = _ASSIGNED.sub(lambda found: f"{found['name']}{found['sign']}{GONE}", text)
    return _CHINESE.sub(GONE, text)


def log(text: str) -> str:
    """Line by line: of a JSON object the fields that are known; another line without what looks like data."""
    return "".join(f"{_line(line)}\n" for line in _PEM.sub(GONE, text).splitlines())


def _line(line: str) -> str:
    try:
        said = json.loads(line)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return plain(_WITH_ROWS.sub(rf"\1 {GONE}", line))
    kept = {name: _plain_value(name, value) for name, value in said.items() if name in LOG_FIELDS}
    return json.dumps(kept, ensure_ascii=False)


def _plain_value(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return value if name in _IDS and _HEXADECIMAL.fullmatch(value) else plain(value)
    return value if isinstance(value, int | float) else GONE


def document(said: Any) -> Any:
    """What Kubernetes says of an object, without values that are secret by their name, and without those of env."""
    if isinstance(said, Mapping):
        return {name: _entry(str(name), value) for name, value in said.items()}
    if isinstance(said, list):
        return [document(one) for one in said]
    return plain(said) if isinstance(said, str) else said


def _entry(name: str, value: Any) -> Any:
    if name == "env" and isinstance(value, list):
        return [{"name": one.get("name"), "value": GONE} for one in value if isinstance(one, Mapping)]
    if name in ("annotations", "managedFields", "data", "stringData", "binaryData") and isinstance(
        value, Mapping | list
    ):
        return sorted(value) if isinstance(value, Mapping) else GONE
    if _SECRET_NAME.search(name) and isinstance(value, str):
        return GONE
    return document(value)
