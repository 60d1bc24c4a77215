"""Notices Faust's known way to get stuck: commits that stay behind what was done while nothing more is being done."""

from collections.abc import Mapping

Partition = tuple[str, int]

WATCHES_STUCK_MAX = 6


class CommitWatchdog:
    """Looked at every few seconds; stuck when a partition stayed behind for WATCHES_STUCK_MAX looks in a row."""

    def __init__(self) -> None:
        self._behind: dict[Partition, int] = {}

    def stuck(
        self, acknowledged: Mapping[Partition, int], committed: Mapping[Partition, int | None], *, idle: bool
    ) -> list[Partition]:
        """The partitions that are stuck. `acknowledged` is the last record's offset, `committed` the next one's."""
        behind = [
            partition
            for partition, offset in acknowledged.items()
            if idle and (committed.get(partition) or 0) <= offset
        ]
        self._behind = {partition: self._behind.get(partition, 0) + 1 for partition in behind}
        return [partition for partition, looks in self._behind.items() if looks >= WATCHES_STUCK_MAX]
