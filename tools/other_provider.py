"""Installs the OpenID provider that is not ours, for the test of signing in at one: from npm, once, into the cache.

It is no part of what is delivered. Its versions and digests are in e2e/portal/other_provider/package-lock.json.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from testkit.cache import cache_folder, locked

SOURCE: Final = Path(__file__).resolve().parent.parent / "e2e" / "portal" / "other_provider"
STATED: Final = ("package.json", "package-lock.json")
INSTALL: Final = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
NODE_OLDEST: Final = 20
INSTALL_SECONDS_MAX: Final = 300
ASK_SECONDS_MAX: Final = 30


class ProviderMissing(Exception):
    """It cannot be had; says why and what to do."""


def installed() -> Path:
    """The folder that holds its node_modules. Raises ProviderMissing."""
    _check_node()
    digest = hashlib.sha256(b"".join((SOURCE / name).read_bytes() for name in STATED)).hexdigest()
    kept = cache_folder() / f"other-provider-{digest[:12]}"
    with locked(cache_folder() / "other-provider.lock"):
        if not kept.exists():
            _install(kept)
    return kept


def _check_node() -> None:
    program = _program("node", "nodejs")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=ASK_SECONDS_MAX, check=False)
    major = said.stdout.removeprefix("v").partition(".")[0]
    if not major.isdecimal() or int(major) < NODE_OLDEST:
        raise ProviderMissing(
            f"Node.js 版本过旧 ({said.stdout.strip()}), 需 {NODE_OLDEST} 或更新 / "
            f"Node.js is too old: {NODE_OLDEST} or newer is needed"
        )


def _program(name: str, package: str) -> str:
    program = shutil.which(name)
    if program is None:
        raise ProviderMissing(
            f"缺少 {name}, 请先安装 (apt-get install -y {package}) / "
            f"{name} is missing. Install it: apt-get install -y {package}"
        )
    return program


def _install(kept: Path) -> None:
    npm = _program("npm", "npm")
    with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="other-provider-") as name:
        staged = Path(name) / "installed"
        staged.mkdir()
        for stated in STATED:
            shutil.copy(SOURCE / stated, staged)
        command = [npm, *INSTALL]
        try:
            subprocess.run(command, cwd=staged, capture_output=True, text=True, timeout=INSTALL_SECONDS_MAX, check=True)
        except (subprocess.SubprocessError, OSError) as problem:
            said = getattr(problem, "stderr", None) or problem
            raise ProviderMissing(
                f"无法安装 oidc-provider / oidc-provider cannot be installed: {said}\n"
                "请检查网络与 npm 的设置, 或复制另一台机器的缓存 / check the network and the settings of npm, "
                "or copy the cache of another machine and set DUALCONTROL_CACHE"
            ) from problem
        staged.rename(kept)


def main() -> int:
    """Prints where it is."""
    try:
        sys.stdout.write(f"{installed()}\n")
    except ProviderMissing as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
