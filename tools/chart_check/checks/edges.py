"""The NetworkPolicies as a graph: exactly the edges that are declared here, and no other."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from tools.chart_check.places import CHART, RELEASE, minimal
from tools.chart_check.rendering import Manifest, manifests, rendered

SERVICES: Final = ("filing", "review", "capacity", "budget", "targets", "screening")
COMPONENT: Final = "app.kubernetes.io/component"
ANYWHERE: Final = "anywhere"

Edge = tuple[str, str, str]
"""From, to, port."""


def declared() -> set[Edge]:
    """What the code does: who calls whom (`calls`), and what every process stands on."""
    edges = {("screening", peer, "grpc") for peer in ("review", "capacity")}
    edges |= {("portal", service, port) for service in SERVICES for port in ("grpc", "metrics")}
    edges |= {("test", service, "health") for service in SERVICES} | {("test", "portal", "http")}
    edges |= {("prometheus", service, "metrics") for service in SERVICES}
    edges |= {(one, ANYWHERE, "postgres") for one in (*SERVICES, "portal", "migrate", "test")}
    edges |= {(one, ANYWHERE, "kafka") for one in (*SERVICES, "migrate", "test")}
    edges |= {(one, ANYWHERE, "issuer") for one in (*SERVICES, "portal")}
    return edges | {(one, "dns", "dns") for one in (*SERVICES, "portal", "migrate", "test")}


def declared_in_full() -> set[Edge]:
    """With backups, tracing, partners and browsers, and what lies outside named."""
    known = {"postgres": "postgres", "kafka": "kafka", "issuer": "192.0.2.0/24"}
    edges = {(one, known[port] if to == ANYWHERE else to, port) for one, to, port in declared()}
    edges |= {("gateway", service, "grpc") for service in SERVICES} | {("gateway", "portal", "http")}
    edges |= {(service, "observability", "tracing") for service in SERVICES}
    return edges | {("backup", "postgres", "postgres"), ("backup", "kafka", "kafka"), ("backup", "dns", "dns")}


def edges() -> Iterator[str]:
    yield from _compared(minimal(), declared())
    yield from _compared(CHART / "ci" / "full-values.yaml", declared_in_full())


def _compared(values: Path, wanted: set[Edge]) -> Iterator[str]:
    every = manifests(rendered(values))
    policies = [one for one in every if one["kind"] == "NetworkPolicy"]
    yield from _denied(every, policies)
    opened, taken = set(_egress(policies)), set(_ingress(policies))
    found = {edge for edge in opened if _is_outside(edge[1])} | {edge for edge in taken if _is_outside(edge[0])}
    inside_out = {edge for edge in opened if not _is_outside(edge[1])}
    inside_in = {edge for edge in taken if not _is_outside(edge[0])}
    for one, to, port in sorted(inside_out ^ inside_in):
        yield f"{values.name}: {one} -> {to}:{port} is open at one end only"
    found |= inside_out & inside_in
    for what, some in (("is open and not declared", found - wanted), ("is declared and not open", wanted - found)):
        for one, to, port in sorted(some):
            yield f"{values.name}: {one} -> {to}:{port} {what}"


def _is_outside(name: str) -> bool:
    return name not in (*SERVICES, "portal", "migrate", "backup", "test")


def _denied(every: list[Manifest], policies: list[Manifest]) -> Iterator[str]:
    """One policy takes in every pod of the release and allows nothing; no pod escapes its selector."""
    closed = [p["spec"] for p in policies if not p["spec"].keys() & {"ingress", "egress"}]
    if len(closed) != 1 or set(closed[0]["policyTypes"]) != {"Ingress", "Egress"}:
        yield "there is not exactly one policy that denies everything"
        return
    wanted = closed[0]["podSelector"]["matchLabels"]
    if wanted != {"app.kubernetes.io/name": "dualcontrol", "app.kubernetes.io/instance": RELEASE}:
        yield f"the policy that denies everything selects {wanted}"
    for one in every:
        labels = pod_labels(one)
        if labels is not None and not wanted.items() <= labels.items():
            yield f"{one['kind']}/{one['metadata']['name']}: its pods escape the policy that denies everything"


def pod_labels(one: Manifest) -> dict[str, str] | None:
    """Of the pods that the object makes; None: it makes none."""
    spec = one.get("spec", {})
    if one["kind"] == "Pod":
        return dict(one["metadata"]["labels"])
    if one["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    return dict(spec["template"]["metadata"]["labels"]) if "template" in spec else None


def _egress(policies: Iterable[Manifest]) -> Iterator[Edge]:
    for policy in policies:
        spec = policy["spec"]
        for rule in spec.get("egress", ()):
            for port in rule["ports"]:
                for to in map(_peer, rule["to"]) if "to" in rule else (ANYWHERE,):
                    yield _component(spec["podSelector"]), to, _port(port["port"])


def _ingress(policies: Iterable[Manifest]) -> Iterator[Edge]:
    for policy in policies:
        spec = policy["spec"]
        for rule in spec.get("ingress") or ():
            for port in rule["ports"]:
                for one in map(_peer, rule["from"]):
                    yield one, _component(spec["podSelector"]), _port(port["port"])


def _component(selector: dict[str, Any]) -> str:
    return str(selector["matchLabels"][COMPONENT])


def _peer(peer: dict[str, Any]) -> str:
    if "ipBlock" in peer:
        return str(peer["ipBlock"]["cidr"])
    labels = peer.get("podSelector", {}).get("matchLabels", {})
    if labels.get("k8s-app") == "kube-dns":
        return "dns"
    if labels.get("app.kubernetes.io/name") == "prometheus":
        return "prometheus"
    if "namespaceSelector" in peer:
        return str(peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"])
    return str(labels[COMPONENT])


def _port(port: int | str) -> str:
    known = {
        53: "dns",
        443: "issuer",
        4317: "tracing",
        5432: "postgres",
        8080: "http",
        9092: "kafka",
        9093: "kafka",
        9464: "metrics",
        50051: "grpc",
        50052: "health",
    }
    return known[port] if isinstance(port, int) else port
