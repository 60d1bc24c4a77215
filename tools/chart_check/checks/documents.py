"""README.md is what helm-docs makes of the values' comments, and every value has one."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.chart_check.places import CHART
from tools.chart_check.rendering import ran

AGAIN: Final = "python -m tools.chart_check documents --write"
POINTS: Final = 44


def documents(*, write: bool = False) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / CHART.name
        shutil.copytree(CHART, copy)
        code, out, errors = ran("helm-docs", "--chart-search-root", folder, "--log-level", "error", folder=Path(folder))
        if code != 0 or errors.strip():
            yield f"helm-docs:\n{out}{errors}"
            return
        made = (copy / "README.md").read_text("utf-8")
    kept = CHART / "README.md"
    if write:
        kept.write_text(made, "utf-8")
    if not kept.is_file() or kept.read_text("utf-8") != made:
        yield f"README.md is stale: {AGAIN}"
    listed = [line.split("|")[1].strip() for line in made.splitlines() if line.startswith("| ")]
    if missing := [number for number in range(1, POINTS + 1) if str(number) not in listed]:
        yield f"README.md says nothing of the points {missing}"
