"""checkov on what is rendered: no finding without a reason."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tools.chart_check.environment import environment
from tools.chart_check.places import CHART, minimal
from tools.chart_check.rendering import render

SECONDS_MAX: Final = 300
EXPLAINED: Final = {
    "CKV_K8S_11": "no limit of CPU: it throttles a process that has work, while the node has time to give",
    "CKV_K8S_15": "the image's tag is never moved, or it is named by its digest: pulling again brings the same",
    "CKV_K8S_43": "the digest is the operator's to set (image.digest); ci/full-values.yaml does, and is held to it",
    "CKV_K8S_21": "the namespace is that of the release; here it is called default",
    "CKV_K8S_8": "a Job runs to its end: there is nothing to ask whether it lives",
    "CKV_K8S_9": "a Job takes no calls: there is nothing to ask whether it is ready",
}
"""Checks that need not hold, and why."""
ONLY_IN: Final = {"CKV_K8S_8": ("Job", "CronJob", "Pod"), "CKV_K8S_9": ("Job", "CronJob", "Pod")}
NOT_IN: Final = {"CKV_K8S_43": "full"}


def policy() -> Iterator[str]:
    seen: set[str] = set()
    for name, values in (("minimal", minimal()), ("full", CHART / "ci" / "full-values.yaml")):
        # One process a service: every other is written by the same template.
        for found in _findings(render(values, "--set", "mode=all")):
            check, resource = found["check_id"], found["resource"]
            seen.add(check)
            excused = check in EXPLAINED and NOT_IN.get(check) != name
            if not excused or resource.partition(".")[0] not in ONLY_IN.get(check, (resource.partition(".")[0],)):
                yield f"{name}: {check} {found['check_name']}: {resource}"
    for check in sorted(EXPLAINED.keys() - seen):
        yield f"{check} is explained and no longer found: take it out of tools/chart_check/checks/policy.py"


def _findings(text: str) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rendered.yaml"
        file.write_text(text, "utf-8")
        program = environment() / "bin" / "checkov"
        options = ["--framework", "kubernetes", "--output", "json", "--quiet", "--compact", "--skip-download"]
        done = subprocess.run(
            [str(program), "--file", str(file), *options],
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
            cwd=folder,
        )
    try:
        told = json.loads(done.stdout)
    except ValueError:
        raise OSError(f"checkov: {done.stderr or done.stdout}") from None
    summary = told.get("summary", told)
    if not summary.get("passed"):
        raise OSError(f"checkov looked at nothing: {done.stdout[:500]}")
    yield from told["results"]["failed_checks"]
