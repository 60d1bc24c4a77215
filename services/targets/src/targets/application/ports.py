"""What the use cases need."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from kernel.regions import RegionCode
from servicekit.storage.transaction import Transaction
from targets.domain.entries import Entry, EntryState
from targets.domain.levels import RegionLevel, Scale
from targets.domain.places import Place
from targets.domain.promises import Promise
from targets.domain.regions import Region, RegionLevelChanged
from targets.domain.reports import Report
from targets.domain.targets import Target


class Regions(Protocol):
    """Every region of which a level was taken in, with its newest levels."""

    async def get_for_update(self, region: RegionCode) -> Region:
        """The region, locked until the transaction ends; one of which nothing is known yet has version 0."""

    async def get(self, region: RegionCode) -> Region | None:
        """The region, or None when no level of it was ever taken in."""

    async def page(self, after: str, size: int) -> list[Region]:
        """The regions that follow `after`, by code."""

    async def save(self, region: Region) -> None: ...


class Levels(Protocol):
    """Every level ever taken in, for ever."""

    async def add(self, level: RegionLevel) -> None: ...

    async def of(
        self, regions: Sequence[RegionCode], scale: Scale | None = None, *, known_at: datetime | None = None
    ) -> Sequence[RegionLevel]:
        """As far as they were known then (None: now), by region, scale and as they were taken in."""


class Reports(Protocol):
    """Every report of an indicator ever taken in."""

    async def next_version(self, place: Place, indicator: str) -> int:
        """The place is locked until the transaction ends."""

    async def add(self, report: Report) -> None: ...

    async def of(
        self, places: Sequence[Place], indicator: str | None = None, *, known_at: datetime | None = None
    ) -> Sequence[Report]:
        """As far as they were known then (None: now), by place, indicator and version. `standing` tells which count."""


class Targets(Protocol):
    """Every version of every target handed down. The law's own are in the policy bundle: `known_targets` joins both."""

    async def next_version(self, place: Place, indicator: str) -> int:
        """The place is locked until the transaction ends."""

    async def add(self, target: Target) -> None: ...

    async def of(
        self, places: Sequence[Place], indicator: str | None = None, *, known_at: datetime | None = None
    ) -> Sequence[Target]:
        """As far as they were known then (None: now), by place, indicator and version."""


class Promised(NamedTuple):
    """kgce on the 当量 basis, by the year in which it begins."""

    by_year: Mapping[int, int]

    @property
    def total(self) -> int:
        return sum(self.by_year.values())


class Promises(Protocol):
    """Every deduction ever heard of: it counts once, and not after it was released."""

    async def add(self, promise: Promise) -> None:
        """Counts it, unless its deduction is known."""

    async def release(self, promise: Promise) -> None:
        """Counts it no more, also when its promise comes later."""

    async def promised(self, regions: Sequence[RegionCode]) -> Mapping[RegionCode, Promised]:
        """For each region what counts in it and below it."""


class Entries(Protocol):
    """What one person entered and another publishes."""

    async def lock(self, region: RegionCode) -> None:
        """Who enters for the region waits until the transaction ends."""

    async def numbered(self, region: RegionCode) -> int:
        """How many were entered for the region so far."""

    async def pending(self, region: RegionCode) -> int: ...

    async def get_for_update(self, region: RegionCode, number: int) -> Entry | None: ...

    async def get(self, region: RegionCode, number: int) -> Entry | None: ...

    async def save(self, entry: Entry) -> None: ...

    async def page(
        self, region: RegionCode, state: EntryState | None, before: tuple[str, int] | None, size: int
    ) -> Sequence[Entry]:
        """Of the region and all below it, by region, the newest of each first, behind `before`."""


class Work(Transaction, Protocol):
    """One transaction."""

    @property
    def regions(self) -> Regions: ...

    @property
    def levels(self) -> Levels: ...

    @property
    def reports(self) -> Reports: ...

    @property
    def targets(self) -> Targets: ...

    @property
    def promises(self) -> Promises: ...

    @property
    def entries(self) -> Entries: ...

    async def announce(self, event: RegionLevelChanged) -> None: ...
