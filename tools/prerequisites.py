"""Says what is missing on this machine and which command installs it. Runs on any Python 3, before anything else."""

import importlib.util
import platform
import shutil
import sys
from typing import Iterator, Tuple

PYTHON_MIN = (3, 11)
DEBIAN = "apt-get install -y"


def missing() -> Iterator[Tuple[str, str]]:
    if sys.version_info < PYTHON_MIN:
        found = platform.python_version()
        yield "Python 3.11 or newer (found {})".format(found), DEBIAN + " python3.11, then: make PYTHON=python3.11"
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        yield "Python's venv module", DEBIAN + " python3-venv"
    if shutil.which("git") is None:
        yield "git", DEBIAN + " git"
    if sys.platform not in ("linux", "darwin"):
        yield "Linux or macOS (found {})".format(sys.platform), "on Windows use WSL: wsl --install -d Debian"
    if platform.machine() not in ("x86_64", "aarch64", "arm64"):
        yield "an x86-64 or ARM64 processor (found {})".format(platform.machine()), "another machine"


def main() -> int:
    found = list(missing())
    for what, remedy in found:
        print("missing 缺少: {}\n  install 安装: {}".format(what, remedy), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
