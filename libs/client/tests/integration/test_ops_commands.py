"""`dualcontrol ops` against an API server of this test, which answers as Kubernetes does and notes what was asked."""

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import kubernetes.client as typed
import pytest
import yaml
from typer.testing import CliRunner, Result

from client.cli import app
from client.commands.running import Exit

pytestmark = pytest.mark.integration

SPACE = "namespaces/energy"
NAMES = {"app.kubernetes.io/name": "dualcontrol", "app.kubernetes.io/instance": "dc"}
METRICS = """\
# TYPE dualcontrol_build_info gauge
dualcontrol_build_info{law="abcdef0123456789",service="screening",version="1.2.3"} 1.0
dualcontrol_consumer_lag_events{topic="dualcontrol.review.events.v1"} 12.0
dualcontrol_outbox_oldest_time_seconds 0.0
dualcontrol_stuck_cases 0.0
"""
PLANTED = ("pa55word-planted", "planted.person@example.gov.cn", "王小明", "eyJplantedplanted")


def labels(component: str, role: str) -> dict[str, str]:
    return {**NAMES, "app.kubernetes.io/component": component, "dualcontrol/role": role}


def pod(name: str, component: str = "screening", role: str = "consume") -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": "energy", "labels": labels(component, role)},
        "spec": {
            "containers": [
                {
                    "name": "service",
                    "image": "dualcontrol:1.2.3",
                    "env": [{"name": "DUALCONTROL_POSTGRES_DSN", "value": f"postgresql://u:{PLANTED[0]}@db/x"}],
                    "ports": [{"name": "metrics", "containerPort": 9464}],
                }
            ]
        },
        "status": {"phase": "Running"},
    }


def deployment(name: str, component: str = "screening", role: str = "consume", replicas: int = 2) -> dict[str, Any]:
    template = {"metadata": {"labels": labels(component, role)}, "spec": pod("x", component, role)["spec"]}
    template["spec"]["containers"][0]["readinessProbe"] = {"grpc": {"port": 50052}}
    return {
        "metadata": {"name": name, "namespace": "energy", "labels": labels(component, role), "annotations": {}},
        "spec": {"replicas": replicas, "selector": {"matchLabels": labels(component, role)}, "template": template},
        "status": {"readyReplicas": replicas},
    }


def cron_job() -> dict[str, Any]:
    inner = {"spec": {"restartPolicy": "Never", "containers": [{"name": "backup", "image": "dualcontrol:1.2.3"}]}}
    return {
        "metadata": {"name": "dc-backup", "namespace": "energy", "labels": NAMES},
        "spec": {"schedule": "0 2 * * *", "jobTemplate": {"spec": {"template": inner}}},
        "status": {"lastSuccessfulTime": "2020-01-01T02:00:00Z"},
    }


def read(kind: Any, said: Any) -> Any:
    """By the model of the real client, which refuses what is of another shape."""
    return kind.from_dict(said)


def log(name: str) -> str:
    line = {"level": "ERROR", "message": f"{name}: set aside: {PLANTED[1]} {PLANTED[2]} Bearer {PLANTED[3]}"}
    return json.dumps(line, ensure_ascii=False) + "\n"


