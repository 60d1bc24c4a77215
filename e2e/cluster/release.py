"""The chart's release on the node: helm and kubectl as an operator calls them."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tools.kubernetes.build import place

ROOT: Final = Path(__file__).resolve().parents[2]
CHART: Final = ROOT / "charts" / "dualcontrol"
VALUES: Final = Path(__file__).with_name("values.yaml")
NAMESPACE: Final = "energy"
RELEASE: Final = "dualcontrol"
GRPC_PORT: Final = 50051
METRICS_PORT: Final = 9464
WAIT_SECONDS_MAX: Final = 600
HELM_SECONDS_MAX: Final = WAIT_SECONDS_MAX + 60
MINE: Final = f"app.kubernetes.io/instance={RELEASE}"
KINDS: Final = "deployments,pods,services,jobs,configmaps,poddisruptionbudgets,networkpolicies,serviceaccounts"


class CommandFailed(Exception):
    """What the command was, and what it said."""


class Release:
    """One release in one namespace that enforces the `restricted` standard of pods. It raises CommandFailed."""

    def __init__(self, folder: Path, kubeconfig: Path) -> None:
        self._folder = folder
        self._environment = {
            **os.environ,
            "KUBECONFIG": str(kubeconfig),
            **{f"HELM_{name}_HOME": str(folder / "helm" / name.lower()) for name in ("CACHE", "CONFIG", "DATA")},
        }
        self._said = folder / "values.json"

    def address(self, service: str, port: int = GRPC_PORT) -> str:
        return f"{RELEASE}-{service}.{NAMESPACE}.svc.cluster.local:{port}"

    def prepare(self, secrets: Mapping[str, Mapping[str, str]], values: Mapping[str, Any]) -> None:
        """The namespace, its Secrets, and the values that are known only now."""
        labels = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn")}
        objects: list[Mapping[str, Any]] = [
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}
        ]
        for name, data in secrets.items():
            meta = {"name": name, "namespace": NAMESPACE}
            objects.append({"apiVersion": "v1", "kind": "Secret", "metadata": meta, "stringData": dict(data)})
        for one in objects:
            self.kubectl("apply", "--filename=-", text=json.dumps(one))
        self._said.write_text(json.dumps(values), "utf-8")

    def install(self) -> str:
        return self.helm("install", RELEASE, str(CHART), *self._values(), *self._waiting())

    def upgrade(self, *arguments: str) -> str:
        return self.helm("upgrade", RELEASE, str(CHART), *self._values(), *arguments, *self._waiting())

    def roll_back(self) -> str:
        return self.helm("rollback", RELEASE, "1", *self._waiting())

    def test(self) -> str:
        return self.helm("test", RELEASE, f"--timeout={WAIT_SECONDS_MAX}s")

    def uninstall(self) -> str:
        return self.helm("uninstall", RELEASE, *self._waiting())

    def left(self) -> list[str]:
        """The objects of the release that are still there."""
        named = self.kubectl("get", KINDS, f"--selector={MINE}", "--output=name", "--namespace", NAMESPACE)
        return named.split()

    def pods(self) -> list[str]:
        named = self.kubectl("get", "pods", f"--selector={MINE}", "--output=name", "--namespace", NAMESPACE)
        return named.split()

    def wait_available(self) -> None:
        self.kubectl(
            "wait", "deployments", f"--selector={MINE}", "--for=condition=Available", "--namespace", NAMESPACE,
            f"--timeout={WAIT_SECONDS_MAX}s", seconds=HELM_SECONDS_MAX,
        )  # fmt: skip
        self.kubectl(
            "wait", "pods", f"--selector={MINE}", "--for=condition=Ready", "--namespace", NAMESPACE,
            f"--timeout={WAIT_SECONDS_MAX}s", seconds=HELM_SECONDS_MAX,
        )  # fmt: skip

    def helm(self, *arguments: str) -> str:
        return self._run([str(place("helm4")), *arguments, "--namespace", NAMESPACE], HELM_SECONDS_MAX, None)

    def kubectl(self, *arguments: str, seconds: int = 120, text: str | None = None) -> str:
        return self._run([str(place("kubectl")), *arguments], seconds, text)

    def _values(self) -> Sequence[str]:
        return (f"--values={VALUES}", f"--values={self._said}")

    def _waiting(self) -> Sequence[str]:
        return ("--wait", f"--timeout={WAIT_SECONDS_MAX}s")

    def _run(self, argv: list[str], seconds: int, text: str | None) -> str:
        done = subprocess.run(
            argv, env=self._environment, input=text, capture_output=True, text=True, timeout=seconds, check=False
        )
        if done.returncode != 0:
            raise CommandFailed(f"{' '.join(argv)}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout
