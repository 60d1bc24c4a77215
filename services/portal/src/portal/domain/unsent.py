"""A form that somebody filled in and did not send: it is kept for him, past the end of his session."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

FORMS_MAX: Final = 20
"""Of one person; the oldest goes first."""
BYTES_MAX: Final = 512 * 1024
"""Of one form, as it is kept."""
KEPT: Final = timedelta(days=30)
LATE: Final = timedelta(hours=24)
"""So long after a session ran out a form of it is still kept for its person."""
NOT_TYPED: Final = frozenset({"csrf", "request_id", "step", "on", "file", "place"})
"""What a form carries beside what was typed."""
GIVEN: Final = frozenset({"base"})
"""Kept along with what was typed, but nothing to keep by itself."""


@dataclass(frozen=True, slots=True)
class UnsentForm:
    """`place` is the address of the form. Choices of one field stand on lines of their own."""

    place: str
    values: Mapping[str, str]
    saved_at: datetime


def typed_of(pairs: Iterable[tuple[str, object]]) -> dict[str, str]:
    """What a form that was sent says, without what it carries beside and without files."""
    values: dict[str, str] = {}
    for name, said in pairs:
        if name not in NOT_TYPED and isinstance(said, str):
            line = said.replace("\r\n", "\n")
            values[name] = f"{values[name]}\n{line}" if name in values else line
    return values


def packed(values: Mapping[str, str]) -> str | None:
    """As it is kept; None where nothing was typed, or more than can be kept."""
    if not any(said.strip() for name, said in values.items() if name not in GIVEN):
        return None
    content = json.dumps(dict(values), ensure_ascii=False).encode("utf-8", "replace")
    return content.decode() if len(content) <= BYTES_MAX else None


def unpacked(content: str) -> dict[str, str]:
    return {str(name): str(said) for name, said in json.loads(content).items()}
