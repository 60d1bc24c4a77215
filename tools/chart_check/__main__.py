"""Runs all checks, or those named; says how each went and how long it took."""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final

from tools.chart_check.checks.collisions import collisions
from tools.chart_check.checks.documents import documents
from tools.chart_check.checks.edges import edges
from tools.chart_check.checks.golden import golden
from tools.chart_check.checks.kinds import UNKNOWN, kinds
from tools.chart_check.checks.lint import lint
from tools.chart_check.checks.pods import pods
from tools.chart_check.checks.policy import EXPLAINED, policy
from tools.chart_check.checks.rules import rules
from tools.chart_check.checks.schema import schema
from tools.chart_check.checks.topology import agrees
from tools.chart_check.checks.unittest import unittest
from tools.chart_check.rendering import NotRendered
from tools.kubernetes.build import built
from tools.kubernetes.programs import CHART

Check = Callable[[], Iterable[str]]

CHECKS: Final[Mapping[str, Check]] = {
    "lint": lint,
    "topology": agrees,
    "golden": golden,
    "documents": documents,
    "pods": pods,
    "edges": edges,
    "collisions": collisions,
    "unittest": unittest,
    "kinds": kinds,
    "rules": rules,
    "policy": policy,
    "schema": schema,
}
WRITING: Final[Mapping[str, Check]] = {
    "golden": partial(golden, write=True),
    "documents": partial(documents, write=True),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.chart_check", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(CHECKS)}")
    parser.add_argument("--write", action="store_true", help="keep what golden and documents make")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - CHECKS.keys():
        parser.error(f"there is no check {', '.join(sorted(unknown))}")
    if not built(CHART):
        return 1
    begun = time.monotonic()
    checks = {**CHECKS, **(WRITING if arguments.write else {})}
    failed = [name for name in arguments.names or checks if not _holds(name, checks[name])]
    if not arguments.names:
        _exceptions()
    print(f"chart-check: {', '.join(failed) + ' failed' if failed else 'all holds'}, {time.monotonic() - begun:.0f} s")
    return 1 if failed else 0


def _holds(name: str, check: Check) -> bool:
    begun = time.monotonic()
    try:
        problems = list(check())
    except (OSError, ValueError, NotRendered) as reason:
        problems = [f"it could not run: {reason}"]
    for problem in problems:
        print(f"{name}: {problem}")
    print(f"{name}: {'failed' if problems else 'holds'} ({time.monotonic() - begun:.1f} s)", flush=True)
    return not problems


def _exceptions() -> None:
    for what, why in (*UNKNOWN.items(), *EXPLAINED.items()):
        print(f"not held against us: {what}: {why}")


if __name__ == "__main__":
    sys.exit(main())
