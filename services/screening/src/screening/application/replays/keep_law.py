"""Keeps the policy bundle that decisions are made under, before the first of them is."""

from collections.abc import Callable

from kernel.clock import Clock
from screening.application.replays.ports import Work
from statute.loader import PolicyBundle


class KeepLaw:
    """Call it in the transaction that decides."""

    def __init__(self, policy: PolicyBundle, packed_law: Callable[[], bytes], clock: Clock) -> None:
        self._policy = policy
        self._packed_law = packed_law
        self._clock = clock
        self._kept = False

    async def __call__(self, work: Work) -> None:
        if self._kept:
            return
        if await work.laws.has(self._policy.bundle_hash):
            # Found by a later transaction than the one that added it: it is committed.
            self._kept = True
            return
        await work.laws.add(self._policy.bundle_hash, self._packed_law(), self._clock())
