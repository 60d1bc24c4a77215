"""Sees to it that the tests of the pages have Debian's Chromium, a Chinese font and a reader of PDF files.

They are installed when root may, else named.
"""

import os
import shutil
import subprocess
import sys

PACKAGES = ("chromium", "fonts-noto-cjk", "poppler-utils")
PROGRAMS = ("chromium", "pdftotext")
INSTALL = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES]
INSTALL_SECONDS_MAX = 900


def main() -> int:
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if not missing:
        return 0
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.stderr.write(f"缺少 {', '.join(missing)}, 请先安装 | missing; install it first: {' '.join(INSTALL)}\n")
        return 1
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if not _ran(INSTALL, environment):
        # The lists of packages may be old, or none may have been fetched yet.
        return 0 if _ran(["apt-get", "update", "-q"], environment) and _ran(INSTALL, environment) else 1
    return 0


def _ran(command: list[str], environment: dict[str, str]) -> bool:
    return subprocess.run(command, env=environment, timeout=INSTALL_SECONDS_MAX, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
