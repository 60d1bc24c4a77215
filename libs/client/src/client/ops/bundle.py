"""A file for whoever helps: how the platform fares, what the cluster says, the logs; without secrets and names."""

import io
import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from client.ops import redaction
from client.ops.cluster import Cluster, ClusterError
from client.ops.looking import Line

LOG_BYTES_MAX: Final = 4 * 1024 * 1024
"""Of each log the end."""

Entry = tuple[str, str]


def status_entry(lines: Sequence[Line]) -> Entry:
    shown = [
        {"area": one.area.en, "subject": one.subject, "value": one.value.en, "state": one.state.value} for one in lines
    ]
    return "status.json", json.dumps(shown, indent=1)


def metrics_entries(pages: Mapping[str, str]) -> Iterator[Entry]:
    for name, page in pages.items():
        yield f"metrics/{_file(name)}.txt", redaction.plain(page)


def cluster_entries(cluster: Cluster) -> Iterator[Entry]:
    """What cannot be read is said so in its place."""
    kinds = {
        "pods": cluster.pods,
        "deployments": cluster.deployments,
        "jobs": cluster.jobs,
        "cronjobs": cluster.cron_jobs,
        "configmaps": cluster.config_maps,
        "events": cluster.events,
    }
    for name, ask in kinds.items():
        try:
            yield f"cluster/{name}.json", json.dumps(redaction.document(ask()), ensure_ascii=False, indent=1)
        except ClusterError as error:
            yield f"cluster/{name}.txt", redaction.plain(error.text.en)
    for pod in cluster.pods():
        yield from _pod_logs(cluster, pod["metadata"]["name"])


def _pod_logs(cluster: Cluster, pod: str) -> Iterator[Entry]:
    for previous in (False, True):
        try:
            said = cluster.log(pod, previous=previous)
        except ClusterError:
            continue  # most pods have no previous container, and one that only starts has no log
        yield f"logs/{_file(pod)}{'.previous' if previous else ''}.log", redaction.log(said)


def log_entries(folder: Path) -> Iterator[Entry]:
    """Of a stack on one machine."""
    for file in sorted(folder.glob("*.log")):
        with file.open("rb") as log:
            log.seek(max(0, file.stat().st_size - LOG_BYTES_MAX))
            yield f"logs/{file.name}", redaction.log(log.read().decode("utf-8", "replace"))


def write(file: Path, entries: Iterator[Entry]) -> int:
    """How many files are in it."""
    count = 0
    with tarfile.open(file, "w:gz") as bundle:
        for name, text in entries:
            content = text.encode("utf-8")
            about = tarfile.TarInfo(f"dualcontrol-support/{name}")
            about.size = len(content)
            bundle.addfile(about, io.BytesIO(content))
            count += 1
    return count


def _file(name: str) -> str:
    return name.replace("/", "_").replace(":", "_")


def as_json(lines: Sequence[Line]) -> dict[str, Any]:
    return {
        "lines": [
            {
                "area_zh": one.area.zh, "area_en": one.area.en, "subject": one.subject,
                "zh": one.value.zh, "en": one.value.en, "state": one.state.value,
            }
            for one in lines
        ]
    }  # fmt: skip