@dataclass
class ApiServer:
    """Objects by kind; a Job that is made has ended well at once, unless `jobs_fail`."""

    folder: Path
    address: str = ""
    objects: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    jobs_fail: bool = False

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, str]:
        self.asked.append((method, path, body))
        if path.endswith("/proxy/metrics"):
            name = path.partition("/pods/")[2].partition(":")[0]
            return (200, self.pages[name]) if name in self.pages else (503, "")
        if path.endswith("/log"):
            return (400, "{}") if "previous" in query else (200, log(path.split("/")[-2]))
        return self._of_kind(path.partition(f"{SPACE}/")[2].partition("/")[0], method, path, query=query, body=body)

    def _of_kind(self, kind: str, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, str]:
        if "keda.sh" in path and kind not in self.objects:
            return 404, json.dumps({"kind": "Status", "message": "the server could not find the requested resource"})
        if method == "POST":
            return 201, json.dumps({**body, "metadata": {"name": body["metadata"]["generateName"] + "x"}})
        if method == "PATCH":
            return 200, json.dumps(self._patched(kind, path.rpartition("/")[2], body))
        if kind == "jobs" and not path.endswith("/jobs"):
            end = "Failed" if self.jobs_fail else "Complete"
            return 200, json.dumps({"status": {"conditions": [{"type": end, "status": "True"}]}})
        return 200, json.dumps({"items": self._chosen(kind, query)})

    def _patched(self, kind: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
        one = next(one for one in self.objects[kind] if one["metadata"]["name"] == name)
        for key, value in body["metadata"]["annotations"].items():
            one["metadata"].setdefault("annotations", {}).pop(key, None)
            if value is not None:
                one["metadata"]["annotations"][key] = value
        if "spec" in body:
            one["spec"]["replicas"] = body["spec"]["replicas"]
            component = one["metadata"]["labels"]["app.kubernetes.io/component"]
            if not body["spec"]["replicas"]:
                self.objects["pods"] = [p for p in self.objects["pods"] if p["metadata"]["labels"] != labels(component, one["metadata"]["labels"]["dualcontrol/role"])]  # fmt: skip  # noqa: E501
        return one

    def _chosen(self, kind: str, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        selector = query.get("labelSelector", [""])[0]
        if selector.startswith("job-name="):
            return [pod("job-pod", role="job")]
        wanted = dict([selector.split("=")]) if selector else {}
        return [
            one for one in self.objects.get(kind, []) if wanted.items() <= (one["metadata"].get("labels") or {}).items()
        ]

    def run(self, *arguments: str, language: str = "en") -> Result:
        environment = {"KUBECONFIG": str(self.folder / "kubeconfig"), "DUALCONTROL_LANG": language}
        return CliRunner().invoke(app, ["ops", "-n", "energy", "--release", "dc", *arguments], env=environment)


@pytest.fixture
def api(tmp_path: Path) -> Iterator[ApiServer]:
    made = ApiServer(tmp_path)
    made.objects = {
        "pods": [pod("dc-screening-consume-1"), pod("dc-screening-1", role="serve")],
        "deployments": [deployment("dc-screening-consume"), deployment("dc-screening", role="serve", replicas=1)],
        "cronjobs": [cron_job()],
        "jobs": [{"metadata": {"name": "dc-migrate-screening", "labels": NAMES}, "status": {"succeeded": 1}}],
        "configmaps": [{"metadata": {"name": "dc", "labels": NAMES}, "data": {"trust.yaml": PLANTED[0]}}],
        "events": [{"metadata": {"name": "e"}, "message": f"pulled by {PLANTED[1]}"}],
    }
    made.pages = dict.fromkeys(("dc-screening-consume-1", "dc-screening-1"), METRICS)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            parts, length = urlsplit(self.path), int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            status, text = made.answer(self.command, parts.path, parse_qs(parts.query), body)
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815  # the standard library's names

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    made.address = f"http://127.0.0.1:{server.server_address[1]}"
    config = {
        "apiVersion": "v1", "kind": "Config", "current-context": "here",
        "clusters": [{"name": "c", "cluster": {"server": made.address}}],
        "users": [{"name": "u", "user": {"token": "t"}}],
        "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u", "namespace": "other"}}],
    }  # fmt: skip
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(config), "utf-8")
    yield made
    server.shutdown()
    server.server_close()


def test_what_this_server_answers_is_what_kubernetes_would(api: ApiServer) -> None:
    """The real client's models read it: the objects are of the shapes that the API has."""
    for one in api.objects["pods"]:
        assert read(typed.V1Pod, one).metadata.name == one["metadata"]["name"]
    for one in api.objects["deployments"]:
        assert read(typed.V1Deployment, one).status.ready_replicas == one["spec"]["replicas"]
    assert read(typed.V1CronJob, api.objects["cronjobs"][0]).status.last_successful_time.year == 2020
    assert read(typed.V1Job, {"metadata": {}, **api.objects["jobs"][0]}).status.succeeded == 1


def test_the_status_shows_what_is_not_as_it_should_be_first_and_ends_with_1(api: ApiServer) -> None:
    result = api.run("status")

    lines = result.stdout.splitlines()
    assert result.exit_code == Exit.REFUSED
    assert lines[1].split()[:3] == ["✘", "backup", "dc-backup"]
    assert any("dc-screening-consume" in line and "2/2 ready" in line for line in lines)
    assert any("1.2.3, law abcdef012345" in line for line in lines)
    assert any("screening < dualcontrol.review.events.v1" in line and "24 events" in line for line in lines)
    assert any("dc-migrate-screening" in line and "done" in line for line in lines)


def test_a_platform_that_fares_well_ends_with_0(api: ApiServer) -> None:
    api.objects["cronjobs"] = []

    assert api.run("status", language="zh").exit_code == Exit.DONE


def test_a_pod_that_shows_no_metrics_is_said_so_and_ends_with_4(api: ApiServer) -> None:
    api.objects["cronjobs"] = []
    del api.pages["dc-screening-1"]

    result = api.run("status", "--json")

    states = {one["subject"]: one["state"] for one in json.loads(result.stdout)["lines"]}
    assert result.exit_code == Exit.AWAY
    assert states["screening/dc-screening-1"] == "unknown"


def test_a_cluster_that_refuses_is_told_with_its_reason(api: ApiServer) -> None:
    api.answer = lambda *_: (403, json.dumps({"kind": "Status", "message": "pods is forbidden"}))  # type: ignore[method-assign]

    result = api.run("status")

    assert result.exit_code == Exit.USAGE
    assert "pods is forbidden" in result.stderr


