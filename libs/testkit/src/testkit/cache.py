"""The one folder for what is downloaded or built once: `DUALCONTROL_CACHE`, or ~/.cache/dualcontrol."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CACHE_VARIABLE = "DUALCONTROL_CACHE"


def cache_folder() -> Path:
    """The folder, created when absent. Deleting it costs a download, nothing else."""
    chosen = os.environ.get(CACHE_VARIABLE)
    folder = Path(chosen) if chosen else Path.home() / ".cache" / "dualcontrol"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds an exclusive lock on `path` across processes and threads; the kernel frees it when we die."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
