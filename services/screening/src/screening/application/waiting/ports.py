"""What lists of waiting cases need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kernel.regions import RegionCode
from screening.application import ports
from screening.domain.decision import Decision
from screening.domain.facts import FactVersion, FilingId
from screening.domain.queue import Place


@dataclass(frozen=True, slots=True)
class Entry:
    """A case that a region's budget or level keeps waiting, with the decision that it waits under.

    `waits_on` are the regions whose budget it waits for; none when it waits for something else.
    """

    place: Place
    region: RegionCode
    decision: Decision
    waits_on: tuple[RegionCode, ...]
    refusals: int
    bars: bool


class Queue(Protocol):
    """The cases that wait, in the published order."""

    async def page(self, region: RegionCode, after: Place | None, size: int) -> Sequence[Entry]:
        """Those in the region and below it; None begins with the first."""

    async def ahead(self, region: RegionCode, place: Place) -> int:
        """How many stand before the place."""


@dataclass(frozen=True, slots=True)
class Since:
    """Where a case stands among those that wait: who has waited longest comes first."""

    at: datetime
    filing: FilingId


@dataclass(frozen=True, slots=True)
class StuckCase:
    """A case, the facts that it waits for by name, and those that it has."""

    since: Since
    waiting_for: tuple[str, ...]
    facts: tuple[FactVersion, ...]


class Stuck(Protocol):
    """Cases that wait for a fact."""

    async def count(self, before: datetime) -> int:
        """Those that have waited since `before` or longer."""

    async def page(self, before: datetime, after: Since | None, size: int) -> Sequence[tuple[Since, tuple[str, ...]]]:
        """Who has waited longest comes first, with the names of the facts."""


class Work(ports.Work, Protocol):
    """One transaction."""

    @property
    def queue(self) -> Queue: ...

    @property
    def stuck(self) -> Stuck: ...
