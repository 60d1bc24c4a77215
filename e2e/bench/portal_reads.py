"""What statements read, out of PostgreSQL's log of plans."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

PLAN: Final = re.compile(r"duration: [0-9.]+ ms  plan:\n(\t\{\n.*?\n\t\})", re.DOTALL)
"""As auto_explain writes it in JSON: an object over several lines, each behind a tab."""
REMOVED: Final = ("Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter")


def most_read(log: str) -> tuple[int, str]:
    """The most rows that a step of one statement read, and the statement; (0, "") where there is none."""
    found = ((_rows(plan["Plan"]), str(plan.get("Query Text", ""))) for plan in _plans(log))
    return max(found, default=(0, ""))


def _plans(log: str) -> Iterator[dict[str, Any]]:
    for plan in PLAN.finditer(log):
        yield json.loads(plan[1].replace("\n\t", "\n"))


def _rows(step: dict[str, Any]) -> int:
    """Of the step that read most: what it gave and what it threw away, each time it ran."""
    once = step.get("Actual Rows", 0) + sum(step.get(name, 0) for name in REMOVED)
    return max(int(once * step.get("Actual Loops", 1)), *(_rows(inner) for inner in step.get("Plans", [])), 0)
