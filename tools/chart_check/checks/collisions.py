"""Two releases in one namespace share nothing, and no name is too long for its kind."""

from collections.abc import Iterator
from typing import Any, Final

from tools.chart_check.checks.edges import pod_labels
from tools.chart_check.places import CHART
from tools.chart_check.rendering import Manifest, manifests, named, render

LONG: Final = ("a" * 52 + "b", "a" * 52 + "c")
"""Release names of 53 characters, the most that Helm takes, which differ at the end alone."""
SHORT: Final = ("dualcontrol", "dualcontrol-two")
NAME_MAX: Final = {"Service": 63, "Job": 63, "CronJob": 52, "Pod": 63, "Deployment": 63}
SHARED: Final = ("KafkaTopic",)
"""Two releases on one Kafka would share the topics by their names; each installation has a Kafka of its own."""


def collisions() -> Iterator[str]:
    full = CHART / "ci" / "full-values.yaml"
    for pair in (SHORT, LONG):
        first, second = ([one for one in manifests(render(full, release=name))] for name in pair)  # noqa: C416
        for name in sorted({*map(named, first)} & {*map(named, second)}):
            if not name.startswith(SHARED):
                yield f"releases {pair[0]} and {pair[1]} both have {name}"
        for one in (*first, *second):
            if len(one["metadata"]["name"]) > NAME_MAX.get(one["kind"], 253):
                yield f"{named(one)} is too long"
        yield from _crossed(first, second)


def _crossed(first: list[Manifest], second: list[Manifest]) -> Iterator[str]:
    """No selector of the one release takes in a pod of the other."""
    pods = [labels for one in second if (labels := pod_labels(one)) is not None]
    for one in first:
        for selector in _selectors(one.get("spec", {}), one["kind"]):
            if any(selector.items() <= labels.items() for labels in pods):
                yield f"{named(one)} selects pods of another release: {selector}"


def _selectors(spec: dict[str, Any], kind: str) -> Iterator[dict[str, str]]:
    if kind == "Service":
        yield spec["selector"]
    elif kind in ("Deployment", "PodDisruptionBudget", "ServiceMonitor"):
        yield spec["selector"]["matchLabels"]
    elif kind == "NetworkPolicy":
        yield spec["podSelector"]["matchLabels"]
