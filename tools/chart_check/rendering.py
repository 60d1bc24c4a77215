"""The chart rendered by Helm, as text and as objects."""

import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from tools.chart_check.places import CHART, NEWEST_TRIED, RELEASE
from tools.kubernetes.build import place

SECONDS_MAX: Final = 120
HELMS: Final = ("helm3", "helm4")

Manifest = dict[str, Any]


class NotRendered(Exception):
    """Helm refused; the text is what it said."""


def ran(program: str, *arguments: str, folder: Path = CHART, text: str | None = None) -> tuple[int, str, str]:
    """Exit code, output, errors of one of our Go programs."""
    done = subprocess.run(
        [str(place(program)), *arguments],
        cwd=folder,
        input=text,
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def render(
    values: Path | None, *more: str, helm: str = "helm4", kubernetes: str = NEWEST_TRIED, release: str = RELEASE
) -> str:
    """All manifests, hooks and tests too. Raises NotRendered."""
    said = [] if values is None else ["-f", str(values)]
    code, out, errors = ran(helm, "template", release, str(CHART), "--kube-version", kubernetes, *said, *more)
    if code != 0:
        raise NotRendered(errors.strip())
    return out


@cache
def rendered(values: Path, helm: str = "helm4", kubernetes: str = NEWEST_TRIED) -> str:
    """As `render`, once a run."""
    return render(values, helm=helm, kubernetes=kubernetes)


def plain(text: str) -> str:
    """Without blank lines: in them alone the two Helms differ."""
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"


def manifests(text: str) -> list[Manifest]:
    return [one for one in yaml.load_all(text, yaml.CSafeLoader) if one]


def named(one: Manifest) -> str:
    return f"{one['kind']}/{one['metadata']['name']}"
