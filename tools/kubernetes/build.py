"""Builds the Go programs that are missing in the cache: `python tools/kubernetes/build.py chart|cluster`."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

# Run as a file its own folder alone is on the path.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.kubernetes.programs import DEFINITIONS, PROGRAMS, Definitions, Program

CACHE: Final = Path(os.environ.get("DUALCONTROL_CACHE") or Path.home() / ".cache" / "dualcontrol")
TOOLS: Final = CACHE / "go-tools"
BUILD_SECONDS_MAX: Final = 3_600
FETCH_SECONDS_MAX: Final = 600
MISSING: Final = "缺少 Go, 请先安装 1.26 以上版本 | Go is missing: install 1.26 or newer first.\n"


def main() -> int:
    sets = sys.argv[1:] or ["chart"]
    if unknown := [name for name in sets if name not in PROGRAMS]:
        sys.stderr.write(f"{', '.join(unknown)}: there is only {', '.join(sorted(PROGRAMS))}\n")
        return 2
    return 0 if built([program for name in sets for program in PROGRAMS[name]]) else 1


def place(name: str) -> Path:
    """Where a program is. Raises StopIteration for a name that no list has."""
    every = (program for programs in PROGRAMS.values() for program in programs)
    return TOOLS / next(program.file for program in every if program.name == name)


def built(programs: Sequence[Program]) -> bool:
    """Builds what is missing, one after another: each takes all the processors that there are."""
    missing = [program for program in programs if not (TOOLS / program.file).is_file()]
    if missing and not shutil.which("go"):
        sys.stderr.write(MISSING)
        return False
    return all(_build(program) for program in missing)


def _build(program: Program) -> bool:
    print(f"building {program.name} {program.version} (kept in {TOOLS})", flush=True)
    TOOLS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TOOLS) as fresh:
        environment = {**os.environ, "CGO_ENABLED": "0", "GOBIN": fresh}
        at = "" if program.folder else f"@v{program.version}"
        command = ["go", "install", "-trimpath", "-ldflags", program.flags, f"{program.package}{at}"]
        done = subprocess.run(command, cwd=program.folder, env=environment, timeout=BUILD_SECONDS_MAX, check=False)
        made = list(Path(fresh).iterdir())
        if done.returncode != 0 or len(made) != 1:
            sys.stderr.write(f"{program.name} could not be built: {' '.join(command)}\n")
            return False
        made[0].rename(TOOLS / program.file)
    return True


def definitions() -> list[Path]:
    """Files with definitions of kinds, fetched as Go modules. Raises ValueError when one is not what it should be."""
    return [path for one in DEFINITIONS for path in _fetched(one)]


def _fetched(one: Definitions) -> list[Path]:
    kept = CACHE / "kinds" / f"{one.module.replace('/', '_')}-{one.version}"
    if not kept.is_dir():
        folder = _module(one)
        fresh = kept.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for name in one.files:
            shutil.copy(folder / name, fresh / Path(name).name)
        fresh.rename(kept)
    return [kept / Path(name).name for name in one.files]


def _module(one: Definitions) -> Path:
    command = ["go", "mod", "download", "-json", f"{one.module}@{one.version}"]
    if not shutil.which("go"):
        raise ValueError(MISSING)
    done = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_SECONDS_MAX, check=False, cwd="/")
    if done.returncode != 0:
        raise ValueError(f"{' '.join(command)}: {done.stderr or done.stdout}")
    told = json.loads(done.stdout)
    if told["Sum"] != one.sum:
        raise ValueError(f"{one.module} {one.version} has the sum {told['Sum']}, not {one.sum}")
    return Path(told["Dir"])


if __name__ == "__main__":
    sys.exit(main())
