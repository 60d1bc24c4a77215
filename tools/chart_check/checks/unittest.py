"""helm-unittest: every template has its tests, and they hold."""

from collections.abc import Iterator
from pathlib import Path

import yaml
from tools.chart_check.places import CHART
from tools.chart_check.rendering import ran


def unittest() -> Iterator[str]:
    tests = sorted((CHART / "tests").glob("*_test.yaml"))
    tested = {name.removeprefix("templates/") for test in tests for name in _templates(test.read_text("utf-8"))}
    written = {path.relative_to(CHART / "templates").as_posix() for path in _templated()}
    for name in sorted(written - tested):
        yield f"templates/{name} has no test in charts/dualcontrol/tests"
    code, out, errors = ran("helm-unittest", "--strict", str(CHART))
    if code != 0:
        yield f"helm-unittest:\n{out}{errors}"


def _templated() -> Iterator[Path]:
    for path in (CHART / "templates").rglob("*"):
        if path.suffix in (".yaml", ".txt"):
            yield path


def _templates(text: str) -> Iterator[str]:
    suite = yaml.load(text, yaml.CSafeLoader)
    for one in (suite, *suite.get("tests", ())):
        yield from one.get("templates", ())
        if "template" in one:
            yield one["template"]
