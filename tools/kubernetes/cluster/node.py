"""One real Kubernetes node on one machine, without Docker and without systemd: brought up, asked, taken down."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tools.kubernetes.build import built, place
from tools.kubernetes.cluster.pause import write_pause
from tools.kubernetes.cluster.pki import write_pki
from tools.kubernetes.cluster.places import (
    CNI_PROGRAMS,
    CONTAINERD,
    DNS_ADDRESS,
    GATEWAY_ADDRESS,
    NODE,
    NODE_ADDRESS,
    PAUSE_PROGRAM,
    SERVICE_NETWORK,
    Places,
)
from tools.kubernetes.cluster.space import NodeError, Space, require
from tools.kubernetes.programs import CLUSTER

PROGRAMS: Final = ("unshare", "nsenter", "ip", "etcd", "containerd", "ctr", "runc", "nft", "conntrack")
READY_SECONDS_MAX: Final = 180
LOAD_SECONDS_MAX: Final = 300
ASK_SECONDS_MAX: Final = 20
POLL_SECONDS: Final = 0.3
ETCD: Final = "http://127.0.0.1:2379"
GATEWAY_LINK: Final = "02:00:00:00:00:01"
"""A neighbour that nobody is: packets for elsewhere end there, at once and without a question on the wire."""


class Node:
    """The node whose state lies in the folder of `places`. It raises NodeError."""

    def __init__(self, places: Places, say: Callable[[str], None] = lambda _: None) -> None:
        self.places = places
        self.space = Space(places)
        self._say = say

    # -- up and down

    def up(self) -> None:
        """From nothing to a node that is Ready, with names and Services; about ten seconds on an idle machine."""
        if not built(CLUSTER):
            raise NodeError("the programs of Kubernetes could not be built")
        require(PROGRAMS, [CNI_PROGRAMS / "ptp", PAUSE_PROGRAM, *(place(one.name) for one in CLUSTER)])
        if self.space.alive():
            raise NodeError(f"the node in {self.places.folder} is up already")
        self.make_folder()
        began = time.monotonic()
        self.space.begin()
        self._write_settings()
        self._make_network()
        self._start_control()
        self._say(f"API server ready after {time.monotonic() - began:.1f} s")
        self._start_workers()
        self._say(f"node Ready, names and Services answer after {time.monotonic() - began:.1f} s")

    def down(self) -> list[str]:
        """Ends everything of it and deletes its folder; gives what is left nevertheless, which should be nothing."""
        if not self.places.mark.exists():
            return []
        self.space.end()
        left = self.space.left()
        if not left:
            shutil.rmtree(self.places.folder)
        return left

    # -- while it is up

    def kubectl(self, *arguments: str, seconds: int = 60, text: str | None = None) -> str:
        """What kubectl says. `text` is given to it. Raises CalledProcessError, TimeoutExpired."""
        argv = self.space.entering([self.places.program("kubectl"), "--kubeconfig", str(self.places.kubeconfig)])
        done = subprocess.run(
            [*argv, *arguments], input=text, capture_output=True, text=True, timeout=seconds, check=True
        )
        return done.stdout

    def load(self, archive: Path) -> None:
        """Takes an image in, from a Docker or OCI archive."""
        importing = ["ctr", "--address", CONTAINERD, "--namespace", "k8s.io", "images", "import", "--no-unpack"]
        self.space.run([*importing[:-1], str(archive.resolve())], seconds=LOAD_SECONDS_MAX)

    def environment(self) -> dict[str, str]:
        """For programs run within: kubectl finds its cluster, and is found."""
        programs = self.places.folder / "bin"
        return {**os.environ, "KUBECONFIG": str(self.places.kubeconfig), "PATH": f"{programs}:{os.environ['PATH']}"}

    # -- how

    def make_folder(self) -> None:
        """An empty folder for a new node. Raises NodeError for one that holds something else."""
        folder = self.places.folder
        if folder.exists() and not self.places.mark.exists():
            raise NodeError(f"{folder} exists and is no node's: choose another by DUALCONTROL_NODE_FOLDER")
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("logs", "run", "kubelet", "cni-state", "log", "bin"):
            (folder / name).mkdir(parents=True)
        self.places.mark.touch()
        (folder / "bin" / "kubectl").symlink_to(place("kubectl"))
        for mounted in ("/var/lib/kubelet", "/var/lib/cni"):
            Path(mounted).mkdir(exist_ok=True)

    def _write_settings(self) -> None:
        write_pki(self.places)
        folder = self.places.folder
        for template, name in (
            ("containerd.toml", "containerd.toml"),
            ("network.conflist", "cni/pods.conflist"),
            ("kubelet.yaml", "kubelet.yaml"),
            ("proxy.yaml", "proxy.yaml"),
            ("Corefile", "Corefile"),
            ("dns.yaml", "dns.yaml"),
        ):
            self.places.write(template, folder / name)
        (folder / "hosts").touch()
        (folder / "resolv.conf").write_text(f"nameserver {NODE_ADDRESS}\nsearch svc.cluster.local\n", "ascii")

    def _make_network(self) -> None:
        folder = self.places.folder
        for commands in (
            f"hostname {NODE}",
            f"mount --bind {folder}/resolv.conf {Path('/etc/resolv.conf').resolve()}",
            f"mount --bind {folder}/run /run",
            f"mount --bind {folder}/kubelet /var/lib/kubelet",
            f"mount --bind {folder}/cni-state /var/lib/cni",
            f"mount --bind {folder}/log /var/log",
            "ip link set lo up",
            # A pair whose far end nobody reads is the network's card; `dummy` is not in every kernel.
            "ip link add card type veth peer name wire",
            f"ip address add {NODE_ADDRESS}/24 dev card",
            "ip link set card up",
            "ip link set wire up",
            f"ip route add default via {GATEWAY_ADDRESS} dev card onlink",
            f"ip neighbour add {GATEWAY_ADDRESS} lladdr {GATEWAY_LINK} dev card",
            "sysctl -qw net.ipv4.ip_forward=1",
        ):
            self.space.run(commands.split())

    def _start_control(self) -> None:
        folder, pki = self.places.folder, self.places.pki
        # A test's node needs not outlive a power cut.
        self._start(
            "etcd", "etcd", f"--data-dir={folder}/etcd", "--unsafe-no-fsync", "--log-level=warn",
            f"--listen-client-urls={ETCD}", f"--advertise-client-urls={ETCD}",
        )  # fmt: skip
        self._start("containerd", "containerd", f"--config={folder}/containerd.toml")
        self._start(
            "kube-apiserver", self.places.program("kube-apiserver"), f"--etcd-servers={ETCD}",
            f"--advertise-address={NODE_ADDRESS}", f"--tls-cert-file={pki}/api.crt",
            f"--tls-private-key-file={pki}/api.key", f"--token-auth-file={pki}/tokens.csv",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={pki}/accounts.key",
            f"--service-account-signing-key-file={pki}/accounts.key",
            f"--service-cluster-ip-range={SERVICE_NETWORK}", "--authorization-mode=RBAC", "--allow-privileged=true",
            "--kubelet-preferred-address-types=InternalIP",
        )  # fmt: skip
        self._await("the API server", lambda: self.kubectl("get", "--raw", "/readyz", seconds=ASK_SECONDS_MAX) == "ok")

    def _start_workers(self) -> None:
        folder, pki = self.places.folder, self.places.pki
        config = f"--kubeconfig={self.places.kubeconfig}"
        self._start(
            "kube-controller-manager", self.places.program("kube-controller-manager"), config,
            f"--service-account-private-key-file={pki}/accounts.key", f"--root-ca-file={pki}/ca.crt",
            "--use-service-account-credentials=true", "--leader-elect=false", "--secure-port=0",
        )  # fmt: skip
        self._start(
            "kube-scheduler", self.places.program("kube-scheduler"), config, "--leader-elect=false", "--secure-port=0"
        )
        self._await("containerd", lambda: self.space.run(["ctr", "--address", CONTAINERD, "version"]) != "")
        self.load(write_pause(folder / "pause.tar"))
        self._start(
            "kubelet", self.places.program("kubelet"), config, f"--config={folder}/kubelet.yaml",
            f"--hostname-override={NODE}", f"--node-ip={NODE_ADDRESS}",
        )  # fmt: skip
        self._start("coredns", self.places.program("coredns"), "-conf", f"{folder}/Corefile")
        self._start("kube-proxy", self.places.program("kube-proxy"), f"--config={folder}/proxy.yaml")
        self._await("the name server's Service", lambda: bool(self.kubectl("apply", "-f", f"{folder}/dns.yaml")))
        self._await("the node", lambda: "True" in self.kubectl("get", "node", NODE, f"-o=jsonpath={READY}"))
        self._await("names", lambda: bool(self.space.run(["getent", "hosts", "kubernetes.default.svc.cluster.local"])))
        account = ("-n", "default", "get", "serviceaccount", "default")
        self._await("the default account", lambda: bool(self.kubectl(*account)))
        self._await("Services", lambda: DNS_ADDRESS in self.space.run(["nft", "list", "ruleset"]))

    def _start(self, name: str, *argv: str) -> None:
        self.space.start(name, argv)

    def _await(self, what: str, ask: Callable[[], bool]) -> None:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not _holds(ask):
            if not self.space.alive():
                raise NodeError(f"the node ended while {what} was awaited; logs in {self.places.logs}")
            if time.monotonic() > deadline:
                raise NodeError(f"{what} did not come within {READY_SECONDS_MAX} s; logs in {self.places.logs}")
            time.sleep(POLL_SECONDS)


READY: Final = '{.status.conditions[?(@.type=="Ready")].status}'


def _holds(ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, socket.gaierror):
        return False


def entering_arguments(node: Node, argv: Sequence[str]) -> int:
    """Runs a command within, on our terminal; gives its exit code."""
    return subprocess.run(node.space.entering(argv), env=node.environment(), check=False).returncode
