"""Whether a pipeline keeps up with a rate of arrivals, and the highest at which it does."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final, Self

STEP: Final = 1.25
"""From one rate tried to the next."""
P99_MS_MAX: Final = 1_000.0
GROWTH_MAX: Final = 1.25
GROWTH_MS: Final = 50.0
"""The mean latency of the last third may be so many times, and so much, longer than that of the second third."""


@dataclass(frozen=True)
class Run:
    """One run of arrivals: latencies in ms by due time; None where no decision came."""

    latencies: Sequence[float | None]
    failures: Mapping[str, int]
    load_cpu_ms: float
    token: str = ""

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Self:
        return cls(found["latencies_ms"], found["failures"], found["cpu_ms"], found.get("token", ""))

    @property
    def decided(self) -> list[float]:
        return [one for one in self.latencies if one is not None]

    @property
    def undecided(self) -> int:
        return len(self.latencies) - len(self.decided)

    def percentile(self, share: float) -> float:
        """In ms. What was never decided counts as longest."""
        ordered = sorted(self.decided) + [float("inf")] * self.undecided
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def steady(self) -> bool:
        """Every filing decided, p99 under a second, and no backlog that grows: by Little's law it shows as latency."""
        return not self.undecided and self.percentile(0.99) < P99_MS_MAX and not self._growing

    @property
    def _growing(self) -> bool:
        third = len(self.decided) // 3
        if not third:
            return False
        before = statistics.fmean(self.decided[third : 2 * third])
        return statistics.fmean(self.decided[-third:]) > GROWTH_MAX * before + GROWTH_MS


def knee(steady_at: Callable[[float], bool], start: float, steps_max: int) -> float:
    """The highest rate tried that it keeps up with, in steps of STEP from `start`; 0 when there is none.

    A rate that fails is tried once more: one pause of the machine is no limit of the pipeline.
    """
    steps = range(1, steps_max + 1)
    if _holds(steady_at, start):
        rates = [start * STEP**step for step in steps]
        return max((start, *takewhile(lambda rate: _holds(steady_at, rate), rates)))
    return next((rate for rate in (start / STEP**step for step in steps) if _holds(steady_at, rate)), 0.0)


def _holds(steady_at: Callable[[float], bool], rate: float) -> bool:
    return steady_at(rate) or steady_at(rate)
