"""Builds the services' image without Docker: `python -m tools.image.build [ARCHIVE]` (docs/image.md).

The base is Debian bookworm put together by mmdebstrap and kept in the cache; buildah runs the Dockerfile on it without
a network. The image is also written to ARCHIVE, as a Docker archive.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tools.image.inputs import INPUTS, ROOT, gather

from testkit.cache import cache_folder, locked

IMAGE: Final = "localhost/dualcontrol:ci"
BASE: Final = "localhost/dualcontrol-base:bookworm"
SUITE: Final = "bookworm"
PACKAGES: Final = "python3,ca-certificates"
PROGRAMS: Final = ("buildah", "mmdebstrap", "runc")
BASE_SECONDS_MAX: Final = 1_800
BUILD_SECONDS_MAX: Final = 1_800
NO_PROGRAMS: Final = "apt-get install --no-install-recommends buildah mmdebstrap runc"


class NotBuilt(Exception):
    """What is missing, and the command that installs it."""


def image(archive: Path | None = None) -> str:
    """Builds it and gives its name. Raises NotBuilt, CalledProcessError."""
    if missing := [name for name in PROGRAMS if not shutil.which(name)]:
        raise NotBuilt(f"missing: {', '.join(missing)}: {NO_PROGRAMS}")
    if os.geteuid() != 0:
        raise NotBuilt("mmdebstrap and buildah are run as root here")
    gather()
    with locked(_kept() / "lock"):
        _base()
        build = ["build", "--isolation", "oci", "--network", "none", "--pull-never", "--file", str(ROOT / "Dockerfile")]
        _buildah([*build, "--build-arg", f"BASE={BASE}", "--build-arg", f"REVISION={_revision()}", "-t", IMAGE, "."])
        if archive is not None:
            archive.unlink(missing_ok=True)
            _buildah(["push", "--quiet", IMAGE, f"docker-archive:{archive.resolve()}:{IMAGE}"])
    return IMAGE


def _base() -> None:
    """The base as an image of the store; the archive is made once."""
    made = _kept() / f"base-{SUITE}-{platform.machine()}.tar"
    if not made.exists():
        print(f"image: putting {SUITE} together (kept in {made})", flush=True)
        fresh = made.with_suffix(".new.tar")
        subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(fresh)],
            check=True,
            timeout=BASE_SECONDS_MAX,
        )
        fresh.rename(made)
    if BASE in _said(["images", "--format", "{{.Name}}:{{.Tag}}"]).split():
        return
    container = _said(["from", "scratch"]).strip()
    try:
        _buildah(["add", "--quiet", container, str(made), "/"])
        _buildah(["commit", "--quiet", container, BASE])
    finally:
        _buildah(["rm", container])


def _kept() -> Path:
    return cache_folder() / "image"


def _store() -> Sequence[str]:
    # A store of our own: nothing of it is seen by others who use buildah here, and vfs works on every file system.
    kept = _kept()
    return ("--root", str(kept / "storage"), "--runroot", str(kept / "run"), "--storage-driver", "vfs")


def _buildah(arguments: Sequence[str]) -> None:
    subprocess.run(["buildah", *_store(), *arguments], check=True, timeout=BUILD_SECONDS_MAX, cwd=ROOT)


def _said(arguments: Sequence[str]) -> str:
    done = subprocess.run(
        ["buildah", *_store(), *arguments],
        check=True,
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS_MAX,
        cwd=ROOT,
    )
    return done.stdout


def _revision() -> str:
    """What is checked out, when git knows."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False, cwd=ROOT)
    return done.stdout.strip() or "unknown"


def main() -> int:
    archive = Path(sys.argv[1]) if sys.argv[1:] else INPUTS.parent / "dualcontrol-image.tar"
    try:
        name = image(archive)
    except NotBuilt as problem:
        sys.stderr.write(f"image: {problem}\n")
        return 1
    print(f"image: {name} in {archive}, {archive.stat().st_size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
