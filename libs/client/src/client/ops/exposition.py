"""Prometheus's text format: what a process shows of itself, with labels."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_LINE: Final = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: -?\d+)?", re.ASCII)
_LABEL: Final = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"', re.ASCII)
_ESCAPES: Final = {r"\n": "\n", r"\"": '"', r"\\": "\\"}


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


def samples(page: str) -> list[Sample]:
    """What cannot be read is passed over."""
    found = []
    for line in page.splitlines():
        if made := _LINE.fullmatch(line):
            try:
                found.append(Sample(made[1], float(made[3]), _labels(made[2] or "")))
            except ValueError:
                continue
    return found


def _labels(written: str) -> dict[str, str]:
    return {
        name: re.sub(r"\\.", lambda escaped: _ESCAPES.get(escaped[0], escaped[0]), value)
        for name, value in _LABEL.findall(written)
    }
