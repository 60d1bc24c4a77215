"""The policy bundles that decisions name, loaded from what is kept of them."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from kernel.errors import DomainError
from screening.application.replays.ports import Work
from screening.domain.refusals import LawNotKept, LawNotReadable
from statute.archive import load_packed
from statute.loader import PolicyBundle

BUNDLES_KEPT_MAX: Final = 4


class Laws:
    """The bundle in force, and the few that were asked for last."""

    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle) -> None:
        self._begin = begin
        self._policy = policy
        self._loaded: OrderedDict[str, PolicyBundle] = OrderedDict()
        # One at a time: to load one takes seconds, and many may ask for the same.
        self._loading = asyncio.Lock()

    async def of(self, bundle_hash: str) -> PolicyBundle:
        """Raises LawNotKept and LawNotReadable."""
        if bundle_hash == self._policy.bundle_hash:
            return self._policy
        async with self._loading:
            if bundle_hash not in self._loaded:
                self._loaded[bundle_hash] = await self._load(bundle_hash)
            self._loaded.move_to_end(bundle_hash)
            while len(self._loaded) > BUNDLES_KEPT_MAX:
                self._loaded.popitem(last=False)
            return self._loaded[bundle_hash]

    async def _load(self, bundle_hash: str) -> PolicyBundle:
        async with self._begin() as work:
            law = await work.laws.get(bundle_hash)
        if law is None:
            raise LawNotKept(bundle_hash)
        try:
            bundle = await asyncio.to_thread(load_packed, law, self._policy.province)
        except DomainError as problem:
            raise LawNotReadable(bundle_hash, str(problem)) from problem
        if bundle.bundle_hash != bundle_hash:
            raise LawNotReadable(bundle_hash, f"its hash is {bundle.bundle_hash}")
        return bundle
