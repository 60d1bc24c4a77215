"""The environment of its own that checkov and the schemas of Kubernetes live in, made once and kept in the cache."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tools.chart_check.places import REQUIREMENTS, ROOT
from tools.kubernetes.build import CACHE

SECONDS_MAX: Final = 900


def environment() -> Path:
    """Its folder. Raises OSError when it cannot be made."""
    kept = CACHE / f"chart-check-{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]}"
    if not (kept / ".ready").is_file():
        print(f"setting up checkov and the schemas of Kubernetes (kept in {kept})", flush=True)
        shutil.rmtree(kept, ignore_errors=True)
        uv = str(ROOT / ".venv" / "bin" / "uv")
        _do([uv, "venv", "-q", "--python", sys.executable, str(kept)])
        _do([uv, "pip", "sync", "-q", "--python", str(kept), "--require-hashes", str(REQUIREMENTS)])
        (kept / ".ready").touch()
    return kept


def schemas_of_kubernetes() -> Path:
    """The folder with one folder of schemas a version."""
    found = list(environment().glob("lib/python*/site-packages/kubernetes_validate/kubernetes-json-schema"))
    if len(found) != 1:
        raise OSError("kubernetes-validate holds no schemas where they should be")
    return found[0]


def _do(command: list[str]) -> None:
    if subprocess.run(command, timeout=SECONDS_MAX, check=False).returncode != 0:
        raise OSError(f"failed: {' '.join(command)}")
