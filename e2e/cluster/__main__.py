"""`make cluster-e2e`: a node of our own, our own image, the chart; at the end all that was started here is gone."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from e2e.cluster.release import ROOT
from e2e.cluster.steps import Steps
from tools.image.build import NotBuilt, image
from tools.kubernetes.build import TOOLS, built
from tools.kubernetes.cluster.node import Node, entering_arguments
from tools.kubernetes.cluster.places import Places
from tools.kubernetes.cluster.space import NodeError
from tools.kubernetes.programs import CHART, CLUSTER

ARCHIVE_VARIABLE: Final = "DUALCONTROL_IMAGE_ARCHIVE"
"""An image built before, as a Docker archive; without it one is built."""

CACHED_ONLY_VARIABLE: Final = "DUALCONTROL_CLUSTER_CACHED_ONLY"
"""Set where half an hour is too much: nothing is done unless the programs of Kubernetes lie in the cache."""


def main() -> int:
    helm = [program for program in CHART if program.name == "helm4"]
    missing = [one.name for one in (*CLUSTER, *helm) if not (TOOLS / one.file).exists()]
    if missing and os.environ.get(CACHED_ONLY_VARIABLE):
        print(f"cluster-e2e: NOT RUN: {', '.join(missing)} are not in {TOOLS}, and {CACHED_ONLY_VARIABLE} is set")
        return 0
    if not built([*CLUSTER, *helm]):
        return 1
    # The databases' server runs as `nobody`, who has to pass; below our own folder he could not.
    folder = Path(tempfile.mkdtemp(prefix="dualcontrol-cluster-", dir="/var/tmp"))
    folder.chmod(0o711)
    node = Node(Places(folder / "node"), lambda line: print(f"       {line}", flush=True))
    # Asked to end, we still clear away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    code = 1
    try:
        code = _run(node, folder)
    except (NodeError, NotBuilt) as problem:
        print(f"cluster-e2e: {problem}", file=sys.stderr)
    except subprocess.CalledProcessError as problem:
        print(f"cluster-e2e: {problem}\n{problem.stderr or ''}", file=sys.stderr)
    finally:
        left = node.down()
        shutil.rmtree(folder, ignore_errors=True)
    told = ", ".join(left) or "nothing: no process, no mount, no control group"
    print(f"left behind: {told}; {time.monotonic() - began:.0f} s in all")
    return code or len(left)


def _run(node: Node, folder: Path) -> int:
    steps = Steps()
    given = os.environ.get(ARCHIVE_VARIABLE)
    archive = Path(given) if given else folder / "image.tar"
    if not given:
        with steps.step("image built from the Dockerfile, without a network"):
            image(archive)
    with steps.step("node up"):
        node.up()
    with steps.step("image loaded") as notes:
        node.load(archive)
        notes.append(f"{archive.stat().st_size / 1e6:.0f} MB")
    inside = [sys.executable, "-m", "e2e.cluster.inside", str(folder), str(node.places.kubeconfig)]
    os.chdir(ROOT)
    return entering_arguments(node, inside)


if __name__ == "__main__":
    sys.exit(main())
