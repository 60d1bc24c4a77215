"""The image that holds a pod's namespaces: one static program, packed by hand as a Docker archive."""

import io
import json
import platform
import tarfile
from hashlib import sha256
from pathlib import Path
from typing import Final

from tools.kubernetes.cluster.places import PAUSE_IMAGE, PAUSE_PROGRAM

ARCHITECTURES: Final = {"x86_64": "amd64", "aarch64": "arm64"}
NOBODY: Final = "65535:65535"


def write_pause(archive: Path) -> Path:
    """Writes the archive and gives its path."""
    layer = _tar({"pause": (PAUSE_PROGRAM.read_bytes(), 0o755)})
    config = {
        "architecture": ARCHITECTURES[platform.machine()],
        "os": "linux",
        "config": {"Entrypoint": ["/pause", "-P"], "User": NOBODY},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{sha256(layer).hexdigest()}"]},
    }
    manifest = [{"Config": "config.json", "RepoTags": [PAUSE_IMAGE], "Layers": ["layer.tar"]}]
    parts = {"manifest.json": json.dumps(manifest).encode(), "config.json": json.dumps(config).encode()}
    archive.write_bytes(_tar({name: (data, 0o644) for name, data in {**parts, "layer.tar": layer}.items()}))
    return archive


def _tar(files: dict[str, tuple[bytes, int]]) -> bytes:
    """The same files give the same bytes."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, (data, mode) in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), mode
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()
