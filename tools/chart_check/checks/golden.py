"""What is rendered is what was looked at: the same from both Helms, twice, and as it is kept in ci/golden."""

import difflib
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from tools.chart_check.places import GOLDEN, values_files
from tools.chart_check.rendering import plain, render, rendered

LINES_SHOWN_MAX: Final = 40
AGAIN: Final = "python -m tools.chart_check golden --write"


BETWEEN: Final = re.compile("^---\n", re.MULTILINE)
VERBATIM: Final = ("dashboards.yaml", "prometheusrules.yaml")
"""Templates that pass files on as they stand, which the check `rules` looks at."""


def golden(*, write: bool = False) -> Iterator[str]:
    wanted = {_kept(values): values for values in values_files()}
    for stale in set(GOLDEN.glob("*")) - set(wanted):
        yield f"{stale.name} belongs to no values file of ci/"
    for kept, values in wanted.items():
        text = rendered(values)
        if render(values) != text:
            yield f"{values.name} renders differently the second time"
        if plain(rendered(values, "helm3")) != plain(text):
            yield f"{values.name}: the two Helms differ\n{_difference(plain(rendered(values, 'helm3')), plain(text))}"
        if write:
            GOLDEN.mkdir(exist_ok=True)
            kept.write_text(_shown(text), "utf-8")
        before = kept.read_text("utf-8") if kept.is_file() else ""
        if before != _shown(text):
            yield f"{values.name} renders differently from {kept.name}; if that is meant: {AGAIN}\n" + _difference(
                before, _shown(text)
            )


def _shown(text: str) -> str:
    parts = [part for part in BETWEEN.split(text) if part.strip()]
    return plain("".join(f"---\n{part}" for part in parts if not part.partition("\n")[0].endswith(VERBATIM)))


def _kept(values: Path) -> Path:
    """No name that ends with .yaml: nobody formats or checks it as a source."""
    return GOLDEN / values.name.replace("-values.yaml", ".rendered")


def _difference(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "kept", "rendered", lineterm="", n=1)
    return "\n".join(islice(lines, LINES_SHOWN_MAX))
