"""Both Helms find nothing to complain about."""

from collections.abc import Iterator
from pathlib import Path

from tools.chart_check.places import CHART, NEWEST_TRIED, values_files
from tools.chart_check.rendering import HELMS, ran


def lint() -> Iterator[str]:
    for helm in HELMS:
        for values in values_files():
            yield from _with(helm, values)


def _with(helm: str, values: Path) -> Iterator[str]:
    code, out, errors = ran(helm, "lint", "--strict", "--kube-version", NEWEST_TRIED, "-f", str(values), str(CHART))
    if code != 0:
        yield f"{helm} lint --strict with {values.name}:\n{out}{errors}"
