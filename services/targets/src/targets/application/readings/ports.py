"""What the use cases on readings need."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from kernel.regions import RegionCode
from servicekit.storage.transaction import Transaction
from targets.domain.readings.coverage import Coverage
from targets.domain.readings.figures import Days, DayTally
from targets.domain.readings.meters import CreditCode, EnergyUnit
from targets.domain.readings.tallies import Key, Reading


class Units(Protocol):
    """重点用能单位 and their meters."""

    async def get_for_update(self, code: CreditCode) -> EnergyUnit:
        """Locked until the transaction ends; one that is not registered yet has version 0."""

    async def find(self, codes: Iterable[CreditCode]) -> Mapping[CreditCode, EnergyUnit]:
        """Those that are registered."""

    async def save(self, unit: EnergyUnit) -> None: ...


class Readings(Protocol):
    """The log of readings: appended to, never changed."""

    async def known_for_update(self, keys: Collection[Key]) -> Sequence[Reading]:
        """All versions of the keys that are logged or on their way; nobody else changes them meanwhile."""

    def take(self, reading: Reading) -> None:
        """Logs and sums it with all others of the transaction when that commits. ReadingChanged is raised there."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is kept otherwise than the readings say; None: not at all."""

    region: RegionCode
    carrier: str
    day: date
    unit: str
    kept: Decimal | None
    computed: Decimal | None
    readings_kept: int
    readings_computed: int


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """`differences` are the first of `differing`; `meter_days_differing` are days of meters with another count.

    `on_their_way`: taken in, and not brought by the stream yet.
    """

    figures: int
    readings: int
    on_their_way: int
    differing: int
    meter_days_differing: int
    differences: tuple[Difference, ...]
    replaced: bool


class Figures(Protocol):
    """The regional figures; a region's take in all below it."""

    async def tallies(self, region: RegionCode, days: Days, known_at: datetime | None) -> Sequence[DayTally]:
        """By what was known then; None: now."""

    async def coverage(
        self, region: RegionCode, periods: Sequence[Days], known_at: datetime | None
    ) -> Mapping[tuple[date, str], Coverage]:
        """By the period's first day and the energy, and by the first day and "" for all of them."""

    async def rebuild(self, days: Days, *, replace: bool, shown_max: int) -> Rebuilt:
        """From the readings alone, while nothing else is counted."""


class ReadingsWork(Transaction, Protocol):
    """One transaction."""

    @property
    def units(self) -> Units: ...

    @property
    def readings(self) -> Readings: ...

    @property
    def figures(self) -> Figures: ...

    async def send(self, readings: Sequence[Reading]) -> None:
        """On their way to be logged and counted."""
