"""The node's own namespaces (processes, network, mounts, host name, messages) and its control group.

One process, the first of the namespaces, holds them together: when it is killed the kernel ends all that runs in them,
and with the last of it the mounts and the network are gone.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeVar

import psutil
from tools.kubernetes.cluster.places import PAUSE_PROGRAM, Places

BEGIN_SECONDS_MAX: Final = 10
END_SECONDS_MAX: Final = 30
POLL_SECONDS: Final = 0.1
SAME_BIRTH_SECONDS: Final = 2.0
WEIGHTS: Final = {"cpu.shares": "8192", "cpu.weight": "800"}
"""Of all pods together, in versions 1 and 2: as eight processes. As one, a busy machine would starve them."""

T = TypeVar("T")


class NodeError(Exception):
    """What is wrong, and what to do."""


class Space:
    """The namespaces of the node in a folder; every method may be called from another process."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def begin(self) -> None:
        """Makes them. Raises NodeError when they do not come to be."""
        unshare = ["unshare", "--fork", "--pid", "--mount-proc", "--kill-child", "--net", "--mount", "--uts", "--ipc"]
        with (self._places.logs / "init.log").open("wb") as log:
            outer = subprocess.Popen(
                [*unshare, "--propagation", "private", str(PAUSE_PROGRAM), "-P"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        inner = _first(lambda: psutil.Process(outer.pid).children(), BEGIN_SECONDS_MAX)
        if not inner:
            raise NodeError(f"no namespaces could be made; see {self._places.logs}/init.log")
        held = [{"pid": one.pid, "born": one.create_time()} for one in (inner[0], psutil.Process(outer.pid))]
        self._file.write_text(json.dumps(held), "ascii")
        for hierarchy in hierarchies():
            group = hierarchy / self._places.cgroup
            group.mkdir(exist_ok=True)
            for name, value in WEIGHTS.items():
                if (group / name).exists():
                    (group / name).write_text(value, "ascii")

    def alive(self) -> bool:
        return self._inner() is not None

    def entering(self, argv: Sequence[str]) -> list[str]:
        """The command that runs `argv` within. Raises NodeError when the node is down."""
        inner = self._inner()
        if inner is None:
            raise NodeError("the node is down: python -m tools.kubernetes.cluster up")
        enter = ["nsenter", "--target", str(inner.pid), "--net", "--mount", "--pid", "--uts", "--ipc"]
        return [*enter, f"--wdns={Path.cwd()}", "--", *argv]

    def run(self, argv: Sequence[str], *, seconds: int = 60) -> str:
        """Runs it within to its end and gives what it said. Raises CalledProcessError, TimeoutExpired."""
        done = subprocess.run(self.entering(argv), capture_output=True, text=True, timeout=seconds, check=True)
        return done.stdout

    def start(self, name: str, argv: Sequence[str]) -> None:
        """Starts a server within, its output in a log of its name."""
        with (self._places.logs / f"{name}.log").open("wb") as log:
            subprocess.Popen(
                self.entering(argv), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def end(self) -> None:
        """Kills the first process, and with it everything within; then clears the control group away."""
        outer = self._held(1)
        if (inner := self._inner()) is not None:
            inner.kill()
        deadline = time.monotonic() + END_SECONDS_MAX
        while outer is not None and _runs(outer) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        _first(self._cleared, END_SECONDS_MAX)
        self._file.unlink(missing_ok=True)

    def left(self) -> list[str]:
        """What is still there of it: processes, control groups, mounts. Empty after `end`."""
        held = [f"process {one.pid}" for one in (self._held(0), self._held(1)) if one is not None and _runs(one)]
        groups = [str(one / self._places.cgroup) for one in hierarchies() if (one / self._places.cgroup).exists()]
        mounts = [
            f"mount {line.split()[1]}"
            for line in Path("/proc/mounts").read_text("utf-8").splitlines()
            if str(self._places.folder) in line
        ]
        return [*held, *groups, *mounts]

    @property
    def _file(self) -> Path:
        return self._places.folder / "held.json"

    def _inner(self) -> psutil.Process | None:
        return self._held(0)

    def _held(self, index: int) -> psutil.Process | None:
        """None also when the number belongs to another process by now."""
        try:
            said = json.loads(self._file.read_text("ascii"))[index]
            process = psutil.Process(said["pid"])
            same = abs(process.create_time() - said["born"]) < SAME_BIRTH_SECONDS
        except (OSError, psutil.NoSuchProcess):
            return None
        return process if same and _runs(process) else None

    def _cleared(self) -> bool:
        for hierarchy in hierarchies():
            top = hierarchy / self._places.cgroup
            for folder in [*sorted(top.rglob("*/"), reverse=True), top]:
                try:
                    folder.rmdir()
                except OSError:  # a process of it is still ending; we come again
                    continue
        return not any((hierarchy / self._places.cgroup).exists() for hierarchy in hierarchies())


def hierarchies() -> Iterator[Path]:
    """Every mounted hierarchy of control groups, of version 1 or 2."""
    for line in Path("/proc/mounts").read_text("utf-8").splitlines():
        _, where, kind, *_ = line.split()
        if kind in ("cgroup", "cgroup2"):
            yield Path(where)


def require(names: Sequence[str], files: Sequence[Path]) -> None:
    """Raises NodeError that names what is missing and the command that installs it."""
    missing = [name for name in names if not shutil.which(name)] + [str(file) for file in files if not file.exists()]
    if os.geteuid() != 0:
        raise NodeError("a node has namespaces and a network of its own: run it as root")
    if missing:
        raise NodeError(
            f"missing: {', '.join(missing)}. apt-get install --no-install-recommends etcd-server containerd runc "
            "containernetworking-plugins nftables iptables conntrack catatonit iproute2; "
            "python tools/kubernetes/build.py cluster"
        )


def _first(ask: Callable[[], T], seconds: float) -> T:
    """What `ask` gives as soon as it is true, or at the end."""
    deadline = time.monotonic() + seconds
    while not (got := ask()) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return got


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
