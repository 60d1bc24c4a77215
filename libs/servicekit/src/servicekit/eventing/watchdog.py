"""Notices Faust's known way to get stuck: commits that stay behind what was read while nothing is being done."""

from collections.abc import Mapping
from typing import Any

WATCHES_STUCK_MAX = 6


class CommitWatchdog:
    """Looked at every few seconds; stuck when a partition stayed behind for WATCHES_STUCK_MAX looks in a row."""

    def __init__(self) -> None:
        self._behind: dict[Any, int] = {}

    def stuck(self, read: Mapping[Any, int | None], committed: Mapping[Any, int | None], *, idle: bool) -> list[Any]:
        """The partitions that are stuck. Offsets are of the last record read and of the next to be committed."""
        behind = [
            partition
            for partition, offset in read.items()
            if idle and offset is not None and (committed.get(partition) or 0) <= offset
        ]
        self._behind = {partition: self._behind.get(partition, 0) + 1 for partition in behind}
        return [partition for partition, looks in self._behind.items() if looks >= WATCHES_STUCK_MAX]
