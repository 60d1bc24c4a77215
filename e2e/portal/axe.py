"""axe-core for the tests of the pages: fetched by npm once, kept in the cache, compared with its digest at every use.

It is under MPL-2.0 and no part of what is delivered.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

from testkit.cache import cache_folder, locked

PACKAGE: Final = "axe-core"
VERSION: Final = "4.14.1"
MEMBER: Final = "package/axe.min.js"
SHA256: Final = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
FETCH_SECONDS_MAX: Final = 300


class AxeMissing(Exception):
    """axe-core cannot be had; says why and what to do."""


def axe_script() -> str:
    """The text of the script. Raises AxeMissing when it cannot be fetched, or is another than the pinned one."""
    kept = cache_folder() / f"{PACKAGE}-{VERSION}.min.js"
    with locked(cache_folder() / f"{PACKAGE}.lock"):
        if not kept.exists():
            _fetch(kept)
    content = kept.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise AxeMissing(
            f"{kept} 的 SHA-256 不符, 请删除后重试 / its SHA-256 is {found}, not the pinned one: delete it, try again"
        )
    return content.decode("utf-8")


def _fetch(kept: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise AxeMissing(
            "缺少 npm, 请先安装 (apt-get install -y npm) / npm is missing. Install it: apt-get install -y npm"
        )
    with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="axe-") as name:
        folder = Path(name)
        command = [npm, "pack", "--silent", f"{PACKAGE}@{VERSION}"]
        try:
            subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=FETCH_SECONDS_MAX, check=True)
            with tarfile.open(next(folder.glob("*.tgz"))) as packed:
                member = packed.extractfile(MEMBER)
                fresh = member.read() if member is not None else b""
        except (subprocess.SubprocessError, OSError, tarfile.TarError, StopIteration, KeyError) as problem:
            said = getattr(problem, "stderr", None) or problem
            raise AxeMissing(
                f"无法下载 {PACKAGE} {VERSION} / it could not be fetched: {said}\n"
                "请检查网络与 npm 的设置, 或复制另一台机器的缓存 / check the network and the settings of npm, "
                "or copy the cache of another machine and set DUALCONTROL_CACHE"
            ) from problem
        staged = folder / kept.name
        staged.write_bytes(fresh)
        staged.rename(kept)


def main() -> int:
    try:
        axe_script()
    except AxeMissing as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
