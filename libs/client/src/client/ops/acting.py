"""What an operator does with a release on Kubernetes: dead letters, draining, a backup now."""

from collections.abc import Callable
from typing import Final

from client.errors import ClientError
from client.ops.cluster import REPLICAS, ROLE, Cluster, Document, component_of, job_like, labels_of
from client.ops.gathering import BACKUP
from kernel.text import Text

SERVING: Final = ("serve", "all")

Say = Callable[[Text], None]


class NothingThere(ClientError):
    """The release has no such service, or no backups."""


def replay_dead_letters(cluster: Cluster, service: str, topic: str) -> str:
    """As a Job with the settings and secrets of the service; what it said."""
    deployment = _of(cluster, service)[0]
    return cluster.run_job(f"{cluster.release}-replay-{service}", job_like(deployment, ["replay-dlt", topic]))


def back_up_now(cluster: Cluster) -> str:
    """Runs the release's backup once, beside its schedule; what it said."""
    for one in cluster.cron_jobs():
        if one["metadata"]["name"].endswith(BACKUP):
            spec: Document = one["spec"]["jobTemplate"]["spec"]
            return cluster.run_job(f"{one['metadata']['name']}-now", spec)
    raise NothingThere(Text("该发布未启用备份 (backup.enabled)", "This release takes no backups (backup.enabled)."))


def drain(cluster: Cluster, service: str, *, role: str | None, say: Say) -> None:
    """Ends a service's processes, each after it finished what it began; remembers how many there were."""
    for one in _of(cluster, service, role):
        name, replicas = one["metadata"]["name"], one["spec"].get("replicas", 1)
        if not replicas:
            continue
        cluster.pause_scaler(name, paused=True)
        cluster.scale(one, 0, before=replicas)
        say(Text("{name}: {replicas} -> 0", "{name}: {replicas} -> 0", name=name, replicas=replicas))
    if role is None:
        cluster.wait_gone(service)


def bring_back(cluster: Cluster, service: str, *, role: str | None, say: Say) -> None:
    """Starts again what `drain` ended."""
    for one in _of(cluster, service, role):
        name, before = one["metadata"]["name"], (one["metadata"].get("annotations") or {}).get(REPLICAS)
        if before is None:
            say(Text("{name}: 未曾排空", "{name}: was not drained", name=name))
            continue
        cluster.scale(one, int(before), before=None)
        cluster.pause_scaler(name, paused=False)
        say(Text("{name}: 0 -> {replicas}", "{name}: 0 -> {replicas}", name=name, replicas=before))


def _of(cluster: Cluster, service: str, role: str | None = None) -> list[Document]:
    """The service's Deployments, the one that serves first."""
    found = [
        one for one in cluster.deployments() if component_of(one) == service and (role is None or _role(one) == role)
    ]
    if not found:
        raise NothingThere(
            Text(
                "发布 {release} 中没有 {service} {role}", "There is no {service} {role} in the release {release}",
                release=cluster.release, service=service, role=role or "",
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (_role(one) not in SERVING, one["metadata"]["name"]))


def _role(deployment: Document) -> str:
    pod: str = deployment["spec"]["template"]["metadata"].get("labels", {}).get(ROLE, "")
    return labels_of(deployment).get(ROLE, pod)
