"""What the chart believes of the services is what their code says."""

import importlib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import yaml
from tools.chart_check.checks.edges import SERVICES
from tools.chart_check.places import CHART, ROOT, minimal
from tools.chart_check.rendering import manifests, rendered

from servicekit.eventing import topics
from servicekit.settings import Settings

BLOCK: Final = re.compile(r'define "dualcontrol.topology" -}}\n(.*?)\{\{- end', re.DOTALL)
NOT_SETTINGS: Final = {"DUALCONTROL_SECRETS_FOLDER"}


@cache
def topology() -> dict[str, Any]:
    found = BLOCK.search((CHART / "templates" / "_topology.tpl").read_text("utf-8"))
    assert found is not None
    return dict(yaml.safe_load(found[1]))


def agrees() -> Iterator[str]:
    said = topology()
    if tuple(said["services"]) != SERVICES:
        yield f"the chart has the services {said['services']}"
    for name in SERVICES:
        service = importlib.import_module(f"{name}.bootstrap").service()
        for what in ("publishes", "consumes"):
            real = sorted(getattr(service, what))
            if sorted(said[what][name]) != real:
                yield f"{name} {what} {real}; the chart says {sorted(said[what][name])}"
        if sorted(said["grpc"][name]) != sorted(_grpc(name)):
            yield f"{name} answers {sorted(_grpc(name))}; the chart says {sorted(said['grpc'][name])}"
    if sorted(said["calls"]["screening"]) != sorted(_peers()):
        yield f"services are told where {sorted(_peers())} are; the chart says {said['calls']['screening']}"
    if said["eventBytesMax"] != topics.EVENT_BYTES_MAX or said["deadLetterPartitions"] != topics.DEAD_LETTER_PARTITIONS:
        yield "the size of an event or the partitions of dead letters differ from servicekit.eventing.topics"
    yield from _settings()


def _grpc(service: str) -> Iterator[str]:
    for path in (ROOT / "protos" / "dualcontrol" / service).rglob("*.proto"):
        text = path.read_text("utf-8")
        for name in re.findall(r"^service (\w+)", text, re.MULTILINE):
            yield f"dualcontrol.{service}.{path.parent.name}.{name}"


def _peers() -> Iterator[str]:
    for name in Settings.model_fields:
        service = name.removesuffix("_address")
        if service != name and service in SERVICES:
            yield service


def _settings() -> Iterator[str]:
    """Every setting in a ConfigMap is one that the process reads."""
    portal = importlib.import_module("portal.settings").PortalSettings
    for values in (minimal(), CHART / "ci" / "full-values.yaml"):
        for one in manifests(rendered(values)):
            if one["kind"] != "ConfigMap" or "DUALCONTROL_PURPOSE" not in one["data"]:
                continue
            component = one["metadata"]["labels"]["app.kubernetes.io/component"]
            known = (portal if component == "portal" else Settings).model_fields
            for name in one["data"]:
                setting = name.removeprefix("DUALCONTROL_")
                if setting != name and name not in NOT_SETTINGS and setting.lower() not in known:
                    yield f"{values.name}: {component} does not read {name}"
