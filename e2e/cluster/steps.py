"""What was done and how long it took: one line for each step, as it ends; all of it in a file at the end."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Steps:
    """Names and seconds, in order. A step that fails is told as failed, and its error goes on."""

    def __init__(self) -> None:
        self._done: list[dict[str, str | float]] = []

    @contextmanager
    def step(self, what: str) -> Iterator[list[str]]:
        """Put what else is worth telling into the list."""
        notes: list[str] = []
        began = time.monotonic()
        try:
            yield notes
        except BaseException:
            self._tell(what, time.monotonic() - began, "FAILED", notes)
            raise
        self._tell(what, time.monotonic() - began, "ok", notes)

    def write(self, to: Path) -> None:
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(json.dumps(self._done, indent=1, ensure_ascii=False), "utf-8")

    def _tell(self, what: str, seconds: float, state: str, notes: list[str]) -> None:
        self._done.append({"step": what, "seconds": round(seconds, 1), "state": state, "notes": "; ".join(notes)})
        print(f"{state:6} {seconds:7.1f} s  {what}{': ' if notes else ''}{'; '.join(notes)}", flush=True)