def test_dead_letters_go_back_by_a_job_with_the_services_settings_and_without_its_probes(api: ApiServer) -> None:
    result = api.run("replay-dlt", "screening", "dualcontrol.review.events.v1")

    (body,) = [body for method, path, body in api.asked if method == "POST"]
    template = body["spec"]["template"]
    container = template["spec"]["containers"][0]
    assert result.exit_code == Exit.DONE, result.stderr
    assert "set aside" in result.stdout
    assert container["command"] == ["python", "-m", "screening", "replay-dlt", "dualcontrol.review.events.v1"]
    assert container["env"][0]["name"] == "DUALCONTROL_POSTGRES_DSN"
    assert "readinessProbe" not in container
    assert template["spec"]["restartPolicy"] == "Never"
    assert "dualcontrol/role" not in template["metadata"]["labels"]
    assert read(typed.V1JobSpec, body["spec"]).backoff_limit == 0


def test_a_job_that_fails_is_told_with_what_it_said(api: ApiServer) -> None:
    api.jobs_fail = True

    result = api.run("replay-dlt", "screening", "t")

    assert result.exit_code == Exit.USAGE
    assert "set aside" in result.stderr


def test_a_service_that_is_not_there_is_named(api: ApiServer) -> None:
    result = api.run("drain", "filing")

    assert result.exit_code == Exit.USAGE
    assert "filing" in result.stderr


def test_what_is_drained_comes_back_as_it_was(api: ApiServer) -> None:
    drained = api.run("drain", "screening")
    replicas = [one["spec"]["replicas"] for one in api.objects["deployments"]]
    back = api.run("drain", "screening", "--back")

    assert (drained.exit_code, back.exit_code) == (Exit.DONE, Exit.DONE), drained.stderr + back.stderr
    assert replicas == [0, 0]
    assert [one["spec"]["replicas"] for one in api.objects["deployments"]] == [2, 1]
    assert [one["metadata"]["annotations"] for one in api.objects["deployments"]] == [{}, {}]


def test_one_role_alone_is_drained_and_its_scaler_is_paused_meanwhile(api: ApiServer) -> None:
    scaler = {"metadata": {"name": "s"}, "spec": {"scaleTargetRef": {"name": "dc-screening-consume"}}}
    api.objects["scaledobjects"] = [scaler]

    api.run("drain", "screening", "--role", "consume")

    assert [one["spec"]["replicas"] for one in api.objects["deployments"]] == [0, 1]
    assert scaler["metadata"]["annotations"] == {"autoscaling.keda.sh/paused-replicas": "0"}  # type: ignore[index]


def test_a_backup_is_taken_now_by_the_schedules_own_job(api: ApiServer) -> None:
    result = api.run("backup")

    (body,) = [body for method, path, body in api.asked if method == "POST"]
    assert result.exit_code == Exit.DONE, result.stderr
    assert body["spec"]["template"]["spec"]["containers"][0]["name"] == "backup"


def test_nothing_that_was_planted_is_in_the_support_bundle(api: ApiServer, tmp_path: Path) -> None:
    file = tmp_path / "bundle.tar.gz"

    result = api.run("support-bundle", "--into", str(file))

    assert result.exit_code == Exit.DONE, result.stderr
    with tarfile.open(file) as bundle:
        texts = {one.name: bundle.extractfile(one).read().decode() for one in bundle.getmembers()}  # type: ignore[union-attr]
    assert {name.split("/")[1] for name in texts} == {"status.json", "metrics", "cluster", "logs"}
    assert "set aside" in texts["dualcontrol-support/logs/dc-screening-1.log"]
    assert "DUALCONTROL_POSTGRES_DSN" in texts["dualcontrol-support/cluster/pods.json"]
    assert not [(name, word) for name, text in texts.items() for word in PLANTED if word in text]


def test_on_one_machine_metrics_are_read_directly(api: ApiServer, tmp_path: Path) -> None:
    api.pages["x"] = METRICS
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "filing.log").write_text(log("filing"), "utf-8")

    result = api.run("status", "--metrics", "screening=127.0.0.1:1")
    wrong = api.run("status", "--metrics", "nowhere")
    bundled = api.run(
        "support-bundle", "--metrics", "a=127.0.0.1:1", "--logs", str(tmp_path / "logs"), "--into", str(tmp_path / "b")
    )

    assert result.exit_code == Exit.AWAY
    assert wrong.exit_code == Exit.USAGE
    assert bundled.exit_code == Exit.DONE
    with tarfile.open(tmp_path / "b") as bundle:
        assert bundle.getnames() == ["dualcontrol-support/status.json", "dualcontrol-support/logs/filing.log"]
