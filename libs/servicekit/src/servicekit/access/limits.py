"""How many calls a caller may make: so many a second, and as many at once after a pause."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from servicekit.access.refusals import TooManyCalls

CALLS_PER_SECOND_MAX: Final = 2_000
"""Unless the settings say otherwise: eight times what a whole province files in its busiest second."""
CALLERS_MAX: Final = 10_000
"""The ones not heard of for longest are forgotten; they begin anew with a full share."""


class CallLimits:
    """One bucket for each caller, which fills at `per_second` and holds one second's worth."""

    def __init__(self, per_second: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Raises TooManyCalls when the caller's bucket is empty."""
        now = self._clock()
        left, at = self._buckets.pop(caller, (float(self._per_second), now))
        left = min(left + (now - at) * self._per_second, self._per_second)
        self._buckets[caller] = (max(left - 1, 0), now) if left >= 1 else (left, now)
        if len(self._buckets) > CALLERS_MAX:
            self._buckets.popitem(last=False)
        if left < 1:
            raise TooManyCalls(math.ceil((1 - left) / self._per_second))
