"""One release of the platform on Kubernetes: what runs, what it says, and what an operator may do with it."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from client.errors import ClientError
from kernel.text import Text

CALL_SECONDS: Final = 15
JOB_SECONDS_MAX: Final = 900
JOB_KEPT_SECONDS: Final = 3600
PODS_GONE_SECONDS_MAX: Final = 300
POLL_SECONDS: Final = 1.0
LOG_LINES_MAX: Final = 2_000
NAME_CHARACTERS_MAX: Final = 63
NOT_FOUND: Final = 404

COMPONENT: Final = "app.kubernetes.io/component"
ROLE: Final = "dualcontrol/role"
REPLICAS: Final = "dualcontrol/replicas-before-drain"
"""On a drained Deployment: how many it had."""
PAUSED: Final = "autoscaling.keda.sh/paused-replicas"

Document = dict[str, Any]


class ClusterError(ClientError):
    """The cluster cannot be reached, refused, or did not do it in time."""

    def __init__(self, text: Text, status: int = 0) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Place:
    """Where the release is. `context` is of the kubeconfig; None: the current one, or the pod that we run in."""

    namespace: str | None = None
    release: str = "dualcontrol"
    kubeconfig: str | None = None
    context: str | None = None


class Cluster:
    """Calls block."""

    def __init__(self, api: Any, namespace: str, release: str, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._api = api
        self.namespace = namespace
        self.release = release
        self._pause = pause

    # -- what is there

    def pods(self) -> list[Document]:
        return self._items("/api/v1", "pods")

    def deployments(self) -> list[Document]:
        return self._items("/apis/apps/v1", "deployments")

    def jobs(self) -> list[Document]:
        return self._items("/apis/batch/v1", "jobs")

    def cron_jobs(self) -> list[Document]:
        return self._items("/apis/batch/v1", "cronjobs")

    def config_maps(self) -> list[Document]:
        return self._items("/api/v1", "configmaps")

    def events(self) -> list[Document]:
        """Of the whole namespace: events carry no labels."""
        return self._items("/api/v1", "events", selector="")

    def metrics(self, pod: Document) -> str:
        """Through the API server, so that nobody has to forward ports."""
        name, port = pod["metadata"]["name"], metrics_port(pod)
        return self._text("GET", f"{self._space('/api/v1')}/pods/{name}:{port}/proxy/metrics")

    def log(self, pod: str, *, previous: bool = False) -> str:
        query = {"tailLines": str(LOG_LINES_MAX), **({"previous": "true"} if previous else {})}
        return self._text("GET", f"{self._space('/api/v1')}/pods/{pod}/log", query)

    # -- what can be done with it

    def run_job(self, name: str, spec: Document) -> str:
        """Runs it to its end; what it said. Raises ClusterError with that when it failed."""
        labels = {"app.kubernetes.io/instance": self.release, COMPONENT: "ops"}
        template = {**spec, "backoffLimit": 0, "ttlSecondsAfterFinished": JOB_KEPT_SECONDS}
        body = {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"generateName": f"{name[: NAME_CHARACTERS_MAX - 6]}-", "labels": labels},
            "spec": template,
        }
        made = self._json("POST", f"{self._space('/apis/batch/v1')}/jobs", body=body)["metadata"]["name"]
        good = self._ended(made)
        said = "".join(
            self.log(pod["metadata"]["name"]) for pod in self._items("/api/v1", "pods", selector=f"job-name={made}")
        )
        if not good:
            raise ClusterError(Text("任务 {job} 失败:\n{said}", "The job {job} failed:\n{said}", job=made, said=said))
        return said

    def _ended(self, job: str) -> bool:
        for _ in range(int(JOB_SECONDS_MAX / POLL_SECONDS)):
            status = self._json("GET", f"{self._space('/apis/batch/v1')}/jobs/{job}").get("status", {})
            for condition in status.get("conditions", ()):
                if condition["status"] == "True" and condition["type"] in ("Complete", "Failed"):
                    return bool(condition["type"] == "Complete")
            self._pause(POLL_SECONDS)
        raise ClusterError(Text("任务 {job} 未按时结束", "The job {job} did not end in time", job=job))

    def scale(self, deployment: Document, replicas: int, *, before: int | None) -> None:
        """`before` is noted on it, to bring it back later; None takes the note away."""
        patch = {
            "metadata": {"annotations": {REPLICAS: None if before is None else str(before)}},
            "spec": {"replicas": replicas},
        }
        path = f"{self._space('/apis/apps/v1')}/deployments/{deployment['metadata']['name']}"
        self._json("PATCH", path, body=patch)

    def pause_scaler(self, deployment: str, *, paused: bool) -> None:
        """KEDA would bring the replicas back; without KEDA there is nothing to pause."""
        space = self._space("/apis/keda.sh/v1alpha1")
        try:
            scalers = self._json("GET", f"{space}/scaledobjects").get("items", ())
        except ClusterError as error:
            if error.status == NOT_FOUND:
                return
            raise
        for one in scalers:
            if one["spec"]["scaleTargetRef"]["name"] == deployment:
                patch = {"metadata": {"annotations": {PAUSED: "0" if paused else None}}}
                self._json("PATCH", f"{space}/scaledobjects/{one['metadata']['name']}", body=patch)

    def wait_gone(self, component: str) -> None:
        """Until no pod of the component's Deployments is left. Raises ClusterError."""
        for _ in range(int(PODS_GONE_SECONDS_MAX / POLL_SECONDS)):
            if not any(component_of(pod) == component and ROLE in labels_of(pod) for pod in self.pods()):
                return
            self._pause(POLL_SECONDS)
        raise ClusterError(Text("{what} 的进程未按时退出", "Pods of {what} did not end in time", what=component))

    # -- how

    def _space(self, group: str) -> str:
        return f"{group}/namespaces/{self.namespace}"

    def _items(self, group: str, kind: str, *, selector: str | None = None) -> list[Document]:
        chosen = f"app.kubernetes.io/instance={self.release}" if selector is None else selector
        query = {"labelSelector": chosen} if chosen else {}
        items: list[Document] = self._json("GET", f"{self._space(group)}/{kind}", query).get("items") or []
        return items

    def _json(self, method: str, path: str, query: Mapping[str, str] | None = None, *, body: Any = None) -> Document:
        try:
            made: Document = json.loads(self._text(method, path, query, body=body))
        except ValueError as problem:
            raise ClusterError(Text("{path} 的答复无法读取", "What {path} answers is no JSON", path=path)) from problem
        return made

    def _text(self, method: str, path: str, query: Mapping[str, str] | None = None, *, body: Any = None) -> str:
        """As it comes: the typed client refuses what a newer server adds."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        headers = {"Accept": "*/*", **({"Content-Type": kind} if body is not None else {})}
        try:
            call = self._api.param_serialize(
                method, path, query_params=list((query or {}).items()), header_params=headers, body=body,
                auth_settings=["BearerToken"],
            )  # fmt: skip
            answer = self._api.call_api(*call, _request_timeout=CALL_SECONDS)
            content: bytes = answer.read()
        except Exception as problem:  # whatever urllib3 and the client raise
            raise ClusterError(
                Text("集群不可达: {why}", "The cluster cannot be reached: {why}", why=type(problem).__name__)
            ) from problem
        if not 200 <= answer.status < 300:
            raise ClusterError(_refusal(path, answer.status, content), answer.status)
        return content.decode("utf-8", "replace")


def _refusal(path: str, status: int, content: bytes) -> Text:
    try:
        why = str(json.loads(content)["message"])
    except (ValueError, KeyError, TypeError):
        why = ""
    return Text(
        "集群拒绝了 {path}: {status} {why}", "The cluster refused {path}: {status} {why}",
        path=path, status=status, why=why,
    )  # fmt: skip


def connected(place: Place) -> Cluster:
    """By the kubeconfig, else by the service account of the pod that we run in. Raises ClusterError."""
    # Loading it takes 0.7 s, which every other command would pay for.
    config, client = import_module("kubernetes.config"), import_module("kubernetes.client")
    try:
        try:
            config.load_kube_config(place.kubeconfig, place.context)
            contexts, current = config.list_kube_config_contexts(place.kubeconfig)
            chosen = next((one for one in contexts if one["name"] == place.context), current)
            namespace = chosen["context"].get("namespace", "default")
        except config.ConfigException:
            if place.kubeconfig or place.context:
                raise
            config.load_incluster_config()
            namespace = _own_namespace()
    except (config.ConfigException, OSError) as problem:
        why = str(problem)
        raise ClusterError(
            Text(
                "没有可用的 kubeconfig, 也不在集群内: {why}; 单机环境请用 --metrics",
                "There is no kubeconfig that can be used, and we run in no cluster: {why}. "
                "On one machine give --metrics.",
                why=why,
            )
        ) from problem
    return Cluster(client.ApiClient(), place.namespace or namespace, place.release)


def _own_namespace() -> str:
    with open("/var/run/secrets/kubernetes.io/serviceaccount/namespace", encoding="ascii") as file:  # noqa: PTH123
        return file.read().strip()


def labels_of(document: Document) -> Mapping[str, str]:
    labels: Mapping[str, str] = document["metadata"].get("labels") or {}
    return labels


def component_of(document: Document) -> str:
    return labels_of(document).get(COMPONENT, "")


def is_running(pod: Document) -> bool:
    return bool(pod.get("status", {}).get("phase") == "Running")


def metrics_port(pod: Document) -> int | None:
    """None for a pod that shows none."""
    ports = (port for one in pod["spec"]["containers"] for port in one.get("ports") or ())
    return next((int(port["containerPort"]) for port in ports if port.get("name") == "metrics"), None)


def job_like(deployment: Document, arguments: list[str]) -> Document:
    """The spec of a Job that runs `python -m <service> ARGUMENTS` with all that the Deployment's pods have."""
    template = json.loads(json.dumps(deployment["spec"]["template"]))
    pod = template["spec"]
    container = pod["containers"][0]
    container["command"] = ["python", "-m", component_of(deployment), *arguments]
    for unneeded in ("args", "ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"):
        container.pop(unneeded, None)
    pod["containers"], pod["restartPolicy"] = [container], "Never"
    pod.pop("topologySpreadConstraints", None)
    # A service that is found by its labels must not find this pod.
    labels = {name: value for name, value in template["metadata"].get("labels", {}).items() if name != ROLE}
    template["metadata"] = {"labels": labels}
    return {"template": template}
