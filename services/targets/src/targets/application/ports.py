"""What the use cases need."""

from collections.abc import Sequence
from typing import Protocol

from kernel.regions import RegionCode
from servicekit.storage.transaction import Transaction
from targets.domain.promises import Promise
from targets.domain.regions import Region, RegionLevelChanged, Report


class Regions(Protocol):
    """Every region of which something was reported, with its newest levels."""

    async def get_for_update(self, region: RegionCode) -> Region:
        """The region, locked until the transaction ends; one of which nothing is known yet has version 0."""

    async def get(self, region: RegionCode) -> Region | None:
        """The region, or None when nothing was ever reported of it."""

    async def page(self, after: str, size: int) -> list[Region]:
        """The regions that follow `after`, by code."""

    async def save(self, region: Region) -> None: ...


class Reports(Protocol):
    """Every report ever taken in."""

    async def add(self, report: Report) -> None: ...


class Promises(Protocol):
    """Every deduction ever heard of: it counts once, and not after it was released."""

    async def add(self, promise: Promise) -> None:
        """Counts it, unless its deduction is known."""

    async def release(self, promise: Promise) -> None:
        """Counts it no more, also when its promise comes later."""

    async def promised_kgce(self, regions: Sequence[RegionCode]) -> dict[RegionCode, int]:
        """For each region what counts in it and below it."""


class Work(Transaction, Protocol):
    """One transaction."""

    @property
    def regions(self) -> Regions: ...

    @property
    def reports(self) -> Reports: ...

    @property
    def promises(self) -> Promises: ...

    async def announce(self, event: RegionLevelChanged) -> None: ...
