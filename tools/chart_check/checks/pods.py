"""Every pod of every kind: restricted, bounded, without a token, and with its secrets as files."""

from collections.abc import Iterator
from typing import Any, Final

from tools.chart_check.places import values_files
from tools.chart_check.rendering import Manifest, manifests, named, rendered

BOUNDS: Final = ("memory", "ephemeral-storage")
NAMESPACED_ONLY: Final = ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "Secret", "Namespace")


def pods() -> Iterator[str]:
    for values in values_files():
        for one in manifests(rendered(values)):
            if one["kind"] in NAMESPACED_ONLY:
                yield f"{values.name}: {named(one)} has no place in this chart"
            spec = _pod(one)
            for problem in () if spec is None else _problems(spec):
                yield f"{values.name}: {named(one)}: {problem}"
            if one["kind"] == "Deployment":
                yield from (f"{values.name}: {named(one)}: {problem}" for problem in _running(spec or {}))


def _pod(one: Manifest) -> dict[str, Any] | None:
    spec: dict[str, Any] = one.get("spec", {})
    if one["kind"] == "Pod":
        return spec
    if one["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    template: dict[str, Any] = spec.get("template", {})
    return template.get("spec")


def _problems(spec: dict[str, Any]) -> Iterator[str]:
    security = spec["securityContext"]
    if not security.get("runAsNonRoot") or security.get("seccompProfile") != {"type": "RuntimeDefault"}:
        yield "the pod is not restricted"
    if security.get("runAsUser") != 10001 or security.get("fsGroup") != 10001:
        yield "it does not run as 10001"
    if spec.get("automountServiceAccountToken") is not False or spec.get("enableServiceLinks") is not False:
        yield "it gets a token or the links of services"
    for container in (*spec["containers"], *spec.get("initContainers", ())):
        yield from _container(container)
    for volume in spec.get("volumes", ()):
        if "emptyDir" in volume and "sizeLimit" not in volume["emptyDir"]:
            yield f"the volume {volume['name']} has no limit"


def _container(container: dict[str, Any]) -> Iterator[str]:
    security = container["securityContext"]
    if security["capabilities"] != {"drop": ["ALL"]} or security["allowPrivilegeEscalation"] is not False:
        yield "a container may get more rights"
    if security["readOnlyRootFilesystem"] is not True:
        yield "a container may write into its image"
    limits, requests = container["resources"]["limits"], container["resources"]["requests"]
    if any(bound not in limits or bound not in requests for bound in BOUNDS) or "cpu" not in requests:
        yield "a container has no bounds"
    if limits["memory"] != requests["memory"]:
        yield "memory is limited otherwise than requested"
    if any("secretKeyRef" in one.get("valueFrom", {}) for one in container.get("env", ())):
        yield "a secret stands in the environment"


def _running(spec: dict[str, Any]) -> Iterator[str]:
    container = spec["containers"][0]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        if not container.get(probe, {}).keys() & {"grpc", "httpGet"}:
            yield f"it has no {probe}"
    if "preStop" not in container.get("lifecycle", {}):
        yield "it stops before its address is out of use"
