"""Gathers what the status shows: from the processes' metrics, and on Kubernetes from what the cluster says of them."""

import asyncio
from collections.abc import Sequence
from http.client import HTTPException

from client.metrics import CALL_SECONDS, page_at
from client.ops import looking
from client.ops.cluster import Cluster, ClusterError, Document, component_of, is_running, metrics_port
from client.ops.exposition import samples
from client.ops.looking import Line, Process

MIGRATE = "-migrate-"
BACKUP = "-backup"


async def of_addresses(given: Sequence[tuple[str, str]]) -> tuple[list[Process], dict[str, str]]:
    """Of (name, host:port) each; the pages as they came, by name."""
    pages: dict[str, str] = {}
    processes = []
    for name, address in given:
        try:
            pages[name] = await asyncio.to_thread(page_at, address, CALL_SECONDS)
        except (OSError, HTTPException, ValueError):
            processes.append(Process(name, None))
            continue
        processes.append(Process(name, samples(pages[name])))
    return processes, pages


def of_cluster(cluster: Cluster) -> tuple[list[Process], dict[str, str]]:
    """As `of_addresses`, of every pod of the release that shows metrics."""
    pages: dict[str, str] = {}
    processes = []
    for pod in cluster.pods():
        if not is_running(pod) or metrics_port(pod) is None:
            continue
        name = f"{component_of(pod)}/{pod['metadata']['name']}"
        try:
            pages[name] = cluster.metrics(pod)
        except ClusterError:
            processes.append(Process(name, None))
            continue
        processes.append(Process(name, samples(pages[name])))
    return processes, pages


def cluster_lines(cluster: Cluster, now: float) -> list[Line]:
    """Deployments, migrations, backups. `now` in seconds since 1970."""
    return [
        *(_workload(one) for one in cluster.deployments()),
        *(_migration(one) for one in cluster.jobs() if MIGRATE in one["metadata"]["name"]),
        *(_backup(one, now) for one in cluster.cron_jobs() if one["metadata"]["name"].endswith(BACKUP)),
    ]


def _workload(one: Document) -> Line:
    ready = one.get("status", {}).get("readyReplicas") or 0
    return looking.workload(one["metadata"]["name"], ready, one["spec"].get("replicas", 1))


def _migration(one: Document) -> Line:
    return looking.migration(one["metadata"]["name"], done=bool(one.get("status", {}).get("succeeded")))


def _backup(one: Document, now: float) -> Line:
    succeeded = one.get("status", {}).get("lastSuccessfulTime")
    return looking.backup(one["metadata"]["name"], succeeded, now)
