"""Gathers all that the image is made of into build/image: wheels by hash, our own packages, PostgreSQL's clients, uv.

`python -m tools.image.inputs`; afterwards `docker build .` and `make image` need no network.
"""

import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

from testkit.cache import cache_folder
from testkit.prerequisites import postgres_installation

ROOT: Final = Path(__file__).resolve().parents[2]
INPUTS: Final = ROOT / "build" / "image"
LOCK: Final = ROOT / "requirements" / "runtime.txt"
NOT_SHIPPED: Final = ("testkit",)
"""It runs a local stack, for tests."""

POSTGRES_PROGRAMS: Final = ("pg_dump", "pg_restore", "psql")
DOWNLOAD_SECONDS_MAX: Final = 900
BUILD_SECONDS_MAX: Final = 600


def members() -> list[Path]:
    """The packages of this repository that go into the image."""
    found = sorted(file.parent for group in ("libs", "services") for file in (ROOT / group).glob("*/pyproject.toml"))
    return [folder for folder in found if folder.name not in NOT_SHIPPED]


def wheels() -> Path:
    """The folder of the lock's wheels, kept in the cache; pip checked each against the lock's hashes."""
    lock = sha256(LOCK.read_bytes()).hexdigest()[:12]
    kept = cache_folder() / "image" / f"wheels-{lock}"
    if kept.exists():
        return kept
    fresh = kept.with_suffix(".new")
    _run(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--dest",
            str(fresh),
            "-r",
            str(LOCK),
        ],
        DOWNLOAD_SECONDS_MAX,
    )
    fresh.rename(kept)
    return kept


def own_packages(target: Path) -> None:
    """Our packages as wheels, contracts included. Raises CalledProcessError when one cannot be built."""
    _run([sys.executable, str(ROOT / "tools" / "protos.py")], BUILD_SECONDS_MAX)
    for folder in members():
        _run(
            [
                str(Path(sys.executable).with_name("uv")),
                "build",
                "--quiet",
                "--wheel",
                "--offline",
                "--no-build-isolation",
                "--python",
                sys.executable,
                "--out-dir",
                str(target),
                str(folder),
            ],
            BUILD_SECONDS_MAX,
        )
    (target / ".gitignore").unlink(missing_ok=True)


def postgres_clients(target: Path) -> None:
    """The programs that back a database up and restore it, with their libraries, from the locked wheel."""
    installation = postgres_installation()
    # They find their libraries three folders up, as in the wheel.
    programs = target / "client" / "programs" / "bin"
    programs.mkdir(parents=True)
    for name in POSTGRES_PROGRAMS:
        shutil.copy2(installation / "bin" / name, programs)
    libraries = installation.parent.with_name(f"{installation.parent.name}.libs")
    shutil.copytree(libraries, target / libraries.name)


def gather() -> Path:
    """Fills the folder anew and gives it."""
    shutil.rmtree(INPUTS, ignore_errors=True)
    (INPUTS / "packages").mkdir(parents=True)
    wanted = wheels()
    shutil.copytree(wanted, INPUTS / "wheels")
    own_packages(INPUTS / "packages")
    postgres_clients(INPUTS / "postgres")
    shutil.copy2(LOCK, INPUTS / "runtime.txt")
    shutil.copy2(Path(__file__).with_name("sbom.py"), INPUTS / "sbom.py")
    shutil.copy2(Path(sys.executable).with_name("uv"), INPUTS / "uv")
    return INPUTS


def _run(command: list[str], seconds: int) -> None:
    subprocess.run(command, check=True, timeout=seconds, cwd=ROOT)


if __name__ == "__main__":
    folder = gather()
    print(f"image inputs: {len(list((folder / 'wheels').iterdir()))} wheels, {len(members())} packages in {folder}")
