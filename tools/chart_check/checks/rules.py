"""Alerts and dashboards: promtool's checks and tests, and every metric they ask for is one that the services show."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from tools.alerts import check
from tools.chart_check.places import CHART, ROOT
from tools.chart_check.rendering import manifests, render

SECONDS_MAX: Final = 300


def rules() -> Iterator[str]:
    if check.main() != 0:
        yield "promtool found something (above), or is not there: install Debian's package prometheus"
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tools/tests/test_alerts.py"]
    done = subprocess.run(tests, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    if done.returncode != 0:
        yield f"alerts, runbooks and dashboards:\n{done.stdout}"
    yield from _verbatim()


def _verbatim() -> Iterator[str]:
    """The PrometheusRules hold each rule as it stands in its file: their own templates must not be taken for Helm's."""
    every = manifests(render(CHART / "ci" / "full-values.yaml"))
    made = {one["metadata"]["name"]: one["spec"]["groups"] for one in every if one["kind"] == "PrometheusRule"}
    files = sorted((CHART / "files" / "rules").glob("*.yaml"))
    if len(made) != len(files) or not files:
        yield f"{len(files)} files of rules make {len(made)} PrometheusRules"
    for file in files:
        wanted = manifests(
            file.read_text("utf-8").replace(
                "runbook_url: docs/runbooks/", "runbook_url: https://runbooks.example/dualcontrol/"
            )
        )
        if wanted[0]["groups"] not in made.values():
            yield f"{file.name} is not rendered as it stands"
    boards = {
        one["metadata"]["name"]
        for one in every
        if one["kind"] == "ConfigMap" and "-dashboard-" in one["metadata"]["name"]
    }
    if len(boards) != len(list((CHART / "files" / "dashboards").glob("*.json"))):
        yield f"the dashboards make these ConfigMaps: {sorted(boards)}"
