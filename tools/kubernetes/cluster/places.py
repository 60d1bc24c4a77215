"""Where a node keeps what it has, and its addresses. They are its own: its network is seen by nobody else."""

import os
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

from tools.kubernetes.build import place

NODE: Final = "node"
NODE_ADDRESS: Final = "10.77.0.2"
GATEWAY_ADDRESS: Final = "10.77.0.1"
POD_NETWORK: Final = "10.88.0.0/24"
SERVICE_NETWORK: Final = "10.96.0.0/16"
API_ADDRESS: Final = "10.96.0.1"
DNS_ADDRESS: Final = "10.96.0.10"
CNI_PROGRAMS: Final = Path("/usr/lib/cni")
PAUSE_PROGRAM: Final = Path("/usr/bin/catatonit")
PAUSE_IMAGE: Final = "localhost/pause:1"
CONTAINERD: Final = "/run/containerd/containerd.sock"
TEMPLATES: Final = Path(__file__).with_name("files")

FOLDER_VARIABLE: Final = "DUALCONTROL_NODE_FOLDER"
DEFAULT_FOLDER: Final = Path("/var/lib/dualcontrol-node")
MARK: Final = ".dualcontrol-node"
"""A folder without this file is not ours, and is left alone."""


@dataclass(frozen=True, slots=True)
class Places:
    """The folder of one node; all of its state lies in it."""

    folder: Path

    @classmethod
    def from_environment(cls) -> "Places":
        return cls(Path(os.environ.get(FOLDER_VARIABLE) or DEFAULT_FOLDER).resolve())

    @property
    def kubeconfig(self) -> Path:
        return self.folder / "kubeconfig"

    @property
    def pki(self) -> Path:
        return self.folder / "pki"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def mark(self) -> Path:
        return self.folder / MARK

    @property
    def cgroup(self) -> str:
        """The name of the node's control group, from the folder: two nodes have two."""
        return f"dualcontrol-{self.folder.name}"

    def program(self, name: str) -> str:
        """A program of the cache."""
        return str(place(name))

    def write(self, template: str, to: Path, **more: str) -> Path:
        """Fills a file of `files/` in. Raises KeyError for a word it does not know."""
        words = {
            "folder": str(self.folder),
            "node": NODE,
            "node_address": NODE_ADDRESS,
            "dns_address": DNS_ADDRESS,
            "pod_network": POD_NETWORK,
            "cgroup": self.cgroup,
            "pause_image": PAUSE_IMAGE,
            "cni_programs": str(CNI_PROGRAMS),
            **more,
        }
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(Template((TEMPLATES / f"{template}.tmpl").read_text("utf-8")).substitute(words), "utf-8")
        return to
